"""The images of a repository: listing them, choosing among them, and reading or deleting many at once."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from ecrkit import models
from ecrkit.batching import BatchResult
from ecrkit.paging import Items, Made
from ecrkit.references import Digest, check_tag
from ecrkit.resources.handle import ImageHandle, RepositoryHandle
from ecrkit.resources.image import DescribedImage, Image
from ecrkit.resources.named_images import details_requests, read_images, remove_images

ImageName = str | ImageHandle | models.ImageIdentifier
"""A tag, a digest, a handle, or what the service calls an image."""


class ImageListing(Items[DescribedImage]):
    """Images, in no particular order: ECR promises none (T33). What sorts them reads all of them first."""

    def newest_first(self) -> list[DescribedImage]:
        """List everything, and sort it here by the time of the first push.

        Tagging an image again does not make it newer, and ECR does not tell when a tag was set (T38).
        """
        return sorted(self, key=_age, reverse=True)

    def latest(self) -> DescribedImage | None:
        """List everything, and give the image that was pushed last; None where there is no image.

        Example:
            >>> repository.images(tags="v1.*").latest()
        """
        return max(self, key=_age, default=None)


class RepositoryImages(RepositoryHandle):
    """Finds images, one or many."""

    def image(self, tag: str | None = None, *, digest: str | None = None) -> Image:
        """Give a handle for an image, whether it exists or not. Sends nothing.

        Args:
            tag: A tag; a digest is understood here as well.
            digest: The digest, in place of a tag.

        Raises:
            InvalidReferenceError: No image can have this tag or digest.
        """
        if tag is not None and ":" in tag:
            return Image(self._repository, digest=tag)
        return Image(self._repository, digest=digest, tag=tag)

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
        is_wanted = _matcher(tags)
        describe = partial(DescribedImage, self._repository)

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
        answers = map(self.client.send, details_requests(self, _identifiers(images)))
        return [DescribedImage(self._repository, each) for answer in answers for each in answer.image_details]

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
        return read_images(self, _identifiers(images))

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
        looked_up = read_images(self, (each for each in wanted if each.image_digest is None))
        digests = [each.image_digest for each in wanted] + [
            each.image_id.image_digest for each in looked_up.ok
        ]
        left = list(dict.fromkeys(digest for digest in digests if digest is not None))
        result = BatchResult[models.ImageIdentifier]([], looked_up.failures)
        while left:
            passed = remove_images(self, [models.ImageIdentifier(image_digest=digest) for digest in left])
            result.ok.extend(passed.ok)
            # What an index held may go in the next pass, if anything went in this one.
            held = [each.what for each in passed.failures if each.error.code == _HELD] if passed.ok else []
            result.failures.extend(each for each in passed.failures if each.what not in held)
            left = held
        return result


_HELD = models.ImageFailureCode.IMAGE_REFERENCED_BY_MANIFEST_LIST


def _age(image: DescribedImage) -> tuple[datetime, str]:
    return image.pushed_at, image.digest


def _identifiers(images: Iterable[ImageName]) -> list[models.ImageIdentifier]:
    """Name each image once, by its digest where it has one: a tag and a digest together have to agree (T27)."""
    named = [images] if isinstance(images, str) else images
    return list(dict.fromkeys(_identifier(each) for each in named))


def _identifier(image: ImageName) -> models.ImageIdentifier:
    if isinstance(image, models.ImageIdentifier):
        digest, tag = image.image_digest, image.image_tag
    elif isinstance(image, ImageHandle):
        digest, tag = image.digest, image.tag_name
    else:
        digest, tag = (image, None) if ":" in image else (None, image)
    if digest is not None:
        return models.ImageIdentifier(image_digest=Digest.parse(digest))
    return models.ImageIdentifier(image_tag=check_tag(tag or ""))


def _matcher(tags: str | re.Pattern[str] | None) -> Callable[[Iterable[str]], bool]:
    if tags is None:
        return lambda _: True
    pattern = re.compile(fnmatch.translate(tags)) if isinstance(tags, str) else tags
    return lambda names: any(pattern.fullmatch(name) for name in names)
