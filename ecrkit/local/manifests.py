"""Parse the parts of a manifest that a registry needs: its type and its references. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from pydantic_core import from_json

from ecrkit.local.forms import is_digest
from ecrkit.local.refusals import Refusal, invalid_parameter
from ecrkit.manifest_rules import refused_members
from ecrkit.oci.media_types import (
    DOCKER_SCHEMA_1,
    DOCKER_SCHEMA_1_LAYER,
    DOCKER_SCHEMA_1_SIGNED,
    IMAGE_MANIFESTS,
    INDEXES,
    SCHEMA_1,
)

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The facts of a manifest."""

    media_type: str
    layers: tuple[str, ...] = ()
    """Digests in order, with repetitions; the config is last."""

    media_types: Mapping[str, str] = field(default_factory=dict[str, str])
    """Media types of layers and config, by digest."""

    needs: frozenset[str] = frozenset()
    """Digests of the layers that the repository must have."""

    children: tuple[str, ...] = ()
    subject: str | None = None
    artifact_media_type: str | None = None
    artifact_type: str | None = None
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_index(self) -> bool:
        """Whether it lists other manifests."""
        return self.media_type in INDEXES


def read_manifest(text: str, media_type: str | None, *, max_layers: int) -> Manifest:
    """Read a manifest.

    Args:
        text: The manifest.
        media_type: Media type in the request; defaults to the manifest's own.
        max_layers: Maximum number of layers of an image.

    Raises:
        Refusal: ECR would refuse it.
    """
    try:
        parsed: object = from_json(text, allow_inf_nan=False)
    except ValueError:
        raise _not_a_manifest() from None
    manifest = _object(parsed)
    if any(refused_members(manifest)):
        raise _not_a_manifest()
    own_type = manifest.get("mediaType")
    if media_type is not None and own_type is not None and own_type != media_type:
        raise invalid_parameter(
            "imageManifestMediaType", "The media type of the request is not that of the manifest"
        )
    kind = media_type or (own_type if isinstance(own_type, str) else None)
    if kind is None and manifest.get("schemaVersion") == 1:
        kind = DOCKER_SCHEMA_1_SIGNED if "signatures" in manifest else DOCKER_SCHEMA_1
    if kind in SCHEMA_1:
        return _schema_1(manifest, kind)
    if manifest.get("schemaVersion") != 2:  # noqa: PLR2004 -- the number that the format has
        raise _not_a_manifest()
    if kind in INDEXES:
        return _index(manifest, kind)
    if kind in IMAGE_MANIFESTS:
        return _image(manifest, kind, max_layers)
    raise _not_a_manifest()


def _image(manifest: Json, media_type: str, max_layers: int) -> Manifest:
    config = _object(manifest.get("config"))
    layers = [_object(each) for each in _list(manifest.get("layers"))]
    if not layers:
        raise _not_a_manifest()  # ECR refuses images without layers
    if len(layers) > max_layers:
        raise invalid_parameter("ImageManifest", "Limit on number of layers per image exceeded")
    blobs = [*layers, config]
    artifact_type = _text_or_none(manifest.get("artifactType"))
    config_type = _media_type(config)
    return Manifest(
        media_type=media_type,
        layers=tuple(_digest(each) for each in blobs),
        media_types={_digest(each): _media_type(each) for each in blobs},
        needs=frozenset(_digest(each) for each in blobs if "urls" not in each),
        subject=_subject(manifest),
        artifact_media_type=artifact_type or config_type,
        artifact_type=artifact_type or config_type,
        annotations=_annotations(manifest),
    )


def _index(manifest: Json, media_type: str) -> Manifest:
    children = [_object(each) for each in _list(manifest.get("manifests"))]
    for child in children:
        _media_type(child)
    artifact_type = _text_or_none(manifest.get("artifactType"))
    return Manifest(
        media_type=media_type,
        children=tuple(_digest(each) for each in children),
        subject=_subject(manifest),
        artifact_media_type=artifact_type,
        artifact_type=artifact_type,
        annotations=_annotations(manifest),
    )


def _schema_1(manifest: Json, media_type: str) -> Manifest:
    if manifest.get("schemaVersion") != 1:
        raise _not_a_manifest()
    layers = [_blob_sum(_object(each)) for each in _list(manifest.get("fsLayers"))]
    if not layers:
        raise _not_a_manifest()
    return Manifest(
        media_type=media_type,
        layers=tuple(layers),
        media_types=dict.fromkeys(layers, DOCKER_SCHEMA_1_LAYER),
        needs=frozenset(layers),
    )


def _subject(manifest: Json) -> str | None:
    subject = manifest.get("subject")
    return None if subject is None else _digest(_object(subject))


def _annotations(manifest: Json) -> dict[str, str]:
    annotations = manifest.get("annotations")
    if annotations is None:
        return {}
    return {key: _text(value) for key, value in _object(annotations).items()}


def _media_type(descriptor: Json) -> str:
    media_type = _text(descriptor.get("mediaType"))
    if ";" in media_type:  # ECR refuses types with parameters (containers-roadmap#2306)
        raise _not_a_manifest()
    return media_type


def _digest(descriptor: Json) -> str:
    digest = _text(descriptor.get("digest"))
    size = descriptor.get("size")
    if not is_digest(digest) or isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise _not_a_manifest()
    return digest


def _blob_sum(layer: Json) -> str:
    digest = _text(layer.get("blobSum"))
    if not is_digest(digest):
        raise _not_a_manifest()
    return digest


def _object(value: object) -> Json:
    if not isinstance(value, dict):
        raise _not_a_manifest()
    return cast("dict[str, object]", value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise _not_a_manifest()
    return cast("list[object]", value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _not_a_manifest()
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _not_a_manifest() -> Refusal:
    return invalid_parameter("ImageManifest", "Invalid JSON syntax")
