"""Layers in the store: which digests each repository has, and what refers to them."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredLayer:
    """A layer of one repository.

    `media_type` is the one in an image that refers to it; None if no image does.
    `archived`: only archived images refer to it.
    """

    digest: str
    size: int
    media_type: str | None
    archived: bool


def find(db: sqlite3.Connection, repository_id: int, digest: str) -> StoredLayer | None:
    """Look up a layer in one repository."""
    row = db.execute(
        "SELECT size FROM layers WHERE repository_id = ? AND digest = ?", (repository_id, digest)
    ).fetchone()
    if row is None:
        return None
    size, media_type = row["size"], _media_type(db, repository_id, digest, "images.status != 'ARCHIVED'")
    if media_type is not None:
        return StoredLayer(digest, size, media_type, archived=False)
    archived_type = _media_type(db, repository_id, digest, "TRUE")
    return StoredLayer(digest, size, archived_type, archived=archived_type is not None)


def _media_type(db: sqlite3.Connection, repository_id: int, digest: str, condition: str) -> str | None:
    # One image is enough: thousands of images may share a base layer.
    user = db.execute(
        "SELECT image_layers.media_type FROM image_layers JOIN images"  # noqa: S608 -- constants
        " ON images.repository_id = image_layers.repository_id AND images.digest = image_layers.image_digest"
        f" WHERE image_layers.repository_id = ? AND image_layers.layer_digest = ? AND {condition} LIMIT 1",
        (repository_id, digest),
    ).fetchone()
    return None if user is None else str(user["media_type"])


def add(db: sqlite3.Connection, repository_id: int, digest: str, size: int, *, now: float) -> None:
    """Add a layer to a repository; its bytes are already in the blobs."""
    db.execute("INSERT OR IGNORE INTO layers VALUES (?, ?, ?, ?)", (repository_id, digest, size, now))


def digests(db: sqlite3.Connection, repository_id: int) -> list[str]:
    """List the layers of a repository."""
    rows = db.execute("SELECT digest FROM layers WHERE repository_id = ?", (repository_id,))
    return [row["digest"] for row in rows]


def sizes(db: sqlite3.Connection) -> dict[str, int]:
    """Return all digests of all repositories with their sizes."""
    return {row["digest"]: row["size"] for row in db.execute("SELECT DISTINCT digest, size FROM layers")}


def forget(db: sqlite3.Connection, digests: Iterable[str]) -> None:
    """Remove layers from all repositories."""
    db.executemany("DELETE FROM layers WHERE digest = ?", [(digest,) for digest in digests])


def is_used(db: sqlite3.Connection, digest: str) -> bool:
    """Return whether any repository of any registry has the layer."""
    return db.execute("SELECT 1 FROM layers WHERE digest = ? LIMIT 1", (digest,)).fetchone() is not None


def remove_unneeded(db: sqlite3.Connection, before: float) -> list[str]:
    """Remove layers from their repositories that no image has referred to for long enough.

    Returns:
        Their digests; other repositories may have the same layers.
    """
    rows = db.execute(
        "DELETE FROM layers WHERE needed_at < ? AND NOT EXISTS (SELECT 1 FROM image_layers"
        " WHERE image_layers.repository_id = layers.repository_id"
        " AND image_layers.layer_digest = layers.digest) RETURNING digest",
        (before,),
    )
    return [row["digest"] for row in rows.fetchall()]
