"""`Repository`: images of one name, and the layers that they are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ecrkit import oci
from ecrkit.errors import (
    ImageAlreadyExistsError,
    ImageTagAlreadyExistsError,
    NotFoundError,
    TagImmutableError,
)
from ecrkit.models import (
    DeleteRepositoryRequest,
    ImageScanningConfiguration,
    ImageTagMutability,
    ImageTagMutabilityExclusionFilter,
    PutImageRequest,
    PutImageScanningConfigurationRequest,
    PutImageTagMutabilityRequest,
)
from ecrkit.models import Repository as RepositoryDetails
from ecrkit.push.engine import LayerUpload
from ecrkit.push.events import Progress, ignore
from ecrkit.push.pushing import LayerToPush, PushedLayer, push_layers
from ecrkit.push.sources import SourceLike, layer_source
from ecrkit.push.state import UploadState
from ecrkit.push.target import Target
from ecrkit.references import Digest, RegistryHost, RepositoryArn, check_tag
from ecrkit.resources._exclusions import exclusion_filters
from ecrkit.resources.failures import the_one
from ecrkit.resources.image import Image
from ecrkit.resources.images import RepositoryImages
from ecrkit.resources.layer import Layer
from ecrkit.resources.lifecycle import RepositoryLifecyclePolicy
from ecrkit.resources.repository_policy import RepositoryPolicy
from ecrkit.resources.resource_tags import ResourceTags
from ecrkit.resources.upload import Upload
from ecrkit.retrying import RetryPolicy

if TYPE_CHECKING:
    from datetime import datetime

    from ecrkit.resources.registry import Registry


class Repository(RepositoryImages):
    """A handle for one repository. Its methods ask ECR, its attributes never do.

    Example:
        >>> repository = registry.repository("team/app")
        >>> layer = repository.push_layer("layer.tar.gz")
    """

    @property
    def lifecycle_policy(self) -> RepositoryLifecyclePolicy:
        """What expires, or moves to the archive, in the repository."""
        return RepositoryLifecyclePolicy(self)

    def describe(self) -> DescribedRepository:
        """Ask ECR for the settings of the repository.

        Raises:
            RepositoryNotFoundError: There is no such repository.
        """
        return the_one(self.registry.repositories_named([self.name]), "DescribeRepositories")

    @property
    def policy(self) -> RepositoryPolicy:
        """Who may pull from the repository, push to it, and so on."""
        return RepositoryPolicy(self)

    @property
    def resource_tags(self) -> ResourceTags:
        """Keys and values on the repository, for costs and permissions; not the tags of its images."""
        return ResourceTags(self)

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

    def set_tag_mutability(
        self,
        mutability: ImageTagMutability | str,
        exclusions: Iterable[str | ImageTagMutabilityExclusionFilter] = (),
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
        request = PutImageTagMutabilityRequest(
            registry_id=self.registry_id,
            repository_name=self.name,
            image_tag_mutability=ImageTagMutability(mutability),
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
        request = PutImageScanningConfigurationRequest(
            registry_id=self.registry_id,
            repository_name=self.name,
            image_scanning_configuration=ImageScanningConfiguration(scan_on_push=enabled),
        )
        self.client.send(request)

    def delete(self, *, force: bool = False) -> None:
        """Delete the repository.

        Args:
            force: Delete it with all its images.

        Raises:
            RepositoryNotEmptyError: It has images, and `force` is false.
            RepositoryNotFoundError: There is no such repository.
        """
        self.client.send(
            DeleteRepositoryRequest(registry_id=self.registry_id, repository_name=self.name, force=force)
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
            [LayerToPush(source, digest, media_type)],
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
        layers = [source if isinstance(source, LayerToPush) else LayerToPush(source) for source in sources]
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
        request = PutImageRequest(
            registry_id=self.registry_id,
            repository_name=self.name,
            image_manifest=document.text,
            image_manifest_media_type=document.media_type,
            image_digest=document.digest,
            image_tag=None if tag is None else check_tag(tag),
        )
        try:
            self.client.send(request)
        except ImageAlreadyExistsError:
            pass  # the same manifest under the same tag (T15)
        except ImageTagAlreadyExistsError as error:
            self._accept_same_tag(str(tag), document.digest, error)
        return Image(self, digest=document.digest)

    def _accept_same_tag(self, tag: str, digest: Digest, error: ImageTagAlreadyExistsError) -> None:
        """Be content where an immutable tag names the very image already (T16)."""
        try:
            existing = self.image(tag).describe().digest
        except NotFoundError:
            raise error from None
        if existing != digest:
            raise TagImmutableError(tag, existing=existing, wanted=digest, cause=error) from error

    def _upload(
        self,
        source: SourceLike,
        state: UploadState | None,
        media_type: str | None,
        digest: str | None,
        progress: Progress | None,
        retry: RetryPolicy | None,
    ) -> Upload:
        upload = LayerUpload(
            self._target(retry),
            layer_source(source),
            digest=_digest(digest),
            state=state,
            emit=progress or ignore,
        )
        upload.begin()
        return Upload(self, upload, media_type=media_type)

    def _target(self, retry: RetryPolicy | None) -> Target:
        return Target(self.client, self.name, self.registry_id, retry or RetryPolicy())

    def _push(
        self,
        layers: list[LayerToPush],
        *,
        workers: int,
        skip_existing: bool,
        progress: Progress | None,
        retry: RetryPolicy | None,
    ) -> list[Layer]:
        pushed = push_layers(
            self._target(retry),
            layers,
            workers=workers,
            skip_existing=skip_existing,
            progress=progress,
        )
        return [self._layer(each) for each in pushed]

    def _layer(self, pushed: PushedLayer) -> Layer:
        return Layer(
            self, pushed.digest, size=pushed.size, media_type=pushed.media_type, uploaded=pushed.uploaded
        )


class DescribedRepository(Repository):
    """A repository as ECR described it when it was asked."""

    def __init__(self, registry: Registry, details: RepositoryDetails) -> None:
        super().__init__(registry, details.repository_name)
        self.details = details
        """Everything that ECR said."""

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

    @property
    def created_at(self) -> datetime | None:
        """When it was created, in UTC; absent where ECR did not say."""
        return self.details.created_at


def _digest(text: str | None) -> Digest | None:
    return None if text is None else Digest.parse(text)


def _document(
    manifest: bytes | str | oci.ImageManifest | oci.Index, media_type: str | None
) -> oci.ImageManifest | oci.Index:
    if isinstance(manifest, oci.ImageManifest | oci.Index):
        return manifest
    raw = manifest.encode() if isinstance(manifest, str) else bytes(manifest)
    return oci.parse_manifest(raw, media_type)
