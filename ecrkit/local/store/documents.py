"""Documents of registries and repositories besides layers and images: JSON under a kind and a name.

Bodies are the JSON of models, so they are read back as the same models.
"""

import sqlite3
from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel

from ecrkit.local.store.repositories import Scope

ModelT = TypeVar("ModelT", bound=BaseModel)

ONLY = ""
"""The name of a singleton document."""


class RegistryDocuments:
    """Documents of one kind in one registry."""

    def __init__(self, db: sqlite3.Connection, scope: Scope, kind: str) -> None:
        self._db = db
        self._where = (*scope, kind)

    def get(self, model: type[ModelT], name: str = ONLY) -> ModelT | None:
        """Return a document."""
        row = self._db.execute(
            "SELECT body FROM registry_documents WHERE account = ? AND region = ? AND kind = ? AND name = ?",
            (*self._where, name),
        ).fetchone()
        return None if row is None else model.model_validate_json(row["body"])

    def put(self, body: BaseModel, name: str = ONLY) -> None:
        """Store a document, replacing an existing one."""
        self._db.execute(
            "INSERT OR REPLACE INTO registry_documents VALUES (?, ?, ?, ?, ?)",
            (*self._where, name, _dump(body)),
        )

    def remove(self, name: str = ONLY) -> None:
        """Delete a document, if it exists."""
        self._db.execute(
            "DELETE FROM registry_documents WHERE account = ? AND region = ? AND kind = ? AND name = ?",
            (*self._where, name),
        )

    def every(self, model: type[ModelT]) -> list[tuple[str, ModelT]]:
        """List names and documents, sorted by name."""
        rows = self._db.execute(
            "SELECT name, body FROM registry_documents WHERE account = ? AND region = ? AND kind = ? ORDER BY name",
            self._where,
        )
        return [(row["name"], model.model_validate_json(row["body"])) for row in rows]


class RepositoryDocuments:
    """Documents of one kind in one repository, deleted with it."""

    def __init__(self, db: sqlite3.Connection, repository_id: int, kind: str) -> None:
        self._db = db
        self._where = (repository_id, kind)

    def get(self, model: type[ModelT], name: str = ONLY) -> ModelT | None:
        """Return a document."""
        row = self._db.execute(
            "SELECT body FROM repository_documents WHERE repository_id = ? AND kind = ? AND name = ?",
            (*self._where, name),
        ).fetchone()
        return None if row is None else model.model_validate_json(row["body"])

    def put(self, body: BaseModel, name: str = ONLY) -> None:
        """Store a document, replacing an existing one."""
        self._db.execute(
            "INSERT OR REPLACE INTO repository_documents VALUES (?, ?, ?, ?)",
            (*self._where, name, _dump(body)),
        )

    def remove(self, name: str = ONLY) -> None:
        """Delete a document, if it exists."""
        self._db.execute(
            "DELETE FROM repository_documents WHERE repository_id = ? AND kind = ? AND name = ?",
            (*self._where, name),
        )


def repositories_with(db: sqlite3.Connection, kind: str) -> Iterator[int]:
    """List the repositories of all registries that have a document of a kind."""
    rows = db.execute("SELECT DISTINCT repository_id FROM repository_documents WHERE kind = ?", (kind,))
    return (row["repository_id"] for row in rows.fetchall())


def _dump(body: BaseModel) -> str:
    return body.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True)
