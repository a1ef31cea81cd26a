"""Events of a push or a pull. Pass any callable that takes one as `progress=`.

Events hold no URL, no token and no byte of a layer, so they can be logged as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from ecrkit._arguments import expect_callable


@dataclass(frozen=True, slots=True)
class LayerEvent:
    """Something happened to one layer, or config, of a push or a pull."""

    layer: str
    """The layer: its digest once that is known, as always in a pull; before, the name of its source."""

    size: int | None
    """Size of the layer in bytes; None for a stream of unknown size."""

    name: str = field(default="", kw_only=True, compare=False)
    """Name of the source, such as the path of a file; empty for a layer of an image."""


@dataclass(frozen=True, slots=True)
class TransferPlanned(LayerEvent):
    """The first event of a call that moves layers: how much there is to do.

    `layer` is the name of the repository, and `size` the number of bytes of all layers together, those that turn out to
    exist included; None if one is a stream of unknown size. Copying several images plans each of them.
    """

    layers: int
    """Number of layers and configs."""


@dataclass(frozen=True, slots=True)
class BytesHashed(LayerEvent):
    """Push only: the source is being read to compute its digest, before anything is sent.

    The first event of this phase has 0 bytes, the last one all of them.
    """

    hashed: int
    """Bytes hashed so far."""


@dataclass(frozen=True, slots=True)
class LayerStarted(LayerEvent):
    """The first bytes are about to be sent or fetched."""


@dataclass(frozen=True, slots=True)
class LayerSkipped(LayerEvent):
    """The layer already exists in the repository, or in the layout pulled into. Nothing is sent or fetched."""


@dataclass(frozen=True, slots=True)
class BytesSent(LayerEvent):
    """Push only: more bytes of the current part were handed to the network. At most ten per second and layer."""

    sent: int
    """Bytes from the start of the layer. It goes back if a part has to be sent again."""


@dataclass(frozen=True, slots=True)
class PartSent(LayerEvent):
    """Push only: ECR received another part."""

    received: int
    """Bytes from the start of the layer that ECR received. No byte counts twice, however often it was sent."""


@dataclass(frozen=True, slots=True)
class BytesReceived(LayerEvent):
    """Pull only: about another MiB arrived, or the last bytes."""

    received: int
    """Bytes from the start of the layer. They are verified only when the layer is finished."""


@dataclass(frozen=True, slots=True)
class LayerResumed(LayerEvent):
    """The transfer resumes: a response was lost, a connection broke, or an earlier run or process started it."""

    received: int
    """Bytes from the start of the layer that the receiving side has."""


@dataclass(frozen=True, slots=True)
class LayerRestarted(LayerEvent):
    """The transfer cannot resume and restarts from the first byte."""

    reason: str
    """Why."""


@dataclass(frozen=True, slots=True)
class LayerFinished(LayerEvent):
    """The layer is complete and its digest verified: by ECR after a push, locally after a pull."""

    digest: str
    """Digest of the layer."""


@dataclass(frozen=True, slots=True)
class LayerFailed(LayerEvent):
    """The transfer failed with an error, which is raised. Layers that end because of it are cancelled."""

    reason: str
    """Message of the error."""


@dataclass(frozen=True, slots=True)
class LayerCancelled(LayerEvent):
    """The transfer was cut off: by `cancel`, `timeout` or Ctrl-C, or because another layer failed."""

    reason: str
    """What cut it off, as far as is known."""


def ignore(event: LayerEvent) -> None:
    """Do nothing with an event; used if `progress` is omitted."""
    del event


Progress = Callable[[LayerEvent], object]
"""What `progress=` takes. It is called from several threads, but never concurrently. What it raises ends the push or pull,
and it is not called again."""


def planned(repository: str, sizes: list[int | None]) -> TransferPlanned:
    """Return the plan for layers of these sizes."""
    known = [size for size in sizes if size is not None]
    return TransferPlanned(repository, sum(known) if len(known) == len(sizes) else None, layers=len(sizes))


def listener(progress: Progress | None) -> Progress:
    """Return what a caller passed as `progress`, or `ignore` if omitted.

    Raises:
        InvalidArgumentError: It cannot be called.
    """
    if progress is None:
        return ignore
    expect_callable("progress", progress, "a function that takes an event, such as show_progress() gives")
    return progress
