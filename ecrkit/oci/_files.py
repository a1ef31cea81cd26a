"""Open files that may be hostile, and write files atomically."""

import io
import os
import secrets
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from typing_extensions import Buffer

from ecrkit.errors import EcrKitError, InvalidImageError, NotEmptyError
from ecrkit.files.safe_folder import SafeFolder
from ecrkit.files.temporary import private_folder, remove_leftovers_of

# Where these flags do not exist (Windows), neither do the files that they guard against.
_CAREFULLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; refuse links, devices and pipes, where reading could hang or never end.

    Raises:
        FileNotFoundError: There is no such file.
        InvalidImageError: It is not a regular file.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _CAREFULLY)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise InvalidImageError(f"{path} cannot be read: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InvalidImageError(f"{path} is not a regular file")
    return open(descriptor, "rb")  # noqa: PTH123 -- a descriptor has no path; the caller closes


class Window(io.RawIOBase):
    """Part of a file, as a file object; raises the given error if the file ends early."""

    def __init__(self, file: BinaryIO, offset: int, size: int, cut_short: EcrKitError) -> None:
        super().__init__()
        self._cut_short = cut_short
        self._file = file
        self._offset = offset
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError(f"Cannot seek to {start + offset}")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: Buffer, /) -> int:
        with memoryview(buffer) as view:
            wanted = min(len(view), max(0, self._size - self._position))
            self._file.seek(self._offset + self._position)
            chunk = self._file.read(wanted)
            view[: len(chunk)] = chunk
        if wanted and not chunk:
            raise self._cut_short
        self._position += len(chunk)
        return len(chunk)

    def close(self) -> None:
        self._file.close()
        super().close()


@contextmanager
def appearing_folder(target: Path) -> Generator[Path]:
    """Fill a folder under a temporary name beside the target; rename it on success.

    Raises:
        NotEmptyError: The target exists, and is not an empty folder.
    """
    if target.is_symlink() or target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise NotEmptyError(f"{target} already exists; pass the path of a new or empty folder")
    with SafeFolder(target.parent) as parent, private_folder(parent, target.name) as partial:
        yield partial
        if target.is_dir():
            target.rmdir()
        partial.rename(target)
        remove_leftovers_of(parent, target.name)


class WorkFolder:
    """A working folder: chosen by the caller, or a temporary one that is removed on closing."""

    def __init__(self, chosen: str | Path | None = None) -> None:
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        if chosen is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="ecrkit-")
            chosen = self._temporary.name
        self._path = Path(chosen)
        self.closed = False

    def new_file(self) -> Path:
        """Return a new file name."""
        return self._path / secrets.token_hex(8)

    def close(self) -> None:
        """Remove the folder if it is a temporary one."""
        self.closed = True
        if self._temporary is not None:
            self._temporary.cleanup()
