"""Manifests in the other format: what ECR does for a client that does not accept the stored one, by tag only. Pure."""

import json
from collections.abc import Collection, Mapping
from typing import cast

from ecrkit.local.manifests import DOCKER_MANIFEST, OCI_MANIFEST

_TO_OCI = {
    DOCKER_MANIFEST: OCI_MANIFEST,
    "application/vnd.docker.container.image.v1+json": "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.image.rootfs.diff.tar.gzip": "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.docker.image.rootfs.diff.tar": "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip": (
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
    ),
}
_TO_DOCKER = {oci: docker for docker, oci in _TO_OCI.items()}


def accepted_form(text: str, media_type: str, accepted: Collection[str]) -> tuple[str, str] | None:
    """Give a manifest in a type that the client accepts.

    The text of a converted manifest does not hash to the digest of the stored one.

    Returns:
        Text and media type; None if the client accepts no form that this manifest can have.
    """
    if not accepted or media_type in accepted:
        return text, media_type
    if media_type == DOCKER_MANIFEST and OCI_MANIFEST in accepted:
        return _translate(text, _TO_OCI), OCI_MANIFEST
    if media_type == OCI_MANIFEST and DOCKER_MANIFEST in accepted:
        return _translate(text, _TO_DOCKER), DOCKER_MANIFEST
    return None


def _translate(text: str, types: Mapping[str, str]) -> str:
    manifest = cast("dict[str, object]", json.loads(text))
    layers = cast("list[dict[str, object]]", manifest["layers"])
    config = cast("dict[str, object]", manifest["config"])
    own_type = next(iter(types.values()))
    translated = {
        **manifest,
        "mediaType": own_type,
        "config": _descriptor(config, types),
        "layers": [_descriptor(each, types) for each in layers],
    }
    return json.dumps(translated, indent=3)


def _descriptor(descriptor: Mapping[str, object], types: Mapping[str, str]) -> dict[str, object]:
    media_type = str(descriptor["mediaType"])
    return {**descriptor, "mediaType": types.get(media_type, media_type)}
