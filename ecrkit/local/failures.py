"""Responses to requests that failed inside the server."""

import errno
import sqlite3

from ecrkit.local.refusals import Refusal

_SERVER_ERROR = 500


def server_failure(error: Exception) -> Refusal:
    """Convert an unexpected exception to the service's ServerException."""
    if is_disk_full(error):
        message = "The disk of the local ECR is full; free some space and try again"
    else:
        message = "The local ECR failed; see its log"
    return Refusal("ServerException", message, status=_SERVER_ERROR)


def is_disk_full(error: Exception) -> bool:
    """Return whether a write failed because the disk is full."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
