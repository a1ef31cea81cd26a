# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.repository`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit import models
from ecrkit.aio._face import Face
from ecrkit.aio._wrapping import same
from ecrkit.aio.calling import call
from ecrkit.aio.items import AsyncItems

if TYPE_CHECKING:
    import os
    import re
    import threading
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from ecrkit import models, oci
    from ecrkit.aio.access_policies import AsyncRepositoryPolicy
    from ecrkit.aio.deletion import AsyncDeletePlan
    from ecrkit.aio.described_image import AsyncDescribedImage
    from ecrkit.aio.described_repository import AsyncDescribedRepository
    from ecrkit.aio.image import AsyncImage
    from ecrkit.aio.image_listing import AsyncImageListing
    from ecrkit.aio.lifecycle import AsyncRepositoryLifecyclePolicy
    from ecrkit.aio.pushed_image import AsyncPushedImage
    from ecrkit.aio.pushed_layer import AsyncPushedLayer
    from ecrkit.aio.registry import AsyncRegistry
    from ecrkit.aio.repository_settings import AsyncResourceTags
    from ecrkit.aio.upload import AsyncUpload
    from ecrkit.batching import BatchResult
    from ecrkit.client import Client
    from ecrkit.copying.report import CopyReport
    from ecrkit.events import Progress
    from ecrkit.push.image import ImageSourceLike
    from ecrkit.push.layers import LayerToPush
    from ecrkit.push.sources import SourceLike
    from ecrkit.push.state import UploadState
    from ecrkit.resources.image_names import ImageName
    from ecrkit.resources.repository import Repository
    from ecrkit.retrying import RetryPolicy
    from ecrkit.tables import Rows


