"""What a way to ECR has to be able to do: `Transport`, and what goes in and comes out of one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol, Self, runtime_checkable


class PreparedBody(Protocol):
    """A request body that is encoded and hashed already. It can be read from the start any number of times."""

    sha256: str
    """The hash that goes into the signature, in hexadecimal."""

    def __len__(self) -> int: ...

    def read(self, size: int = -1, /) -> bytes | memoryview:
        """Give the next bytes, at least as many as asked for unless the body ends."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a position, as in any file."""
        ...

    def tell(self) -> int:
        """Give the position."""
        ...


class ResponseBody(bytes):
    """The body of a successful response, with the id of its request."""

    request_id: str | None

    def __new__(cls, content: bytes, request_id: str | None) -> Self:
        """Take over the content."""
        body = super().__new__(cls, content)
        body.request_id = request_id
        return body


def request_id_of(body: bytes) -> str | None:
    """Return the id of the request that a body answers, if its transport knows it."""
    return body.request_id if isinstance(body, ResponseBody) else None


@runtime_checkable
class Transport(Protocol):
    """Takes one request to ECR and brings the raw JSON of the answer back, or raises an `EcrKitError`."""

    region_name: str

    def call(
        self,
        operation: str,
        parameters: Mapping[str, object],
        *,
        body: PreparedBody | None = None,
        retries: bool = True,
    ) -> bytes:
        """Carry out one operation.

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


class Download(Protocol):
    """An answer of the storage behind ECR, read as it arrives."""

    @property
    def status(self) -> int:
        """200 for the whole, 206 for the range that was asked for; else an error."""
        ...

    def read(self, size: int, /) -> bytes:
        """Give the next bytes; none at the end.

        Raises:
            AnswerLostError: The connection broke.
        """
        ...
