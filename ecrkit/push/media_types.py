"""Detects the media type of a layer from its first bytes."""

from ecrkit.oci.compression import LAYER_TYPES, detect
from ecrkit.push.sources import LayerSource


def media_type_of(layer: bytes | LayerSource) -> str:
    """Return the OCI media type of a layer: plain tar, or tar compressed with gzip or zstd.

    Args:
        layer: Its first bytes, or its source; a source that can be read only once counts as gzip, which most layers are.
    """
    if isinstance(layer, bytes):
        return LAYER_TYPES.get(detect(layer), LAYER_TYPES["none"])
    if not layer.rereadable:
        return LAYER_TYPES["gzip"]
    with layer.open() as reader:
        return LAYER_TYPES.get(detect(bytes(reader.read(_HEAD))), LAYER_TYPES["none"])


_HEAD = 4  # bytes that tell how a layer is compressed
