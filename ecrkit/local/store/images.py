"""Images and their tags in the store."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from ecrkit.local.manifests import Manifest

_COLUMNS = (
    "position, repository_id, digest, media_type, artifact_media_type, artifact_type, subject, annotations,"
    " size, status, pushed_at, pulled_at, archived_at, activated_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImage:
    """An image as put by PutImage."""

    digest: str
    media_type: str
    artifact_media_type: str | None
    artifact_type: str | None
    subject: str | None
    annotations: Mapping[str, str]
    size: int
    pushed_at: float
    manifest: bytes
    layers: Mapping[str, str]
    """Media types of layers and config, by digest."""

    children: tuple[str, ...]

    @classmethod
    def of(cls, manifest: Manifest, content: bytes, *, digest: str, size: int, now: float) -> Self:
        """Create an image from its parsed manifest; `content` is its bytes."""
        return cls(
            digest=digest,
            media_type=manifest.media_type,
            artifact_media_type=manifest.artifact_media_type,
            artifact_type=manifest.artifact_type,
            subject=manifest.subject,
            annotations=manifest.annotations,
            size=size,
            pushed_at=now,
            manifest=content,
            layers=manifest.media_types,
            children=manifest.children,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredImage:
    """A row of the table, without its manifest."""

    position: int
    repository_id: int
    digest: str
    media_type: str
    artifact_media_type: str | None
    artifact_type: str | None
    subject: str | None
    annotations: Mapping[str, str]
    size: int
    status: str
    pushed_at: float
    pulled_at: float | None
    archived_at: float | None
    activated_at: float | None


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a tag listing: an image with one of its tags, or without tags."""

    image_position: int
    tag_position: int
    digest: str
    tag: str | None


def add(db: sqlite3.Connection, repository_id: int, image: NewImage) -> None:
    """Store a new image with its references."""
    db.execute(
        "INSERT INTO images (repository_id, digest, media_type, artifact_media_type, artifact_type, subject,"
        " annotations, size, status, pushed_at, manifest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'ACTIVE', ?, ?)",
        (
            repository_id,
            image.digest,
            image.media_type,
            image.artifact_media_type,
            image.artifact_type,
            image.subject,
            json.dumps(dict(image.annotations)),
            image.size,
            image.pushed_at,
            image.manifest,
        ),
    )
    db.executemany(
        "INSERT INTO image_layers VALUES (?, ?, ?, ?)",
        [(repository_id, image.digest, layer, media_type) for layer, media_type in image.layers.items()],
    )
    db.executemany(
        "INSERT OR IGNORE INTO image_children VALUES (?, ?, ?)",
        [(repository_id, image.digest, child) for child in image.children],
    )


def find(db: sqlite3.Connection, repository_id: int, digest: str) -> StoredImage | None:
    """Look up an image by digest."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM images WHERE repository_id = ? AND digest = ?",  # noqa: S608 -- a constant
        (repository_id, digest),
    ).fetchone()
    return None if row is None else _read(row)


def manifest(db: sqlite3.Connection, repository_id: int, digest: str) -> bytes:
    """Return the bytes of an existing image."""
    row = db.execute(
        "SELECT manifest FROM images WHERE repository_id = ? AND digest = ?", (repository_id, digest)
    ).fetchone()
    return bytes(row["manifest"])


def any_image(db: sqlite3.Connection, repository_id: int) -> bool:
    """Return whether the repository has images."""
    row = db.execute("SELECT 1 FROM images WHERE repository_id = ? LIMIT 1", (repository_id,)).fetchone()
    return row is not None


def page(
    db: sqlite3.Connection,
    repository_id: int,
    *,
    tagged: bool | None,
    status: str | None,
    after: int,
    limit: int,
) -> list[StoredImage]:
    """List images in push order, after a position."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM images WHERE repository_id = ? AND position > ?{_where(tagged=tagged, status=status)}"  # noqa: S608 -- constants
        " ORDER BY position LIMIT ?",
        (repository_id, after, *([status] if status else []), limit),
    )
    return [_read(row) for row in rows]


