"""What a repository can do with layers: take them in, one or many, and go on with what was begun elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ecrkit import push
from ecrkit.references import Digest
from ecrkit.resources.handle import RepositoryHandle
from ecrkit.resources.layer import Layer
from ecrkit.resources.upload import Upload
from ecrkit.retrying import RetryPolicy

if TYPE_CHECKING:
    from ecrkit.events import Progress
    from ecrkit.push.pushing import LayerToPush, PushedLayer
    from ecrkit.push.sources import SourceLike
    from ecrkit.push.state import UploadState
    from ecrkit.push.target import Target


class RepositoryLayers(RepositoryHandle):
    """Takes in layers."""

    def target(self, retry: RetryPolicy | None = None) -> Target:
        """Give the repository as what layers are pushed to; for code that works with the push engine itself."""
        return push.Target(self.client, self.name, self.registry_id, retry or RetryPolicy())

    def push_layer(
        self,
        source: SourceLike,
        *,
        media_type: str | None = None,
        digest: str | None = None,
        skip_existing: bool = True,
        progress: Progress | None = None,
        retry: RetryPolicy | None = None,
    ) -> Layer:
        """Bring one layer into the repository.

        With a known digest, or where the source can be read twice, ECR is asked first, and a layer that it has is not
        sent. With `skip_existing=False`, and from a stream, the layer is hashed and sent in one pass.

        Put a manifest that refers to the layer soon: ECR may clean up layers that no image refers to.

        Args:
            source: A path, bytes-like, a binary file object, or an iterable of bytes-like chunks.
            media_type: Its media type; told by its first bytes if absent.
            digest: What its bytes hash to, if that is known. It saves reading a file twice, and is verified.
            skip_existing: Whether to ask ECR first.
            progress: Is called with each `LayerEvent`.
            retry: How patient to be with the network and the service.

        Raises:
            RepositoryNotFoundError: There is no such repository.
            EmptyLayerError: The source has no bytes.
            InvalidSourceError: The source is not one of the kinds that can be read.
            DigestMismatchError: The bytes do not have the digest that was given.
            SourceChangedError: The file was changed while it was read.
        """
        [layer] = self._push(
            [push.LayerToPush(source, digest, media_type)],
            workers=1,
            skip_existing=skip_existing,
            progress=progress,
            retry=retry,
        )
        return layer

    def push_layers(
        self,
        sources: Iterable[SourceLike | LayerToPush],
        *,
        workers: int = 4,
        skip_existing: bool = True,
        progress: Progress | None = None,
        retry: RetryPolicy | None = None,
    ) -> list[Layer]:
        """Bring several layers into the repository at once, each digest only once, the largest first.

        At the first failure the others are ended, and it is raised; what else failed stands in its notes.

        Memory: each layer that is under way keeps three parts of 10 MiB in base64, which is about 45 MiB, whatever its
        size. Layers that wait keep nothing, so `workers` times 45 MiB is the limit for all together: 180 MiB for four.

        Args:
            sources: Sources as for `push_layer`; a `LayerToPush` also carries a digest and a media type.
            workers: How many layers to send at the same time, at the most.
            skip_existing: Whether to ask ECR first, a hundred layers in one request.
            progress: Is called with each `LayerEvent`, from several threads, but never twice at the same time.
            retry: How patient to be with the network and the service.

        Returns:
            The layers, in the order of their sources.
        """
        layers = [
            source if isinstance(source, push.LayerToPush) else push.LayerToPush(source) for source in sources
        ]
        return self._push(
            layers, workers=workers, skip_existing=skip_existing, progress=progress, retry=retry
        )

    def start_upload(
        self,
        source: SourceLike,
        *,
        media_type: str | None = None,
        digest: str | None = None,
        progress: Progress | None = None,
        retry: RetryPolicy | None = None,
    ) -> Upload:
        """Begin to push one layer in a way that another process can go on with. ECR is not asked whether it has it.

        Args:
            source: What to push; see `push_layer`.
            media_type: Its media type; told by its first bytes if absent.
            digest: What its bytes hash to, if that is known; it is verified.
            progress: Is called with each `LayerEvent`: the moment to write `Upload.state` down.
            retry: How patient to be with the network and the service.
        """
        return self._upload(source, None, media_type, digest, progress, retry)

    def resume_upload(
        self,
        state: UploadState,
        source: SourceLike,
        *,
        media_type: str | None = None,
        digest: str | None = None,
        progress: Progress | None = None,
        retry: RetryPolicy | None = None,
    ) -> Upload:
        """Go on with an upload that `start_upload` began, here or in another process. Sends nothing yet.

        Args:
            state: What was written down. It may be older than what ECR has: ECR says where it stands.
            source: The same bytes as before, from the first one on.
            media_type: Its media type; told by its first bytes if absent.
            digest: What its bytes hash to, if that is known; it is verified.
            progress: Is called with each `LayerEvent`.
            retry: How patient to be with the network and the service.
        """
        return self._upload(source, state, media_type, digest, progress, retry)

    def _upload(
        self,
        source: SourceLike,
        state: UploadState | None,
        media_type: str | None,
        digest: str | None,
        progress: Progress | None,
        retry: RetryPolicy | None,
    ) -> Upload:
        upload = push.LayerUpload(
            self.target(retry),
            push.layer_source(source),
            digest=_digest(digest),
            state=state,
            emit=progress or push.ignore,
        )
        upload.begin()
        return Upload(self._repository, upload, media_type=media_type)

    def _push(
        self,
        layers: list[LayerToPush],
        *,
        workers: int,
        skip_existing: bool,
        progress: Progress | None,
        retry: RetryPolicy | None,
    ) -> list[Layer]:
        pushed = push.push_layers(
            self.target(retry),
            layers,
            workers=workers,
            skip_existing=skip_existing,
            progress=progress,
        )
        return [self._layer(each) for each in pushed]

    def _layer(self, pushed: PushedLayer) -> Layer:
        return Layer(
            self._repository,
            pushed.digest,
            size=pushed.size,
            media_type=pushed.media_type,
            uploaded=pushed.uploaded,
        )


def _digest(text: str | None) -> Digest | None:
    return None if text is None else Digest.parse(text)
