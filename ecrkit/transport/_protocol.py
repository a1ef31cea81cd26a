"""`Transport`: the interface that a client sends requests through, and what goes in and comes out of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


class PreparedBody(Protocol):
    """A request body that is encoded and hashed already. It can be read from the start any number of times."""

    sha256: str
    """The hash that goes into the signature, in hexadecimal."""

    def __len__(self) -> int: ...

    def read(self, size: int = -1, /) -> bytes | memoryview:
        """Return the next bytes, at least as many as asked for unless the body ends."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Seek to a position, as in any file."""
        ...

    def tell(self) -> int:
        """Return the position."""
        ...


@dataclass(frozen=True, slots=True)
class ResponseMetadata:
    """HTTP metadata of a response."""

    request_id: str | None
    """The id of the request, for AWS Support."""

    http_status: int

    http_headers: Mapping[str, str]
    """The headers of the response; names are in no particular case."""

    attempts: int
    """Requests that botocore sent until this response arrived."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful response."""

    raw: bytes = field(repr=False)
    """Its body; may hold tokens and presigned URLs."""

    metadata: ResponseMetadata | None = None


class Secret:
    """A secret string, hidden in its repr."""

    __slots__ = ("_reveal",)

    def __init__(self, text: str) -> None:
        def reveal() -> str:
            return text

        self._reveal: Callable[[], str] = reveal

    def __repr__(self) -> str:
        return "Secret(***)"

    def reveal(self) -> str:
        """Return the text. Do not keep it in a variable."""
        return self._reveal()


@runtime_checkable
class Transport(Protocol):
    """Sends one request to ECR and returns the raw JSON of the response, or raises an `EcrKitError`.

    A transport may have more: `close()`, which releases what it holds; `exchange(...)`, which is `call` but returns an
    `Answer` with metadata; and `max_connections`, the number of requests that may be awaited at the same time.
    """

    region_name: str

    def call(
        self,
        operation: str,
        parameters: Mapping[str, object],
        *,
        body: PreparedBody | None = None,
        retries: bool = True,
    ) -> bytes:
        """Call one operation.

        Args:
            operation: Its name, for example `DescribeImages`.
            parameters: The members of the request under the service's names.
            body: Sent in place of the serialised parameters.
            retries: Whether the transport may try again by itself; `False` where the caller decides on that.
        """
        ...

    def download(self, url: str, *, first_byte: int = 0) -> AbstractContextManager[Download]:
        """Open the URL of a layer, which carries its own authorisation, from a byte of it on."""
        ...


@runtime_checkable
class RangedTransport(Protocol):
    """A `Transport` that can download ranges of a layer. Without it, every layer comes over a single connection."""

    def download_range(self, url: str, first_byte: int, last_byte: int) -> AbstractContextManager[Download]:
        """Open the URL of a layer for the bytes from a first to a last one, inclusive."""
        ...


class Download(Protocol):
    """A response of the download server, read as it arrives."""

    @property
    def status(self) -> int:
        """200 for the whole, 206 for the range that was asked for; else an error."""
        ...

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; none at the end.

        Raises:
            AnswerLostError: The connection broke.
        """
        ...
