"""New manifests, as bytes: the same input gives the same bytes, and so the same digest, everywhere."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ecrkit.errors import InvalidManifestError
from ecrkit.oci import media_types
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.manifests import ImageManifest, Index


def build_manifest(
    config: Descriptor,
    layers: Sequence[Descriptor],
    *,
    annotations: Mapping[str, str] | None = None,
    subject: Descriptor | None = None,
    artifact_type: str | None = None,
    media_type: str = media_types.OCI_MANIFEST,
) -> ImageManifest:
    """Write the manifest of an image or artifact.

    Args:
        config: The config; `EMPTY_DESCRIPTOR` for an artifact that has none.
        layers: From the lowest one up. ECR wants at least one.
        annotations: Annotations of the image; written sorted by name.
        subject: The image this one refers to.
        artifact_type: Type of the artifact; omit for images.
        media_type: `DOCKER_MANIFEST` for the older form, which has no annotations, subject and artifact type.

    Raises:
        InvalidManifestError: The media type is not one of an image manifest, or the older form cannot express the arguments.
    """
    _check(media_type, media_types.IMAGE_MANIFESTS, annotations, subject, artifact_type)
    members = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "artifactType": artifact_type,
        "config": config.to_wire(),
        "layers": [layer.to_wire() for layer in layers],
        **_subject_and_annotations(subject, annotations),
    }
    return ImageManifest.from_members(members, to_json(members), media_type)


def build_index(
    manifests: Sequence[Descriptor],
    *,
    annotations: Mapping[str, str] | None = None,
    subject: Descriptor | None = None,
    artifact_type: str | None = None,
    media_type: str = media_types.OCI_INDEX,
) -> Index:
    """Write an index of manifests.

    Args:
        manifests: In order of preference; with platforms if they are images.
        annotations: Annotations of the index; written sorted by name.
        subject: The image this index refers to.
        artifact_type: Type of the artifact.
        media_type: `DOCKER_MANIFEST_LIST` for the older form, which has no annotations, subject and artifact type.

    Raises:
        InvalidManifestError: The media type is not one of an index, or the older form cannot express the arguments.
    """
    _check(media_type, media_types.INDEXES, annotations, subject, artifact_type)
    members = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "artifactType": artifact_type,
        "manifests": [manifest.to_wire() for manifest in manifests],
        **_subject_and_annotations(subject, annotations),
    }
    return Index.from_members(members, to_json(members), media_type)


def to_json(members: Mapping[str, Any]) -> bytes:
    """Serialize members in the given order, without None values, whitespace or a final newline.

    Raises:
        InvalidManifestError: A string cannot be encoded as UTF-8.
    """
    present = {name: value for name, value in members.items() if value is not None}
    try:
        return json.dumps(present, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise InvalidManifestError(
            f"A string in the document cannot be encoded as UTF-8: {error.reason}"
        ) from error


def _check(
    media_type: str,
    allowed: frozenset[str],
    annotations: Mapping[str, str] | None,
    subject: Descriptor | None,
    artifact_type: str | None,
) -> None:
    if media_type not in allowed:
        raise InvalidManifestError(f"{media_type!r} must be one of {', '.join(sorted(allowed))}")
    if media_type.startswith("application/vnd.docker.") and (annotations or subject or artifact_type):
        raise InvalidManifestError(
            f"{media_type} has no annotations, subject and artifact type; use the OCI form for them"
        )


def _subject_and_annotations(
    subject: Descriptor | None, annotations: Mapping[str, str] | None
) -> dict[str, Any]:
    return {
        "subject": None if subject is None else subject.to_wire(),
        "annotations": _sorted(annotations) or None,
    }


def _sorted(words: Mapping[str, str] | None) -> dict[str, str]:
    return dict(sorted((words or {}).items()))
