"""Digests: validated strings of `sha256:` and 64 hexadecimal characters."""

import hashlib
from typing import Any, Protocol, Self, SupportsIndex

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from typing_extensions import Buffer

from ecrkit.errors import InvalidReferenceError
from ecrkit.references._shown import shown

_SHORT = 12  # as many digits as Docker shows
_HEX_CHARACTERS = {"sha256": 64, "sha384": 96, "sha512": 128}  # all of them can be verified with hashlib


class Hash(Protocol):
    """The type `hashlib` returns."""

    @property
    def name(self) -> str: ...
    def update(self, data: Buffer, /) -> None: ...
    def hexdigest(self) -> str: ...


class Digest(str):
    """A digest such as `sha256:9f86d0...`. A `str` that is always well-formed.

    Example:
        >>> Digest.of(b"hello").hex[:8]
        '2cf24dba'
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Validate the text.

        Raises:
            InvalidReferenceError: The text is not a digest that can be verified: sha256, sha384 or sha512, and as
                many hexadecimal characters as it takes, in lower case.
        """
        if isinstance(text, cls):
            return text
        algorithm, _, encoded = text.partition(":")
        if len(encoded) != _HEX_CHARACTERS.get(algorithm) or not _is_hex(encoded):
            raise InvalidReferenceError(_what_is_wrong_with(text))
        return super().__new__(cls, text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a digest, like `Digest(text)`."""
        return cls(text)

    @classmethod
    def of(cls, data: Buffer) -> Self:
        """Compute the sha256 digest of some bytes."""
        return cls.from_hash(hashlib.sha256(data))

    @classmethod
    def from_hash(cls, finished: Hash) -> Self:
        """Return the digest of a `hashlib` object that was fed all bytes."""
        return cls(f"{finished.name}:{finished.hexdigest()}")

    @property
    def algorithm(self) -> str:
        """The part before the colon, for example `sha256`."""
        return self.partition(":")[0]

    @property
    def hex(self) -> str:
        """The part after the colon."""
        return self.partition(":")[2]

    def new_hash(self) -> Hash:
        """Return a `hashlib` object for the algorithm of this digest, to verify bytes as they arrive."""
        return hashlib.new(self.algorithm)

    def __repr__(self) -> str:
        return f"Digest({str.__repr__(self)})"

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return type(self), (str(self),)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        del source, handler
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())


def _is_hex(text: str) -> bool:
    # Listings have thousands of digests, and a regular expression takes almost three times as long.
    return not text.encode("ascii", "replace").translate(None, b"0123456789abcdef")


def _what_is_wrong_with(text: str) -> str:
    algorithm, colon, encoded = text.partition(":")
    if not colon:
        return f"{shown(text)} is not a digest; it must look like sha256:<64 hex characters>"
    length = _HEX_CHARACTERS.get(algorithm)
    if length is None:
        return f"{shown(text)} is not a digest that can be verified; ECR computes sha256 (in lower case)"
    return (
        f"{shown(text)} is not a digest: after {algorithm}: must come {length} hexadecimal characters in"
        f" lower case{_usual_mistake(encoded, length)}"
    )


def _usual_mistake(encoded: str, length: int) -> str:
    if len(encoded) != length:
        return f", not {len(encoded)} (is it truncated, or an image id?)"
    return " (these are in upper case)" if _is_hex(encoded.lower()) else ""


def shorten_digest(text: str) -> str:
    """Shorten a digest to its first twelve hexadecimal digits. Other text is unchanged."""
    algorithm, _, encoded = text.partition(":")
    is_digest = len(encoded) == _HEX_CHARACTERS.get(algorithm) and _is_hex(encoded)
    return f"{algorithm}:{encoded[:_SHORT]}" if is_digest else text
