"""Targets to write to: a path that is replaced, or a stream that is written directly."""

import errno
import io
import os
import re
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeAlias, cast

from typing_extensions import Buffer

from ecrkit.errors import InvalidInputError
from ecrkit.files.safe_folder import SafeFolder
from ecrkit.files.temporary import appearing_in

Output: TypeAlias = str | os.PathLike[str] | BinaryIO
"""A path or a binary file object."""


class Stream(io.RawIOBase):
    """A file object, pipe or device that is written sequentially; has a position, cannot seek."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._position = 0

    def writable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the number of bytes written."""
        return self._position

    def write(self, data: Buffer, /) -> int:
        """Write all of the bytes."""
        with memoryview(data) as view, view.cast("B") as left:
            done = 0
            while done < len(left):
                written = self._file.write(left[done:])
                done += len(left) - done if cast("int | None", written) is None else written
            self._position += done
        return done


def checked_path(path: str | os.PathLike[str]) -> Path:
    """Return a path that the operating system accepts.

    Raises:
        InvalidInputError: It contains a NUL character.
    """
    if "\0" in os.fspath(path):
        raise InvalidInputError(f"{os.fspath(path)!r} is not a path: it contains a NUL character")
    return Path(path)


def replaceable(target: Output) -> Path | None:
    """Return the path of a target that is a file, or does not exist; None for one that is written directly.

    A link to a file is itself replaced; its target is unchanged.

    Raises:
        InvalidInputError: It is a folder, or something else that cannot be written like a file.
    """
    if not isinstance(target, str | os.PathLike):
        if isinstance(target, io.TextIOBase) or not hasattr(target, "write"):
            raise InvalidInputError(f"{target!r} is not a path or a binary file object ('wb')")
        return None
    path = checked_path(target)
    try:
        status, followed = path.lstat(), path.stat()
    except FileNotFoundError:
        return None if _standard_stream(path) is not None else path
    except OSError as error:
        if error.errno not in {errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR}:
            raise
        raise InvalidInputError(f"{path} cannot be written: {error.strerror}") from error
    if _standard_stream(path) is not None:
        return None
    if stat.S_ISDIR(followed.st_mode):
        raise InvalidInputError(f"{path} is a folder; pass the path of a file")
    if stat.S_ISREG(followed.st_mode):
        return path
    if stat.S_ISFIFO(status.st_mode) or stat.S_ISCHR(status.st_mode):
        return None
    raise InvalidInputError(
        f"{path} is neither a file, a pipe nor a character device; pass a path of one, or a file object"
    )


def output_path(target: Output) -> Path:
    """Return the path of a target; of a file object, its name."""
    if isinstance(target, str | os.PathLike):
        return Path(target)
    name = getattr(target, "name", None)
    return Path(name if isinstance(name, str) else f"<{type(target).__name__}>")


@contextmanager
def open_stream(target: Output) -> Generator[BinaryIO]:
    """Open a target that is written directly; a file object of the caller stays open.

    Raises:
        InvalidInputError: A pipe has no reader.
    """
    if not isinstance(target, str | os.PathLike):
        yield cast("BinaryIO", Stream(target))
        return
    with open(_descriptor(Path(target)), "wb", buffering=0) as file:
        yield cast("BinaryIO", Stream(cast("BinaryIO", file)))


@contextmanager
def open_output(target: Output) -> Generator[BinaryIO]:
    """Open a target for writing from front to back: a file appears when it is complete, anything else is written directly.

    Raises:
        InvalidInputError: It cannot be written.
    """
    path = replaceable(target)
    if path is None:
        with open_stream(target) as stream:
            yield stream
        return
    with SafeFolder(path.parent) as folder, appearing_in(folder, path.name) as file:
        yield file


def _descriptor(path: Path) -> int:
    number = _standard_stream(path)
    if number is not None:
        try:
            return os.dup(number)
        except OSError as error:
            raise InvalidInputError(f"{path} is not open: {error.strerror}") from error
    flags = (
        os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0)
    )
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
            break
        except OSError as error:
            if error.errno == errno.ENXIO and time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            if error.errno == errno.ENXIO:
                raise InvalidInputError(f"Nothing reads from {path}; start its reader first") from error
            raise
    if hasattr(os, "set_blocking"):
        os.set_blocking(descriptor, True)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISFIFO(mode) and not stat.S_ISCHR(mode):
        os.close(descriptor)
        raise InvalidInputError(f"{path} was replaced while it was opened")
    return descriptor


def _standard_stream(path: Path) -> int | None:
    """Return the number of the descriptor that a path such as `/dev/stdout` stands for."""
    at, first = Path(os.path.abspath(path)), True  # noqa: PTH100 -- links are not to be resolved
    for _ in range(_MOST_LINKS):
        if (found := _STREAM.fullmatch(str(at))) is not None:
            number = int(found[1]) if found[1] else _NAMED[found[2]]
            # An untrusted link reaches standard output and error, not other open files.
            return number if first or number <= _NAMED["stderr"] else None
        try:
            at = Path(os.path.normpath(at.parent / at.readlink()))
        except (OSError, ValueError):
            return None
        first = False
    return None


_STREAM = re.compile(r"(?:/proc/self/fd/|/dev/fd/)([0-9]{1,9})|/dev/(stdout|stderr)")
_NAMED = {"stdout": 1, "stderr": 2}
_MOST_LINKS = 10
_PATIENCE = 5.0
"""Seconds that the reader of a pipe may take to open it."""
