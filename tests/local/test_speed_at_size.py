"""Which plans SQLite makes for the queries of listings and pushes: none may read or sort a whole repository."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecrkit.local.store import images, layers
from ecrkit.local.store.database import Database
from ecrkit.local.store.schema import MIGRATIONS

Query = Callable[[sqlite3.Connection], object]

QUERIES: dict[str, Query] = {
    "page": lambda db: images.page(db, 1, tagged=None, status="ACTIVE", after=5, limit=10),
    "page of tagged images": lambda db: images.page(db, 1, tagged=True, status=None, after=5, limit=10),
    "tag page": lambda db: images.tag_page(db, 1, tagged=None, status="ACTIVE", after=(5, 3), limit=10),
    "newest": lambda db: images.newest(db, 1, limit=10),
    "referrers": lambda db: images.referrers(db, 1, "sha256:0", after=0, limit=10),
    "find layer": lambda db: layers.find(db, 1, "sha256:0"),
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "ecr.sqlite3", durable=False)
    yield made
    made.close()


def plans(db: sqlite3.Connection, query: Query) -> list[str]:
    """Run a query and give the plan of each of its statements."""
    statements: list[str] = []
    db.set_trace_callback(statements.append)
    query(db)
    db.set_trace_callback(None)
    return [row["detail"] for each in statements for row in db.execute(f"EXPLAIN QUERY PLAN {each}")]


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_no_query_sorts_or_reads_a_whole_repository(database: Database, query: Query) -> None:
    with database.reading() as db:
        steps = plans(db, query)

    assert steps
    assert [each for each in steps if "TEMP B-TREE" in each or each.startswith("SCAN")] == []


def test_a_folder_of_the_first_version_gets_the_index(tmp_path: Path, database: Database) -> None:
    with database.transaction() as db:
        db.execute("DROP INDEX images_by_repository")
        db.execute("PRAGMA user_version = 1")
    database.close()
    assert 1 in MIGRATIONS

    again = Database(tmp_path / "ecr.sqlite3", durable=False)
    with again.reading() as db:
        found = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'images_by_repository'").fetchone()
    again.close()

    assert found is not None


def test_a_layer_shared_by_archived_and_active_images_is_not_archived(database: Database) -> None:
    with database.transaction() as db:
        db.execute(
            "INSERT INTO repositories VALUES (1, '000000000000', 'us-east-1', 'a', 0, 'MUTABLE', '[]', 0, '{}', '{}')"
        )
        layers.add(db, 1, "sha256:0", 5, now=0)
        for digest, status in (("sha256:1", "ARCHIVED"), ("sha256:2", "ACTIVE")):
            db.execute(
                "INSERT INTO images (repository_id, digest, media_type, annotations, size, status, pushed_at, manifest)"
                " VALUES (1, ?, '', '{}', 0, ?, 0, '')",
                (digest, status),
            )
            db.execute("INSERT INTO image_layers VALUES (1, ?, 'sha256:0', ?)", (digest, status))
        both = layers.find(db, 1, "sha256:0")
        db.execute("DELETE FROM images WHERE digest = 'sha256:2'")
        one = layers.find(db, 1, "sha256:0")
        db.execute("DELETE FROM images")
        none = layers.find(db, 1, "sha256:0")

    assert [(each.media_type, each.archived) for each in (both, one, none) if each] == [
        ("ACTIVE", False),
        ("ARCHIVED", True),
        (None, False),
    ]
