"""Where files are written to: a path is replaced when the file is complete, anything else is written through."""

import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from typing_extensions import Buffer

from ecrkit.errors import DiskFullError, InvalidInputError
from ecrkit.files.outputs import Stream, open_output, replaceable
from ecrkit.files.space import disk_full_errors


def test_a_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    with open_output(path) as file:
        file.write(b"new")
        meanwhile = path.read_bytes()

    assert (meanwhile, path.read_bytes()) == (b"old", b"new")


def test_a_link_is_replaced_and_its_target_kept(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"precious")
    link.symlink_to(target)

    with open_output(link) as file:
        file.write(b"new")

    assert not link.is_symlink()
    assert target.read_bytes() == b"precious"


def test_a_file_object_is_written_from_where_it_is_and_stays_open() -> None:
    file = io.BytesIO()
    file.write(b"before ")

    with open_output(file) as out:
        out.write(b"content")
        position = out.tell()

    assert (file.getvalue(), position, file.closed) == (b"before content", 7, False)


class Reluctant(io.RawIOBase):
    """Takes three bytes at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = b""

    def write(self, data: Buffer, /) -> int:
        taken = bytes(data)[:3]
        self.taken += taken
        return len(taken)


def test_a_file_object_that_takes_little_at_a_time_gets_everything() -> None:
    file = Reluctant()

    Stream(file).write(b"0123456789")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    assert file.taken == b"0123456789"


def test_a_pipe_is_written_through(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()

    with open_output(path) as file:
        file.write(b"content")

    reader.join()
    assert read == [b"content"]
    assert path.is_fifo()


def test_a_device_is_written_through() -> None:
    with open_output("/dev/null") as file:
        file.write(b"content")

    assert Path("/dev/null").is_char_device()


def test_a_full_device_is_a_full_disk() -> None:
    with pytest.raises(DiskFullError), disk_full_errors("/dev/full"), open_output("/dev/full") as file:
        file.write(b"content")


_WRITES = """
import sys
from ecrkit.files.outputs import open_output
with open_output(sys.argv[1]) as file:
    file.write(b"content")
"""


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_is_written_through(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WRITES, name], stdout=subprocess.PIPE, check=True, timeout=60
    )

    assert done.stdout == b"content"


def test_standard_output_that_is_a_file_is_not_replaced(tmp_path: Path) -> None:
    link, path = tmp_path / "stdout", tmp_path / "file"
    link.symlink_to("/proc/self/fd/1")
    with path.open("wb") as file:
        file.write(b"before ")
        file.flush()
        subprocess.run([sys.executable, "-c", _WRITES, str(link)], stdout=file, check=True, timeout=60)

    assert path.read_bytes() == b"before content"
    assert link.is_symlink()


REFUSED: dict[str, Callable[[Path], object]] = {
    "a folder": Path.mkdir,
    "a link to a folder": lambda path: path.symlink_to(path.parent),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to another open file": lambda path: path.symlink_to("/proc/self/fd/0/.."),
    "a long name": lambda path: path,
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_written_like_a_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / ("n" * 300 if kind == "a long name" else "name")
    REFUSED[kind](path)

    with pytest.raises(InvalidInputError):
        replaceable(path)


def test_a_path_with_a_nul_character_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="NUL"):
        replaceable("a\0b")


def test_a_text_file_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="binary"):
        replaceable(io.StringIO())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_full_disk_says_how_much_was_needed(tmp_path: Path) -> None:
    with (
        pytest.raises(DiskFullError, match="3,000 bytes are needed") as raised,
        disk_full_errors(tmp_path / "x", 3_000),
    ):
        raise OSError(28, "No space left on device")

    assert (raised.value.path, raised.value.needed) == (str(tmp_path / "x"), 3_000)
    assert raised.value.free is not None
