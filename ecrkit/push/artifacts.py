"""Pushes artifacts that refer to an image, such as SBOMs and signatures."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ecrkit import oci
from ecrkit.events import Progress
from ecrkit.oci import media_types
from ecrkit.push.checks import check_media_type
from ecrkit.push.layers import LayerToPush, PushedLayer, push_layers
from ecrkit.push.sources import SourceLike, layer_source
from ecrkit.references import Digest
from ecrkit.transfer.protocol import Target


def push_artifact(
    target: Target,
    contents: Iterable[SourceLike | LayerToPush],
    *,
    subject: oci.Descriptor,
    artifact_type: str,
    media_type: str | None = None,
    annotations: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    workers: int = 4,
) -> oci.ImageManifest:
    """Push the contents of an artifact, and build its manifest, which remains to be stored.

    Args:
        target: Repository to push to.
        contents: Contents of the artifact.
        subject: Image the artifact refers to.
        artifact_type: Media type of the artifact as a whole.
        media_type: Media type of the contents; the artifact type if omitted.
        annotations: Annotations of the manifest.
        progress: Called with each event, from several threads but never concurrently.
        workers: Maximum number of concurrent transfers.

    Raises:
        InvalidInputError: A media type is malformed.
        EmptyLayerError: A content has no bytes.
    """
    kind = media_type or artifact_type
    for each in (artifact_type, kind):
        check_media_type("the artifact", each)
    empty_config = LayerToPush(layer_source(oci.EMPTY_JSON), media_type=media_types.OCI_EMPTY)
    layers = [empty_config, *(_with_type(content, kind) for content in contents)]
    config, *pushed = push_layers(target, layers, workers=workers, progress=progress)
    return oci.build_manifest(
        _descriptor(config),
        [_descriptor(layer) for layer in pushed],
        subject=subject,
        artifact_type=artifact_type,
        annotations=annotations,
    )


def _with_type(content: SourceLike | LayerToPush, media_type: str) -> LayerToPush:
    if isinstance(content, LayerToPush):
        return replace(content, media_type=content.media_type or media_type)
    return LayerToPush(layer_source(content), media_type=media_type)


def _descriptor(layer: PushedLayer) -> oci.Descriptor:
    return oci.Descriptor(media_type=layer.media_type, digest=Digest(layer.digest), size=layer.size or 0)
