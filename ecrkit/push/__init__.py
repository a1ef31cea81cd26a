"""Pushing layers: planning is pure (`parts`, `upload`, `plan`, `events`), reading and sending are not."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.push.checks import check_media_type
    from ecrkit.push.engine import LayerUpload
    from ecrkit.push.events import ignore
    from ecrkit.push.media_types import media_type_of
    from ecrkit.push.pushing import LayerToPush, PushedLayer, push_layers
    from ecrkit.push.sources import layer_source
    from ecrkit.push.target import Target

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "LayerToPush",
    "LayerUpload",
    "PushedLayer",
    "Target",
    "check_media_type",
    "ignore",
    "layer_source",
    "media_type_of",
    "push_layers",
]

_HOMES = {
    "LayerToPush": "pushing",
    "LayerUpload": "engine",
    "PushedLayer": "pushing",
    "Target": "target",
    "check_media_type": "checks",
    "ignore": "events",
    "layer_source": "sources",
    "media_type_of": "media_types",
    "push_layers": "pushing",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
