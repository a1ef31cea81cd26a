"""Tells the media type of a layer by its first bytes."""

from ecrkit.oci import media_types
from ecrkit.push.sources import LayerSource


def media_type_of(layer: bytes | LayerSource) -> str:
    """Tell the OCI media type of a layer: plain tar, or tar compressed with gzip or zstd.

    Args:
        layer: Its first bytes, or its source; a source that can be read only once counts as gzip, which most layers are.
    """
    if not isinstance(layer, bytes):
        layer = _head(layer)
    if layer.startswith(_GZIP):
        return media_types.OCI_LAYER_GZIP
    if layer.startswith(_ZSTD):
        return media_types.OCI_LAYER_ZSTD
    return media_types.OCI_LAYER


def _head(source: LayerSource) -> bytes:
    if not source.rereadable:
        return _GZIP
    with source.open() as reader:
        return bytes(reader.read(len(_ZSTD)))


_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
