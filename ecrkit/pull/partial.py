"""The file that a download grows in: beside its target, found again by a later run, and never written by two at once."""

import os
import secrets
import sys
from collections.abc import Generator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from ecrkit.references import Digest


@contextmanager
def partial_file(target: Path, digest: Digest) -> Generator[tuple[Path, FileIO]]:
    """Open the file in which a blob is collected until it is whole; it keeps what an earlier run left in it.

    While another process, or another thread, is collecting the same blob for the same target, the file is one of its
    own, which vanishes unless it is renamed.
    """
    shared = target.with_name(f".{target.name}.{digest.hex[:16]}.part")
    file = _claim(shared)
    if file is not None:
        with file:
            yield shared, file
        return
    own = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        with FileIO(os.open(own, _CREATE | os.O_EXCL, 0o666), "r+") as file:
            yield own, file
    finally:
        own.unlink(missing_ok=True)


if sys.platform == "win32":

    def _claim(path: Path) -> FileIO | None:
        del path
        return None  # no lock there that a killed process gives back: each run begins anew

else:
    import fcntl

    def _claim(path: Path) -> FileIO | None:
        """Open the file for oneself; None if somebody else has it. The lock ends with the process, however it ends."""
        while True:
            file = FileIO(os.open(path, _CREATE, 0o666), "r+")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_still_at(path, file):
                    return file
            except BlockingIOError:
                file.close()
                return None
            except BaseException:
                file.close()
                raise
            file.close()  # whoever had the lock has renamed the file since it was opened here

    def _is_still_at(path: Path, file: FileIO) -> bool:
        try:
            return os.path.samestat(path.stat(), os.fstat(file.fileno()))
        except FileNotFoundError:
            return False


_CREATE = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)
