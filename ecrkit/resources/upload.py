"""`Upload`: the upload of one layer that may outlive the process that began it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit import push
from ecrkit.resources.layer import Layer

if TYPE_CHECKING:
    from ecrkit.push.engine import LayerUpload
    from ecrkit.push.state import UploadState
    from ecrkit.resources.repository import Repository


class Upload:
    """An upload that ECR knows. Write its `state` down, and any later process can go on with it.

    Example:
        >>> upload = repository.start_upload("layer.tar", progress=lambda event: save(upload.state.to_json()))
        >>> layer = upload.finish()

        After a crash, elsewhere:

        >>> upload = repository.resume_upload(UploadState.from_json(saved), "layer.tar")
        >>> layer = upload.finish()
    """

    def __init__(self, repository: Repository, upload: LayerUpload, *, media_type: str | None) -> None:
        self.repository = repository
        """Where the layer goes."""

        self._upload = upload
        self._media_type = media_type

    def __repr__(self) -> str:
        return f"Upload({self.repository.name!r}, {self._upload.state})"  # `self.state` may ask ECR

    @property
    def state(self) -> UploadState:
        """How far the upload is now. It changes with every part, and altogether where the layer had to begin anew."""
        state = self._upload.state
        assert state is not None  # noqa: S101 -- an upload is begun before there is a handle for it
        return state

    def finish(self) -> Layer:
        """Send what is missing. What ECR has already is read and hashed here, but not sent again.

        Raises:
            DigestMismatchError: The bytes are not those that were expected, for example because the file is another one
                than that which was begun with.
            NotRereadableError: ECR has forgotten the upload, and the source cannot be read again.
            SourceChangedError: The file was changed while it was read.
        """
        uploaded = self._upload.run()
        return Layer(
            self.repository,
            uploaded.digest,
            size=uploaded.size,
            media_type=self._media_type or push.media_type_of(uploaded.head),
            uploaded=True,
        )
