"""Folders that somebody else has prepared: nothing outside them is read or written."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecrkit.errors import InvalidImageError
from ecrkit.files.safe_folder import SafeFolder

Prepare = Callable[[Path, Path], object]
"""Makes something at a path; the other path is a file outside the folder."""


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    path = tmp_path / "outside"
    path.write_bytes(b"precious")
    return path


@pytest.fixture(params=[True, False], ids=["descriptors", "paths"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SafeFolder]:
    (tmp_path / "folder").mkdir()
    with SafeFolder(tmp_path / "folder", descriptors=request.param) as opened:
        yield opened


def a_socket(path: Path, outside: Path) -> None:
    del outside
    os.chdir(path.parent)  # the path of a socket has to be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)


NOT_READABLE: dict[str, Prepare] = {
    "a pipe": lambda path, outside: os.mkfifo(path),
    "a folder": lambda path, outside: path.mkdir(),
    "a link outside": lambda path, outside: path.symlink_to(outside),
    "a link to a device": lambda path, outside: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path, outside: path.symlink_to(path.name),
    "a link upwards": lambda path, outside: path.symlink_to("../outside"),
}
NOT_WRITABLE: dict[str, Prepare] = {
    **NOT_READABLE,
    "a link inside": lambda path, outside: path.symlink_to("elsewhere"),
    "a hard link": lambda path, outside: path.hardlink_to(outside),
    "a socket": a_socket,
}


@pytest.mark.parametrize("kind", NOT_READABLE)
def test_what_is_not_a_file_inside_is_not_read(folder: SafeFolder, outside: Path, kind: str) -> None:
    NOT_READABLE[kind](folder.path / "name", outside)

    with pytest.raises(InvalidImageError, match="name"):
        folder.read("name")


@pytest.mark.parametrize("kind", NOT_WRITABLE)
def test_what_is_not_a_file_of_ours_is_not_written(
    folder: SafeFolder, outside: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.path)  # back to where it was after the test
    NOT_WRITABLE[kind](folder.path / "name", outside)

    with pytest.raises(InvalidImageError, match="name"):
        folder.own("name")

    assert outside.read_bytes() == b"precious"
    assert not (folder.path / "elsewhere").exists()


def test_links_that_stay_inside_are_followed_for_reading(folder: SafeFolder) -> None:
    (folder.path / "shared").mkdir()
    (folder.path / "shared" / "file").write_bytes(b"content")
    (folder.path / "relative").symlink_to("shared/../shared/file")
    (folder.path / "absolute").symlink_to(folder.path / "shared")

    with folder.read("relative") as relative, folder.read("absolute/file") as absolute:
        assert (relative.read(), absolute.read()) == (b"content", b"content")


def test_a_folder_behind_a_link_outside_is_refused(folder: SafeFolder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder.path / "blobs").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InvalidImageError, match="leads out"):
        folder.folder("blobs/sha256", create=True)

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_in_the_way_of_a_folder_is_refused(folder: SafeFolder) -> None:
    (folder.path / "blobs").write_bytes(b"")

    with pytest.raises(InvalidImageError):
        folder.folder("blobs/sha256", create=True)


def test_folders_on_the_way_are_created(folder: SafeFolder) -> None:
    with folder.folder("blobs/sha512", create=True) as inner, inner.new("name") as file:
        file.write(b"content")

    assert (folder.path / "blobs" / "sha512" / "name").read_bytes() == b"content"


def test_a_folder_that_is_replaced_by_a_link_meanwhile_is_still_the_one_that_is_written(
    tmp_path: Path, outside: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    with SafeFolder(tmp_path / "folder", create=True) as folder, folder.folder("inner", create=True) as inner:
        (tmp_path / "folder" / "inner").rename(tmp_path / "folder" / "moved")
        (tmp_path / "folder" / "inner").symlink_to(tmp_path / "elsewhere")
        with inner.new("name") as file:
            file.write(b"content")

    assert (tmp_path / "folder" / "moved" / "name").read_bytes() == b"content"
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert outside.read_bytes() == b"precious"


def test_a_file_takes_the_place_of_a_link_and_not_of_its_target(folder: SafeFolder, outside: Path) -> None:
    (folder.path / "name").symlink_to(outside)
    with folder.new("temporary") as file:
        file.write(b"content")

    folder.replace("temporary", "name")

    assert (folder.path / "name").read_bytes() == b"content"
    assert outside.read_bytes() == b"precious"


def test_a_file_does_not_take_the_place_of_a_folder(folder: SafeFolder) -> None:
    (folder.path / "name").mkdir()
    folder.new("temporary").close()

    with pytest.raises(InvalidImageError, match="folder"):
        folder.replace("temporary", "name")


def test_a_folder_is_removed_with_its_links_but_not_with_what_they_lead_to(
    folder: SafeFolder, tmp_path: Path, outside: Path
) -> None:
    inner = folder.path / "inner" / "deeper"
    inner.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").write_bytes(b"")
    (inner / "link").symlink_to(tmp_path / "elsewhere")
    (inner / "hard").hardlink_to(outside)

    folder.remove_folder("inner")

    assert folder.names() == []
    assert (tmp_path / "elsewhere" / "kept").exists()
    assert outside.read_bytes() == b"precious"


def test_a_folder_of_ours_is_no_link_not_even_inside(folder: SafeFolder) -> None:
    (folder.path / "other").mkdir()
    (folder.path / "name").symlink_to("other")

    with pytest.raises(InvalidImageError):
        folder.own_folder("name")


def test_what_is_not_a_folder_cannot_be_opened(tmp_path: Path, outside: Path) -> None:
    with pytest.raises(InvalidImageError, match="not a folder"):
        SafeFolder(outside)
    with pytest.raises(InvalidImageError, match="not a folder"):
        SafeFolder(outside, create=True)
    with pytest.raises(FileNotFoundError):
        SafeFolder(tmp_path / "missing")


def test_no_descriptor_stays_open(tmp_path: Path, outside: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))

    with SafeFolder(tmp_path / "folder", create=True) as folder:
        folder.folder("a/b", create=True).close()
        (folder.path / "a" / "link").symlink_to("../a/b")
        (folder.path / "a" / "out").symlink_to(outside)
        folder.folder("a/link").close()
        for name in ("a/out", "a/b", "missing/name"):
            with pytest.raises((InvalidImageError, FileNotFoundError)):
                folder.read(name)

    assert len(list(Path("/proc/self/fd").iterdir())) == before
