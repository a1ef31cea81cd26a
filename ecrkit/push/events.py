"""What a push tells while it goes on. Pass any callable that takes one of these as `progress=`."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LayerEvent:
    """Something happened to one layer of a push."""

    layer: str
    """What to call the layer: its digest where that is known, else the name of its source."""

    size: int | None
    """Bytes of the layer; absent for a stream that does not tell."""


@dataclass(frozen=True, slots=True)
class LayerStarted(LayerEvent):
    """The first part is about to be sent."""


@dataclass(frozen=True, slots=True)
class LayerSkipped(LayerEvent):
    """ECR has the layer already; nothing is sent."""


@dataclass(frozen=True, slots=True)
class PartSent(LayerEvent):
    """ECR has received one more part."""

    received: int
    """Bytes from the start of the layer that ECR has. It never counts a byte twice, however often it was sent."""


@dataclass(frozen=True, slots=True)
class LayerResumed(LayerEvent):
    """An answer was lost, or another process began the upload, and it goes on where ECR says that it stands."""

    received: int
    """Bytes from the start of the layer that ECR has."""


@dataclass(frozen=True, slots=True)
class LayerRestarted(LayerEvent):
    """The upload cannot go on and begins anew, from the first byte."""

    reason: str
    """Why."""


@dataclass(frozen=True, slots=True)
class LayerFinished(LayerEvent):
    """ECR has checked the digest and keeps the layer."""

    digest: str
    """The digest of the layer."""


def ignore(event: LayerEvent) -> None:
    """Do nothing with an event: the progress of a push that nobody watches."""
    del event


Progress = Callable[[LayerEvent], object]
"""What `progress=` takes. A push of several layers calls it from several threads, one call at a time."""
