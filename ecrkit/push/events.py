"""The events of a push, where programs have found them so far; `ecrkit.events` has those of a pull too."""

from ecrkit.events import (
    LayerEvent,
    LayerFailed,
    LayerFinished,
    LayerRestarted,
    LayerResumed,
    LayerSkipped,
    LayerStarted,
    PartSent,
    Progress,
    ignore,
)

__all__ = [
    "LayerEvent",
    "LayerFailed",
    "LayerFinished",
    "LayerRestarted",
    "LayerResumed",
    "LayerSkipped",
    "LayerStarted",
    "PartSent",
    "Progress",
    "ignore",
]
