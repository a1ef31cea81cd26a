"""Files that one thread of one process has at a time. A lock ends with its process, however that ends."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def claim(path: Path) -> FileIO | None:
        """Give nothing: what is locked there cannot be renamed."""
        del path
        return None

    @contextmanager
    def locked(path: Path) -> Generator[None]:
        """Keep everybody else who locks this path waiting, up to ten seconds. The file is there only meanwhile."""
        with open_file(path) as file:
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            yield
        with suppress(PermissionError):  # somebody else has it open
            path.unlink(missing_ok=True)

else:
    import fcntl

    def claim(path: Path) -> FileIO | None:
        """Open a file for oneself, made if it is not there; None if somebody else has it."""
        try:
            return _open_locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None

    @contextmanager
    def locked(path: Path) -> Generator[None]:
        """Keep everybody else who locks this path waiting. The file is there only meanwhile."""
        with _open_locked(path, fcntl.LOCK_EX):
            try:
                yield
            finally:
                path.unlink(missing_ok=True)

    def _open_locked(path: Path, how: int) -> FileIO:
        while True:
            file = open_file(path)
            try:
                fcntl.flock(file, how)
                if _is_still_at(path, file):
                    return file
            except BaseException:
                file.close()
                raise
            file.close()  # whoever had the lock has renamed or removed the file since it was opened here

    def _is_still_at(path: Path, file: FileIO) -> bool:
        try:
            return os.path.samestat(path.stat(), os.fstat(file.fileno()))
        except FileNotFoundError:
            return False


def open_file(path: Path, flags: int = 0) -> FileIO:
    """Open a file for reading and writing, made if it is not there; no link is followed."""
    return FileIO(os.open(path, _FLAGS | flags, 0o666), "r+")


_FLAGS = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)
