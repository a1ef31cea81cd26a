"""Shows the progress of a push or a pull: a bar for each layer on a terminal, a line for each layer elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING, TextIO

from ecrkit.errors import MissingExtraError
from ecrkit.events import (
    BytesReceived,
    LayerEvent,
    LayerFailed,
    LayerFinished,
    LayerRestarted,
    LayerResumed,
    LayerSkipped,
    LayerStarted,
    PartSent,
    Progress,
)
from ecrkit.references import shorten_digest
from ecrkit.tables import Size

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


@contextmanager
def show_progress(file: TextIO | None = None) -> Generator[Progress]:
    """Give what `progress=` of a push or a pull takes, and show what it is told.

    Args:
        file: Where to show it; standard error if absent.

    Raises:
        MissingExtraError: It is a terminal, and rich is not installed.

    Example:
        >>> with show_progress() as progress:
        ...     repository.push_layers(["base.tar.gz", "app.tar.gz"], progress=progress)
    """
    target = sys.stderr if file is None else file
    if not target.isatty():
        yield _Lines(target)
        return
    try:
        from rich.console import Console  # noqa: PLC0415 -- an extra
    except ImportError:
        raise MissingExtraError("A progress bar", "progress") from None
    with _bars(Console(file=target)) as bars:
        yield _Bars(bars)


class _Lines:
    """One line when a layer is begun again or done: what a log wants to keep."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._begun: dict[str, float] = {}

    def __call__(self, event: LayerEvent) -> None:
        match event:
            case LayerStarted() | LayerResumed():
                self._begun.setdefault(event.layer, time.monotonic())
            case LayerSkipped():
                self._say(event, "is there already")
            case LayerRestarted(reason=reason):
                self._say(event, f"begins anew: {reason}")
            case LayerFinished():
                seconds = time.monotonic() - self._begun.get(event.layer, time.monotonic())
                self._say(event, f"done in {seconds:.1f} s")
            case LayerFailed(reason=reason):
                self._say(event, f"failed: {reason}")
            case _:
                pass

    def _say(self, event: LayerEvent, what: str) -> None:
        size = "" if event.size is None else f" ({Size(event.size)})"
        print(f"{short(event.layer)}{size} {what}", file=self._file, flush=True)


class _Bars:
    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, event: LayerEvent) -> None:
        if event.layer not in self._tasks:
            self._tasks[event.layer] = self._bars.add_task(short(event.layer), total=event.size, note="")
        task = self._tasks[event.layer]
        match event:
            case (
                PartSent(received=received)
                | BytesReceived(received=received)
                | LayerResumed(received=received)
            ):
                self._bars.update(task, completed=received)
            case LayerSkipped():
                self._bars.update(
                    task, total=event.size or 1, completed=event.size or 1, note="there already"
                )
            case LayerRestarted():
                self._bars.update(task, completed=0, note="began anew")
            case LayerFinished():
                self._bars.update(task, total=event.size or 1, completed=event.size or 1, note="done")
            case LayerFailed():
                self._bars.update(task, note="failed")
            case _:
                pass


def _bars(console: Console) -> Bars:
    from rich import progress  # noqa: PLC0415 -- an extra

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("{task.fields[note]}"),
        console=console,
    )


def short(layer: str) -> str:
    """Shorten a digest to what a person compares, and a path to the name of its file."""
    shortened = shorten_digest(layer)
    return PurePath(layer).name if shortened == layer else shortened
