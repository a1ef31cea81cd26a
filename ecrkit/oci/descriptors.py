"""The descriptor: what one document says about another one, or about a blob: type, digest and size."""

from collections.abc import Iterable, Mapping
from typing import Self

from pydantic import Field

from ecrkit.errors import InvalidImageError
from ecrkit.oci import media_types
from ecrkit.oci._member import Member, Size
from ecrkit.oci.platforms import Platform
from ecrkit.references import Digest

_ATTESTATION_MARK = ("vnd.docker.reference.type", "attestation-manifest")


class Descriptor(Member, frozen=True):
    """Names a blob or a manifest by its digest."""

    media_type: str = Field(min_length=1)
    digest: Digest
    size: Size
    urls: tuple[str, ...] = ()
    annotations: Mapping[str, str] = Field(default_factory=dict[str, str])
    data: str | None = Field(default=None, repr=False)
    """The bytes themselves in base64, if somebody put them in; nobody has checked them."""

    platform: Platform | None = None
    artifact_type: str | None = None

    @property
    def is_foreign(self) -> bool:
        """Whether it is a layer that registries do not keep, such as the base of a Windows image."""
        return self.media_type in media_types.FOREIGN_LAYERS

    @property
    def is_index(self) -> bool:
        """Whether what it names is an index."""
        return self.media_type in media_types.INDEXES

    @property
    def is_manifest(self) -> bool:
        """Whether what it names is a manifest or an index, and not a blob."""
        return self.media_type in media_types.MANIFESTS

    @property
    def is_attestation(self) -> bool:
        """Whether what it names runs nowhere: an attestation that BuildKit put beside the image, or alike."""
        name, mark = _ATTESTATION_MARK
        return self.annotations.get(name) == mark or (self.platform is not None and self.platform.is_unknown)

    @property
    def can_run(self) -> bool:
        """Whether it may name an image that runs, or an index of some: neither an attestation nor another artifact."""
        is_artifact = self.artifact_type is not None and self.artifact_type not in media_types.IMAGE_CONFIGS
        return self.is_manifest and not is_artifact and not self.is_attestation

    def in_oci(self) -> Self:
        """Name the same bytes with the media type of OCI, if this one is Docker's."""
        return self.model_copy(update={"media_type": media_types.in_oci(self.media_type)})


def each_once(descriptors: Iterable[Descriptor]) -> dict[Digest, Descriptor]:
    """Return the first descriptor of each digest.

    Raises:
        InvalidImageError: Two of them name the same digest with different sizes.
    """
    found: dict[Digest, Descriptor] = {}
    for each in descriptors:
        if (first := found.setdefault(each.digest, each)).size != each.size:
            raise InvalidImageError(
                f"the blob {each.digest} is listed with two sizes, {first.size} and {each.size} bytes"
            )
    return found


EMPTY_JSON = b"{}"
"""The content that the empty descriptor names; ECR cannot store a blob of zero bytes, this one it can."""

EMPTY_DESCRIPTOR = Descriptor(
    media_type=media_types.OCI_EMPTY, digest=Digest.of(EMPTY_JSON), size=len(EMPTY_JSON)
)
"""Stands where a manifest must have a config or a layer and there is none: in most artifacts."""
