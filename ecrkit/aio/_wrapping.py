"""Small steps between async objects and what they wrap."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from ecrkit.aio.image import AsyncImage
    from ecrkit.resources.image_names import ImageName

ItemT = TypeVar("ItemT")


def same(item: ItemT) -> ItemT:
    """Return an item that has no async variant."""
    return item


def image_names(images: ImageName | AsyncImage | Iterable[ImageName | AsyncImage]) -> list[ImageName]:
    """Return names of images without async handles."""
    from ecrkit import models
    from ecrkit.aio.image import AsyncImage
    from ecrkit.resources.image import Image

    several = [images] if isinstance(images, str | Image | models.ImageIdentifier | AsyncImage) else images
    return [each.sync if isinstance(each, AsyncImage) else each for each in several]
