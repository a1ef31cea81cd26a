"""Events waiting for the commit of their transaction.

The table is temporary, so a rollback discards the events of its transaction.
"""

import sqlite3

CREATE = "CREATE TEMP TABLE outbox (position INTEGER PRIMARY KEY, event TEXT NOT NULL)"


def put(db: sqlite3.Connection, event: str) -> None:
    """Add an event, as JSON."""
    db.execute("INSERT INTO temp.outbox (event) VALUES (?)", (event,))


def take(db: sqlite3.Connection) -> list[str]:
    """Remove and return all events, oldest first."""
    found = [row["event"] for row in db.execute("SELECT event FROM temp.outbox ORDER BY position")]
    if found:
        db.execute("DELETE FROM temp.outbox")
    return found
