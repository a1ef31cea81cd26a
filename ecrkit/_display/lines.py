"""`Lines`: one line for whatever a log should keep."""

import time
from typing import TextIO

from ecrkit._display.board import Board, label
from ecrkit.events import (
    LayerCancelled,
    LayerEvent,
    LayerFailed,
    LayerFinished,
    LayerRestarted,
    LayerResumed,
    LayerSkipped,
    TransferPlanned,
)
from ecrkit.tables import Size


class Lines:
    """Prints a line when a layer ends, resumes or restarts, one for the plan, and one at the end."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._board = Board()
        self._begun = time.monotonic()

    def __call__(self, event: LayerEvent) -> None:
        now = time.monotonic()
        row = self._board.take(event, now)
        match event:
            case TransferPlanned(layer=repository, layers=layers):
                size = "" if event.size is None else f" ({Size(event.size)})"
                self._print(f"{repository}: {layers} layer{'s' if layers != 1 else ''}{size}")
            case LayerSkipped():
                self._say(event, "already exists")
            case LayerResumed(received=received):
                self._say(event, f"resumes after {Size(received)}")
            case LayerRestarted(reason=reason):
                self._say(event, f"restarts: {reason}")
            case LayerFinished():
                self._say(event, f"done in {now - row.begun if row else 0:.1f} s")
            case LayerFailed(reason=reason):
                self._say(event, f"failed: {reason}")
            case LayerCancelled(reason=reason):
                self._say(event, f"cancelled: {reason}")
            case _:
                pass

    def end(self) -> None:
        """Print the total, if there was a plan."""
        for row in self._board.end():
            self._print(f"{row.label} cancelled")
        if self._board.planned:
            seconds = time.monotonic() - self._begun
            done, summary = Size(self._board.done), self._board.summary
            self._print(f"total: {f'{summary}; ' if summary else ''}{done} in {seconds:.1f} s")

    def _say(self, event: LayerEvent, what: str) -> None:
        size = "" if event.size is None else f" ({Size(event.size)})"
        self._print(f"{label(event)}{size} {what}")

    def _print(self, line: str) -> None:
        print(line, file=self._file, flush=True)
