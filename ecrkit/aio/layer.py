# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.layer`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio._face import Face
from ecrkit.aio.calling import call
from ecrkit.tables import Displayed

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping
    from datetime import timedelta
    from pathlib import Path

    from ecrkit import oci
    from ecrkit.aio.reader import AsyncReader
    from ecrkit.aio.repository import AsyncRepository
    from ecrkit.events import Progress
    from ecrkit.files.outputs import Output
    from ecrkit.references import Digest
    from ecrkit.resources.layer import Layer
    from ecrkit.retrying import RetryPolicy
    from ecrkit.tables import Displayed, Table


class AsyncLayer(Displayed, Face):
    """A layer, or a config, which ECR treats alike. Methods call ECR; attributes never do.

    Example:
        >>> layer = await repository.push_layer("layer.tar.gz")
        >>> layer.digest, layer.size, layer.uploaded
    """

    def __init__(self, sync: Layer) -> None:
        self._layer = sync

    @property
    def sync(self) -> Layer:
        """The same object for blocking code."""
        return self._layer

    def __table_row__(self) -> Mapping[str, object]:
        return self.sync.__table_row__()

    def __table__(self) -> Table:
        return self.sync.__table__()

    @property
    def repository(self) -> AsyncRepository:
        """The repository that has the layer."""
        from ecrkit.aio.repository import AsyncRepository

        return AsyncRepository(self.sync.repository)

    @property
    def digest(self) -> Digest:
        """Digest of its bytes."""
        return self.sync.digest

    @property
    def size(self) -> int | None:
        """Size in bytes; None if ECR did not report it."""
        return self.sync.size

    @property
    def media_type(self) -> str:
        """Media type, for example `application/vnd.oci.image.layer.v1.tar+gzip`."""
        return self.sync.media_type

    @property
    def uploaded(self) -> bool:
        """Whether this program uploaded it; false if ECR already had it."""
        return self.sync.uploaded

    def descriptor(self) -> oci.Descriptor:
        """Return a descriptor of the layer for a manifest."""
        return self.sync.descriptor()

    async def download(
        self,
        path: Output,
        *,
        progress: Progress | None = None,
        retry: RetryPolicy | None = None,
        connections: int = 4,
        cancel: threading.Event | None = None,
        timeout: float | timedelta | None = None,
    ) -> Path:
        """Download the layer into a file. The file gets its name when every byte is verified.

        Calling this again with the same path resumes an interrupted download. A file object, a pipe or `/dev/stdout` is
        written to directly; its bytes are verified only if no error is raised.

        Args:
            path: Path of the file, which is replaced if it exists, or a binary file object, which stays open.
            progress: Called with each event, from several threads but never concurrently.
            retry: Retry policy; the default retries for up to five minutes.
            connections: Maximum number of connections for a layer of 32 MiB or more. Slow ones are replaced.
            cancel: A `threading.Event`; setting it cancels the call.
            timeout: Seconds, or a `timedelta`, after which the call is cancelled.

        Returns:
            The path; for a file object, its name.

        Raises:
            InvalidInputError: The path is a folder; nothing was sent.
            DiskFullError: The disk is full; the bytes received are kept for the next call.
            LayersNotFoundError: The repository does not have the layer.
            LayerInaccessibleError: No image refers to the layer yet; store its manifest first.
            DigestMismatchError: The bytes do not match the digest; nothing is kept.
            TransportError: The download failed after all retries; the bytes received are kept for the next call.
            OperationCancelledError: `cancel` was set.
            OperationTimeoutError: The call did not finish within `timeout`; also a `TimeoutError`.
        """
        return await call(
            self.sync.download,
            path,
            progress=progress,
            retry=retry,
            connections=connections,
            cancel=cancel,
            timeout=timeout,
        )

    async def open(self, *, retry: RetryPolicy | None = None) -> AsyncReader:
        """Open the layer for reading from ECR. Broken connections are resumed, and the bytes are verified while reading.

        The bytes are only known to be correct once the end is reached without an error.

        Args:
            retry: Retry policy; the default retries for up to five minutes.

        Raises:
            LayersNotFoundError: On the first read: the repository does not have the layer.
            DigestMismatchError: On the last read: the bytes do not match the digest.
            InvalidImageError: On the last read: the size does not match.
        """
        from ecrkit.aio.reader import AsyncReader

        return AsyncReader(await call(self.sync.open, retry=retry))

    async def read(self, *, at_most: int = 4 * 1024 * 1024, retry: RetryPolicy | None = None) -> bytes:
        """Return the bytes of a small layer, such as a config, and verify them.

        Args:
            at_most: Maximum size in bytes; protects against unexpectedly large layers.
            retry: Retry policy; the default retries for up to five minutes.

        Raises:
            InvalidInputError: The layer is larger than `at_most`.
            DigestMismatchError: The bytes do not match the digest.
        """
        return await call(self.sync.read, at_most=at_most, retry=retry)
