"""`Image`: a manifest in a repository, named by its digest or by a tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from ecrkit import models
from ecrkit.errors import (
    ImageNotFoundError,
    ImageStorageClassUpdateNotSupportedError,
    LastTagError,
    NotTaggedError,
)
from ecrkit.paging import Items
from ecrkit.references import Digest
from ecrkit.resources.after_push import ImageAfterPush
from ecrkit.resources.failures import the_one
from ecrkit.resources.image_scanning import ImageScanning
from ecrkit.resources.inspecting import ImageInspection
from ecrkit.resources.named_images import details_requests, remove_images
from ecrkit.tables import Size
from ecrkit.waiters import ACTIVE_PACE, EXISTS_PACE, image_active, image_exists
from ecrkit.waiting import Waiter, begin

if TYPE_CHECKING:
    from datetime import datetime

    from ecrkit.resources.repository import Repository


class Image(ImageInspection, ImageScanning, ImageAfterPush):
    """A handle for one image. Its methods ask ECR, its attributes never do.

    Example:
        >>> image = repository.image("1.4.2")
        >>> image.manifest().layers
    """

    def exists(self) -> bool:
        """Whether the repository has the image, archived ones included."""
        try:
            self.describe()
        except ImageNotFoundError:
            return False
        return True

    def find_uri(self) -> str:
        """Give the reference by which Docker, Lambda and ECS pull the image: with its digest, or else with the tag.

        The digest is the better one to deploy: what has been tested is what runs. ECR is asked for the name of its host
        where the handle does not know it; `Registry.image_from_uri` is the way back.

        Example:
            >>> repository.push_image("app.tar", tags="1.4.2").find_uri()
            '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app@sha256:...'

        Raises:
            RepositoryNotFoundError: There is no such repository.
        """
        return self.repository.find_uri() + self._suffix

    def until_exists(self, *, repository_may_come: bool = False) -> Waiter[DescribedImage]:
        """Give a waiter for an image that somebody else pushes.

        Example:
            >>> repository.image("1.4.2").until_exists().wait(timeout=600)

        Args:
            repository_may_come: Whether to wait for a missing repository too: replication, pull-through caches and
                creation templates make repositories on their own.

        Raises:
            RepositoryNotFoundError: When waited for: there is no such repository, and it is not waited for.
        """
        return Waiter(
            self.client,
            self._details_request(),
            judge=lambda answer: image_exists(answer, repository_may_come=repository_may_come),
            result=self._described,
            subject=self._name,
            pace=EXISTS_PACE,
        )

    def describe(self) -> DescribedImage:
        """Ask ECR for the digest, the tags, the size and the dates of the image.

        Raises:
            ImageNotFoundError: There is no such image.
            RepositoryNotFoundError: There is no such repository.
        """
        return self._described(self.client.send(self._details_request()))

    def tag(self, tag: str) -> Image:
        """Give the image one more tag, without pulling or pushing it: the exact bytes of its manifest are put again.

        A tag that names the image already is a success (T15, T16). A tag that names another image is moved, if the
        repository allows that.

        Raises:
            ImageNotFoundError: There is no such image.
            TagImmutableError: Another image has the tag, and the repository forbids to move it.
            LimitExceededError: The image has 1,000 tags.
        """
        return self.repository.put_image(self.manifest(), tag)

    def untag(self, tag: str, *, delete_image: bool = False) -> None:
        """Take a tag away from the image.

        ECR deletes an image with its last tag (T42), so that one stays unless you say otherwise. ECR cannot check and
        remove in one step: who removes the other tags at the same moment may still cause that.

        Args:
            tag: The tag.
            delete_image: Whether the image may go with its last tag.

        Raises:
            LastTagError: It is the last tag, and `delete_image` is false.
            NotTaggedError: The tag names another image, or none.
            ImageReferencedError: It is the last tag, and an index lists the image.
        """
        image = self.describe()
        if tag not in image.tags:
            raise NotTaggedError(f"{tag!r} is not a tag of {image!r}")
        if image.tags == [tag] and not delete_image:
            raise LastTagError(
                f"{tag!r} is the last tag of {image!r}, and ECR would delete the image with it;"
                " give it another tag first, or say delete_image=True"
            )
        self._remove(models.ImageIdentifier(image_tag=tag))

    def delete(self) -> None:
        """Delete the image with all its tags. To take only a tag away, use `untag`.

        Raises:
            ImageNotFoundError: There is no such image.
            ImageReferencedError: An index lists the image; the index has to go first.
        """
        self._remove(models.ImageIdentifier(image_digest=self._resolved()))

    def archive(self) -> None:
        """Move the image to the archive: cheaper to keep for 90 days and more, but nobody can pull or scan it.

        An image that is there already is a success. Listings leave archived images out unless asked for (T29).

        Raises:
            ImageStorageClassUpdateNotSupportedError: ECR does not move this image, for example because an index
                lists it.
            ImageNotFoundError: There is no such image.
        """
        self._move(models.TargetStorageClass.ARCHIVE, {models.ImageStatus.ARCHIVED})

    def restore(self) -> Waiter[DescribedImage]:
        """Begin at once to bring the image back from the archive, and give a waiter for that.

        It takes up to 20 minutes. An image that is not in the archive is a success (T52). In an event loop the
        request goes out from another thread; what goes wrong with it is raised by `await`.

        Example:
            >>> image.restore().wait()

        Raises:
            ImageStorageClassUpdateNotSupportedError: ECR does not move this image.
            ImageNotFoundError: There is no such image.
        """
        return self._active_waiter(begin(self._restored))

    def until_active(self) -> Waiter[DescribedImage]:
        """Give a waiter for an image that somebody else brings back from the archive."""
        return self._active_waiter(self._details_request())

    def referrers(
        self,
        artifact_type: str | Iterable[str] | None = None,
        *,
        status: models.ArtifactStatusFilter | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> Items[models.ImageReferrer]:
        """List what refers to the image: signatures, SBOMs, attestations. `repository.image(digest=...)` reads them.

        ECR wants a digest; where the handle has a tag, it is asked for one right away.

        Args:
            artifact_type: One type, or up to five, for example `application/spdx+json`; all if absent.
            status: `ACTIVE`, `ARCHIVED`, `ACTIVATING` or `ANY`. ECR leaves archived ones out if it is absent (T29).
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 50; ECR's default is 20 (T34).
            start: Where to go on: the `resume_token` of an earlier listing.

        Raises:
            RepositoryNotFoundError: There is no such repository.
        """
        types = [artifact_type] if isinstance(artifact_type, str) else artifact_type
        wanted = models.ListImageReferrersFilter(
            artifact_types=None if types is None else list(types),
            artifact_status=None if status is None else models.ArtifactStatusFilter(status),
        )
        request = models.ListImageReferrersRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            subject_id=models.SubjectIdentifier(image_digest=self._resolved()),
            filter=None if types is None and status is None else wanted,
        )
        return Items(
            self.client,
            request,
            lambda page: page.referrers,
            limit=limit,
            page_size=page_size,
            start=start,
        )

    def _resolved(self) -> Digest:
        return self.digest or self.describe().digest

    def _details_request(self) -> models.DescribeImagesRequest:
        [request] = details_requests(self.repository, [self._identifier])
        return request

    def _described(self, answer: models.DescribeImagesResponse) -> DescribedImage:
        return DescribedImage(
            self.repository, the_one(answer.image_details, models.DescribeImagesRequest.operation)
        )

    def _remove(self, identifier: models.ImageIdentifier) -> None:
        for failure in remove_images(self.repository, [identifier]).failures:
            raise failure.error

    def _move(self, target: models.TargetStorageClass, wanted: set[models.ImageStatus]) -> None:
        request = models.UpdateImageStorageClassRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            image_id=self._identifier,
            target_storage_class=target,
        )
        try:
            self.client.send(request)
        except ImageStorageClassUpdateNotSupportedError:
            if self.describe().details.image_status not in wanted:
                raise

    def _restored(self) -> models.DescribeImagesRequest:
        self._move(
            models.TargetStorageClass.STANDARD, {models.ImageStatus.ACTIVE, models.ImageStatus.ACTIVATING}
        )
        return self._details_request()

    def _active_waiter(
        self, request: models.DescribeImagesRequest | Callable[[], models.DescribeImagesRequest]
    ) -> Waiter[DescribedImage]:
        return Waiter(
            self.client,
            request,
            judge=image_active,
            result=self._described,
            subject=f"the restoring of {self._name}",
            pace=ACTIVE_PACE,
        )


class DescribedImage(Image):
    """An image as ECR described it when it was asked."""

    digest: Digest

    def __init__(self, repository: Repository, details: models.ImageDetail) -> None:
        super().__init__(repository, digest=details.image_digest)
        self.details = details
        """Everything that ECR said."""

    def __table_row__(self) -> Mapping[str, object]:
        return {
            "image": self.digest,
            "tags": sorted(self.tags),
            "pushed": self.pushed_at,
            "size": None if self.size is None else Size(self.size),
            "pulled": self.details.last_recorded_pull_time,
            "status": None if self.status == models.ImageStatus.ACTIVE else self.status,
        }

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

    @property
    def status(self) -> models.ImageStatus | None:
        """Whether it can be pulled: `ACTIVE`, `ARCHIVED` or `ACTIVATING`. Absent where ECR does not say."""
        return self.details.image_status
