"""What a request is answered that the server failed to carry out."""

import errno
import sqlite3

from ecrkit.local.refusals import Refusal

_SERVER_ERROR = 500


def server_failure(error: Exception) -> Refusal:
    """Turn an unexpected exception into the service's ServerException."""
    if is_disk_full(error):
        message = "The disk of the local ECR is full; free some space and try again"
    else:
        message = "The local ECR failed; see its log"
    return Refusal("ServerException", message, status=_SERVER_ERROR)


def is_disk_full(error: Exception) -> bool:
    """Tell whether a write failed for want of space."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
