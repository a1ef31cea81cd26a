"""Manifests: one image (a config and layers) or an index of several, of OCI or of Docker, parsed but never rewritten."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import FailFast, Field

from ecrkit.errors import InvalidManifestError
from ecrkit.oci import media_types
from ecrkit.oci._document import Document
from ecrkit.oci._json import MAX_MANIFEST_CHARACTERS, load_object
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.platforms import Platform
from ecrkit.tables import Size, Table


class ImageManifest(Document, frozen=True):
    """The manifest of one image or artifact."""

    schema_version: Literal[2]
    artifact_type: str | None = None
    config: Descriptor
    layers: Annotated[tuple[Descriptor, ...], FailFast()]
    subject: Descriptor | None = None
    """The image this one refers to, for example the one a signature signs."""

    annotations: Mapping[str, str] = Field(default_factory=dict[str, str])

    @property
    def is_image(self) -> bool:
        """Whether it is a runnable image, not a Helm chart, a signature or another artifact."""
        artifact_type = self.artifact_type or self.config.media_type
        return (
            {artifact_type, self.config.media_type} <= media_types.IMAGE_CONFIGS
            # Cosign signatures and BuildKit attestations have an image config, but other layers.
            and (not self.layers or any(media_types.is_layer(each.media_type) for each in self.layers))
        )

    @property
    def blobs(self) -> tuple[Descriptor, ...]:
        """Blobs that the repository needs before this manifest: layers and config, each digest once.

        Without foreign layers, such as the base of a Windows image; `all_blobs` includes them.
        """
        return tuple(each for each in self.all_blobs if not each.is_foreign)

    @property
    def all_blobs(self) -> tuple[Descriptor, ...]:
        """Layers, including foreign ones, and config; each digest once."""
        return tuple({each.digest: each for each in (*self.layers, self.config)}.values())

    @property
    def foreign_layers(self) -> tuple[Descriptor, ...]:
        """Foreign layers, which registries need not store, each digest once; their `urls` locate them."""
        return tuple(each for each in self.all_blobs if each.is_foreign)

    def __table__(self) -> Table:
        rows = [{"": "config", **_row(self.config)}, *({"": "layer", **_row(each)} for each in self.layers)]
        return Table(rows, _note(self))


class Index(Document, frozen=True):
    """A list of manifests, usually one per platform. Docker calls it a manifest list."""

    schema_version: Literal[2]
    artifact_type: str | None = None
    manifests: Annotated[tuple[Descriptor, ...], FailFast()]
    subject: Descriptor | None = None
    annotations: Mapping[str, str] = Field(default_factory=dict[str, str])

    @property
    def is_image(self) -> bool:
        """Whether it lists images, or indexes that may list some; not an index of other artifacts."""
        return self.artifact_type is None and any(each.can_run for each in self.manifests)

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """Platforms named in this index, each once; without attestations and other artifacts."""
        named = (each.platform for each in self.manifests if each.platform is not None and each.can_run)
        return tuple(dict.fromkeys(named))

    def __table__(self) -> Table:
        return Table([_row(each) for each in self.manifests], _note(self))


def parse_manifest(
    raw: bytes, media_type: str | None = None, *, max_characters: int = MAX_MANIFEST_CHARACTERS
) -> ImageManifest | Index:
    """Parse a manifest.

    Args:
        raw: The exact bytes. They are kept and never rewritten.
        media_type: Media type from the registry or a descriptor. Defaults to the manifest's own `mediaType`, otherwise
            it is detected from the structure: an object with `layers` is an OCI image manifest, one with
            `manifests` an OCI index.
        max_characters: Maximum length in characters.

    Raises:
        InvalidManifestError: It is not JSON, is not a manifest, contradicts the media type, or is Docker's schema 1.
    """
    members = load_object(raw, "the manifest", max_characters)
    known = _media_type(members, media_type)
    if known in media_types.INDEXES:
        return Index.from_members(_with_list(members, "manifests"), raw, known)
    return ImageManifest.from_members(_with_list(members, "layers"), raw, known)


def _with_list(members: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    # Go writes null for an empty list, and reads it as one; a missing list is still an error.
    return {**members, name: []} if name in members and members[name] is None else members


def _media_type(members: Mapping[str, Any], given: str | None) -> str:
    present = {name for name, value in members.items() if value is not None}
    if members.get("schemaVersion") == 1 or "fsLayers" in present:
        raise InvalidManifestError(
            "This is a manifest of Docker's schema 1, which Docker has retired and ecrkit does not read. Its image can be"
            " tagged, copied with copy_to and deleted"
        )
    if "manifests" in present and present & {"layers", "config"}:
        raise InvalidManifestError(
            "The manifest is ambiguous: it has both 'manifests' and 'layers' or 'config', so that it could be read"
            " as an index and as an image (CVE-2021-41190)"
        )
    own: object = members.get("mediaType")
    if given is not None and own is not None and own != given:
        raise InvalidManifestError(
            f"The manifest was announced as {given}, but its mediaType is {str(own)[:200]!r}"
        )
    media_type = given if given is not None else own
    if media_type is None:
        return _sniffed(present if present & {"manifests", "layers"} else set(members))
    if not isinstance(media_type, str) or media_type not in media_types.MANIFESTS:
        raise InvalidManifestError(
            f"{str(media_type)[:200]!r} is not a manifest media type that ECR supports"
        )
    return media_type


def _sniffed(present: set[str]) -> str:
    if "manifests" in present:
        return media_types.OCI_INDEX
    if "layers" in present:
        return media_types.OCI_MANIFEST
    raise InvalidManifestError(
        "The manifest has no 'mediaType', 'layers' or 'manifests', so its type is unknown"
    )


def _row(descriptor: Descriptor) -> dict[str, object]:
    return {
        "digest": descriptor.digest,
        "platform": None if descriptor.platform is None else str(descriptor.platform),
        "size": Size(descriptor.size),
        "media type": descriptor.media_type,
    }


def _note(document: ImageManifest | Index) -> str:
    artifact = "" if document.artifact_type is None else f", artifact type {document.artifact_type}"
    return f"{document.digest}: {document.media_type}{artifact}"