def newest(db: sqlite3.Connection, repository_id: int, *, limit: int) -> list[StoredImage]:
    """List the latest pushed images, newest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM images WHERE repository_id = ? ORDER BY position DESC LIMIT ?",  # noqa: S608 -- a constant
        (repository_id, limit),
    )
    return [_read(row) for row in rows]


def tag_page(
    db: sqlite3.Connection,
    repository_id: int,
    *,
    tagged: bool | None,
    status: str | None,
    after: tuple[int, int],
    limit: int,
) -> list[Listed]:
    """List one entry per tag, and one per image without tags, after an entry."""
    image, tag = after
    rows = db.execute(
        "SELECT images.position AS image_position, coalesce(tags.position, 0) AS tag_position,"  # noqa: S608 -- constants
        " images.digest, tags.name FROM images LEFT JOIN tags"
        " ON tags.repository_id = images.repository_id AND tags.digest = images.digest"
        " WHERE images.repository_id = ? AND images.position >= ?"
        " AND (images.position > ? OR coalesce(tags.position, 0) > ?)"
        f"{_where(tagged=tagged, status=status)} ORDER BY images.position, tags.position LIMIT ?",
        (repository_id, image, image, tag, *([status] if status else []), limit),
    )
    return [Listed(row["image_position"], row["tag_position"], row["digest"], row["name"]) for row in rows]


def _where(*, tagged: bool | None, status: str | None) -> str:
    has_tag = (
        "EXISTS (SELECT 1 FROM tags AS t WHERE t.repository_id = images.repository_id"
        " AND t.digest = images.digest)"
    )
    wanted = {True: f" AND {has_tag}", False: f" AND NOT {has_tag}", None: ""}[tagged]
    return wanted + (" AND images.status = ?" if status else "")


def tags(db: sqlite3.Connection, repository_id: int, digest: str) -> list[str]:
    """List the tags of an image, oldest first."""
    rows = db.execute(
        "SELECT name FROM tags WHERE repository_id = ? AND digest = ? ORDER BY position",
        (repository_id, digest),
    )
    return [row["name"] for row in rows]


def tagged_digest(db: sqlite3.Connection, repository_id: int, tag: str) -> str | None:
    """Return the image of a tag."""
    row = db.execute(
        "SELECT digest FROM tags WHERE repository_id = ? AND name = ?", (repository_id, tag)
    ).fetchone()
    return None if row is None else row["digest"]


def set_tag(db: sqlite3.Connection, repository_id: int, tag: str, digest: str) -> None:
    """Set a tag on an image, moving it from another one."""
    db.execute("DELETE FROM tags WHERE repository_id = ? AND name = ?", (repository_id, tag))
    db.execute(
        "INSERT INTO tags (repository_id, name, digest) VALUES (?, ?, ?)", (repository_id, tag, digest)
    )


def remove_tag(db: sqlite3.Connection, repository_id: int, tag: str) -> None:
    """Remove a tag, but not its image."""
    db.execute("DELETE FROM tags WHERE repository_id = ? AND name = ?", (repository_id, tag))


def remove(db: sqlite3.Connection, repository_id: int, digest: str, *, now: float) -> None:
    """Delete an image with its tags, and release its layers."""
    db.execute(
        "UPDATE layers SET needed_at = ? WHERE repository_id = ? AND digest IN"
        " (SELECT layer_digest FROM image_layers WHERE repository_id = ? AND image_digest = ?)",
        (now, repository_id, repository_id, digest),
    )
    db.execute("DELETE FROM images WHERE repository_id = ? AND digest = ?", (repository_id, digest))


def parents(db: sqlite3.Connection, repository_id: int, digest: str) -> list[str]:
    """List the manifest lists that contain an image."""
    rows = db.execute(
        "SELECT parent_digest FROM image_children WHERE repository_id = ? AND child_digest = ?",
        (repository_id, digest),
    )
    return [row["parent_digest"] for row in rows]


def children(db: sqlite3.Connection, repository_id: int, digest: str) -> list[str]:
    """List the images of a manifest list."""
    rows = db.execute(
        "SELECT child_digest FROM image_children WHERE repository_id = ? AND parent_digest = ?",
        (repository_id, digest),
    )
    return [row["child_digest"] for row in rows]


def layer_types(db: sqlite3.Connection, repository_id: int, digest: str) -> dict[str, str]:
    """List the layers of an image, config included, with their media types."""
    rows = db.execute(
        "SELECT layer_digest, media_type FROM image_layers WHERE repository_id = ? AND image_digest = ?",
        (repository_id, digest),
    )
    return {row["layer_digest"]: row["media_type"] for row in rows}


def referrers(
    db: sqlite3.Connection, repository_id: int, subject: str, *, after: int, limit: int
) -> list[StoredImage]:
    """List the referrers of an image."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM images WHERE repository_id = ? AND subject = ? AND position > ?"  # noqa: S608 -- a constant
        " ORDER BY position LIMIT ?",
        (repository_id, subject, after, limit),
    )
    return [_read(row) for row in rows]


def set_status(
    db: sqlite3.Connection,
    image: StoredImage,
    status: str,
    *,
    archived_at: float | None = None,
    activated_at: float | None = None,
) -> None:
    """Change the storage class of an image."""
    db.execute(
        "UPDATE images SET status = ?, archived_at = coalesce(?, archived_at),"
        " activated_at = coalesce(?, activated_at) WHERE repository_id = ? AND digest = ?",
        (status, archived_at, activated_at, image.repository_id, image.digest),
    )


def restored_by(db: sqlite3.Connection, now: float) -> list[StoredImage]:
    """List the images of all repositories whose restore has ended but that are still marked as ACTIVATING."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM images WHERE status = 'ACTIVATING' AND activated_at <= ?",  # noqa: S608 -- a constant
        (now,),
    )
    return [_read(row) for row in rows.fetchall()]


def set_pulled(db: sqlite3.Connection, repository_id: int, digests: Iterable[str], now: float) -> None:
    """Record pulls of images."""
    db.executemany(
        "UPDATE images SET pulled_at = ? WHERE repository_id = ? AND digest = ?",
        [(now, repository_id, digest) for digest in digests],
    )


def _read(row: sqlite3.Row) -> StoredImage:
    return StoredImage(
        position=row["position"],
        repository_id=row["repository_id"],
        digest=row["digest"],
        media_type=row["media_type"],
        artifact_media_type=row["artifact_media_type"],
        artifact_type=row["artifact_type"],
        subject=row["subject"],
        annotations=json.loads(row["annotations"]),
        size=row["size"],
        status=row["status"],
        pushed_at=row["pushed_at"],
        pulled_at=row["pulled_at"],
        archived_at=row["archived_at"],
        activated_at=row["activated_at"],
    )
