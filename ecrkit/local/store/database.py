"""`Database`: one SQLite file, one connection, one transaction at a time.

What was committed survives the death of the process at any moment (kill -9): the write-ahead log has gone to the
operating system before the commit returns. A power cut may take the last commits along, but leaves a consistent
file: blobs are synced before the rows that speak of them are written.
"""

import secrets
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ecrkit.errors import ConfigurationError
from ecrkit.local.store.schema import CREATE, MIGRATIONS, SCHEMA_VERSION

_BUSY_SECONDS = 2.0  # a server that is just stopping lets go within that time


class Database:
    """The metadata of a local ECR.

    Args:
        path: The SQLite file; made if it is not there.
        durable: Whether the file shall survive more than this process.

    Raises:
        ConfigurationError: Another server has the file, or its tables are of a version that this release cannot read.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        try:
            self._set_up(durable=durable)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise ConfigurationError(_why_not(path, error)) from error
        except ConfigurationError:
            self._connection.close()
            raise

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """Hold the database; commit at the end, or roll back when the block raises."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def secret(self) -> bytes:
        """Give the key of this data folder, with which URLs and tokens are signed."""
        with self.transaction() as db:
            row = db.execute("SELECT value FROM meta WHERE name = 'secret'").fetchone()
            return bytes(row["value"])

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _set_up(self, *, durable: bool) -> None:
        # Exclusive: a second server on the same folder is told so instead of sharing a state that it caches.
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(f"PRAGMA synchronous = {'NORMAL' if durable else 'OFF'}")
        self._connection.execute("PRAGMA foreign_keys = ON")
        with self.transaction() as db:
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            if version == 0:
                _run(db, CREATE)
                db.execute("INSERT INTO meta VALUES ('secret', ?)", (secrets.token_bytes(32),))
                version = SCHEMA_VERSION
            while version != SCHEMA_VERSION:
                if version not in MIGRATIONS:
                    raise ConfigurationError(
                        f"The data folder has tables of version {version}; this release reads version "
                        f"{SCHEMA_VERSION}. Use the release that wrote it, or another folder."
                    )
                _run(db, MIGRATIONS[version])
                version += 1
            db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _run(db: sqlite3.Connection, script: str) -> None:
    # `executescript` would commit first; no statement of ours has a semicolon inside.
    for statement in script.split(";"):
        db.execute(statement)


def _why_not(path: Path, error: sqlite3.DatabaseError) -> str:
    if "locked" in str(error):
        return f"Another local ECR is using {path.parent}. Stop it, or choose another data folder."
    return f"{path} cannot be used as the store of a local ECR: {error}"
