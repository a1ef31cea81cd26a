"""Errors for full disks that state how much space was needed."""

import errno
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ecrkit.errors import DiskFullError


@contextmanager
def disk_full_errors(path: str | os.PathLike[str], needed: int | None = None) -> Generator[None]:
    """Convert the operating system's errors for a full disk or quota to `DiskFullError`.

    Args:
        path: File being written.
        needed: Total bytes needed, if known.
    """
    try:
        yield
    except DiskFullError:
        raise
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise DiskFullError(str(path), needed=needed, free=_free(Path(path))) from error


def _free(path: Path) -> int | None:
    """Return the free bytes on the file system of a path."""
    for each in (path, *path.absolute().parents):
        try:
            return shutil.disk_usage(each).free
        except (OSError, ValueError):
            continue
    return None


_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
