"""Descriptors: type, digest and size of a blob or another document."""

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
    """Reference to a blob or a manifest."""

    media_type: str = Field(min_length=1)
    digest: Digest
    size: Size
    urls: tuple[str, ...] = ()
    annotations: Mapping[str, str] = Field(default_factory=dict[str, str])
    data: str | None = Field(default=None, repr=False)
    """The content in base64, if embedded; not verified."""

    platform: Platform | None = None
    artifact_type: str | None = None

    @property
    def is_foreign(self) -> bool:
        """Whether it is a layer that registries do not store, such as the base of a Windows image."""
        return self.media_type in media_types.FOREIGN_LAYERS

    @property
    def is_index(self) -> bool:
        """Whether it refers to an index."""
        return self.media_type in media_types.INDEXES

    @property
    def is_manifest(self) -> bool:
        """Whether it refers to a manifest or an index, not a blob."""
        return self.media_type in media_types.MANIFESTS

    @property
    def is_attestation(self) -> bool:
        """Whether it refers to something that does not run, such as an attestation by BuildKit."""
        name, mark = _ATTESTATION_MARK
        return self.annotations.get(name) == mark or (self.platform is not None and self.platform.is_unknown)

    @property
    def can_run(self) -> bool:
        """Whether it may refer to a runnable image or an index of some: not to an attestation or another artifact."""
        is_artifact = self.artifact_type is not None and self.artifact_type not in media_types.IMAGE_CONFIGS
        return self.is_manifest and not is_artifact and not self.is_attestation

    def in_oci(self) -> Self:
        """Return this descriptor with the OCI media type if it has Docker's."""
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
                f"The blob {each.digest} is listed with two sizes, {first.size} and {each.size} bytes"
            )
    return found


EMPTY_JSON = b"{}"
"""Content of the empty descriptor. ECR cannot store a blob of zero bytes."""

EMPTY_DESCRIPTOR = Descriptor(
    media_type=media_types.OCI_EMPTY, digest=Digest.of(EMPTY_JSON), size=len(EMPTY_JSON)
)
"""Placeholder for a required config or layer that an artifact does not have."""
