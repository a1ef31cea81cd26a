"""How a thing is shown to people: by a notebook, and by rich on a terminal."""

import io
from typing import Any, cast

from IPython.core.formatters import DisplayFormatter
from rich.console import Console


def in_a_notebook(thing: object) -> dict[str, str]:
    """Give what IPython shows for the last expression of a cell, by media type."""
    formatter: Any = DisplayFormatter()  # it has no types
    return cast("dict[str, str]", formatter.format(thing)[0])


def on_a_terminal(thing: object, width: int = 120) -> str:
    """Give what rich puts on a terminal, without colours."""
    terminal = io.StringIO()
    console = Console(
        file=terminal, width=width, force_terminal=True, color_system=None, legacy_windows=False
    )
    console.print(thing)
    return terminal.getvalue()
