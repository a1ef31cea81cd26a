# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.pushed_image`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio.image import AsyncImage

if TYPE_CHECKING:
    from ecrkit.push.image import PushReport
    from ecrkit.references import Digest
    from ecrkit.resources.pushed_image import PushedImage
    from ecrkit.tables import Table


class AsyncPushedImage(AsyncImage):
    """An image that has just been pushed."""

    def __init__(self, sync: PushedImage) -> None:
        super().__init__(sync)
        self._pushed_image = sync

    @property
    def sync(self) -> PushedImage:
        """The same object for blocking code."""
        return self._pushed_image

    def __table__(self) -> Table:
        return self.sync.__table__()

    @property
    def digest(self) -> Digest:
        """Digest the handle stands for; None in a handle for a tag, which can move to another image."""
        return self.sync.digest

    @property
    def report(self) -> PushReport:
        """Uploaded and skipped layers, bytes, tags, and time of the push."""
        return self.sync.report

    @property
    def tags(self) -> list[str]:
        """Tags the push gave the image, or that it already had of these. Other tags are not known; `describe()` returns them."""
        return self.sync.tags
