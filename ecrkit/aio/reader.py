"""`AsyncReader`: a binary stream whose reads do not block the event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import BinaryIO, Self

from ecrkit.aio.calling import call


class AsyncReader:
    """A binary stream. Close it, or use `async with`.

    Example:
        >>> async with await layer.open() as stream:
        ...     async for block in stream:
        ...         digest.update(block)
    """

    def __init__(self, sync: BinaryIO) -> None:
        self.sync = sync
        """The same stream for blocking code."""

    def __repr__(self) -> str:
        return f"AsyncReader({self.sync!r})"

    async def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, or all that are left if it is omitted. Empty at the end.

        Raises:
            DigestMismatchError: On the last read: the bytes do not match the digest.
            TransportError: The download failed after all retries.
        """
        return await call(self.sync.read, size)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while block := await self.read(_BLOCK):
            yield block

    async def close(self) -> None:
        """Close the stream, and its connection."""
        await call(self.sync.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()


_BLOCK = 1024 * 1024
