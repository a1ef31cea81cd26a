"""HTML helpers: page frame, tables, sizes and times. Pure; all text is escaped."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, Response

from ecrkit.local.clock import moment
from ecrkit.local.store.repositories import StoredRepository

ROWS = 200
"""Maximum number of rows of a table."""

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; --line: #8883; --accent: #c2410c; }
@media (prefers-color-scheme: dark) { :root { --accent: #fb923c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 80rem; padding: 0 1.25rem 3rem; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: baseline; padding: 1rem 0 .6rem;
  border-bottom: 2px solid #f08c2e; margin-bottom: 1.25rem; }
h1 { font-size: 1.25rem; margin: 0; overflow-wrap: anywhere; flex: 1 1 auto; }
nav { display: flex; gap: 1rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
code, pre { font: .85rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { background: #8881; border-radius: .4rem; padding: .7rem .9rem; margin: .4rem 0; overflow: auto; max-height: 32rem;
  white-space: pre-wrap; }
pre.command { user-select: all; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .4rem 1rem .4rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; font-size: .8rem; opacity: .75; cursor: pointer; white-space: nowrap; }
th[aria-sort=ascending]::after { content: " \\2191"; } th[aria-sort=descending]::after { content: " \\2193"; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.number, th.number { padding-right: 2rem; }
td.nowrap { white-space: nowrap; }
input { font: inherit; padding: .3rem .6rem; margin: .2rem 0 .6rem; width: min(22rem, 100%); border: 1px solid #8886;
  border-radius: .4rem; background: transparent; color: inherit; }
.tag { display: inline-block; border: 1px solid #8886; border-radius: 1rem; padding: 0 .6rem; margin: 0 .3rem .2rem 0;
  overflow-wrap: anywhere; }
.quiet { opacity: .65; } .bad { color: #dc2626; } summary { cursor: pointer; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0; }
dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
@media (max-width: 640px) {
  body { padding: 0 .9rem 2rem; }
  thead { display: none; }
  tr { display: block; border-bottom: 1px solid var(--line); padding: .5rem 0; }
  td { display: grid; grid-template-columns: 5.5rem 1fr; gap: .6rem; border: 0; padding: .1rem 0; }
  td::before { content: attr(data-label); opacity: .65; font-size: .85rem; }
  td:has(> span:empty) { display: none; }
  td.number, td.nowrap { text-align: left; white-space: normal; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; }
}
"""

# Filters the rows of the table below an input, and sorts by the column that is clicked.
_SCRIPT = """
for (const input of document.querySelectorAll("input")) {
  const rows = [...input.nextElementSibling.tBodies[0].rows];
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}
for (const head of document.querySelectorAll("th")) {
  head.addEventListener("click", () => {
    const body = head.closest("table").tBodies[0], column = head.cellIndex;
    const up = head.ariaSort !== "ascending";
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.ariaSort = up ? "ascending" : "descending";
    const key = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent;
    const order = (a, b) => key(a).localeCompare(key(b), undefined, { numeric: true });
    body.append(...[...body.rows].sort((a, b) => (up ? order(a, b) : order(b, a))));
  });
}
"""
_SCRIPT_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_SCRIPT_HASH}'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    html: str
    key: str | float | None = None
    """Sort key; defaults to its text."""

    style: str = ""
    """`number` or `nowrap`."""


def page(title: str, body: str, status: int = 200) -> Response:
    """Render a page."""
    links = '<nav><a href="/">Repositories</a><a href="/?show=requests">Requests</a><a href="/?show=events">Events</a></nav>'
    content = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<header><h1>{escape(title)}</h1>{links}</header><main>{body}</main><script>{_SCRIPT}</script></html>"
    )
    return HTMLResponse(content, status, _HEADERS)


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, filtered: bool = True) -> str:
    """Render a table that can be sorted and, by default, filtered."""
    lines = [list(row) for row in rows]
    numbers = {n for row in lines for n, cell in enumerate(row) if cell.style == "number"}
    titles = "".join(
        f"<th{_class('number' if n in numbers else '')}>{escape(each)}</th>" for n, each in enumerate(head)
    )
    body = "".join(
        f"<tr>{''.join(_cell(cell, label) for cell, label in zip(row, head, strict=True))}</tr>"
        for row in lines
    )
    more = f'<p class="quiet">The first {ROWS} are shown.</p>' if len(lines) == ROWS else ""
    search = '<input type="search" placeholder="Filter" aria-label="Filter">' if filtered else ""
    return f"{search}<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>{more}"


def facts(named: Mapping[str, str]) -> str:
    """Render a list of names and values; the values are HTML."""
    return f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{html}</dd>' for name, html in named.items())}</dl>"


def command(text: str) -> str:
    """Render a command; a click selects all of it."""
    return f'<pre class="command">{escape(text)}</pre>'


def json_block(text: str) -> str:
    """Render JSON with indentation; other text unchanged."""
    with suppress(ValueError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return f"<pre>{escape(text)}</pre>"


def link(repository: StoredRepository, text: str, *, image: str | None = None) -> str:
    """Render a link to the page of a repository or of an image."""
    account, region = repository.scope
    query = {"account": account, "region": region, "repository": repository.name}
    if image is not None:
        query["image"] = image
    return f'<a href="/?{escape(urlencode(query))}">{escape(text)}</a>'


def tags(names: Sequence[str]) -> str:
    """Render the tags of an image, newest first."""
    shown = "".join(f'<span class="tag">{escape(each)}</span>' for each in reversed(names))
    return shown or '<span class="quiet">none</span>'


def quiet(text: str) -> str:
    """Render a note."""
    return f'<p class="quiet">{escape(text)}</p>'


def size(count: int) -> Cell:
    """Render a number of bytes."""
    return Cell(size_text(count), count, "number")


def size_text(count: int) -> str:
    """Format a number of bytes."""
    units = ("B", "KiB", "MiB", "GiB", "TiB")
    value, unit = float(count), 0
    while value >= 1024 and unit < len(units) - 1:  # noqa: PLR2004 -- what a KiB is
        value, unit = value / 1024, unit + 1
    return f"{value:.0f} {units[unit]}" if unit == 0 else f"{value:.1f} {units[unit]}"


def time(epoch: float) -> Cell:
    """Render a time."""
    return Cell(time_text(epoch), epoch, "nowrap")


def time_text(epoch: float) -> str:
    """Format a time."""
    return f"{moment(epoch):%Y-%m-%d %H:%M:%S} UTC"


def short(digest: str) -> str:
    """Shorten a digest as Docker does."""
    return digest.partition(":")[2][:12] or digest


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _cell(cell: Cell, label: str) -> str:
    key = "" if cell.key is None else f' data-key="{escape(str(cell.key))}"'
    return f'<td{_class(cell.style)} data-label="{escape(label)}"{key}><span>{cell.html}</span></td>'
