"""`Upload`: the upload of one layer, which can be resumed by another process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit import push, resources
from ecrkit.cancellation import cancel_scope
from ecrkit.tracing import operation_span

if TYPE_CHECKING:
    import threading
    from datetime import timedelta

    from ecrkit.push.engine import LayerUpload
    from ecrkit.push.state import UploadState
    from ecrkit.resources.pushed_layer import PushedLayer
    from ecrkit.resources.repository import Repository


class Upload:
    """An upload in progress. Save its `state`, and any later process can resume it.

    Example:
        >>> upload = repository.start_upload("layer.tar", progress=lambda event: save(upload.state.to_json()))
        >>> layer = upload.finish()

        After a crash, in another process:

        >>> upload = repository.resume_upload(UploadState.from_json(saved), "layer.tar")
        >>> layer = upload.finish()
    """

    def __init__(self, repository: Repository, upload: LayerUpload, *, media_type: str | None) -> None:
        self.repository = repository
        """The repository the layer is pushed to."""

        self._upload = upload
        self._media_type = media_type

    def __repr__(self) -> str:
        return f"Upload({self.repository.name!r}, {self._upload.state})"  # `self.state` may call ECR

    @property
    def state(self) -> UploadState:
        """Current state. It changes with every part, and completely if the upload had to restart."""
        state = self._upload.state
        assert state is not None  # noqa: S101 -- an upload has begun before it gets a handle
        return state

    def finish(
        self,
        *,
        cancel: threading.Event | None = None,
        timeout: float | timedelta | None = None,
    ) -> PushedLayer:
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
        with (
            cancel_scope(cancel=cancel, timeout=timeout),
            operation_span("finish_upload", self.repository.name),
        ):
            uploaded = self._upload.run()
            return resources.PushedLayer(
                self.repository,
                uploaded.digest,
                size=uploaded.size,
                media_type=self._media_type or push.media_type_of(uploaded.head),
                uploaded=True,
            )
