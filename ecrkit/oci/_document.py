"""What a manifest, an index and a config have in common: exact bytes, and the members read from them."""

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

_MOST_PROBLEMS = 5  # in one message; the document is a stranger's, and may be wrong in a million places
_MOST_LISTED = 1000
_LONGEST_PATH = 100
_LONGEST_PROBLEM = 300


class Document(Displayed, Member, frozen=True):
    """JSON whose bytes are kept as they came. Parse one or build one; its constructor is not for callers."""

    _raw: bytes = PrivateAttr()

    media_type: str
    """The type under which a registry keeps it, as the caller or the document itself says."""

    @property
    def raw(self) -> bytes:
        """The exact bytes: what the digest is of, and what has to be sent."""
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
        """How many bytes there are."""
        return len(self._raw)

    def members(self) -> Mapping[str, object]:
        """Return all members as they are in the bytes, those that ecrkit does not know included."""
        return load_object(self._raw, "the document")

    def descriptor(
        self, *, platform: Platform | None = None, annotations: Mapping[str, str] | None = None
    ) -> Descriptor:
        """Describe this document to another one that lists it."""
        return Descriptor(
            media_type=self.media_type,
            digest=self.digest,
            size=self.size,
            platform=platform,
            annotations=annotations or {},
        )

    @classmethod
    def from_members(cls, members: Mapping[str, object], raw: bytes, media_type: str) -> Self:
        """Check the members of a document that has been read, and keep its bytes beside them.

        Raises:
            InvalidManifestError: A member is missing or is not what the specification says.
        """
        try:
            document = cls.model_validate({**members, "mediaType": media_type}, by_alias=True, by_name=False)
        except ValidationError as error:
            raise InvalidManifestError(f"not a valid {media_type}: {_sentence(error)}") from error
        document._raw = raw  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue] # noqa: SLF001 -- its own, and no field
        return document

    def __hash__(self) -> int:
        return hash(self._raw)


def _sentence(error: ValidationError) -> str:
    if error.error_count() > _MOST_LISTED:  # to list a million of them would take minutes, and gigabytes
        return f"it is wrong in {error.error_count():,} places"
    problems = [
        f"{'.'.join(str(part) for part in each['loc'])[:_LONGEST_PATH] or 'document'}: {each['msg'][:_LONGEST_PROBLEM]}"
        for each in error.errors(include_url=False, include_input=False)
    ]
    more = f" (and {len(problems) - _MOST_PROBLEMS} more)" if len(problems) > _MOST_PROBLEMS else ""
    return "; ".join(problems[:_MOST_PROBLEMS]) + more
