"""Keep blobs and the rows that refer to them in step: remove blobs that nobody refers to, and rows without a blob."""

import logging
from collections.abc import Iterable

from ecrkit.local.blobs import Blobs
from ecrkit.local.store import layers
from ecrkit.local.store.database import Database

_log = logging.getLogger(__name__)


def sweep_blobs(database: Database, blobs: Blobs, digests: Iterable[str]) -> None:
    """Delete those of the blobs that no repository has (any more)."""
    with database.reading() as db:  # which also keeps others from adding rows in the meantime
        for digest in digests:
            if not layers.is_used(db, digest):
                blobs.remove(digest)


def reconcile_blobs(database: Database, blobs: Blobs) -> None:
    """Compare all blobs with all rows, as a server does when it starts.

    A blob without a row is what a crash leaves; it is removed. A row without its blob means that somebody else
    removed or damaged the file: the layer is reported as missing from then on, so that clients upload it again.
    """
    present = dict(blobs.sizes())
    with database.reading() as db:
        recorded = layers.sizes(db)
    lost = [digest for digest, size in recorded.items() if present.get(digest) != size]
    if lost:
        _log.warning("the files of %d layers are missing or damaged; they have to be pushed again", len(lost))
        with database.transaction() as db:
            layers.forget(db, lost)
    for digest in (present.keys() - recorded.keys()) | (present.keys() & set(lost)):
        blobs.remove(digest)
