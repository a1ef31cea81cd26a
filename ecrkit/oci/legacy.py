"""Manifests of Docker's retired schema 1, which ECR still stores: copied as opaque bytes."""

from dataclasses import dataclass
from typing import cast

from ecrkit.errors import InvalidManifestError
from ecrkit.oci import media_types
from ecrkit.oci._json import load_object
from ecrkit.references import Digest


@dataclass(frozen=True, slots=True)
class LegacyManifest:
    """A manifest of schema 1, with its exact bytes."""

    text: str
    """The exact bytes as a string."""

    media_type: str
    """Media type, for manifests with or without signatures."""

    digest: Digest | None = None
    """Digest in the registry; None if unknown. With signatures, it is not the digest of the bytes."""

    @property
    def layers(self) -> tuple[Digest, ...]:
        """The digests of the layers, each once.

        Raises:
            InvalidManifestError: It lists none, or a value is not a digest.
        """
        listed: object = load_object(self.text.encode(), "the manifest").get("fsLayers")
        sums = [
            cast("dict[str, object]", each).get("blobSum") if isinstance(each, dict) else None
            for each in (cast("list[object]", listed) if isinstance(listed, list) else [])
        ]
        if not sums or not all(isinstance(each, str) for each in sums):
            raise InvalidManifestError("The manifest of schema 1 lists no layers")
        return tuple(dict.fromkeys(Digest(str(each)) for each in sums))


def as_legacy(
    raw: bytes, media_type: str | None = None, digest: Digest | None = None
) -> LegacyManifest | None:
    """Return a manifest of schema 1; None for every other manifest.

    Args:
        raw: The exact bytes.
        media_type: Media type from the registry or the caller; detected from the content if omitted.
        digest: Digest in the registry.
    """
    if media_type is None and b"fsLayers" in raw:
        members = load_object(raw, "the manifest")
        own = members.get("mediaType")
        if members.get("schemaVersion") == 1:
            signed = "signatures" in members
            media_type = (
                own
                if isinstance(own, str)
                else (media_types.DOCKER_SCHEMA_1_SIGNED if signed else media_types.DOCKER_SCHEMA_1)
            )
    return LegacyManifest(raw.decode(), media_type, digest) if media_type in media_types.SCHEMA_1 else None
