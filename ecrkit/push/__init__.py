"""Pushing layers: planning is pure (`recovery`, `plan`, `checks`), reading and sending are not."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.push.artifacts import push_artifact
    from ecrkit.push.checks import check_media_type
    from ecrkit.push.engine import LayerUpload
    from ecrkit.push.image import ImageSourceLike, MovedTag, PushReport
    from ecrkit.push.layers import LayerToPush, PushedLayer, push_layers
    from ecrkit.push.media_types import media_type_of
    from ecrkit.push.sources import LayerSource, Reader, SourceLike, layer_source

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "ImageSourceLike",
    "LayerSource",
    "LayerToPush",
    "LayerUpload",
    "MovedTag",
    "PushReport",
    "PushedLayer",
    "Reader",
    "SourceLike",
    "check_media_type",
    "layer_source",
    "media_type_of",
    "push_artifact",
    "push_layers",
]

_HOMES = {
    "ImageSourceLike": "image",
    "LayerSource": "sources",
    "LayerToPush": "layers",
    "LayerUpload": "engine",
    "MovedTag": "image",
    "PushReport": "image",
    "PushedLayer": "layers",
    "Reader": "sources",
    "SourceLike": "sources",
    "check_media_type": "checks",
    "layer_source": "sources",
    "media_type_of": "media_types",
    "push_artifact": "artifacts",
    "push_layers": "layers",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
