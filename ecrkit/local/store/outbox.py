"""Events that wait for the commit of the transaction they belong to.

The table is temporary, so a transaction that is rolled back takes its events with it.
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
