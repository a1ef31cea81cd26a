"""The page for people at `/`: registries, repositories, images, tags, layers. Rendered here, every text escaped."""

from collections.abc import Iterable, Sequence
from html import escape
from sqlite3 import Connection
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ecrkit.local.clock import moment
from ecrkit.local.service import Service
from ecrkit.local.store import images, layers, repositories
from ecrkit.local.store.images import StoredImage
from ecrkit.local.store.repositories import Scope, StoredRepository

_ROWS = 200  # as many as fit a page that people read
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 75rem; padding: 1.5rem; }
header { border-bottom: 2px solid #f08c2e; margin-bottom: 1.5rem; }
h1 { font-size: 1.3rem; margin: 0 0 .5rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .4rem .8rem .4rem 0; text-align: left; vertical-align: top; }
th { font-weight: 600; font-size: .85rem; opacity: .7; } tr + tr td { border-top: 1px solid #8884; }
td.number, th.number { padding-right: 2rem; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.number { text-align: right; }
code { font: .85rem ui-monospace, monospace; overflow-wrap: anywhere; }
a { color: #c2410c; } .tag { border: 1px solid #8886; border-radius: 1rem; padding: 0 .6rem; margin-right: .3rem; }
.quiet { opacity: .65; }
"""

Cell = tuple[str, bool]
"""HTML, and whether it is a number."""


def answer_page(request: Request, service: Service) -> Response:
    """Show all repositories, or the images of the one that the query names."""
    if service.keys is not None:
        return _html("Local ECR", "<p>Who asks here has to sign, which a browser cannot.</p>", status=403)
    query = request.query_params
    with service.database.reading() as db:
        if "repository" in query:
            scope = Scope(query.get("account", ""), query.get("region", ""))
            repository = repositories.find(db, scope, query["repository"])
            if repository is None:
                return _html("Not found", "<p>There is no such repository.</p>", status=404)
            return _html(repository.name, _repository(db, repository))
        return _html("Local ECR", _registries(db))


def _registries(db: Connection) -> str:
    scopes = [
        Scope(row["account"], row["region"])
        for row in db.execute("SELECT DISTINCT account, region FROM repositories ORDER BY account, region")
    ]
    if not scopes:
        return '<p class="quiet">There are no repositories yet.</p>'
    return "".join(_registry(db, scope) for scope in scopes)


def _registry(db: Connection, scope: Scope) -> str:
    found = repositories.page(db, scope, after=0, limit=_ROWS)
    rows = [
        (
            (_link(repository), False),
            (str(_count(db, repository)), True),
            (_size(_stored(db, repository)), True),
            (escape(repository.tag_mutability), False),
            (_time(repository.created_at), False),
        )
        for repository in found
    ]
    head = ("Repository", "Images", "Stored", "Tags are", "Created")
    return f"<h2>{escape(scope.account)} · {escape(scope.region)}</h2>{_table(head, rows)}{_more(found)}"


def _repository(db: Connection, repository: StoredRepository) -> str:
    found = images.newest(db, repository.id, limit=_ROWS)
    rows = [_image(db, repository, image) for image in found]
    head = ("Image", "Tags", "Size", "Layers", "Type", "Pushed")
    back = '<p><a href="/">All repositories</a></p>'
    none = '<p class="quiet">There are no images yet.</p>'
    return f"{back}{_table(head, rows) if rows else none}{_more(found)}"


def _image(db: Connection, repository: StoredRepository, image: StoredImage) -> tuple[Cell, ...]:
    tags = "".join(
        f'<span class="tag">{escape(tag)}</span>' for tag in images.tags(db, repository.id, image.digest)
    )
    status = "" if image.status == "ACTIVE" else f' <span class="quiet">{escape(image.status)}</span>'
    return (
        (f"<code>{escape(image.digest)}</code>{status}", False),
        (tags or '<span class="quiet">none</span>', False),
        (_size(image.size), True),
        (_layers(db, repository, image), False),
        (f"<code>{escape(image.artifact_media_type or image.media_type)}</code>", False),
        (_time(image.pushed_at), False),
    )


def _layers(db: Connection, repository: StoredRepository, image: StoredImage) -> str:
    children = images.children(db, repository.id, image.digest)
    if children:
        lines = [f"<code>{escape(each)}</code>" for each in children]
        return f"<details><summary>images: {len(children)}</summary>{'<br>'.join(lines)}</details>"
    used = images.layer_types(db, repository.id, image.digest)
    sizes = {digest: layers.find(db, repository.id, digest) for digest in used}
    lines = [
        f"<code>{escape(digest)}</code> {_size(layer.size if layer else 0)}"
        for digest, layer in sizes.items()
    ]
    return f"<details><summary>{len(used)} with config</summary>{'<br>'.join(lines)}</details>"


def _count(db: Connection, repository: StoredRepository) -> int:
    row = db.execute("SELECT count(*) FROM images WHERE repository_id = ?", (repository.id,)).fetchone()
    return int(row[0])


def _stored(db: Connection, repository: StoredRepository) -> int:
    row = db.execute(
        "SELECT coalesce(sum(size), 0) FROM layers WHERE repository_id = ?", (repository.id,)
    ).fetchone()
    return int(row[0])


def _link(repository: StoredRepository) -> str:
    account, region = repository.scope
    query = urlencode({"account": account, "region": region, "repository": repository.name})
    return f'<a href="/?{escape(query)}">{escape(repository.name)}</a>'


def _table(head: Iterable[str], rows: Iterable[Sequence[Cell]]) -> str:
    body = "".join(f"<tr>{''.join(_cell(*cell) for cell in row)}</tr>" for row in rows)
    numbers = {"Images", "Stored", "Size"}
    titles = "".join(
        f'<th class="number">{escape(each)}</th>' if each in numbers else f"<th>{escape(each)}</th>"
        for each in head
    )
    return f"<table><tr>{titles}</tr>{body}</table>"


def _cell(html: str, number: bool) -> str:  # noqa: FBT001 -- half of a `Cell`
    return f'<td class="number">{html}</td>' if number else f"<td>{html}</td>"


def _more(found: Sequence[object]) -> str:
    return f'<p class="quiet">There may be more; {_ROWS} are shown.</p>' if len(found) == _ROWS else ""


def _size(size: int) -> str:
    units = ("B", "KiB", "MiB", "GiB", "TiB")
    value, unit = float(size), 0
    while value >= 1024 and unit < len(units) - 1:  # noqa: PLR2004 -- what a KiB is
        value, unit = value / 1024, unit + 1
    return f"{value:.0f} {units[unit]}" if unit == 0 else f"{value:.1f} {units[unit]}"


def _time(epoch: float) -> str:
    return f"{moment(epoch):%Y-%m-%d %H:%M} UTC"


def _html(title: str, body: str, *, status: int = 200) -> Response:
    content = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<header><h1>{escape(title)}</h1></header><main>{body}</main></html>"
    )
    return HTMLResponse(content, status, _HEADERS)