class AsyncRepository(Face):
    """A handle for one repository. Methods call ECR; attributes never do, and creating a handle sends nothing.

    Example:
        >>> repository = registry.repository("team/app")
        >>> layer = await repository.push_layer("layer.tar.gz")
    """

    def __init__(self, sync: Repository) -> None:
        self._repository = sync

    @property
    def sync(self) -> Repository:
        """The same object for blocking code."""
        return self._repository

    @property
    def registry(self) -> AsyncRegistry:
        """The registry that has the repository."""
        from ecrkit.aio.registry import AsyncRegistry

        return AsyncRegistry.from_sync(self.sync.registry)

    @property
    def name(self) -> str:
        """Name, for example `team/app`."""
        return self.sync.name

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    @property
    def registry_id(self) -> str | None:
        """Account of the registry; None for the caller's own."""
        return self.sync.registry_id

    async def exists(self) -> bool:
        """Return whether the repository exists."""
        return await call(self.sync.exists)

    async def describe(self) -> AsyncDescribedRepository:
        """Return the repository with its settings.

        Raises:
            RepositoryNotFoundError: The repository does not exist.
        """
        from ecrkit.aio.described_repository import AsyncDescribedRepository

        return AsyncDescribedRepository(await call(self.sync.describe))

    async def find_uri(self) -> str:
        """Return the URI that Docker uses: the host of the registry and the name.

        ECR is asked for it, unless the registry was created by `Registry.from_uri`.

        Raises:
            RepositoryNotFoundError: ECR was asked, and the repository does not exist.
        """
        return await call(self.sync.find_uri)

    async def find_arn(self) -> str:
        """Return the Amazon Resource Name. ECR is asked for it if the registry has no id.

        Raises:
            RepositoryNotFoundError: ECR was asked, and the repository does not exist.
        """
        return await call(self.sync.find_arn)

    async def push_image(
        self,
        source: ImageSourceLike,
        *,
        tags: str | Iterable[str] = (),
        name: str | None = None,
        platforms: str | oci.Platform | Iterable[oci.Platform | str] | None = None,
        foreign_layers: bool = False,
        progress: Progress | None = None,
        create_repository: bool = False,
        referrers: bool = False,
        workers: int = 4,
        retry: RetryPolicy | None = None,
        cancel: threading.Event | None = None,
        timeout: float | timedelta | None = None,
        resume: str | os.PathLike[str] | None = None,
    ) -> AsyncPushedImage:
        """Push an image, or an index with all its images: first the missing layers, then the manifests.

        Before anything is sent, the image is validated, and every layer has to be in the source or in the repository.
        Idempotent: succeeds if the image already exists under the same tags.

        Example:
            >>> image = await repository.push_image("app.tar", tags=["1.4.2", "latest"])
            >>> print(image.digest, image.report)

        Args:
            source: Path of an OCI layout, an OCI archive or a `docker save` archive, or an image opened or built by
                `ecrkit.oci`. Layers the repository already has, such as those of a base image, may be missing in it.
            tags: Tags for the image; none if omitted. With an index, only the index itself is tagged. A tag of another image
                is moved if the repository allows it. Each tag is one request, and ECR allows ten per second.
            name: Image of a source with several: its name there in any form that Docker accepts, its tag, or a digest.
            platforms: Images to push of an index, or of a source with several; all if omitted. A single one keeps its digest.
                Several get a new index, with another digest, that includes what belongs to them: attestations, SOCI
                indexes, signatures. `"available"` takes every image that the source has completely. The report lists what
                was left out.
            foreign_layers: Whether to push layers that registries need not have, such as the base of a Windows image. The
                report counts those left out.
            progress: Called with each event, from several threads but never concurrently.
            create_repository: Whether to create the repository if it does not exist.
            referrers: Whether to push everything in the source that refers to the image, such as signatures and SBOMs.
            workers: Maximum number of concurrent transfers; each needs about 45 MiB of memory.
            retry: Retry policy; the default retries for up to five minutes.
            cancel: A `threading.Event`; setting it cancels the call.
            timeout: Seconds, or a `timedelta`, after which the call is cancelled.
            resume: Folder that keeps how far each upload is. If the process dies, the same call in a later one sends only
                what ECR did not receive. Created if missing, and empty again when all layers are pushed.

        Raises:
            InvalidImageError: The source is not an image, or ECR would reject it; the message says why.
            MissingBlobError: A layer, or an image of an index, is neither in the source nor in the repository.
            EmptyLayerError: The image has an empty layer, which ECR cannot store.
            DigestMismatchError: A blob does not match its digest.
            TagImmutableError: A tag points to another image, and the repository does not allow to move it.
            RepositoryNotFoundError: The repository does not exist, and `create_repository` is false.
            OperationCancelledError: `cancel` was set.
            OperationTimeoutError: The call did not finish within `timeout`; also a `TimeoutError`.
        """
        from ecrkit.aio.pushed_image import AsyncPushedImage

        return AsyncPushedImage(
            await call(
                self.sync.push_image,
                source,
                tags=tags,
                name=name,
                platforms=platforms,
                foreign_layers=foreign_layers,
                progress=progress,
                create_repository=create_repository,
                referrers=referrers,
                workers=workers,
                retry=retry,
                cancel=cancel,
                timeout=timeout,
                resume=resume,
            )
        )

    async def copy_to(
        self,
        target: Repository | AsyncRepository,
        *,
        tags: str | re.Pattern[str] | None = None,
        referrers: bool = True,
        foreign_layers: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
        create_repository: bool = False,
        workers: int = 4,
        retry: RetryPolicy | None = None,
        cancel: threading.Event | None = None,
        timeout: float | timedelta | None = None,
    ) -> CopyReport:
        """Copy all images, or those with certain tags, to another repository, several concurrently, oldest first.

        Images that the target already has, with their tags and referrers, are skipped; they are compared a hundred per
        request. A layer that several images share is sent once. An image that cannot be copied does not stop the others, and calling again copies what is missing. An index
        is copied with its images. Archived images are not copied. See `Image.copy_to` for how one image is copied.

        Example:
            >>> report = await repository.copy_to(production.repository("team/app"), tags="1.*")
            >>> print(report)
            >>> report.raise_on_failure()

        Args:
            target: Repository to copy to.
            tags: Only images with a matching tag, and only their matching tags; see `images`. All images, tagged or not,
                with all their tags if omitted. A tag of another image in the target is moved if the target allows it.
            referrers: Whether to copy everything that refers to the images, such as signatures and SBOMs.
            foreign_layers: Whether to copy layers that registries need not have, such as the base of a Windows image.
            dry_run: Whether to only report what would be copied. The report then has `jobs`, one for each image, which other
                processes may run.
            progress: Called with each event, from several threads but never concurrently.
            create_repository: Whether to create the target if it does not exist.
            workers: Maximum number of concurrent transfers.
            retry: Retry policy; the default retries for up to five minutes.
            cancel: A `threading.Event`; setting it cancels the call.
            timeout: Seconds, or a `timedelta`, after which the call is cancelled.

        Returns:
            The images copied and skipped, the tags moved, and the failures. Failures raise nothing; call
            `raise_on_failure()`.

        Raises:
            RepositoryNotFoundError: One of the repositories does not exist.
            OperationCancelledError: `cancel` was set.
            OperationTimeoutError: The call did not finish within `timeout`; also a `TimeoutError`.
        """
        return await call(
            self.sync.copy_to,
            target.sync if isinstance(target, AsyncRepository) else target,
            tags=tags,
            referrers=referrers,
            foreign_layers=foreign_layers,
            dry_run=dry_run,
            progress=progress,
            create_repository=create_repository,
            workers=workers,
            retry=retry,
            cancel=cancel,
            timeout=timeout,
        )

    async def sync_from(
        self,
        source: oci.RemoteRepository,
        *,
        tags: str | Iterable[str] | re.Pattern[str] | None = None,
        platforms: str | oci.Platform | Iterable[oci.Platform | str] | None = None,
        referrers: bool = False,
        foreign_layers: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
        create_repository: bool = False,
        workers: int = 4,
        retry: RetryPolicy | None = None,
        cancel: threading.Event | None = None,
        timeout: float | timedelta | None = None,
    ) -> CopyReport:
        """Copy tagged images that this repository lacks from a repository of any registry, several concurrently.

        Layers are streamed, without temporary files, and a layer that several images share is sent once. Nothing is deleted
        here. An image that cannot be copied does not stop the others, and calling again copies what is missing.

        Example:
            >>> python = oci.remote_repository("docker.io/library/python")
            >>> report = await repository.sync_from(python, tags="3.1?-slim*", platforms=["linux/amd64", "linux/arm64"])
            >>> report.raise_on_failure()

        Args:
            source: Repository to copy from.
            tags: Tags, or patterns such as `3.1?-slim*` with `*`, `?` and `[...]` as in file names, or a compiled regular
                expression for the whole tag; all tags if omitted. The tags of the registry are listed unless all are named
                in full. A tag of another image is moved if this repository allows it.
            platforms: Images of an index to copy; all if omitted. See `push_image`. The manifests of every image are then
                read each time to compare them.
            referrers: Whether to copy everything that refers to the images, such as signatures and SBOMs. This takes
                several requests for each image, each time.
            foreign_layers: Whether to copy layers that registries need not have, such as the base of a Windows image.
            dry_run: Whether to only report what would be copied. The report then has `jobs`, one for each image, which other
                processes may run.
            progress: Called with each event, from several threads but never concurrently.
            create_repository: Whether to create this repository if it does not exist.
            workers: Maximum number of concurrent transfers.
            retry: Retry policy for ECR; the default retries for up to five minutes. That for the registry is set by
                `oci.remote_repository`.
            cancel: A `threading.Event`; setting it cancels the call.
            timeout: Seconds, or a `timedelta`, after which the call is cancelled.

        Returns:
            The images copied and skipped, the tags moved, and the failures. Failures raise nothing; call
            `raise_on_failure()`.

        Raises:
            RepositoryNotFoundError: One of the repositories does not exist.
            ImageNotFoundError: A tag that is named in full does not exist.
            AccessError: The registry refuses the login, or wants one.
            OperationCancelledError: `cancel` was set.
            OperationTimeoutError: The call did not finish within `timeout`; also a `TimeoutError`.
        """
        return await call(
            self.sync.sync_from,
            source,
            tags=tags,
            platforms=platforms,
            referrers=referrers,
            foreign_layers=foreign_layers,
            dry_run=dry_run,
            progress=progress,
            create_repository=create_repository,
            workers=workers,
            retry=retry,
            cancel=cancel,
            timeout=timeout,
        )

    async def push_layer(
        self,
        source: SourceLike,
        *,
        media_type: str | None = None,
        digest: str | None = None,
        skip_existing: bool = True,
        progress: Progress | None = None,
        retry: RetryPolicy | None = None,
        cancel: threading.Event | None = None,
        timeout: float | timedelta | None = None,
        resume: str | os.PathLike[str] | None = None,
    ) -> AsyncPushedLayer:
        """Push one layer.

        If the digest is known or the source can be read twice, ECR is asked first, and an existing layer is skipped. With
        `skip_existing=False`, or from a stream, the layer is hashed and sent in one pass.

        Store a manifest that refers to the layer soon: ECR may delete layers that no image refers to.

        Args:
            source: A path, a bytes-like object, a binary file object, or an iterable of bytes-like chunks.
            media_type: Media type; detected from the first bytes if omitted.
            digest: Expected digest, if known; saves reading a file twice, and is verified.
            skip_existing: Whether to check first if the layer exists.
            progress: Called with each event, from several threads but never concurrently.
            retry: Retry policy; the default retries for up to five minutes.
            cancel: A `threading.Event`; setting it cancels the call.
            timeout: Seconds, or a `timedelta`, after which the call is cancelled.
            resume: Folder that keeps how far each upload is. If the process dies, the same call in a later one sends only
                what ECR did not receive. Created if missing, and empty again when all layers are pushed.

        Raises:
            RepositoryNotFoundError: The repository does not exist.
            EmptyLayerError: The source has no bytes.
            InvalidSourceError: The source is not of a supported kind.
            DigestMismatchError: The bytes do not match `digest`.
            SourceChangedError: The file changed while it was read.
            OperationCancelledError: `cancel` was set.
            OperationTimeoutError: The call did not finish within `timeout`; also a `TimeoutError`.
        """
        from ecrkit.aio.pushed_layer import AsyncPushedLayer

        return AsyncPushedLayer(
            await call(
                self.sync.push_layer,
                source,
                media_type=media_type,
                digest=digest,
                skip_existing=skip_existing,
                progress=progress,
                retry=retry,
                cancel=cancel,
                timeout=timeout,
                resume=resume,
            )
        )

    async def push_layers(
        self,
        sources: str | os.PathLike[str] | bytes | LayerToPush | Iterable[SourceLike | LayerToPush],
        *,
        workers: int = 4,
        skip_existing: bool = True,
        progress: Progress | None = None,
        retry: RetryPolicy | None = None,
        cancel: threading.Event | None = None,
        timeout: float | timedelta | None = None,
        resume: str | os.PathLike[str] | None = None,
    ) -> Rows[AsyncPushedLayer]:
        """Push several layers concurrently, each digest once, largest first.

        The first failure cancels the others and is raised; further failures are in its notes.

        Each transfer needs about 45 MiB of memory, three parts of 10 MiB in base64, whatever the size of the layer: 180 MiB
        for four workers.

        Args:
            sources: Sources as for `push_layer`; use `LayerToPush` to pass a digest or media type. A single path, or
                bytes, is one layer.
            workers: Maximum number of concurrent transfers.
            skip_existing: Whether to check first which layers exist, with a hundred per request.
            progress: Called with each event, from several threads but never concurrently.
            retry: Retry policy; the default retries for up to five minutes.
            cancel: A `threading.Event`; setting it cancels the call.
            timeout: Seconds, or a `timedelta`, after which the call is cancelled.
            resume: Folder that keeps how far each upload is. If the process dies, the same call in a later one sends only
                what ECR did not receive. Created if missing, and empty again when all layers are pushed.

        Returns:
            The layers, in the order of the sources.

        Raises:
            OperationCancelledError: `cancel` was set.
            OperationTimeoutError: The call did not finish within `timeout`; also a `TimeoutError`.
        """
        from ecrkit.aio.pushed_layer import AsyncPushedLayer
        from ecrkit.tables import Rows

        return Rows(
            AsyncPushedLayer(each)
            for each in await call(
                self.sync.push_layers,
                sources,
                workers=workers,
                skip_existing=skip_existing,
                progress=progress,
                retry=retry,
                cancel=cancel,
                timeout=timeout,
                resume=resume,
            )
        )

    async def start_upload(
        self,
        source: SourceLike,
        *,
        media_type: str | None = None,
        digest: str | None = None,
        progress: Progress | None = None,
        retry: RetryPolicy | None = None,
    ) -> AsyncUpload:
        """Start to push one layer so that another process can resume the upload. Existing layers are not skipped.

        Args:
            source: See `push_layer`.
            media_type: Media type; detected from the first bytes if omitted.
            digest: Expected digest, if known; it is verified.
            progress: Called with each event, from several threads but never concurrently; save `Upload.state` then.
            retry: Retry policy; the default retries for up to five minutes.
        """
        from ecrkit.aio.upload import AsyncUpload

        return AsyncUpload(
            await call(
                self.sync.start_upload,
                source,
                media_type=media_type,
                digest=digest,
                progress=progress,
                retry=retry,
            )
        )

    async def resume_upload(
        self,
        state: UploadState,
        source: SourceLike,
        *,
        media_type: str | None = None,
        digest: str | None = None,
        progress: Progress | None = None,
        retry: RetryPolicy | None = None,
    ) -> AsyncUpload:
        """Resume an upload started by `start_upload`, here or in another process. Nothing is sent yet.

        Args:
            state: Saved state. It may be outdated: the upload resumes after the last byte ECR received.
            source: The same bytes as before, from the beginning.
            media_type: Media type; detected from the first bytes if omitted.
            digest: Expected digest, if known; it is verified.
            progress: Called with each event, from several threads but never concurrently.
            retry: Retry policy; the default retries for up to five minutes.
        """
        from ecrkit.aio.upload import AsyncUpload

        return AsyncUpload(
            await call(
                self.sync.resume_upload,
                state,
                source,
                media_type=media_type,
                digest=digest,
                progress=progress,
                retry=retry,
            )
        )

    async def put_image(
        self,
        manifest: bytes | str | oci.ImageManifest | oci.Index,
        tag: str | None = None,
        *,
        tags: str | Iterable[str] = (),
        media_type: str | None = None,
        retry: RetryPolicy | None = None,
    ) -> AsyncImage:
        """Store a manifest whose layers, or an index whose images, are in the repository.

        The exact bytes are stored, so the digest is kept. Idempotent: succeeds if the image already exists under the same
        tags.

        Args:
            manifest: Bytes or text of a manifest or an index, or a document built or read by `ecrkit.oci`.
            tag: Tag for the image. A tag of another image is moved if the repository allows it.
            tags: Further tags. Each tag is one request.
            media_type: Media type of the manifest; read from the manifest if omitted.
            retry: Retry policy; the default retries for up to five minutes.

        Raises:
            InvalidManifestError: It is not a manifest, or nothing states its media type.
            InvalidReferenceError: A tag is malformed.
            LayersNotFoundError: Layers of the image are not in the repository; push them first.
            ReferencedImagesNotFoundError: Images of the index are not in the repository; put them first.
            TagImmutableError: Another image has the tag, and the repository does not allow to move it.
        """
        from ecrkit.aio.image import AsyncImage

        return AsyncImage(
            await call(self.sync.put_image, manifest, tag, tags=tags, media_type=media_type, retry=retry)
        )

    def image(self, tag: str | None = None, *, digest: str | None = None) -> AsyncImage:
        """Return a handle for an image, which need not exist. Nothing is sent.

        Args:
            tag: A tag; a digest works as well.
            digest: A digest, instead of a tag.

        Raises:
            InvalidReferenceError: The tag or digest is malformed.
        """
        from ecrkit.aio.image import AsyncImage

        return AsyncImage(self.sync.image(tag, digest=digest))

    def images(
        self,
        *,
        tags: str | re.Pattern[str] | None = None,
        tag_status: models.TagStatus | str | None = None,
        status: models.ImageStatusFilter | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> AsyncImageListing:
        """List the images, each once, in no particular order. `newest_first()` and `latest()` sort them.

        Example:
            >>> await repository.images(tags="v1.*").latest()

        Args:
            tags: Only images with a matching tag: a pattern such as `v1.*`, with `*`, `?` and `[...]` as in file names, or a
                compiled regular expression for the whole tag. ECR cannot filter by tag, so every tagged image is listed and
                filtered here.
            tag_status: `TAGGED` or `UNTAGGED`; both if omitted. Images of an index are usually untagged.
            status: `ACTIVE`, `ARCHIVED`, `ACTIVATING` or `ANY`. Without it, ECR leaves out archived images.
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing of the same images.
        """
        from ecrkit.aio.image_listing import AsyncImageListing

        return AsyncImageListing(
            self.sync.images(
                tags=tags, tag_status=tag_status, status=status, limit=limit, page_size=page_size, start=start
            )
        )

    def tags(
        self,
        *,
        tag_status: models.TagStatus | str = models.TagStatus.TAGGED,
        status: models.ImageStatusFilter | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> AsyncItems[models.ImageIdentifier]:
        """List the tags with their digests. An image with three tags is listed three times.

        Args:
            tag_status: `ANY` or `UNTAGGED` also list untagged images, by digest only.
            status: See `images`.
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing.
        """
        return AsyncItems(
            self.sync.tags(
                tag_status=tag_status, status=status, limit=limit, page_size=page_size, start=start
            ),
            same,
        )

    async def describe_images(
        self, images: ImageName | AsyncImage | Iterable[ImageName | AsyncImage]
    ) -> list[AsyncDescribedImage]:
        """Return the details of these images, archived ones included, a hundred per request. The order is undefined.

        Args:
            images: Tags, digests or handles.

        Raises:
            ImageNotFoundError: One does not exist; then ECR returns nothing for the others either. `get_images` does.
        """
        from ecrkit.aio._wrapping import image_names
        from ecrkit.aio.described_image import AsyncDescribedImage

        return [
            AsyncDescribedImage(each) for each in await call(self.sync.describe_images, image_names(images))
        ]

    async def get_images(
        self, images: ImageName | AsyncImage | Iterable[ImageName | AsyncImage]
    ) -> BatchResult[models.Image]:
        """Return the manifests of these images, and the failures of the others, a hundred per request.

        The order is undefined; `image_id` identifies each. By tag, ECR may convert a manifest to another format; by digest it
        never does.

        Example:
            >>> result = await repository.get_images(["1.4.2", "1.4.3"])
            >>> [(failure.what, failure.error.code) for failure in result.failures]
            [('1.4.3', 'ImageNotFound')]

        Args:
            images: Tags, digests or handles.
        """
        from ecrkit.aio._wrapping import image_names

        return await call(self.sync.get_images, image_names(images))

    @property
    def policy(self) -> AsyncRepositoryPolicy:
        """Who may pull from the repository and push to it."""
        from ecrkit.aio.access_policies import AsyncRepositoryPolicy

        return AsyncRepositoryPolicy(self.sync.policy)

    @property
    def lifecycle_policy(self) -> AsyncRepositoryLifecyclePolicy:
        """Which images expire or move to the archive."""
        from ecrkit.aio.lifecycle import AsyncRepositoryLifecyclePolicy

        return AsyncRepositoryLifecyclePolicy(self.sync.lifecycle_policy)

    @property
    def resource_tags(self) -> AsyncResourceTags:
        """Keys and values for cost allocation and permissions; not image tags."""
        from ecrkit.aio.repository_settings import AsyncResourceTags

        return AsyncResourceTags(self.sync.resource_tags)

    async def set_tag_mutability(
        self,
        mutability: models.ImageTagMutability | str,
        exclusions: str
        | models.ImageTagMutabilityExclusionFilter
        | Iterable[str | models.ImageTagMutabilityExclusionFilter] = (),
    ) -> None:
        """Set whether tags can be moved to another image, for images pushed from now on.

        Args:
            mutability: For example `IMMUTABLE`, or `IMMUTABLE_WITH_EXCLUSION` with exclusions.
            exclusions: Up to five wildcards for tags that behave the opposite way, for example `"dev-*"`. They replace the
                previous ones.

        Raises:
            InvalidParameterError: Exclusions need one of the two values that end in `_WITH_EXCLUSION`, and these need
                exclusions.
            RepositoryNotFoundError: The repository does not exist.
        """
        await call(self.sync.set_tag_mutability, mutability, exclusions)

    async def set_scan_on_push(self, enabled: bool) -> None:
        """Set whether pushed images are scanned by basic scanning.

        AWS is retiring this setting in favour of `registry.scanning`, whose rules override it.

        Raises:
            ValidationError: The registry uses enhanced scanning, which ignores this setting.
            RepositoryNotFoundError: The repository does not exist.
        """
        await call(self.sync.set_scan_on_push, enabled)

    async def plan_delete(
        self,
        *,
        untagged: bool | None = None,
        tags: str | Iterable[str] | None = None,
        older_than: timedelta | datetime | None = None,
        keep_latest: int | None = None,
        keep_tags: str | Iterable[str] = (),
        keep_digests: str | Iterable[str] = (),
    ) -> AsyncDeletePlan:
        """Plan which images to delete. Nothing is deleted before `apply()`.

        An image is deleted if `untagged`, `tags`, `older_than` and `keep_latest` all allow it, and neither `keep_tags` nor
        `keep_digests` keeps it. Images of a kept index, and referrers of a kept image such as signatures, are kept; those
        of deleted ones are deleted with them. Archived images are kept.

        Example:
            >>> plan = await repository.plan_delete(untagged=True, older_than=timedelta(days=14), keep_latest=5)
            >>> print(plan)

        Args:
            untagged: True for untagged images only, False for tagged ones only; both if omitted.
            tags: Only images whose tags all match one of these patterns, such as `pr-*`.
            older_than: Only images first pushed longer ago than this, or before this time. Adding tags does not change it.
            keep_latest: Keep this many of the images selected by `untagged` and `tags`, those pushed last.
            keep_tags: Keep images with a tag that matches one of these patterns, such as `v*`.
            keep_digests: Keep these images, for example those in use.

        Raises:
            InvalidInputError: No rule is given, or the time has no time zone.
        """
        from ecrkit.aio.deletion import AsyncDeletePlan

        return AsyncDeletePlan(
            await call(
                self.sync.plan_delete,
                untagged=untagged,
                tags=tags,
                older_than=older_than,
                keep_latest=keep_latest,
                keep_tags=keep_tags,
                keep_digests=keep_digests,
            )
        )

    async def delete_images(
        self, images: ImageName | AsyncImage | Iterable[ImageName | AsyncImage]
    ) -> BatchResult[models.ImageIdentifier]:
        """Delete images with all their tags, a hundred per request. To remove a single tag, use `Image.untag`.

        The images of an index are deleted after the index, if it is among them. Tags are resolved first, so that the whole
        image is deleted and not only a tag.

        Args:
            images: Tags, digests or handles.

        Returns:
            The deleted images, with one entry for each of their tags, and the failures. Failures raise nothing; call
            `raise_on_failure()`.
        """
        from ecrkit.aio._wrapping import image_names

        return await call(self.sync.delete_images, image_names(images))

    async def delete(self, *, force: bool = False) -> None:
        """Delete the repository.

        Args:
            force: Whether to delete its images too.

        Raises:
            RepositoryNotEmptyError: The repository has images, and `force` is false.
            RepositoryNotFoundError: The repository does not exist.
        """
        await call(self.sync.delete, force=force)
