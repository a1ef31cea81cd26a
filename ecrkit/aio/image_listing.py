# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.image_listing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio.calling import call
from ecrkit.aio.described_image import AsyncDescribedImage
from ecrkit.aio.items import AsyncItems

if TYPE_CHECKING:
    from ecrkit.resources.image_listing import ImageListing
    from ecrkit.tables import Rows


class AsyncImageListing(AsyncItems[AsyncDescribedImage]):
    """Images in no particular order. Sorting them lists all of them first."""

    def __init__(self, sync: ImageListing) -> None:
        super().__init__(sync, AsyncDescribedImage)
        self._image_listing = sync

    @property
    def sync(self) -> ImageListing:
        """The same object for blocking code."""
        return self._image_listing

    async def newest_first(self, *, include_dependents: bool = False) -> Rows[AsyncDescribedImage]:
        """Return the images, sorted by the time of their first push.

        Adding a tag does not make an image newer, and ECR does not report when a tag was set. Of images pushed at the same
        time, tagged ones come before untagged ones, then indexes before other images, then larger digests first.

        What an index lists is read if there are untagged images. That counts as a pull of the index, and renews its
        `lastRecordedPullTime` unless a pull-time exclusion covers the caller.

        Args:
            include_dependents: Whether to include images that exist for others: referrers such as signatures and SBOMs,
                what cosign keeps under tags such as `sha256-8f2d....sig`, and untagged images of listed indexes.
        """
        from ecrkit.tables import Rows

        return Rows(
            AsyncDescribedImage(each)
            for each in await call(self.sync.newest_first, include_dependents=include_dependents)
        )

    async def latest(self, *, include_dependents: bool = False) -> AsyncDescribedImage | None:
        """Return the image that was pushed last, or None if there are no images.

        Sorted, and read, like `newest_first`; indexes are only read if the latest image is untagged.

        Example:
            >>> await repository.images(tags="v1.*").latest()

        Args:
            include_dependents: See `newest_first`.
        """
        found = await call(self.sync.latest, include_dependents=include_dependents)
        return None if found is None else AsyncDescribedImage(found)
