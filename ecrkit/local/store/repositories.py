"""Repositories in the store."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Scope(NamedTuple):
    """A registry: one per account and region."""

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class StoredRepository:
    """A row of the table."""

    id: int
    scope: Scope
    name: str
    created_at: float
    tag_mutability: str
    tag_exclusions: tuple[str, ...]
    scan_on_push: bool
    encryption: Mapping[str, str]
    resource_tags: Mapping[str, str]


def add(
    db: sqlite3.Connection,
    scope: Scope,
    name: str,
    *,
    created_at: float,
    tag_mutability: str,
    tag_exclusions: Sequence[str],
    scan_on_push: bool,
    encryption: Mapping[str, str],
    resource_tags: Mapping[str, str],
) -> StoredRepository:
    """Create a repository."""
    cursor = db.execute(
        "INSERT INTO repositories (account, region, name, created_at, tag_mutability, tag_exclusions,"
        " scan_on_push, encryption, resource_tags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (
            *scope,
            name,
            created_at,
            tag_mutability,
            json.dumps(list(tag_exclusions)),
            scan_on_push,
            json.dumps(dict(encryption)),
            json.dumps(dict(resource_tags)),
        ),
    )
    return _read(cursor.fetchone())


def find(db: sqlite3.Connection, scope: Scope, name: str) -> StoredRepository | None:
    """Look up a repository by name."""
    row = db.execute(
        "SELECT * FROM repositories WHERE account = ? AND region = ? AND name = ?", (*scope, name)
    ).fetchone()
    return None if row is None else _read(row)


def by_id(db: sqlite3.Connection, repository_id: int) -> StoredRepository:
    """Return an existing repository."""
    return _read(db.execute("SELECT * FROM repositories WHERE id = ?", (repository_id,)).fetchone())


def page(db: sqlite3.Connection, scope: Scope, *, after: int, limit: int) -> list[StoredRepository]:
    """List repositories in creation order, after an id."""
    rows = db.execute(
        "SELECT * FROM repositories WHERE account = ? AND region = ? AND id > ? ORDER BY id LIMIT ?",
        (*scope, after, limit),
    )
    return [_read(row) for row in rows]


def set_tag_mutability(
    db: sqlite3.Connection, repository_id: int, mutability: str, exclusions: Sequence[str]
) -> None:
    """Set the tag mutability and its exclusions."""
    db.execute(
        "UPDATE repositories SET tag_mutability = ?, tag_exclusions = ? WHERE id = ?",
        (mutability, json.dumps(list(exclusions)), repository_id),
    )


def set_scan_on_push(db: sqlite3.Connection, repository_id: int, *, scan_on_push: bool) -> None:
    """Set whether a push starts a scan."""
    db.execute("UPDATE repositories SET scan_on_push = ? WHERE id = ?", (scan_on_push, repository_id))


def set_resource_tags(db: sqlite3.Connection, repository_id: int, tags: Mapping[str, str]) -> None:
    """Replace all tags of the repository as an AWS resource."""
    db.execute(
        "UPDATE repositories SET resource_tags = ? WHERE id = ?", (json.dumps(dict(tags)), repository_id)
    )


def remove(db: sqlite3.Connection, repository_id: int) -> None:
    """Delete a repository with everything in it."""
    db.execute("DELETE FROM repositories WHERE id = ?", (repository_id,))


def _read(row: sqlite3.Row) -> StoredRepository:
    return StoredRepository(
        id=row["id"],
        scope=Scope(row["account"], row["region"]),
        name=row["name"],
        created_at=row["created_at"],
        tag_mutability=row["tag_mutability"],
        tag_exclusions=tuple(json.loads(row["tag_exclusions"])),
        scan_on_push=bool(row["scan_on_push"]),
        encryption=json.loads(row["encryption"]),
        resource_tags=json.loads(row["resource_tags"]),
    )
