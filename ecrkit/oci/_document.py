"""Base of manifests, indexes and configs: the exact bytes, and the members parsed from them."""

from collections.abc import Mapping
from typing import Self

from pydantic import PrivateAttr, ValidationError

from ecrkit.errors import InvalidManifestError
from ecrkit.oci._json import load_object
from ecrkit.oci._member import Member
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.platforms import Platform
from ecrkit.references import Digest
from ecrkit.tables import Displayed

_MOST_PROBLEMS = 5  # in one message; an untrusted document may have a million problems
_MOST_LISTED = 1000
_LONGEST_PATH = 100
_LONGEST_PROBLEM = 300


class Document(Displayed, Member, frozen=True):
    """A JSON document that keeps its exact bytes. Parse or build one; the constructor is private."""

    _raw: bytes = PrivateAttr()

    media_type: str
    """Media type, as given by the caller or by the document itself."""

    @property
    def raw(self) -> bytes:
        """The exact bytes, which the digest covers and which are sent."""
        return self._raw

    @property
    def text(self) -> str:
        """The exact bytes as a string, as `PutImage` takes them."""
        return self._raw.decode()

    @property
    def digest(self) -> Digest:
        """The sha256 digest of the exact bytes."""
        return Digest.of(self._raw)

    @property
    def size(self) -> int:
        """Size in bytes."""
        return len(self._raw)

    def members(self) -> Mapping[str, object]:
        """Return all members as parsed, including those ecrkit does not know."""
        return load_object(self._raw, "the document")

    def descriptor(
        self, *, platform: Platform | None = None, annotations: Mapping[str, str] | None = None
    ) -> Descriptor:
        """Return the descriptor for listing this document in another one."""
        return Descriptor(
            media_type=self.media_type,
            digest=self.digest,
            size=self.size,
            platform=platform,
            annotations=annotations or {},
        )

    @classmethod
    def from_members(cls, members: Mapping[str, object], raw: bytes, media_type: str) -> Self:
        """Validate the members of a parsed document, and keep its bytes.

        Raises:
            InvalidManifestError: A member is missing or is not what the specification says.
        """
        try:
            document = cls.model_validate({**members, "mediaType": media_type}, by_alias=True, by_name=False)
        except ValidationError as error:
            raise InvalidManifestError(f"Not a valid {media_type}: {_sentence(error)}") from error
        document._raw = raw  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue] # noqa: SLF001 -- its own, and no field
        return document

    def __hash__(self) -> int:
        return hash(self._raw)


def _sentence(error: ValidationError) -> str:
    if error.error_count() > _MOST_LISTED:  # to list a million of them would take minutes, and gigabytes
        return f"it has {error.error_count():,} problems"
    problems = [
        f"{'.'.join(str(part) for part in each['loc'])[:_LONGEST_PATH] or 'document'}: {each['msg'][:_LONGEST_PROBLEM]}"
        for each in error.errors(include_url=False, include_input=False)
    ]
    more = f" (and {len(problems) - _MOST_PROBLEMS} more)" if len(problems) > _MOST_PROBLEMS else ""
    return "; ".join(problems[:_MOST_PROBLEMS]) + more
