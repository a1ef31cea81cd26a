"""Archive and restore images."""

from sqlite3 import Connection

from ecrkit.local import emitting
from ecrkit.local.refusals import Refusal
from ecrkit.local.settings import Settings
from ecrkit.local.store import images, repositories
from ecrkit.local.store.images import StoredImage

ACTIVE, ARCHIVED, ACTIVATING = "ACTIVE", "ARCHIVED", "ACTIVATING"


def archive(db: Connection, image: StoredImage, now: float) -> None:
    """Archive an image; does nothing if it is archived.

    Raises:
        Refusal: It is being restored, or other images need it.
    """
    if image.status == ACTIVATING:
        raise _not_supported("The image is being restored")
    if images.parents(db, image.repository_id, image.digest):
        raise _not_supported("The image is referenced by a manifest list")
    if image.subject is not None:
        raise _not_supported("The image refers to a subject, and is archived with it")
    if image.status == ACTIVE:
        images.set_status(db, image, ARCHIVED, archived_at=now)
        emitting.archived(db, repositories.by_id(db, image.repository_id), image, now)


def restore(db: Connection, image: StoredImage, now: float, settings: Settings) -> str:
    """Restore an image and return its status, which becomes ACTIVE when the restore ends."""
    if image.status != ARCHIVED:
        return image.status
    if settings.restore_duration <= 0:
        _finish(db, image, now)
        return ACTIVE
    images.set_status(db, image, ACTIVATING, activated_at=now + settings.restore_duration)
    return ACTIVATING


def finish_restoring(db: Connection, now: float) -> None:
    """Activate images whose restore has ended."""
    for image in images.restored_by(db, now):
        _finish(db, image, now if image.activated_at is None else image.activated_at)


def _finish(db: Connection, image: StoredImage, at: float) -> None:
    images.set_status(db, image, ACTIVE, activated_at=at)
    emitting.restored(db, repositories.by_id(db, image.repository_id), image, at)


def _not_supported(why: str) -> Refusal:
    return Refusal(
        "ImageStorageClassUpdateNotSupportedException",
        f"The storage class of the image cannot be updated. {why}",
    )
