# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.upload`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio._face import Face
from ecrkit.aio.calling import call

if TYPE_CHECKING:
    import threading
    from datetime import timedelta

    from ecrkit.aio.pushed_layer import AsyncPushedLayer
    from ecrkit.aio.repository import AsyncRepository
    from ecrkit.push.state import UploadState
    from ecrkit.resources.upload import Upload


class AsyncUpload(Face):
    """An upload in progress. Save its `state`, and any later process can resume it.

    Example:
        >>> upload = await repository.start_upload("layer.tar", progress=lambda event: save(upload.state.to_json()))
        >>> layer = await upload.finish()

        After a crash, in another process:

        >>> upload = await repository.resume_upload(UploadState.from_json(saved), "layer.tar")
        >>> layer = await upload.finish()
    """

    def __init__(self, sync: Upload) -> None:
        self._upload = sync

    @property
    def sync(self) -> Upload:
        """The same object for blocking code."""
        return self._upload

    @property
    def repository(self) -> AsyncRepository:
        """The repository the layer is pushed to."""
        from ecrkit.aio.repository import AsyncRepository

        return AsyncRepository(self.sync.repository)

    @property
    def state(self) -> UploadState:
        """Current state. It changes with every part, and completely if the upload had to restart."""
        return self.sync.state

    async def finish(
        self, *, cancel: threading.Event | None = None, timeout: float | timedelta | None = None
    ) -> AsyncPushedLayer:
        """Send the remaining bytes, and return the layer. Bytes ECR already has are read and hashed, but not sent again.

        Args:
            cancel: A `threading.Event`; setting it cancels the call.
            timeout: Seconds, or a `timedelta`, after which the call is cancelled.

        Raises:
            DigestMismatchError: The bytes do not match the digest, for example because this is another file than before.
            NotRereadableError: ECR no longer has the upload, and the source cannot be read again.
            SourceChangedError: The file changed while it was read.
            OperationCancelledError: `cancel` was set.
            OperationTimeoutError: The call did not finish within `timeout`; also a `TimeoutError`.
        """
        from ecrkit.aio.pushed_layer import AsyncPushedLayer

        return AsyncPushedLayer(await call(self.sync.finish, cancel=cancel, timeout=timeout))
