"""`Image`: a manifest in a repository, named by its digest or by a tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit import oci
from ecrkit.errors import ApiError, DigestMismatchError, ImageNotFoundError, InvalidInputError, api_error
from ecrkit.models import (
    BatchDeleteImageRequest,
    BatchGetImageRequest,
    DescribeImagesRequest,
    ImageDetail,
    ImageFailure,
    ImageIdentifier,
)
from ecrkit.models import Image as ImageContent
from ecrkit.oci import media_types
from ecrkit.references import Digest, check_tag
from ecrkit.resources.layer import Layer

if TYPE_CHECKING:
    from datetime import datetime

    from ecrkit.client import Client
    from ecrkit.resources.repository import Repository


class Image:
    """A handle for one image. Its methods ask ECR, its attributes never do.

    Example:
        >>> image = repository.image("1.4.2")
        >>> image.manifest().layers
    """

    def __init__(self, repository: Repository, *, digest: str | None = None, tag: str | None = None) -> None:
        if (digest is None) == (tag is None):
            raise InvalidInputError("An image is named either by its digest or by a tag")
        self.repository = repository
        """Where the image is."""

        self.digest = None if digest is None else Digest.parse(digest)
        """The digest that the handle stands for; absent in a handle for a tag, which may move."""

        self.tag_name = None if tag is None else check_tag(tag)
        """The tag that the handle stands for; absent in a handle for a digest."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.repository.name}{self._suffix})"

    @property
    def client(self) -> Client:
        """Sends the requests."""
        return self.repository.client

    @property
    def _suffix(self) -> str:
        return f"@{self.digest}" if self.digest is not None else f":{self.tag_name}"

    @property
    def _identifier(self) -> ImageIdentifier:
        return ImageIdentifier(image_digest=self.digest, image_tag=self.tag_name)

    def exists(self) -> bool:
        """Whether the repository has the image, archived ones included."""
        try:
            self.describe()
        except ImageNotFoundError:
            return False
        return True

    def describe(self) -> DescribedImage:
        """Ask ECR for the digest, the tags, the size and the dates of the image.

        Raises:
            ImageNotFoundError: There is no such image.
            RepositoryNotFoundError: There is no such repository.
        """
        request = DescribeImagesRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            image_ids=[self._identifier],
        )
        return DescribedImage(self.repository, self.client.send(request).image_details[0])

    def manifest(self) -> oci.ImageManifest | oci.Index:
        """Read the manifest, or the index, with the exact bytes that were pushed.

        Raises:
            ImageNotFoundError: There is no such image.
            InvalidManifestError: What was pushed is not a manifest of OCI or of Docker's second schema.
        """
        content = self._content(self._identifier)
        stored = content.image_id.image_digest
        if stored is not None and Digest.of(content.image_manifest.encode()) != stored:
            # By tag, ECR may convert a manifest to another format, which then has another digest; by digest, never (T25).
            content = self._content(ImageIdentifier(image_digest=stored))
        raw = content.image_manifest.encode()
        if stored is not None and (actual := Digest.of(raw)) != stored:
            raise DigestMismatchError(f"The manifest of {self!r}", expected=stored, actual=actual)
        return oci.parse_manifest(raw, content.image_manifest_media_type)

    def layers(self) -> list[Layer]:
        """List the layers, from the lowest one up.

        Raises:
            InvalidInputError: It is an index of several images, which has no layers of its own.
        """
        return [self._layer(descriptor) for descriptor in self._image_manifest().layers]

    def config(self) -> oci.ImageConfig:
        """Read the config: platform, environment, entrypoint, labels, history.

        Raises:
            InvalidInputError: It is an index of several images, which has no config of its own.
            InvalidManifestError: It is an artifact whose config is not that of an image.
        """
        descriptor = self._image_manifest().config
        return oci.parse_config(self._layer(descriptor).read(), descriptor.media_type)

    def delete(self) -> None:
        """Delete the image with all its tags. To take only a tag away, use `untag`.

        Raises:
            ImageNotFoundError: There is no such image.
            ImageReferencedError: An index lists the image; the index has to go first.
        """
        digest = self.digest or self.describe().digest
        request = BatchDeleteImageRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            image_ids=[ImageIdentifier(image_digest=digest)],
        )
        for failure in self.client.send(request).failures:
            raise _failed(failure, request.operation)

    def _image_manifest(self) -> oci.ImageManifest:
        manifest = self.manifest()
        if isinstance(manifest, oci.Index):
            platforms = ", ".join(str(platform) for platform in manifest.platforms) or "none named"
            raise InvalidInputError(
                f"{self!r} is an index of several images (platforms: {platforms}); choose one of its digests first"
            )
        return manifest

    def _layer(self, descriptor: oci.Descriptor) -> Layer:
        return Layer(
            self.repository, descriptor.digest, size=descriptor.size, media_type=descriptor.media_type
        )

    def _content(self, identifier: ImageIdentifier) -> ImageContent:
        request = BatchGetImageRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            image_ids=[identifier],
            accepted_media_types=_EVERY_MANIFEST,
        )
        answer = self.client.send(request)
        for failure in answer.failures:
            raise _failed(failure, request.operation)
        return answer.images[0]


def _failed(failure: ImageFailure, operation: str) -> ApiError:
    code, reason = failure.failure_code or "", failure.failure_reason or ""
    return api_error(code, reason, operation=operation, http_status=200)


class DescribedImage(Image):
    """An image as ECR described it when it was asked."""

    digest: Digest

    def __init__(self, repository: Repository, details: ImageDetail) -> None:
        super().__init__(repository, digest=details.image_digest)
        self.details = details
        """Everything that ECR said."""

    @property
    def tags(self) -> list[str]:
        """The tags, in no particular order; none where the image is untagged."""
        return list(self.details.image_tags)

    @property
    def pushed_at(self) -> datetime:
        """When this digest was first pushed, in UTC. Tagging it again later does not change that (T38)."""
        return self.details.image_pushed_at

    @property
    def size(self) -> int | None:
        """Compressed bytes; of an index, those of its largest image (T39). Absent where ECR does not say."""
        return self.details.image_size_in_bytes


_EVERY_MANIFEST = [*sorted(media_types.MANIFESTS), media_types.DOCKER_SCHEMA_1_SIGNED]
"""All types there are: ECR may convert what is not accepted (T25, T26)."""
