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
        annotations: Whatever is to be known about the image; sorted by name.
        subject: The image that this one is about.
        artifact_type: What kind of artifact it is, if it is not an image.
        media_type: `DOCKER_MANIFEST` for the older form, which has no annotations, subject and artifact type.

    Raises:
        InvalidManifestError: The media type is not one of an image manifest, or the older form cannot say all that.
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
        manifests: In the order in which clients shall look at them; with platforms, if they are images.
        annotations: Whatever is to be known about the index; sorted by name.
        subject: The image that this index is about.
        artifact_type: What kind of artifact it is.
        media_type: `DOCKER_MANIFEST_LIST` for the older form, which has no annotations, subject and artifact type.

    Raises:
        InvalidManifestError: The media type is not one of an index, or the older form cannot say all that.
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
    """Write members in the order given, without those that are None, blanks or a newline at the end.

    Raises:
        InvalidManifestError: There is text in it that UTF-8 cannot express.
    """
    present = {name: value for name, value in members.items() if value is not None}
    try:
        return json.dumps(present, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise InvalidManifestError(
            f"text in the document cannot be written as UTF-8: {error.reason}"
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
