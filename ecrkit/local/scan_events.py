"""The events of scans, emitted when a scan has ended: at its start or later."""

from sqlite3 import Connection

from pydantic import BaseModel

from ecrkit import models
from ecrkit.local import emitting, scanning
from ecrkit.local.settings import Settings
from ecrkit.local.store import images, repositories
from ecrkit.local.store.documents import RepositoryDocuments
from ecrkit.local.store.images import StoredImage
from ecrkit.local.store.repositories import StoredRepository

_PENDING = "scan-event-pending"
_Status = models.ScanStatus

# Basic scanning: "when each image scan is completed". What the service sends for other statuses is not documented.
_ENDED = {_Status.COMPLETE: "COMPLETE", _Status.FAILED: "FAILED", _Status.ACTIVE: "INITIAL_SCAN_COMPLETE"}


class _Pending(BaseModel):
    """A scan in progress, whose event is pending."""


def announce(
    db: Connection, repository: StoredRepository, image: StoredImage, now: float, settings: Settings
) -> None:
    """Emit the event of a newly started scan if it has ended; otherwise `announce_ended` will."""
    outcome = scanning.outcome(db, repository, image, now, settings)
    pending = RepositoryDocuments(db, repository.id, _PENDING)
    if outcome is None:
        return
    status, summary, _ = outcome
    if status.status == _Status.IN_PROGRESS:
        pending.put(_Pending(), image.digest)
        return
    pending.remove(image.digest)
    if status.status in _ENDED:
        counts = {} if summary is None else summary.finding_severity_counts or {}
        configured = scanning.configuration(db, repository.scope)
        enhanced = configured.scan_type == models.ScanType.ENHANCED
        word = "INITIAL_SCAN_COMPLETE" if enhanced and summary else _ENDED[status.status]
        named = {str(severity): count for severity, count in counts.items()}
        emitting.scanned(db, repository, image.digest, word, named, now, enhanced=enhanced)


def announce_ended(db: Connection, now: float, settings: Settings) -> None:
    """Emit the events of scans that have ended since they were started."""
    rows = db.execute("SELECT repository_id, name FROM repository_documents WHERE kind = ?", (_PENDING,))
    for row in rows.fetchall():
        image = images.find(db, row["repository_id"], row["name"])
        if image is None:
            RepositoryDocuments(db, row["repository_id"], _PENDING).remove(row["name"])
        else:
            announce(db, repositories.by_id(db, image.repository_id), image, now, settings)
