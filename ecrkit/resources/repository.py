"""`Repository`: images of one name, and the layers that they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecrkit import models, oci, push
from ecrkit.batching import BatchResult, the_one
from ecrkit.events import ignore
from ecrkit.paging import Items, Made
from ecrkit.references import Digest, RegistryHost, RepositoryArn, check_repository_name, check_tag
from ecrkit.resources._endpoints import endpoint_of
from ecrkit.resources.image import DescribedImage, Image
from ecrkit.resources.image_listing import ImageListing, tag_matcher
from ecrkit.resources.layer import Layer
from ecrkit.resources.repository_settings import ResourceTags, exclusion_filters
from ecrkit.resources.upload import Upload
from ecrkit.transfer.manifests import details_requests, put_manifest, read_images, remove_images

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from ecrkit.client import Client
    from ecrkit.events import Progress
    from ecrkit.push.image import ImageSourceLike
    from ecrkit.push.layers import LayerToPush, PushedLayer
    from ecrkit.push.sources import SourceLike
    from ecrkit.push.state import UploadState
    from ecrkit.resources.access_policies import RepositoryPolicy
    from ecrkit.resources.deletion import DeletePlan
    from ecrkit.resources.lifecycle import RepositoryLifecyclePolicy
    from ecrkit.resources.pushed_image import PushedImage
    from ecrkit.resources.registry import Registry
    from ecrkit.retrying import RetryPolicy

ImageName = str | Image | models.ImageIdentifier
"""A tag, a digest, a handle, or what the service calls an image."""


class Repository:
    """A handle for one repository. Its methods ask ECR, its attributes never do. Making one sends nothing.

    Example:
        >>> repository = registry.repository("team/app")
        >>> layer = repository.push_layer("layer.tar.gz")
    """

    def __init__(self, registry: Registry, name: str) -> None:
        self.registry = registry
        """Where the repository is."""

        self.name = check_repository_name(name)
        """Its name, for example `team/app`."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    @property
    def client(self) -> Client:
        """Sends the requests."""
        return self.registry.client

    @property
    def registry_id(self) -> str | None:
        """The account whose registry it is; absent for the caller's own."""
        return self.registry.registry_id

    def describe(self) -> DescribedRepository:
        """Ask ECR for the settings of the repository.

        Raises:
            RepositoryNotFoundError: There is no such repository.
        """
        return the_one(self.registry.repositories_named([self.name]), "DescribeRepositories")

    def find_uri(self) -> str:
        """Give what Docker calls the repository: the host of the registry and the name.

        ECR is asked for it, unless the registry was found by a URI.

        Raises:
            RepositoryNotFoundError: ECR was asked, and there is no such repository.
        """
        if self.registry.host is not None:
            return f"{self.registry.host}/{self.name}"
        return self.describe().find_uri()

    def find_arn(self) -> str:
        """Give the Amazon Resource Name. ECR is asked for it where the registry of the handle has no id.

        Raises:
            RepositoryNotFoundError: ECR was asked, and there is no such repository.
        """
        if self.registry_id is None:
            return self.describe().arn
        region = self.registry.region_name
        partition = RegistryHost(self.registry_id, region).partition
        return str(RepositoryArn(partition, region, self.registry_id, self.name))

    def push_image(
        self,
        source: ImageSourceLike,
        *,
        tags: str | Iterable[str] = (),
        name: str | None = None,
        platforms: Sequence[oci.Platform | str] | None = None,
        progress: Progress | None = None,
        create_repository: bool = False,
        referrers: bool = False,
        workers: int = 4,
        retry: RetryPolicy | None = None,
    ) -> PushedImage:
        """Push an image, or an index with all its images: the layers that are missing, then the manifests.

        Nothing is sent before it is known that ECR would take the image, and that the source or the repository has each
        layer. To push what is there already, under the same tags, is a success.

        Example:
            >>> image = repository.push_image("app.tar", tags=["1.4.2", "latest"])
            >>> print(image.digest, image.report)

        Args:
            source: An OCI layout, an OCI archive or the archive of `docker save`, by its path; or what `ecrkit.oci`
                opens or builds. It may lack layers that the repository has, such as those of a base image.
            tags: The tags; none if absent. Of an index, only the index itself gets them. A tag is moved if another image
                has it, unless the repository forbids that. Each costs a request of its own, of which ECR takes ten a second.
            name: Which image of a source with several: its tag or whole name there.
            platforms: Which images of an index. A single one is pushed as it is, with its own digest. Several come under a
                new index, which has another digest than the old one, with the attestations about them.
            progress: Is called with each `LayerEvent`, from several threads, but never twice at the same time.
            create_repository: Whether to create the repository if it is not there.
            referrers: Whether signatures, SBOMs and whatever else in the source refers to the image go with it.
            workers: How many layers to send at the same time, at the most; each takes about 45 MiB of memory.
            retry: How patient to be with the network and the service.

        Raises:
            InvalidImageError: The source is no image, or one that ECR would refuse; the message says why.
            MissingBlobError: Neither the source nor the repository has a layer, or a child of an index.
            EmptyLayerError: The image has a layer without bytes, which ECR cannot store.
            DigestMismatchError: The bytes of something are not those that its digest names.
            TagImmutableError: A tag names another image, and the repository forbids to move it.
            RepositoryNotFoundError: There is no such repository, and `create_repository` is false.
        """
        from ecrkit.push.image import push_image  # noqa: PLC0415 -- loads what reads images
        from ecrkit.resources.pushed_image import PushedImage  # noqa: PLC0415 -- as above

        digest, report = push_image(
            endpoint_of(self, retry),
            source,
            tags=tags,
            name=name,
            platforms=platforms,
            progress=progress,
            create_repository=partial(self.registry.create_repository, self.name, exist_ok=True)
            if create_repository
            else None,
            referrers=referrers,
            workers=workers,
        )
        return PushedImage(self, digest=digest, report=report)

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

    def put_image(
        self,
        manifest: bytes | str | oci.ImageManifest | oci.Index,
        tag: str | None = None,
        *,
        media_type: str | None = None,
    ) -> Image:
        """Store a manifest whose layers, or whose images, are in the repository.

        The exact bytes are stored, so that the image has their digest. To put what is there already is a success.

        Args:
            manifest: The bytes or the text of a manifest or an index, or one that was built or read by `ecrkit.oci`.
            tag: A tag for it; it is moved if another image has it, unless the repository forbids that.
            media_type: What the manifest is; it says so itself if absent.

        Raises:
            InvalidManifestError: It is not a manifest, or nothing says what kind it is.
            InvalidReferenceError: No image can have this tag.
            LayersNotFoundError: Layers that it needs are not in the repository; push them first.
            ReferencedImagesNotFoundError: Images that it lists are not in the repository; put them first.
            TagImmutableError: Another image has the tag, and the repository forbids to move it.
        """
        document = _document(manifest, media_type)
        put_manifest(self.client.send, self.name, self.registry_id, document, tag)
        return Image(self, digest=document.digest)

    def image(self, tag: str | None = None, *, digest: str | None = None) -> Image:
        """Give a handle for an image, whether it exists or not. Sends nothing.

        Args:
            tag: A tag; a digest is understood here as well.
            digest: The digest, in place of a tag.

        Raises:
            InvalidReferenceError: No image can have this tag or digest.
        """
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
        """List the images, each once, in no particular order.

        Example:
            >>> repository.images(tags="v1.*").latest()

        Args:
            tags: Only images with a tag like this: `v1.*`, with `*`, `?` and `[...]` as in file names, or a pattern of
                `re` for a whole tag. ECR cannot choose by tag, so all tagged images are listed, and chosen here.
            tag_status: `TAGGED` or `UNTAGGED`; both if absent. The images that an index lists are mostly untagged.
            status: `ACTIVE`, `ARCHIVED`, `ACTIVATING` or `ANY`. ECR leaves archived images out if it is absent (T29).
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 1000; ECR's default is 100.
            start: Where to go on: the `resume_token` of an earlier listing of the same images.
        """
        is_wanted = tag_matcher(tags)
        describe = partial(DescribedImage, self)

        def described(page: models.DescribeImagesResponse) -> Made[models.ImageDetail, DescribedImage]:
            return Made(describe, [each for each in page.image_details if is_wanted(each.image_tags)])

        if tags is not None and tag_status is None:
            tag_status = models.TagStatus.TAGGED
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
        """List the tags, each with the digest that it names: an image with three tags comes three times (T32).

        Args:
            tag_status: `ANY` or `UNTAGGED` also list images without a tag, with their digest alone.
            status: As for `images`.
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 1000; ECR's default is 100.
            start: Where to go on: the `resume_token` of an earlier listing.
        """
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

    def describe_images(self, images: Iterable[ImageName]) -> list[DescribedImage]:
        """Ask for the details of images that are named one by one, archived ones included.

        They are asked for by the hundred, and never in pages (T30). ECR promises no order.

        Raises:
            ImageNotFoundError: One of them does not exist; then ECR tells nothing about the others either (T31).
                `get_images` does.
        """
        answers = map(self.client.send, details_requests(self.name, self.registry_id, _identifiers(images)))
        return [DescribedImage(self, each) for answer in answers for each in answer.image_details]

    def get_images(self, images: Iterable[ImageName]) -> BatchResult[models.Image]:
        """Read the manifests of images that are named one by one, with what ECR says about those it cannot give.

        They are asked for by the hundred (T31). ECR promises no order: `image_id` tells which is which. By tag, ECR may
        give a manifest in another format than was pushed; by digest, never (T25).

        Example:
            >>> result = repository.get_images(["1.4.2", "1.4.3"])
            >>> [(failure.what, failure.error.code) for failure in result.failures]
            [('1.4.3', 'ImageNotFound')]

        Args:
            images: Tags, digests or handles.
        """
        return read_images(self.client.send, self.name, self.registry_id, _identifiers(images))

    @property
    def policy(self) -> RepositoryPolicy:
        """Who may pull from the repository, push to it, and so on."""
        from ecrkit.resources.access_policies import RepositoryPolicy  # noqa: PLC0415 -- few programs need it

        return RepositoryPolicy(self)

    @property
    def lifecycle_policy(self) -> RepositoryLifecyclePolicy:
        """What expires, or moves to the archive, in the repository."""
        from ecrkit.resources.lifecycle import RepositoryLifecyclePolicy  # noqa: PLC0415 -- few programs need it

        return RepositoryLifecyclePolicy(self)

    @property
    def resource_tags(self) -> ResourceTags:
        """Keys and values on the repository, for costs and permissions; not the tags of its images."""
        return ResourceTags(self)

    def set_tag_mutability(
        self,
        mutability: models.ImageTagMutability | str,
        exclusions: Iterable[str | models.ImageTagMutabilityExclusionFilter] = (),
    ) -> None:
        """Decide whether a tag may be moved to another image. It holds for what is pushed from then on.

        Args:
            mutability: For example `IMMUTABLE`, or `IMMUTABLE_WITH_EXCLUSION` with exclusions.
            exclusions: Up to five wildcards for tags to which the opposite applies: `latest`, `dev-*`. Those that were set
                before go.

        Raises:
            InvalidParameterError: Exclusions go with the two values that end in `_WITH_EXCLUSION`, and only with them.
            RepositoryNotFoundError: There is no such repository.
        """
        request = models.PutImageTagMutabilityRequest(
            registry_id=self.registry_id,
            repository_name=self.name,
            image_tag_mutability=models.ImageTagMutability(mutability),
            image_tag_mutability_exclusion_filters=exclusion_filters(exclusions) or None,
        )
        self.client.send(request)

    def set_scan_on_push(self, enabled: bool) -> None:  # noqa: FBT001 -- there is nothing else to say
        """Decide whether what is pushed is scanned, by basic scanning.

        AWS is retiring this setting in favour of `registry.scanning`, whose rules win over it (T65).

        Raises:
            ValidationError: The registry has enhanced scanning, which this setting does not reach.
            RepositoryNotFoundError: There is no such repository.
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
        keep_digests: Iterable[str] = (),
    ) -> DeletePlan:
        """Plan what to delete. Every image of the repository is looked at; nothing is deleted before `apply()`.

        An image goes if all of `untagged`, `tags`, `older_than` and `keep_latest` let it go, and none of the others keeps
        it. What a kept index lists is kept, and what refers to a kept image, such as its signature; what belongs to
        deleted ones only goes with them. Archived images are kept.

        Example:
            >>> plan = repository.plan_delete(untagged=True, older_than=timedelta(days=14), keep_latest=5)
            >>> print(plan)

        Args:
            untagged: True for images without a tag only, False for images with one; both if absent.
            tags: Only images of which every tag matches one of these patterns, such as `pr-*`.
            older_than: Only images that were first pushed so long ago, or before this time. Tagging does not renew it (T38).
            keep_latest: Of the images that `untagged` and `tags` choose, so many that were pushed last are kept.
            keep_tags: Images with a tag like one of these patterns are kept: `v*`.
            keep_digests: These images are kept, for example those that run somewhere.

        Raises:
            InvalidInputError: There is no rule at all, or the time has no time zone.
        """
        from ecrkit.resources.deletion import plan_delete  # noqa: PLC0415 -- few programs need it

        return plan_delete(
            self,
            untagged=untagged,
            tags=tags,
            older_than=older_than,
            keep_latest=keep_latest,
            keep_tags=keep_tags,
            keep_digests=keep_digests,
        )

    def delete_images(self, images: Iterable[ImageName]) -> BatchResult[models.ImageIdentifier]:
        """Delete images with all their tags, a hundred in one request. To take only a tag away, use `image.untag`.

        Images that an index lists go after the index, if that is among them (T43). Tags are looked up first, so that an
        image goes as a whole, not only its tag (T42).

        Args:
            images: Tags, digests or handles.

        Returns:
            What went, with one entry for each tag that went with it, and what did not. Nothing is raised for a failure:
            call `raise_on_failure()`.
        """
        wanted = _identifiers(images)
        looked_up = read_images(
            self.client.send,
            self.name,
            self.registry_id,
            (each for each in wanted if each.image_digest is None),
        )
        digests = [each.image_digest for each in wanted] + [
            each.image_id.image_digest for each in looked_up.ok
        ]
        left = list(dict.fromkeys(digest for digest in digests if digest is not None))
        result = BatchResult[models.ImageIdentifier]([], looked_up.failures)
        while left:
            passed = remove_images(
                self.client.send,
                self.name,
                self.registry_id,
                [models.ImageIdentifier(image_digest=digest) for digest in left],
            )
            result.ok.extend(passed.ok)
            # What an index held may go in the next pass, if anything went in this one.
            held = [each.what for each in passed.failures if each.error.code == _HELD] if passed.ok else []
            result.failures.extend(each for each in passed.failures if each.what not in held)
            left = held
        return result

    def delete(self, *, force: bool = False) -> None:
        """Delete the repository.

        Args:
            force: Delete it with all its images.

        Raises:
            RepositoryNotEmptyError: It has images, and `force` is false.
            RepositoryNotFoundError: There is no such repository.
        """
        self.client.send(
            models.DeleteRepositoryRequest(
                registry_id=self.registry_id, repository_name=self.name, force=force
            )
        )

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
            endpoint_of(self, retry),
            push.layer_source(source),
            digest=_digest(digest),
            state=state,
            emit=progress or ignore,
        )
        upload.begin()
        return Upload(self, upload, media_type=media_type)

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
            endpoint_of(self, retry),
            layers,
            workers=workers,
            skip_existing=skip_existing,
            progress=progress,
        )
        return [self._layer(each) for each in pushed]

    def _layer(self, pushed: PushedLayer) -> Layer:
        return Layer(
            self,
            pushed.digest,
            size=pushed.size,
            media_type=pushed.media_type,
            uploaded=pushed.uploaded,
        )


class DescribedRepository(Repository):
    """A repository as ECR described it when it was asked."""

    def __init__(self, registry: Registry, details: models.Repository) -> None:
        super().__init__(registry, details.repository_name)
        self.details = details
        """Everything that ECR said."""

    def __table_row__(self) -> Mapping[str, object]:
        return {
            "repository": self.name,
            "created": self.created_at,
            "tags are": self.details.image_tag_mutability,
            "URI": self.uri,
        }

    @property
    def registry_id(self) -> str:
        """The account whose registry it is."""
        return self.details.registry_id

    @property
    def arn(self) -> str:
        """Its Amazon Resource Name."""
        return self.details.repository_arn

    def find_arn(self) -> str:
        """Give the Amazon Resource Name, without asking."""
        return self.arn

    @property
    def uri(self) -> str | None:
        """What `docker pull` takes, without a tag; absent where ECR did not say."""
        return self.details.repository_uri

    def find_uri(self) -> str:
        """Give what Docker calls the repository, without asking."""
        if self.registry.host is None and self.uri is not None:
            return self.uri
        host = self.registry.host or RegistryHost(self.registry_id, self.registry.region_name)
        return f"{host}/{self.name}"

    @property
    def created_at(self) -> datetime | None:
        """When it was created, in UTC; absent where ECR did not say."""
        return self.details.created_at


def _document(
    manifest: bytes | str | oci.ImageManifest | oci.Index, media_type: str | None
) -> oci.ImageManifest | oci.Index:
    if isinstance(manifest, oci.ImageManifest | oci.Index):
        return manifest
    raw = manifest.encode() if isinstance(manifest, str) else bytes(manifest)
    return oci.parse_manifest(raw, media_type)


def _digest(text: str | None) -> Digest | None:
    return None if text is None else Digest.parse(text)


def _identifiers(images: Iterable[ImageName]) -> list[models.ImageIdentifier]:
    """Name each image once, by its digest where it has one: a tag and a digest together have to agree (T27)."""
    named = [images] if isinstance(images, str) else images
    return list(dict.fromkeys(_identifier(each) for each in named))


def _identifier(image: ImageName) -> models.ImageIdentifier:
    if isinstance(image, models.ImageIdentifier):
        digest, tag = image.image_digest, image.image_tag
    elif isinstance(image, Image):
        digest, tag = image.digest, image.tag_name
    else:
        digest, tag = (image, None) if ":" in image else (None, image)
    if digest is not None:
        return models.ImageIdentifier(image_digest=Digest.parse(digest))
    return models.ImageIdentifier(image_tag=check_tag(tag or ""))


_HELD = models.ImageFailureCode.IMAGE_REFERENCED_BY_MANIFEST_LIST
