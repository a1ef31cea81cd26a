"""`Repository`: the images of one name, and their layers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import partial
from types import NoneType
from typing import TYPE_CHECKING

from ecrkit import models, oci, push, references, resources, transfer
from ecrkit._arguments import expect
from ecrkit._strings import items_of
from ecrkit.batching import BatchResult, only_item
from ecrkit.cancellation import cancel_scope
from ecrkit.errors import RepositoryNotFoundError
from ecrkit.paging import Items, LazyItems
from ecrkit.references import Digest, check_repository_name, check_tag
from ecrkit.resources._endpoints import api_of, endpoint_of, parts_of
from ecrkit.resources._handles import missing_attribute
from ecrkit.resources.described_image import DescribedImage
from ecrkit.resources.image import Image
from ecrkit.resources.image_listing import ImageListing, tag_matcher
from ecrkit.resources.image_names import ImageName, identifiers
from ecrkit.tables import Rows
from ecrkit.tracing import operation_span

if TYPE_CHECKING:
    import threading
    from datetime import datetime, timedelta

    from ecrkit.client import Client
    from ecrkit.copying.report import CopyReport
    from ecrkit.events import Progress
    from ecrkit.push.image import ImageSourceLike
    from ecrkit.push.layers import LayerToPush
    from ecrkit.push.sources import SourceLike
    from ecrkit.push.state import UploadState
    from ecrkit.resources.access_policies import RepositoryPolicy
    from ecrkit.resources.deletion import DeletePlan
    from ecrkit.resources.described_repository import DescribedRepository
    from ecrkit.resources.lifecycle import RepositoryLifecyclePolicy
    from ecrkit.resources.pushed_image import PushedImage
    from ecrkit.resources.pushed_layer import PushedLayer
    from ecrkit.resources.registry import Registry
    from ecrkit.resources.repository_settings import ResourceTags
    from ecrkit.resources.upload import Upload
    from ecrkit.retrying import RetryPolicy


class Repository:
    """A handle for one repository. Methods call ECR; attributes never do, and creating a handle sends nothing.

    Example:
        >>> repository = registry.repository("team/app")
        >>> layer = repository.push_layer("layer.tar.gz")
    """

    def __init__(self, registry: Registry, name: str) -> None:
        self.registry = registry
        """The registry that has the repository."""

        self.name = check_repository_name(name)
        """Name, for example `team/app`."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.registry.client

    @property
    def registry_id(self) -> str | None:
        """Account of the registry; None for the caller's own."""
        return self.registry.registry_id

    def exists(self) -> bool:
        """Return whether the repository exists."""
        try:
            self.describe()
        except RepositoryNotFoundError:
            return False
        return True

    def describe(self) -> DescribedRepository:
        """Return the repository with its settings.

        Raises:
            RepositoryNotFoundError: The repository does not exist.
        """
        return only_item(self.registry.repositories_named([self.name]), "DescribeRepositories")

    def find_uri(self) -> str:
        """Return the URI that Docker uses: the host of the registry and the name.

        ECR is asked for it, unless the registry was created by `Registry.from_uri`.

        Raises:
            RepositoryNotFoundError: ECR was asked, and the repository does not exist.
        """
        if self.registry.host is not None:
            return f"{self.registry.host}/{self.name}"
        return self.describe().find_uri()

    def find_arn(self) -> str:
        """Return the Amazon Resource Name. ECR is asked for it if the registry has no id.

        Raises:
            RepositoryNotFoundError: ECR was asked, and the repository does not exist.
        """
        if self.registry_id is None:
            return self.describe().arn
        region = self.registry.region_name
        partition = references.RegistryHost(self.registry_id, region).partition
        return str(references.RepositoryArn(partition, region, self.registry_id, self.name))

    def push_image(
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
    ) -> PushedImage:
        """Push an image, or an index with all its images: first the missing layers, then the manifests.

        Before anything is sent, the image is validated, and every layer has to be in the source or in the repository.
        Idempotent: succeeds if the image already exists under the same tags.

        Example:
            >>> image = repository.push_image("app.tar", tags=["1.4.2", "latest"])
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
        from ecrkit.push.image import push_image  # noqa: PLC0415 -- loads what reads images
        from ecrkit.resources.pushed_image import PushedImage  # noqa: PLC0415 -- as above

        with cancel_scope(cancel=cancel, timeout=timeout), operation_span("push_image", self.name):
            digest, report = push_image(
                endpoint_of(self, retry),
                source,
                tags=tags,
                name=name,
                platforms=None if platforms is None else items_of(platforms, oci.Platform),
                foreign_layers=foreign_layers,
                progress=progress,
                resume=resume,
                create_repository=partial(self.registry.create_repository, self.name, exist_ok=True)
                if create_repository
                else None,
                referrers=referrers,
                workers=workers,
            )
            return PushedImage(self, digest=digest, report=report)

    def copy_to(
        self,
        target: Repository,
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
            >>> report = repository.copy_to(production.repository("team/app"), tags="1.*")
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
        from ecrkit.resources.copying import copy_repository  # noqa: PLC0415 -- few programs need it

        with cancel_scope(cancel=cancel, timeout=timeout), operation_span("copy_to", self.name):
            return copy_repository(
                self,
                target,
                tags=tags,
                referrers=referrers,
                foreign_layers=foreign_layers,
                dry_run=dry_run,
                progress=progress,
                create_repository=create_repository,
                workers=workers,
                retry=retry,
            )

    def sync_from(
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
            >>> report = repository.sync_from(python, tags="3.1?-slim*", platforms=["linux/amd64", "linux/arm64"])
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
        from ecrkit.resources.copying import sync_repository  # noqa: PLC0415 -- few programs need it

        with cancel_scope(cancel=cancel, timeout=timeout), operation_span("sync_from", self.name):
            return sync_repository(
                source,
                self,
                tags=tags if tags is None or isinstance(tags, re.Pattern) else items_of(tags),
                platforms=None if platforms is None else items_of(platforms, oci.Platform),
                referrers=referrers,
                foreign_layers=foreign_layers,
                dry_run=dry_run,
                progress=progress,
                create_repository=create_repository,
                workers=workers,
                retry=retry,
            )

    def push_layer(
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
    ) -> PushedLayer:
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
        with cancel_scope(cancel=cancel, timeout=timeout), operation_span("push_layer", self.name):
            [layer] = self._push(
                [push.LayerToPush(source, digest, media_type)],
                workers=1,
                skip_existing=skip_existing,
                progress=progress,
                retry=retry,
                resume=resume,
            )
            return layer

    def push_layers(
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
    ) -> Rows[PushedLayer]:
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
        with cancel_scope(cancel=cancel, timeout=timeout), operation_span("push_layers", self.name):
            if isinstance(sources, str | os.PathLike | bytes | push.LayerToPush):
                sources = [sources]
            layers = [
                each if isinstance(each, push.LayerToPush) else push.LayerToPush(each) for each in sources
            ]
            return self._push(
                layers,
                workers=workers,
                skip_existing=skip_existing,
                progress=progress,
                retry=retry,
                resume=resume,
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
        """Start to push one layer so that another process can resume the upload. Existing layers are not skipped.

        Args:
            source: See `push_layer`.
            media_type: Media type; detected from the first bytes if omitted.
            digest: Expected digest, if known; it is verified.
            progress: Called with each event, from several threads but never concurrently; save `Upload.state` then.
            retry: Retry policy; the default retries for up to five minutes.
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
        """Resume an upload started by `start_upload`, here or in another process. Nothing is sent yet.

        Args:
            state: Saved state. It may be outdated: the upload resumes after the last byte ECR received.
            source: The same bytes as before, from the beginning.
            media_type: Media type; detected from the first bytes if omitted.
            digest: Expected digest, if known; it is verified.
            progress: Called with each event, from several threads but never concurrently.
            retry: Retry policy; the default retries for up to five minutes.
        """
        return self._upload(source, state, media_type, digest, progress, retry)

    def put_image(
        self,
        manifest: bytes | str | oci.ImageManifest | oci.Index,
        tag: str | None = None,
        *,
        tags: str | Iterable[str] = (),
        media_type: str | None = None,
        retry: RetryPolicy | None = None,
    ) -> Image:
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
        document = transfer.read_document(manifest, media_type)
        names = [check_tag(each) for each in [*(() if tag is None else (tag,)), *items_of(tags)]]
        send = api_of(self, retry).send
        stored = [
            transfer.put_manifest(send, self.name, self.registry_id, document, name)
            for name in dict.fromkeys(names) or (None,)
        ]
        return Image(self, digest=stored[0])

    def image(self, tag: str | None = None, *, digest: str | None = None) -> Image:
        """Return a handle for an image, which need not exist. Nothing is sent.

        Args:
            tag: A tag; a digest works as well.
            digest: A digest, instead of a tag.

        Raises:
            InvalidReferenceError: The tag or digest is malformed.
        """
        expect("tag", tag, (str, NoneType), "a string such as '1.4.2'")
        if tag is not None and ":" in tag:
            return Image(self, digest=tag)
        return Image(self, digest=digest, tag=tag)

    def images(
        self,
        *,
        tags: str | re.Pattern[str] | None = None,
        tag_status: models.TagStatus | str | None = None,
        status: models.ImageStatusFilter | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> ImageListing:
        """List the images, each once, in no particular order. `newest_first()` and `latest()` sort them.

        Example:
            >>> repository.images(tags="v1.*").latest()

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
        is_wanted = tag_matcher(tags)
        describe = partial(DescribedImage, self)

        def described(page: models.DescribeImagesResponse) -> LazyItems[models.ImageDetail, DescribedImage]:
            return LazyItems(describe, [each for each in page.image_details if is_wanted(each.image_tags)])

        if tags is not None and tag_status is None:
            tag_status = models.TagStatus.TAGGED
        # Without a status, ECR leaves out archived images.
        wanted = models.DescribeImagesFilter(
            tag_status=None if tag_status is None else models.TagStatus(tag_status),
            image_status=None if status is None else models.ImageStatusFilter(status),
        )
        request = models.DescribeImagesRequest(
            registry_id=self.registry_id,
            repository_name=self.name,
            filter=wanted if tag_status is not None or status is not None else None,
        )
        return ImageListing(self.client, request, described, limit=limit, page_size=page_size, start=start)

    def tags(
        self,
        *,
        tag_status: models.TagStatus | str = models.TagStatus.TAGGED,
        status: models.ImageStatusFilter | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> Items[models.ImageIdentifier]:
        """List the tags with their digests. An image with three tags is listed three times.

        Args:
            tag_status: `ANY` or `UNTAGGED` also list untagged images, by digest only.
            status: See `images`.
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing.
        """
        # One item per tag, not per image.
        request = models.ListImagesRequest(
            registry_id=self.registry_id,
            repository_name=self.name,
            filter=models.ListImagesFilter(
                tag_status=models.TagStatus(tag_status),
                image_status=None if status is None else models.ImageStatusFilter(status),
            ),
        )
        return Items(
            self.client, request, lambda page: page.image_ids, limit=limit, page_size=page_size, start=start
        )

    def describe_images(self, images: ImageName | Iterable[ImageName]) -> list[DescribedImage]:
        """Return the details of these images, archived ones included, a hundred per request. The order is undefined.

        Args:
            images: Tags, digests or handles.

        Raises:
            ImageNotFoundError: One does not exist; then ECR returns nothing for the others either. `get_images` does.
        """
        details = transfer.describe_images(self.client.send, self.name, self.registry_id, identifiers(images))
        return [DescribedImage(self, each) for each in details]

    def get_images(self, images: ImageName | Iterable[ImageName]) -> BatchResult[models.Image]:
        """Return the manifests of these images, and the failures of the others, a hundred per request.

        The order is undefined; `image_id` identifies each. By tag, ECR may convert a manifest to another format; by digest it
        never does.

        Example:
            >>> result = repository.get_images(["1.4.2", "1.4.3"])
            >>> [(failure.what, failure.error.code) for failure in result.failures]
            [('1.4.3', 'ImageNotFound')]

        Args:
            images: Tags, digests or handles.
        """
        return transfer.read_images(self.client.send, self.name, self.registry_id, identifiers(images))

    @property
    def policy(self) -> RepositoryPolicy:
        """Who may pull from the repository and push to it."""
        from ecrkit.resources.access_policies import RepositoryPolicy  # noqa: PLC0415 -- few programs need it

        return RepositoryPolicy(self)

    @property
    def lifecycle_policy(self) -> RepositoryLifecyclePolicy:
        """Which images expire or move to the archive."""
        from ecrkit.resources.lifecycle import RepositoryLifecyclePolicy  # noqa: PLC0415 -- few programs need it

        return RepositoryLifecyclePolicy(self)

    @property
    def resource_tags(self) -> ResourceTags:
        """Keys and values for cost allocation and permissions; not image tags."""
        return resources.ResourceTags(self)

    def set_tag_mutability(
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
        request = models.PutImageTagMutabilityRequest(
            registry_id=self.registry_id,
            repository_name=self.name,
            image_tag_mutability=models.ImageTagMutability(mutability),
            image_tag_mutability_exclusion_filters=resources.exclusion_filters(exclusions) or None,
        )
        self.client.send(request)

    def set_scan_on_push(self, enabled: bool) -> None:  # noqa: FBT001 -- the only parameter
        """Set whether pushed images are scanned by basic scanning.

        AWS is retiring this setting in favour of `registry.scanning`, whose rules override it.

        Raises:
            ValidationError: The registry uses enhanced scanning, which ignores this setting.
            RepositoryNotFoundError: The repository does not exist.
        """
        request = models.PutImageScanningConfigurationRequest(
            registry_id=self.registry_id,
            repository_name=self.name,
            image_scanning_configuration=models.ImageScanningConfiguration(scan_on_push=enabled),
        )
        self.client.send(request)

    def plan_delete(
        self,
        *,
        untagged: bool | None = None,
        tags: str | Iterable[str] | None = None,
        older_than: timedelta | datetime | None = None,
        keep_latest: int | None = None,
        keep_tags: str | Iterable[str] = (),
        keep_digests: str | Iterable[str] = (),
    ) -> DeletePlan:
        """Plan which images to delete. Nothing is deleted before `apply()`.

        An image is deleted if `untagged`, `tags`, `older_than` and `keep_latest` all allow it, and neither `keep_tags` nor
        `keep_digests` keeps it. Images of a kept index, and referrers of a kept image such as signatures, are kept; those
        of deleted ones are deleted with them. Archived images are kept.

        Example:
            >>> plan = repository.plan_delete(untagged=True, older_than=timedelta(days=14), keep_latest=5)
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
        from ecrkit.resources.deletion import delete_rules, plan_by_rules  # noqa: PLC0415 -- few programs need it

        rules = delete_rules(
            untagged=untagged,
            tags=tags,
            older_than=older_than,
            keep_latest=keep_latest,
            keep_tags=keep_tags,
            keep_digests=keep_digests,
        )
        return plan_by_rules(self, rules)

    def delete_images(self, images: ImageName | Iterable[ImageName]) -> BatchResult[models.ImageIdentifier]:
        """Delete images with all their tags, a hundred per request. To remove a single tag, use `Image.untag`.

        The images of an index are deleted after the index, if it is among them. Tags are resolved first, so that the whole
        image is deleted and not only a tag.

        Args:
            images: Tags, digests or handles.

        Returns:
            The deleted images, with one entry for each of their tags, and the failures. Failures raise nothing; call
            `raise_on_failure()`.
        """
        return transfer.delete_images(self.client.send, self.name, self.registry_id, identifiers(images))

    def delete(self, *, force: bool = False) -> None:
        """Delete the repository.

        Args:
            force: Whether to delete its images too.

        Raises:
            RepositoryNotEmptyError: The repository has images, and `force` is false.
            RepositoryNotFoundError: The repository does not exist.
        """
        self.client.send(
            models.DeleteRepositoryRequest(
                registry_id=self.registry_id, repository_name=self.name, force=force
            )
        )

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            raise missing_attribute(self, name, ("arn", "created_at", "details", "uri"))

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
            parts_of(self, retry),
            push.layer_source(source),
            digest=_digest(digest),
            state=state,
            emit=progress,
            save=lambda _: None,  # the caller does
        )
        upload.begin()
        return resources.Upload(self, upload, media_type=media_type)

    def _push(
        self,
        layers: list[LayerToPush],
        *,
        workers: int,
        skip_existing: bool,
        progress: Progress | None,
        retry: RetryPolicy | None,
        resume: str | os.PathLike[str] | None,
    ) -> Rows[PushedLayer]:
        pushed = push.push_layers(
            endpoint_of(self, retry),
            layers,
            workers=workers,
            skip_existing=skip_existing,
            progress=progress,
            resume=resume,
        )
        return Rows(self._layer(each) for each in pushed)

    def _layer(self, pushed: push.PushedLayer) -> PushedLayer:
        return resources.PushedLayer(
            self,
            pushed.digest,
            size=pushed.size,
            media_type=pushed.media_type,
            uploaded=pushed.uploaded,
        )


def _digest(text: str | None) -> Digest | None:
    return None if text is None else Digest.parse(text)
