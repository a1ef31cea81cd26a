"""A full disk as an error that says how much was needed."""

import errno
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ecrkit.errors import DiskFullError


@contextmanager
def disk_full_errors(path: str | os.PathLike[str], needed: int | None = None) -> Generator[None]:
    """Turn what the operating system raises for a full disk or quota into `DiskFullError`.

    Args:
        path: What is being written.
        needed: Bytes that it needs altogether, if known.
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
    """Return the bytes that are free where a file is, or would be."""
    for each in (path, *path.absolute().parents):
        try:
            return shutil.disk_usage(each).free
        except (OSError, ValueError):
            continue
    return None


_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
