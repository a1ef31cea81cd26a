"""The page of all registries and their repositories."""

from html import escape
from sqlite3 import Connection

from ecrkit.local.pages.html import ROWS, Cell, link, quiet, size, table, time
from ecrkit.local.store import repositories
from ecrkit.local.store.repositories import Scope, StoredRepository

_HEAD = ("Repository", "Images", "Stored", "Tags are", "Created")


def render(db: Connection) -> str:
    """Render the page."""
    scopes = [
        Scope(row["account"], row["region"])
        for row in db.execute("SELECT DISTINCT account, region FROM repositories ORDER BY account, region")
    ]
    if not scopes:
        return quiet("There are no repositories yet.")
    return "".join(_registry(db, scope) for scope in scopes)


def _registry(db: Connection, scope: Scope) -> str:
    found = sorted(repositories.page(db, scope, after=0, limit=ROWS), key=lambda each: each.name)
    rows = [_row(db, each) for each in found]
    return f"<h2>{escape(scope.account)} · {escape(scope.region)}</h2>{table(_HEAD, rows)}"


def _row(db: Connection, repository: StoredRepository) -> tuple[Cell, ...]:
    count = _number(db, "SELECT count(*) FROM images WHERE repository_id = ?", repository)
    stored = _number(db, "SELECT coalesce(sum(size), 0) FROM layers WHERE repository_id = ?", repository)
    return (
        Cell(link(repository, repository.name), repository.name),
        Cell(str(count), count, "number"),
        size(stored),
        Cell(escape(repository.tag_mutability.lower().replace("_", " "))),
        time(repository.created_at),
    )


def _number(db: Connection, query: str, repository: StoredRepository) -> int:
    return int(db.execute(query, (repository.id,)).fetchone()[0])
