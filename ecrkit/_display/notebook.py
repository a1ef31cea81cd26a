"""`NotebookBars`: the bars in a notebook, as one piece of HTML that is updated in place."""

import sys
import time
from collections.abc import Callable
from html import escape
from typing import Any

from ecrkit._display.board import Board
from ecrkit.events import LayerEvent
from ecrkit.tables import Size


def in_notebook() -> bool:
    """Return whether this program runs in a notebook. IPython is not imported: in a notebook, it is already."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None  # a shell on a terminal has none


class NotebookBars:
    """Shows a table with a bar for each layer and one for the total, a few times per second."""

    def __init__(self, show: Callable[[str], object]) -> None:
        """Show nothing yet.

        Args:
            show: Shows HTML in place of what it has shown before.
        """
        self._show = show
        self._board = Board()
        self._due = 0.0

    def __call__(self, event: LayerEvent) -> None:
        now = time.monotonic()
        row = self._board.take(event, now)
        if now >= self._due or (row is not None and row.state.is_final):
            self._due = now + _INTERVAL
            self._show(as_html(self._board))

    def end(self) -> None:
        """Show what has not ended as cancelled."""
        self._board.end()
        self._show(as_html(self._board))


def display_handle() -> Callable[[str], object]:
    """Return what shows HTML in the output of this cell, each time in place of the last one."""
    display: Any = sys.modules["IPython"].display
    handle: Any = display.display(display.HTML(""), display_id=True)
    return lambda html: handle.update(display.HTML(html))


def as_html(board: Board) -> str:
    """Return the table."""
    rows = [_row(row.label, row.shown, row.size, row.status) for row in board.rows.values()]
    if board.count > 1:
        rows.append(_row(f"total of {board.count} layers", board.done, board.total, board.summary))
    return f"<table>{''.join(rows)}</table>"


def _row(name: str, done: int, total: int | None, status: str) -> str:
    value = f' value="{done}" max="{max(total, 1)}"' if total is not None else ""
    amount = f"{Size(done)}" if total is None else f"{Size(done)} of {Size(total)}"
    return (
        f'<tr><td style="text-align:left">{escape(name)}</td><td><progress{value}></progress></td>'
        f'<td style="text-align:right">{amount}</td><td style="text-align:left">{escape(status)}</td></tr>'
    )


_INTERVAL = 0.25  # seconds
