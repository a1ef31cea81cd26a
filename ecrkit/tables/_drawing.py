"""Draws a table: as text for a terminal, as HTML for a notebook, and with rich."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ecrkit.tables import Table
from ecrkit.tables._cells import Cell, across, columns_of, harmless

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable


def as_text(table: Table) -> str:
    """Align the columns with spaces, without wrapping."""
    columns = columns_of(table.rows)
    lines = [[column.title for column in columns], *across(columns)] if columns else []
    texts = [
        "  ".join(cell.padded(column.width, column.side) for cell, column in zip(cells, columns, strict=True))
        for cells in lines
    ]
    return "\n".join([*(text.rstrip() for text in texts), *filter(None, [_note(table)])])


def as_html(table: Table) -> str:
    """Return HTML in which everything from the service is escaped."""
    note = escape(_note(table))
    columns = columns_of(table.rows)
    if not columns:
        return f"<p{_NO_FORMULAS}>{note}</p>"
    sides = [f' style="text-align: {column.side}"' for column in columns]
    head = "".join(
        f"<th{side}>{escape(column.title.text)}</th>" for column, side in zip(columns, sides, strict=True)
    )
    body = "\n".join(f"<tr>{''.join(map(_data, cells, sides))}</tr>" for cells in across(columns))
    below = f'<caption style="caption-side: bottom; text-align: left">{note}</caption>\n' if note else ""
    return (
        f"<table{_NO_FORMULAS}>\n{below}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    )


def as_rich(table: Table) -> ConsoleRenderable:
    """Return a table of rich, which fits itself to the width. rich must be installed."""
    from rich import box  # noqa: PLC0415 -- an extra
    from rich.table import Table as RichTable  # noqa: PLC0415 -- an extra
    from rich.text import Text  # noqa: PLC0415 -- an extra

    note = Text(_note(table))  # not a str, which rich would parse as markup
    columns = columns_of(table.rows)
    if not columns:
        return note
    shown = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, caption=note or None, caption_justify="left")
    for column in columns:
        shown.add_column(Text(column.title.text), justify=column.side, overflow="fold")
    for cells in across(columns):
        shown.add_row(*(Text(cell.text) for cell in cells))
    return shown


def _note(table: Table) -> str:
    return harmless(table.note or ("" if table.rows else "Nothing to show."))


def _data(cell: Cell, side: str) -> str:
    title = f' title="{escape(cell.whole)}"' if cell.whole != cell.text else ""
    return f"<td{side}{title}>{escape(cell.text)}</td>"


# Notebooks render $...$ as a formula, which can contain links.
_NO_FORMULAS = ' class="tex2jax_ignore mathjax_ignore"'
