"""What a push or a pull tells while it goes on. Pass any callable that takes one of these as `progress=`.

No URL that ECR gave out, no token and no byte of a layer stands in them, so they may go into a log as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ecrkit._arguments import expect_callable


@dataclass(frozen=True, slots=True)
class LayerEvent:
    """Something happened to one layer, or config, of a push or a pull."""

    layer: str
    """What to call the layer: its digest where that is known, as it is in every pull; else the name of its source."""

    size: int | None
    """Bytes of the layer; absent for a stream that does not tell."""


@dataclass(frozen=True, slots=True)
class LayerStarted(LayerEvent):
    """The first bytes are about to be sent, or fetched."""


@dataclass(frozen=True, slots=True)
class LayerSkipped(LayerEvent):
    """It is there already: ECR has it, or the layout that is pulled into. Nothing is sent or fetched."""


@dataclass(frozen=True, slots=True)
class PartSent(LayerEvent):
    """Of a push: ECR has received one more part."""

    received: int
    """Bytes from the start of the layer that ECR has. It never counts a byte twice, however often it was sent."""


@dataclass(frozen=True, slots=True)
class BytesReceived(LayerEvent):
    """Of a pull: some more bytes have arrived, about a MiB, or the last ones."""

    received: int
    """Bytes from the start of the layer that are here. They are verified when the layer is finished, not before."""


@dataclass(frozen=True, slots=True)
class LayerResumed(LayerEvent):
    """It goes on where it stands: an answer was lost, a connection broke, or an earlier run or another process began it."""

    received: int
    """Bytes from the start of the layer that the receiving side has."""


@dataclass(frozen=True, slots=True)
class LayerRestarted(LayerEvent):
    """It cannot go on and begins anew, from the first byte."""

    reason: str
    """Why."""


@dataclass(frozen=True, slots=True)
class LayerFinished(LayerEvent):
    """The layer is there whole, and its digest is verified: by ECR after a push, here after a pull."""

    digest: str
    """The digest of the layer."""


@dataclass(frozen=True, slots=True)
class LayerFailed(LayerEvent):
    """It ends here, with an error that is raised. Layers that end because of that, or by Ctrl-C, end without an event."""

    reason: str
    """What the error says."""


def ignore(event: LayerEvent) -> None:
    """Do nothing with an event: the progress of a push or pull that nobody watches."""
    del event


Progress = Callable[[LayerEvent], object]
"""What `progress=` takes. Several layers at once call it from several threads, one call at a time. What it raises ends the
push or the pull, and it is not called again."""


def listener(progress: Progress | None) -> Progress:
    """Return what a caller passed as `progress`, or `ignore` if omitted.

    Raises:
        InvalidArgumentError: It cannot be called.
    """
    if progress is None:
        return ignore
    expect_callable("progress", progress, "a function that takes an event, such as show_progress() gives")
    return progress
