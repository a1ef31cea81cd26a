"""Remove blobs without references, and rows without a blob."""

import logging
from collections.abc import Iterable

from ecrkit.local.blobs import Blobs
from ecrkit.local.store import layers
from ecrkit.local.store.database import Database

_log = logging.getLogger(__name__)


def sweep_blobs(database: Database, blobs: Blobs, digests: Iterable[str]) -> None:
    """Delete the blobs that no repository has."""
    with database.reading() as db:  # also keeps others from adding rows in the meantime
        for digest in digests:
            if not layers.is_used(db, digest):
                blobs.remove(digest)


def reconcile_blobs(database: Database, blobs: Blobs) -> None:
    """Compare all blobs with all rows at start.

    A blob without a row is left by a crash and is removed. A row without its blob means that the file was removed or
    damaged: the layer is then reported as missing, so that clients upload it again.
    """
    present = dict(blobs.sizes())
    with database.reading() as db:
        recorded = layers.sizes(db)
    lost = [digest for digest, size in recorded.items() if present.get(digest) != size]
    if lost:
        _log.warning("The files of %d layers are missing or damaged; push them again", len(lost))
        with database.transaction() as db:
            layers.forget(db, lost)
    for digest in (present.keys() - recorded.keys()) | (present.keys() & set(lost)):
        blobs.remove(digest)
