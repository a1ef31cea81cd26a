"""Shows the progress of a push or a pull: bars on a terminal and in notebooks, lines elsewhere."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol, TextIO

from ecrkit._display.board import short
from ecrkit._display.lines import Lines
from ecrkit._display.notebook import NotebookBars, display_handle, in_notebook
from ecrkit.errors import MissingExtraError
from ecrkit.events import LayerEvent, Progress

__all__ = ["short", "show_progress"]


@contextmanager
def show_progress(file: TextIO | None = None) -> Generator[Progress]:
    """Return a function for `progress=` of a push or a pull that shows what happens.

    On a terminal and in a notebook, each layer has a bar, and several have a total. Elsewhere, such as in the log of a CI
    job, a line is printed when a layer ends.

    Args:
        file: Where to show it; standard error, or the output of the notebook cell, if omitted.

    Raises:
        MissingExtraError: The file is a terminal, and rich is not installed.

    Example:
        >>> with show_progress() as progress:
        ...     repository.push_layers(["base.tar.gz", "app.tar.gz"], progress=progress)
    """
    display = _display(file)
    is_over = False

    def show(event: LayerEvent) -> None:
        if not is_over:  # a cancelled call may have left threads that end a moment later
            display(event)

    try:
        yield show
    finally:
        is_over = True
        display.end()


class _Display(Protocol):
    def __call__(self, event: LayerEvent) -> None: ...
    def end(self) -> None: ...


def _display(file: TextIO | None) -> _Display:
    if file is None and in_notebook():
        return NotebookBars(display_handle())
    target = sys.stderr if file is None else file
    if not target.isatty():
        return Lines(target)
    try:
        from ecrkit._display.bars import Bars  # noqa: PLC0415 -- needs an extra
    except ImportError:
        raise MissingExtraError("A progress bar", "progress") from None
    return Bars(target)
