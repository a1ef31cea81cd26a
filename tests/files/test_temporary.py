"""Temporary files: short enough, one writer each, and removed when their process is dead."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecrkit.errors import InvalidImageError
from ecrkit.files.locking import claim, claim_folder, locked
from ecrkit.files.safe_folder import SafeFolder
from ecrkit.files.temporary import (
    appearing_in,
    growing_file,
    hidden_name,
    remove_leftovers_of,
    work_folder,
)

TAG = "0123456789abcdef"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[SafeFolder]:
    with SafeFolder(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("name", ["x", "n" * 255, "ü" * 127, "😀" * 63, "n" * 231 + "ü", "\udcff" * 250])
@pytest.mark.parametrize("tail", ["0" * 16 + ".part", "0" * 12 + ".partial"])
def test_a_hidden_name_fits_where_its_target_fits(folder: SafeFolder, name: str, tail: str) -> None:
    hidden = hidden_name(name, tail)

    folder.new(hidden).close()

    assert hidden.startswith(".")
    assert hidden.endswith(tail)


def test_long_names_that_differ_only_at_their_end_have_hidden_names_of_their_own() -> None:
    assert hidden_name("n" * 254 + "1", TAG) != hidden_name("n" * 254 + "2", TAG)


def test_a_file_appears_when_it_is_complete(folder: SafeFolder) -> None:
    with appearing_in(folder, "name") as file:
        file.write(b"content")
        meanwhile = folder.status("name")

    assert meanwhile is None
    assert (folder.path / "name").read_bytes() == b"content"
    assert folder.names() == ["name"]


def test_a_file_that_fails_leaves_nothing(folder: SafeFolder) -> None:
    with pytest.raises(KeyboardInterrupt), appearing_in(folder, "name"):
        raise KeyboardInterrupt

    assert folder.names() == []


def test_of_two_that_collect_the_same_one_has_a_file_of_its_own(folder: SafeFolder) -> None:
    with growing_file(folder, "name", TAG) as (first, _), growing_file(folder, "name", TAG) as (second, _):
        names = folder.names()

    assert sorted(names) == sorted([first, second])
    assert folder.names() == [first]  # for the next run


@pytest.mark.parametrize("kind", ["link", "hard link", "pipe", "folder"])
def test_what_has_the_name_of_a_growing_file_is_left_alone(folder: SafeFolder, kind: str) -> None:
    outside = folder.path / "outside"
    outside.write_bytes(b"precious")
    foreign = folder.path / hidden_name("name", f"{TAG}.part")
    make: dict[str, Callable[[], object]] = {
        "link": lambda: foreign.symlink_to(outside),
        "hard link": lambda: foreign.hardlink_to(outside),
        "pipe": lambda: os.mkfifo(foreign),
        "folder": foreign.mkdir,
    }
    make[kind]()

    with growing_file(folder, "name", TAG) as (part, file):
        file.write(b"content")
        folder.replace(part, "name")

    assert (folder.path / "name").read_bytes() == b"content"
    assert outside.read_bytes() == b"precious"
    assert foreign.name in folder.names()


def test_of_two_that_use_a_work_folder_one_has_its_own(folder: SafeFolder) -> None:
    with work_folder(folder, "name", TAG) as first, work_folder(folder, "name", TAG) as second:
        assert first.path != second.path
        (first.path / "blob").write_bytes(b"")
        (second.path / "blob").write_bytes(b"")

    assert folder.names() == []


def test_a_work_folder_that_fails_is_there_for_the_next_run(folder: SafeFolder) -> None:
    with pytest.raises(ZeroDivisionError), work_folder(folder, "name", TAG) as work:
        assert (work.path / "blob").write_bytes(b"content") / 0

    with work_folder(folder, "name", TAG) as again:
        assert (again.path / "blob").read_bytes() == b"content"


def test_a_private_work_folder_that_fails_vanishes(folder: SafeFolder) -> None:
    with work_folder(folder, "name", TAG):
        with pytest.raises(ZeroDivisionError), work_folder(folder, "name", TAG) as work:
            assert (work.path / "blob").write_bytes(b"content") / 0
        names = folder.names()

    assert len(names) == 1


_DIES = """
import os, sys
from pathlib import Path
from ecrkit.files.safe_folder import SafeFolder
from ecrkit.files.temporary import appearing_in, growing_file, work_folder
with SafeFolder(Path(sys.argv[1])) as folder:
    with appearing_in(folder, "name"), growing_file(folder, "name", "0123456789abcdef"):
        with growing_file(folder, "name", "0123456789abcdef"), work_folder(folder, "name", "0123456789abcdef") as work:
            with appearing_in(work, "blob"):
                os._exit(9)
"""


def test_what_a_dead_process_left_is_removed(folder: SafeFolder) -> None:
    subprocess.run([sys.executable, "-c", _DIES, str(folder.path)], check=False, timeout=60)
    left = folder.names()

    remove_leftovers_of(folder, "name")

    assert len(left) == 4
    assert folder.names() == []


def test_what_somebody_is_using_is_not_removed(folder: SafeFolder) -> None:
    with (
        appearing_in(folder, "name"),
        growing_file(folder, "name", TAG),
        growing_file(folder, "name", TAG),
        work_folder(folder, "name", TAG),
        work_folder(folder, "name", TAG),
    ):
        before = sorted(folder.names())
        remove_leftovers_of(folder, "name")
        after = sorted(folder.names())

    assert len(before) == 5
    assert after == before


@pytest.mark.parametrize(
    "name",
    [
        ".name",
        ".name.part",
        ".name.0123456789abcde.part",
        f".other.{TAG}.part",
        f"name.{TAG}.part",
        f".name.{TAG}.partial",
        ".name.0123456789ab.partial.bak",
        f".name.x.{TAG}.part",
    ],
)
def test_a_file_that_is_not_named_like_ours_is_not_removed(folder: SafeFolder, name: str) -> None:
    (folder.path / name).write_bytes(b"precious")

    remove_leftovers_of(folder, "name")

    assert folder.names() == [name]


def test_what_is_not_a_plain_file_is_not_removed(folder: SafeFolder) -> None:
    outside = folder.path / "outside"
    outside.write_bytes(b"precious")
    (folder.path / f".name.{TAG}.part").hardlink_to(outside)
    os.mkfifo(folder.path / f".name.{TAG[::-1]}.part")
    (folder.path / f".name.{TAG}.pull").symlink_to(folder.path)

    remove_leftovers_of(folder, "name")

    assert len(folder.names()) == 4
    assert outside.read_bytes() == b"precious"


def test_without_descriptors_nothing_is_shared_and_nothing_is_left(tmp_path: Path) -> None:
    with SafeFolder(tmp_path, descriptors=False) as folder:
        with work_folder(folder, "name", TAG) as work, appearing_in(folder, "name") as file:
            (work.path / "blob").write_bytes(b"")
            file.write(b"content")
        remove_leftovers_of(folder, "name")

        assert folder.names() == ["name"]


def test_a_claim_is_for_one(folder: SafeFolder) -> None:
    first = claim(folder, "name")

    assert first is not None
    with first:
        assert claim(folder, "name") is None


def test_a_folder_that_was_replaced_is_not_claimed(folder: SafeFolder) -> None:
    (folder.path / "other").mkdir()
    (folder.path / "name").symlink_to("other")

    assert claim_folder(folder, "name") is None


def test_a_lock_at_which_something_else_is_is_refused(folder: SafeFolder) -> None:
    os.mkfifo(folder.path / "lock")

    with pytest.raises(InvalidImageError, match="not a regular file"), locked(folder, "lock"):
        pass
