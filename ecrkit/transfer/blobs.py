"""`RemoteBlob`: the bytes of a layer in a repository, read any number of times from any byte, resumed where a connection breaks."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from typing_extensions import Buffer

from ecrkit.errors import AnswerLostError
from ecrkit.references import Digest
from ecrkit.retrying import RetryPolicy, is_retryable
from ecrkit.transfer.protocol import Origin, RangeOrigin
from ecrkit.transport import Download


@dataclass(frozen=True, slots=True)
class RemoteBlob:
    """A layer or a config, not opened yet."""

    connect: Callable[[int], AbstractContextManager[Download]] = field(repr=False)
    """Opens a connection that starts at a byte, once; called again for every connection, as URLs expire."""

    digest: Digest
    size: int | None = None
    """Expected number of bytes, if known."""

    retry: RetryPolicy = field(default_factory=RetryPolicy)
    """Retry policy; it starts over with each block that arrives."""

    open_range: Callable[[int, int], AbstractContextManager[Download]] | None = field(
        default=None, repr=False
    )
    """Opens a connection for the bytes from a first to a last one, inclusive; None if that is not possible."""

    @classmethod
    def of(cls, origin: Origin, digest: Digest, size: int | None = None) -> Self:
        """Describe a blob of a repository. Nothing is sent."""
        ranges = origin.ranges(digest) if isinstance(origin, RangeOrigin) else None
        return cls(partial(origin.open_blob, digest), digest, size, origin.retry, ranges)

    def open(self, first_byte: int = 0) -> "BlobStream":
        """Open the blob at a byte. Nothing is sent before the first read."""
        return BlobStream(self, first_byte)


class BlobStream(io.RawIOBase):
    """Bytes as they arrive. A broken connection is replaced by one that resumes where it ended.

    The digest is not verified here.
    """

    def __init__(self, blob: RemoteBlob, first_byte: int) -> None:
        super().__init__()
        self._blob = blob
        self._opened: AbstractContextManager[Download] | None = None
        self._answer: Download | None = None
        self._ended = False
        self._stated: int | None = None  # the size of the layer, as the server states it
        self.position = first_byte
        """Position of the next byte."""

        self.connections = 0
        """Connections that have delivered bytes so far; each but the first replaced a broken one."""

    @property
    def writes(self) -> bool:
        """Whether the last block is in the file already."""
        return False

    @property
    def assembled(self) -> bool:
        """Whether the bytes come from more than one response."""
        return self.connections > 1

    def readable(self) -> bool:
        """Return true."""
        return True

    def next_block(self, size: int) -> bytes:
        """Return the next bytes, without copying them; none at the end.

        Raises:
            TransportError: The download failed after all retries.
            ApiError: The repository refuses to return the blob.
        """
        return self._blob.retry.run(partial(self._next_block, size), again=is_retryable)

    def readinto(self, buffer: Buffer, /) -> int:
        """Read some bytes into a buffer; see `next_block`."""
        with memoryview(buffer) as view:
            block = self.next_block(len(view)) if view else b""
            view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        """Close the connection."""
        self._hang_up()
        super().close()

    def _next_block(self, size: int) -> bytes:
        wanted = self._blob.size
        if wanted is not None:
            size = min(size, max(0, wanted - self.position))
        if not size or self._ended:
            return b""
        try:
            block = self._receive(size)
        except BaseException:
            self._hang_up()
            raise
        self.position += len(block)
        return block

    def _receive(self, size: int) -> bytes:
        answer = self._answer or self._connect()
        block = b"" if answer is None else answer.read(size)
        if not block and not self._ended and self._blob.size is not None:
            raise AnswerLostError(
                f"The download of a layer ended after {self.position} of {self._blob.size} bytes"
            )
        return block

    def _connect(self) -> Download | None:
        """Open a connection; none where the layer has no byte at this place."""
        self._opened = self._blob.connect(self.position)
        answer = self._opened.__enter__()
        self._compare_size(answer)
        if answer.status == _NO_SUCH_RANGE:
            self._end()
            return None
        if answer.status == _WHOLE and self.position:
            self._skip(answer)
        elif answer.status not in {_WHOLE, _RANGE}:
            raise AnswerLostError(refused(answer.status))
        self._answer = answer
        self.connections += 1
        return answer

    def _compare_size(self, answer: Download) -> None:
        """Refuse a range of a layer of another size, unless the server has stated that size before."""
        before, stated = self._stated, getattr(answer, "total", None)
        if not isinstance(stated, int):
            return
        self._stated = stated
        if answer.status == _RANGE and self._blob.size not in {None, stated} and stated != before:
            raise AnswerLostError(
                f"The server returned a range of a layer of {stated} bytes; it should have {self._blob.size}"
            )

    def _end(self) -> None:
        """End where the server says that the layer ends, which it has to say twice if the manifest disagrees."""
        if self._blob.size is not None and self._stated != self.position:
            raise AnswerLostError(
                f"The server says that the layer has no byte {self.position} (HTTP 416); it should have {self._blob.size}"
            )
        self._ended = True

    def _skip(self, answer: Download) -> None:
        """Pass over what has been read already, where the server does not support ranges."""
        left = self.position
        while left:
            passed = len(answer.read(min(left, BLOCK_SIZE)))
            if not passed:
                raise AnswerLostError("The server has fewer bytes of a layer than it gave before")
            left -= passed

    def _hang_up(self) -> None:
        opened, self._opened, self._answer = self._opened, None, None
        if opened is not None:
            opened.__exit__(None, None, None)


BLOCK_SIZE = 256 * 1024
"""Bytes that are received, hashed and written at a time. More cost twice the CPU: they are memory that is new each time."""


def refused(status: int) -> str:
    """Describe an error status of a download."""
    why = {
        403: ": the URL has expired, or something on the way forbids it, such as the policy of a VPC endpoint for S3",
        407: ": a proxy wants a login",
    }.get(status, "")
    return f"The server answered the download of a layer with HTTP {status}{why}"


_WHOLE = 200
_RANGE = 206
_NO_SUCH_RANGE = 416
