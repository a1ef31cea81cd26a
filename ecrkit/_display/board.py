"""`Board`: what a display of a push or a pull has to show, worked out from its events. Does no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from ecrkit.events import (
    BytesHashed,
    BytesReceived,
    BytesSent,
    LayerCancelled,
    LayerEvent,
    LayerFailed,
    LayerFinished,
    LayerRestarted,
    LayerResumed,
    LayerSkipped,
    PartSent,
    TransferPlanned,
)
from ecrkit.references import shorten_digest


class State(StrEnum):
    """What a layer is doing, or how it ended, in the words of the display."""

    HASHING = "hashing"
    MOVING = ""
    EXISTS = "exists"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens to the layer."""
        return self not in {State.HASHING, State.MOVING}


@dataclass(slots=True)
class Row:
    """One layer."""

    label: str
    size: int | None
    begun: float
    """When the first event came, in seconds of a clock."""

    moved: int = 0
    """Bytes that were sent or fetched."""

    hashed: int = 0
    """Bytes that were hashed, before anything was sent."""

    state: State = State.MOVING
    note: str = ""
    """What happened on the way: `resumed`, `restarted`."""

    @property
    def shown(self) -> int:
        """Bytes for the bar."""
        if self.state in {State.EXISTS, State.DONE}:
            return self.size or self.moved
        return self.hashed if self.state is State.HASHING else self.moved

    @property
    def status(self) -> str:
        """State and note, in words; empty while bytes move and nothing unusual happened."""
        return ", ".join(filter(None, (str(self.state), self.note)))


class Board:
    """All layers of one or several calls."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        """The layers, by the name in their last event."""

        self.planned = 0
        """Number of layers that were announced."""

        self._planned_bytes: int | None = 0

    def take(self, event: LayerEvent, now: float) -> Row | None:
        """Take in an event, and return the row that it changed, if any.

        Args:
            event: The event.
            now: The time, in seconds of a clock.
        """
        if isinstance(event, TransferPlanned):
            self.planned += event.layers
            known = self._planned_bytes is not None and event.size is not None
            self._planned_bytes = (self._planned_bytes or 0) + (event.size or 0) if known else None
            return None
        row = self._row_of(event, now)
        match event:
            case BytesHashed(hashed=hashed):
                row.state, row.hashed = State.HASHING, hashed
            case BytesSent(sent=sent):
                row.moved = sent
            case PartSent(received=received) | BytesReceived(received=received):
                row.moved = received
            case LayerResumed(received=received):
                row.moved, row.note = received, "resumed"
            case LayerRestarted():
                row.moved, row.note = 0, "restarted"
            case _:
                row.state = _ENDS.get(type(event), row.state)
        return row

    def end(self) -> list[Row]:
        """Mark what has not ended as cancelled, and return it: nothing more will come."""
        open_rows = [row for row in self.rows.values() if not row.state.is_final]
        for row in open_rows:
            row.state = State.CANCELLED
        return open_rows

    @property
    def count(self) -> int:
        """Number of layers."""
        return max(self.planned, len(self.rows))

    @property
    def total(self) -> int | None:
        """Bytes of all layers; None if one has an unknown size."""
        if self.planned:
            return self._planned_bytes
        sizes = [row.size for row in self.rows.values()]
        return None if None in sizes else sum(size or 0 for size in sizes)

    @property
    def done(self) -> int:
        """Bytes of all layers that are in place."""
        return sum(row.shown for row in self.rows.values() if row.state is not State.HASHING)

    @property
    def summary(self) -> str:
        """How many layers are in which state, in words."""
        states = [row.state for row in self.rows.values()]
        counts = {state: states.count(state) for state in State if state.is_final}
        said = [f"{count} {state}" for state, count in counts.items() if count]
        return ", ".join(said)

    def _row_of(self, event: LayerEvent, now: float) -> Row:
        row = self.rows.get(event.layer)
        if row is None:
            # Before its digest was known, the layer was called by its name.
            row = self.rows.pop(event.name, None) or Row("", event.size, now)
            self.rows[event.layer] = row
        row.label = label(event)
        row.size = event.size if event.size is not None else row.size
        if row.state is State.HASHING and not isinstance(event, BytesHashed | LayerCancelled):
            row.state = State.MOVING
        return row


_ENDS: dict[type[LayerEvent], State] = {
    LayerSkipped: State.EXISTS,
    LayerFinished: State.DONE,
    LayerFailed: State.FAILED,
    LayerCancelled: State.CANCELLED,
}


def label(event: LayerEvent) -> str:
    """Return the name of the file and the short digest of a layer, if known."""
    layer = short(event.layer)
    return (
        layer if event.name in {"", event.layer} else f"{short(event.name)} {layer.removeprefix('sha256:')}"
    )


def short(layer: str) -> str:
    """Shorten a digest to what a person compares, and a path to the name of its file."""
    shortened = shorten_digest(layer)
    return PurePath(layer).name if shortened == layer else shortened
