"""`Repository`: images of one name, and the layers that they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ecrkit import models, oci, pull
from ecrkit.references import RegistryHost, RepositoryArn
from ecrkit.resources._exclusions import exclusion_filters
from ecrkit.resources.failures import the_one
from ecrkit.resources.image import Image
from ecrkit.resources.images import RepositoryImages
from ecrkit.resources.layers import RepositoryLayers
from ecrkit.resources.putting import put_manifest
from ecrkit.retrying import RetryPolicy

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from ecrkit.events import Progress
    from ecrkit.resources.deleting import DeletePlan
    from ecrkit.resources.lifecycle import RepositoryLifecyclePolicy
    from ecrkit.resources.pushed_image import ImageSourceLike, PushedImage
    from ecrkit.resources.registry import Registry
    from ecrkit.resources.repository_policy import RepositoryPolicy
    from ecrkit.resources.resource_tags import ResourceTags


class Repository(RepositoryImages, RepositoryLayers):
    """A handle for one repository. Its methods ask ECR, its attributes never do.

    Example:
        >>> repository = registry.repository("team/app")
        >>> layer = repository.push_layer("layer.tar.gz")
    """

    @property
    def lifecycle_policy(self) -> RepositoryLifecyclePolicy:
        """What expires, or moves to the archive, in the repository."""
        from ecrkit.resources.lifecycle import RepositoryLifecyclePolicy  # noqa: PLC0415 -- few programs need it

        return RepositoryLifecyclePolicy(self)

    def origin(self, retry: RetryPolicy | None = None) -> pull.Origin:
        """Give the repository as what layers are pulled from; for code that works with downloads itself."""
        return pull.Origin(self.client, self.name, self.registry_id, retry or RetryPolicy())

    def describe(self) -> DescribedRepository:
        """Ask ECR for the settings of the repository.

        Raises:
            RepositoryNotFoundError: There is no such repository.
        """
        return the_one(self.registry.repositories_named([self.name]), "DescribeRepositories")

    @property
    def policy(self) -> RepositoryPolicy:
        """Who may pull from the repository, push to it, and so on."""
        from ecrkit.resources.repository_policy import RepositoryPolicy  # noqa: PLC0415 -- few programs need it

        return RepositoryPolicy(self)

    @property
    def resource_tags(self) -> ResourceTags:
        """Keys and values on the repository, for costs and permissions; not the tags of its images."""
        from ecrkit.resources.resource_tags import ResourceTags  # noqa: PLC0415 -- few programs need it

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

    def find_uri(self) -> str:
        """Give what Docker calls the repository: the host of the registry and the name.

        ECR is asked for it, unless the registry was found by a URI.

        Raises:
            RepositoryNotFoundError: ECR was asked, and there is no such repository.
        """
        if self.registry.host is not None:
            return f"{self.registry.host}/{self.name}"
        return self.describe().find_uri()

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
        from ecrkit.resources.pushed_image import push_image  # noqa: PLC0415 -- loads what reads images

        return push_image(
            self,
            source,
            tags=tags,
            name=name,
            platforms=platforms,
            progress=progress,
            create_repository=create_repository,
            referrers=referrers,
            workers=workers,
            retry=retry,
        )

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
        from ecrkit.resources.deleting import plan_delete  # noqa: PLC0415 -- few programs need it

        return plan_delete(
            self,
            untagged=untagged,
            tags=tags,
            older_than=older_than,
            keep_latest=keep_latest,
            keep_tags=keep_tags,
            keep_digests=keep_digests,
        )

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
        put_manifest(self, document, tag, send=self.client.send)
        return Image(self, digest=document.digest)


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
