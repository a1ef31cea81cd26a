"""`RemoteBlob`: the bytes of a layer where the service keeps them, read again and again from any byte on."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from typing_extensions import Buffer

from ecrkit.errors import AnswerLostError, TransportError
from ecrkit.references import Digest
from ecrkit.retrying import RetryPolicy
from ecrkit.transport import Download, Transport


@dataclass(frozen=True, slots=True)
class RemoteBlob:
    """A layer or a config, not opened yet."""

    transport: Transport
    """Opens URLs."""

    fetch_url: Callable[[], str] = field(repr=False)
    """Gives a URL that is valid now; called for every connection, because URLs expire."""

    digest: Digest
    size: int | None = None
    """How many bytes there should be, where that is known."""

    policy: RetryPolicy = field(default_factory=RetryPolicy)
    """How patient to be between two bytes that arrive."""

    def open(self, first_byte: int = 0) -> "BlobStream":
        """Begin to read at a byte. Nothing is asked before the first read."""
        return BlobStream(self, first_byte)


class BlobStream(io.RawIOBase):
    """Bytes as they arrive. A broken connection is replaced by one that goes on where the last one ended.

    Nothing is verified here: where there are fewer bytes than there should be, the stream just ends.
    """

    def __init__(self, blob: RemoteBlob, first_byte: int) -> None:
        super().__init__()
        self._blob = blob
        self._opened: AbstractContextManager[Download] | None = None
        self._answer: Download | None = None
        self._ended = False
        self._stated: int | None = None  # the size of the layer, as the storage states it
        self.position = first_byte
        """Where the next byte comes from."""

        self.connections = 0
        """How many were opened that gave bytes, so far; every one but the first went on behind a broken one."""

    def readable(self) -> bool:
        """Say yes."""
        return True

    def next_block(self, size: int) -> bytes:
        """Give the next bytes, without copying them; none at the end.

        Raises:
            AnswerLostError: The storage did not give them, however often it was asked.
            ApiError: ECR gives no URL for the layer.
        """
        try:
            return self._next_block(size)
        except TransportError as error:
            failures = [error]

        # Now as patiently as it takes; the usual case should not pay for that.
        def attempt() -> bytes:
            if failures:
                raise failures.pop()  # which was the first try
            return self._next_block(size)

        return self._blob.policy.run(attempt, again=lambda error: isinstance(error, TransportError))

    def readinto(self, buffer: Buffer, /) -> int:
        """Read some bytes into a buffer; see `next_block`."""
        with memoryview(buffer) as view:
            block = self.next_block(len(view)) if view else b""
            view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        """Let go of the connection."""
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
        self._opened = self._blob.transport.download(self._blob.fetch_url(), first_byte=self.position)
        answer = self._opened.__enter__()
        self._compare_size(answer)
        if answer.status == _NO_SUCH_RANGE:
            self._end()
            return None
        if answer.status == _WHOLE and self.position:
            self._skip(answer)
        elif answer.status not in {_WHOLE, _RANGE}:
            raise AnswerLostError(_refused(answer.status))
        self._answer = answer
        self.connections += 1
        return answer

    def _compare_size(self, answer: Download) -> None:
        """Refuse a range of a layer of another size, unless the storage has stated that size before."""
        before, stated = self._stated, getattr(answer, "total", None)
        if not isinstance(stated, int):
            return
        self._stated = stated
        if answer.status == _RANGE and self._blob.size not in {None, stated} and stated != before:
            raise AnswerLostError(
                f"The storage returned a range of a layer of {stated} bytes; it should have {self._blob.size}"
            )

    def _end(self) -> None:
        """End where the storage says that the layer ends, which it has to say twice if the manifest disagrees."""
        if self._blob.size is not None and self._stated != self.position:
            raise AnswerLostError(
                f"The storage says that the layer has no byte {self.position} (HTTP 416); it should have {self._blob.size}"
            )
        self._ended = True

    def _skip(self, answer: Download) -> None:
        """Pass over what has been read already, where the storage does not do ranges."""
        left = self.position
        while left:
            passed = len(answer.read(min(left, BLOCK_SIZE)))
            if not passed:
                raise AnswerLostError("The storage has fewer bytes of a layer than it gave before")
            left -= passed

    def _hang_up(self) -> None:
        opened, self._opened, self._answer = self._opened, None, None
        if opened is not None:
            opened.__exit__(None, None, None)


BLOCK_SIZE = 256 * 1024
"""Bytes that are received, hashed and written at a time. More cost twice the CPU: they are memory that is new each time."""


def _refused(status: int) -> str:
    why = {
        403: ": the URL has expired, or something on the way forbids it, such as the policy of a VPC endpoint for S3",
        407: ": a proxy wants a login",
    }.get(status, "")
    return f"The storage answered the download of a layer with HTTP {status}{why}"


_WHOLE = 200
_RANGE = 206
_NO_SUCH_RANGE = 416
