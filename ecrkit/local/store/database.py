"""`Database`: one SQLite file, one connection, one transaction at a time.

Committed data survives kill -9 at any moment: the write-ahead log has reached the operating system before the commit
returns. A power cut may lose the last commits but leaves a consistent file, because blobs are synced before the rows
that refer to them are written.
"""

import secrets
import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ecrkit.errors import ConfigurationError
from ecrkit.local.store import outbox
from ecrkit.local.store.schema import CREATE, MIGRATIONS, SCHEMA_VERSION

_BUSY_SECONDS = 2.0  # a stopping server releases the lock within that time


class Database:
    """The metadata of a local ECR.

    Args:
        path: The SQLite file; created if missing.
        durable: Whether the file outlives this process.
        committed: Called with the events of each transaction after its commit, in the order of the commits.
        released: Called after that, when other threads can begin transactions.

    Raises:
        ConfigurationError: Another server is using the file, or this release cannot read its version.
    """

    def __init__(
        self,
        path: Path,
        *,
        durable: bool,
        committed: Callable[[Sequence[str]], None] = lambda _events: None,
        released: Callable[[], None] = lambda: None,
    ) -> None:
        self._lock = threading.RLock()  # a nested transaction is refused by SQLite instead of waiting forever
        self._committed = committed
        self._released = released
        self.transactions = 0
        """Number of transactions begun so far."""
        try:
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        except sqlite3.DatabaseError as error:
            raise ConfigurationError(_why_not(path, error)) from error
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
        """Begin a transaction that may write; commit at the end, or roll back if the block or the commit fails."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            self.transactions += 1
            try:
                yield self._connection
                events = outbox.take(self._connection)
                self._connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            if events:
                self._committed(events)
        if events:
            self._released()

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """Begin a transaction that only reads. It takes no write lock, so it works while the disk is full."""
        with self._lock:
            self._connection.execute("BEGIN")
            self.transactions += 1
            try:
                self._connection.execute("PRAGMA query_only = ON")  # refuse accidental writes
                yield self._connection
            finally:
                self._roll_back()
                self._connection.execute("PRAGMA query_only = OFF")

    def _roll_back(self) -> None:
        if (
            self._connection.in_transaction
        ):  # SQLite rolls back itself after some failures, such as a full disk
            self._connection.execute("ROLLBACK")

    def secret(self) -> bytes:
        """Return the key of this data folder, which signs URLs and tokens."""
        with self.reading() as db:
            row = db.execute("SELECT value FROM meta WHERE name = 'secret'").fetchone()
            return bytes(row["value"])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _set_up(self, *, durable: bool) -> None:
        # Exclusive: a second server on the same folder is refused; it would not see what this one caches.
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(f"PRAGMA synchronous = {'NORMAL' if durable else 'OFF'}")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA temp_store = MEMORY")  # sorting must not need disk space
        self._connection.execute(outbox.CREATE)
        with self.reading() as db:
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
        if version == SCHEMA_VERSION:
            return  # without writing, so a server can start on a full disk
        with self.transaction() as db:
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
