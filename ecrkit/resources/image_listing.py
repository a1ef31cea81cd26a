"""`ImageListing`: the images of a repository, and sorting them by age."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ecrkit import inventory, oci
from ecrkit.paging import Items
from ecrkit.resources.described_image import DescribedImage
from ecrkit.tables import Rows
from ecrkit.wildcards import matches_glob

if TYPE_CHECKING:
    from datetime import datetime

    from ecrkit.inventory import ImageFacts


class ImageListing(Items[DescribedImage]):
    """Images in no particular order. Sorting them lists all of them first."""

    def newest_first(self, *, include_dependents: bool = False) -> Rows[DescribedImage]:
        """Return the images, sorted by the time of their first push.

        Adding a tag does not make an image newer, and ECR does not report when a tag was set. Of images pushed at the same
        time, tagged ones come before untagged ones, then indexes before other images, then larger digests first.

        What an index lists is read if there are untagged images. That counts as a pull of the index, and renews its
        `lastRecordedPullTime` unless a pull-time exclusion covers the caller.

        Args:
            include_dependents: Whether to include images that exist for others: referrers such as signatures and SBOMs,
                what cosign keeps under tags such as `sha256-8f2d....sig`, and untagged images of listed indexes.
        """
        images = {str(each.digest): each for each in self}
        facts = _facts(images.values())
        if not include_dependents:
            facts = self._releases(images, facts)
        return Rows(images[each.digest] for each in sorted(facts, key=_age, reverse=True))

    def latest(self, *, include_dependents: bool = False) -> DescribedImage | None:
        """Return the image that was pushed last, or None if there are no images.

        Sorted, and read, like `newest_first`; indexes are only read if the latest image is untagged.

        Example:
            >>> repository.images(tags="v1.*").latest()

        Args:
            include_dependents: See `newest_first`.
        """
        images = {str(each.digest): each for each in self}
        facts = _facts(images.values())
        if not include_dependents:
            facts = [each for each in facts if each.refers_to is None]
            if (newest := max(facts, key=_age, default=None)) is not None and not newest.tags:
                facts = self._releases(images, facts)
        latest = max(facts, key=_age, default=None)
        return None if latest is None else images[latest.digest]

    def _releases(self, images: dict[str, DescribedImage], facts: Iterable[ImageFacts]) -> list[ImageFacts]:
        candidates = [each for each in facts if each.refers_to is None]
        if all(each.tags for each in candidates):
            return candidates
        details = [each.details for each in images.values()]
        indexes = [each for each in details if each.image_manifest_media_type in oci.media_types.INDEXES]
        one = details[0]
        children = inventory.read_children(self._client.send, one.repository_name, one.registry_id, indexes)
        family = inventory.Family(inventory.facts_of(details, children))
        return [each for each in family.images.values() if family.is_release(each)]


def _facts(images: Iterable[DescribedImage]) -> list[ImageFacts]:
    return inventory.facts_of((each.details for each in images), {})


def _age(facts: ImageFacts) -> tuple[datetime, bool, bool, str]:
    return facts.age  # ECR lists images in no order


def tag_matcher(tags: str | re.Pattern[str] | None) -> Callable[[Iterable[str]], bool]:
    """Return a predicate on the tags of an image: whether one of them matches. Without a pattern, every image does."""
    if tags is None:
        return lambda _: True
    if isinstance(tags, str):
        return lambda names: any(matches_glob([tags], name) for name in names)
    return lambda names: any(tags.fullmatch(name) for name in names)
