"""Find reasons for ECR to refuse an image before the first byte is sent. Pure.

Inside `models.unchecked_requests()` limits and refused members are left to the service, in case AWS has moved on.
"""

import re
from collections.abc import Iterator

from ecrkit.errors import EmptyLayerError, InvalidImageError
from ecrkit.manifest_rules import refused_members
from ecrkit.models._limits import requests_are_checked
from ecrkit.oci import MAX_MANIFEST_CHARACTERS, ImageManifest, Index

MAX_LAYERS = 500
"""Layers of one image. AWS does not publish it; nuonco/nuon#2348 and spinframework/spin#1787 measured it, as did others."""


def check_image(manifest: ImageManifest | Index) -> None:
    """Refuse an image that ECR would not accept.

    Raises:
        InvalidImageError: It has too many layers, none, or one that ECR cannot keep; it is too long, or has a member that
            ECR refuses.
        EmptyLayerError: It has a layer without bytes.
    """
    _check_limits(manifest)
    if isinstance(manifest, Index):
        return
    if not manifest.layers:
        raise InvalidImageError(
            f"{_name(manifest)} has no layers, and ECR takes no image without one; an artifact without content can have "
            "the OCI empty descriptor for its layer"  # aws/containers-roadmap#876
        )
    for blob in manifest.blobs:
        if blob.size == 0:
            raise EmptyLayerError(
                f"{_name(manifest)} has a layer of no bytes ({blob.digest}), which ECR cannot store; build the image "
                "without it, or, if one is required, with the OCI empty descriptor, the two bytes {}"
            )
        if blob.digest.algorithm != "sha256":
            raise InvalidImageError(
                f"{_name(manifest)} names {blob.digest[:40]}..., but ECR knows layers by their sha256 digest only"
            )


def check_media_type(what: str, media_type: str) -> None:
    """Refuse a media type or an artifact type that ECR would not accept.

    Raises:
        InvalidImageError: It has parameters.
    """
    if not requests_are_checked():
        return
    if ";" in media_type:
        raise InvalidImageError(
            f"{what} has something of the type {media_type[:200]!r}, and ECR refuses media types with parameters "
            f"(aws/containers-roadmap#2306); remove everything after the semicolon {_WAY_OUT}"
        )
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise InvalidImageError(
            f"{what} has {media_type[:200]!r} for a type; it must be a media type such as 'application/spdx+json'"
            f" {_WAY_OUT}"
        )


_MEDIA_TYPE = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
)  # RFC 6838


def _check_limits(manifest: ImageManifest | Index) -> None:
    if not requests_are_checked():
        return
    if (length := len(manifest.text)) > MAX_MANIFEST_CHARACTERS:
        raise InvalidImageError(
            f"{_name(manifest)} has {length:,} characters, and ECR accepts at most {MAX_MANIFEST_CHARACTERS:,}"
        )
    if isinstance(manifest, ImageManifest) and len(manifest.layers) > MAX_LAYERS:
        raise InvalidImageError(
            f"{_name(manifest)} has {len(manifest.layers)} layers; ECR accepts at most {MAX_LAYERS}, so join some {_WAY_OUT}"
        )
    for media_type in _media_types(manifest):
        check_media_type(_name(manifest), media_type)
    for member in refused_members(manifest.members()):
        raise InvalidImageError(
            f"{_name(manifest)} has {member}, which ECR refuses (see {member.source}); write the image without it, for"
            f" example with a newer version of the tool that wrote it {_WAY_OUT}"
        )


def _media_types(manifest: ImageManifest | Index) -> Iterator[str]:
    if manifest.artifact_type is not None:
        yield manifest.artifact_type
    listed = manifest.manifests if isinstance(manifest, Index) else (manifest.config, *manifest.layers)
    for each in listed:
        yield each.media_type


def _name(manifest: ImageManifest | Index) -> str:
    return f"The {'index' if isinstance(manifest, Index) else 'image'} {manifest.digest}"


_WAY_OUT = "(if ECR now accepts it, push inside models.unchecked_requests())"
