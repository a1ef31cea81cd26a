# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.described_image`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio.image import AsyncImage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ecrkit import models
    from ecrkit.references import Digest
    from ecrkit.resources.described_image import DescribedImage
    from ecrkit.tables import Table


class AsyncDescribedImage(AsyncImage):
    """An image with the details that ECR returned."""

    def __init__(self, sync: DescribedImage) -> None:
        super().__init__(sync)
        self._described_image = sync

    @property
    def sync(self) -> DescribedImage:
        """The same object for blocking code."""
        return self._described_image

    def __table_row__(self) -> Mapping[str, object]:
        return self.sync.__table_row__()

    def __table__(self) -> Table:
        return self.sync.__table__()

    @property
    def digest(self) -> Digest:
        """Digest the handle stands for; None in a handle for a tag, which can move to another image."""
        return self.sync.digest

    @property
    def details(self) -> models.ImageDetail:
        """Everything ECR returned."""
        return self.sync.details

    @property
    def tags(self) -> list[str]:
        """Tags, in no particular order; empty if the image is untagged."""
        return self.sync.tags

    @property
    def pushed_at(self) -> datetime:
        """When this digest was first pushed, in UTC. Adding tags does not change it."""
        return self.sync.pushed_at

    @property
    def size(self) -> int | None:
        """Compressed size in bytes; for an index, of its largest image. None if ECR does not report it."""
        return self.sync.size

    @property
    def is_image(self) -> bool:
        """Whether it is an image that runs, or an index, and not an artifact such as a Helm chart.

        ECR tells artifacts by their `artifactType` or by the type of their config. Signatures that cosign keeps under tags
        have the config of an image; `manifest().is_image` tells them apart.
        """
        return self.sync.is_image

    @property
    def status(self) -> models.ImageStatus | None:
        """`ACTIVE`, `ARCHIVED` or `ACTIVATING`; only active images can be pulled. None if ECR does not report it."""
        return self.sync.status
