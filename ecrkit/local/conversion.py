"""Convert manifests for clients that do not accept the stored format, as ECR does for pulls by tag. Pure."""

import json
from collections.abc import Callable, Collection
from typing import cast

from ecrkit.oci.media_types import DOCKER_MANIFEST, OCI_MANIFEST, in_docker, in_oci


def accepted_form(text: str, media_type: str, accepted: Collection[str]) -> tuple[str, str] | None:
    """Convert a manifest to a type that the client accepts.

    The digest of a converted manifest differs from that of the stored one.

    Returns:
        Text and media type; None if the client accepts none of the possible types.
    """
    if not accepted or media_type in accepted:
        return text, media_type
    if media_type == DOCKER_MANIFEST and OCI_MANIFEST in accepted:
        return _translate(text, OCI_MANIFEST, in_oci), OCI_MANIFEST
    if media_type == OCI_MANIFEST and DOCKER_MANIFEST in accepted:
        return _translate(text, DOCKER_MANIFEST, in_docker), DOCKER_MANIFEST
    return None


def _translate(text: str, media_type: str, rename: Callable[[str], str]) -> str:
    manifest = cast("dict[str, object]", json.loads(text))
    layers = cast("list[dict[str, object]]", manifest["layers"])
    config = cast("dict[str, object]", manifest["config"])
    translated = {
        **manifest,
        "mediaType": media_type,
        "config": {**config, "mediaType": rename(str(config["mediaType"]))},
        "layers": [{**each, "mediaType": rename(str(each["mediaType"]))} for each in layers],
    }
    return json.dumps(translated, indent=3)
