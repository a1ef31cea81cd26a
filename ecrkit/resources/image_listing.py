"""`ImageListing`: the images of a repository, and sorting them by age."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from ecrkit.paging import Items
from ecrkit.resources.described_image import DescribedImage
from ecrkit.wildcards import matches_glob


class ImageListing(Items[DescribedImage]):
    """Images in no particular order. Sorting them lists all of them first."""

    def newest_first(self) -> list[DescribedImage]:
        """Return all images, sorted by the time of their first push.

        Adding a tag does not make an image newer, and ECR does not report when a tag was set.
        """
        return sorted(self, key=_age, reverse=True)

    def latest(self) -> DescribedImage | None:
        """Return the image that was pushed last, or None if there are no images.

        Example:
            >>> repository.images(tags="v1.*").latest()
        """
        return max(self, key=_age, default=None)


def _age(image: DescribedImage) -> tuple[datetime, str]:
    return image.pushed_at, image.digest  # ECR lists images in no order (T33)


def tag_matcher(tags: str | re.Pattern[str] | None) -> Callable[[Iterable[str]], bool]:
    """Return a predicate on the tags of an image: whether one of them matches. Without a pattern, every image does."""
    if tags is None:
        return lambda _: True
    if isinstance(tags, str):
        return lambda names: any(matches_glob([tags], name) for name in names)
    return lambda names: any(tags.fullmatch(name) for name in names)
