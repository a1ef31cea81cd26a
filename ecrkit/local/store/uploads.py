"""Uploads in the store, with their progress."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """A row of the table."""

    id: str
    repository_id: int
    received: int
    parts: int
    last_part: int
    too_small: bool
    touched_at: float


def add(db: sqlite3.Connection, upload_id: str, repository_id: int, *, now: float) -> StoredUpload:
    """Add an upload."""
    db.execute("INSERT INTO uploads VALUES (?, ?, 0, 0, 0, 0, ?)", (upload_id, repository_id, now))
    return StoredUpload(upload_id, repository_id, 0, 0, 0, too_small=False, touched_at=now)


def find(db: sqlite3.Connection, repository_id: int, upload_id: str) -> StoredUpload | None:
    """Look up an upload in one repository."""
    row = db.execute(
        "SELECT * FROM uploads WHERE id = ? AND repository_id = ?", (upload_id, repository_id)
    ).fetchone()
    return None if row is None else _read(row)


def every(db: sqlite3.Connection) -> list[StoredUpload]:
    """List all uploads of all repositories."""
    return [_read(row) for row in db.execute("SELECT * FROM uploads")]


def record(db: sqlite3.Connection, upload: StoredUpload) -> bool:
    """Record the progress of an upload; False if it no longer exists."""
    cursor = db.execute(
        "UPDATE uploads SET received = ?, parts = ?, last_part = ?, too_small = ?, touched_at = ? WHERE id = ?",
        (
            upload.received,
            upload.parts,
            upload.last_part,
            upload.too_small,
            upload.touched_at,
            upload.id,
        ),
    )
    return cursor.rowcount == 1


def remove(db: sqlite3.Connection, upload_id: str) -> bool:
    """Remove an upload; False if it no longer exists."""
    return db.execute("DELETE FROM uploads WHERE id = ?", (upload_id,)).rowcount == 1


def _read(row: sqlite3.Row) -> StoredUpload:
    return StoredUpload(
        id=row["id"],
        repository_id=row["repository_id"],
        received=row["received"],
        parts=row["parts"],
        last_part=row["last_part"],
        too_small=bool(row["too_small"]),
        touched_at=row["touched_at"],
    )
