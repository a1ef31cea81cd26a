# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.image_listing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio.calling import call
from ecrkit.aio.described_image import AsyncDescribedImage
from ecrkit.aio.items import AsyncItems

if TYPE_CHECKING:
    from ecrkit.resources.image_listing import ImageListing


class AsyncImageListing(AsyncItems[AsyncDescribedImage]):
    """Images in no particular order. Sorting them lists all of them first."""

    def __init__(self, sync: ImageListing) -> None:
        super().__init__(sync, AsyncDescribedImage)
        self._image_listing = sync

    @property
    def sync(self) -> ImageListing:
        """The same object for blocking code."""
        return self._image_listing

    async def newest_first(self) -> list[AsyncDescribedImage]:
        """Return all images, sorted by the time of their first push.

        Adding a tag does not make an image newer, and ECR does not report when a tag was set.
        """
        return [AsyncDescribedImage(each) for each in await call(self.sync.newest_first)]

    async def latest(self) -> AsyncDescribedImage | None:
        """Return the image that was pushed last, or None if there are no images.

        Example:
            >>> await repository.images(tags="v1.*").latest()
        """
        found = await call(self.sync.latest)
        return None if found is None else AsyncDescribedImage(found)
