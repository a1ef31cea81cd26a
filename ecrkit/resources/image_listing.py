"""`ImageListing`: the images of a repository, in the order that the caller wants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from ecrkit.paging import Items
from ecrkit.resources.image import DescribedImage
from ecrkit.wildcards import matches_glob


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


def _age(image: DescribedImage) -> tuple[datetime, str]:
    return image.pushed_at, image.digest


def tag_matcher(tags: str | re.Pattern[str] | None) -> Callable[[Iterable[str]], bool]:
    """Return a predicate on the tags of an image: whether one of them matches. Without a pattern, every image does."""
    if tags is None:
        return lambda _: True
    if isinstance(tags, str):
        return lambda names: any(matches_glob([tags], name) for name in names)
    return lambda names: any(tags.fullmatch(name) for name in names)
