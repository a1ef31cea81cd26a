"""The ways to name an image, and the identifiers that requests take."""

from collections.abc import Iterable

from ecrkit import models
from ecrkit.references import Digest, check_tag
from ecrkit.resources.image import Image

ImageName = str | Image | models.ImageIdentifier
"""A tag, a digest, a handle, or an image identifier."""


def identifiers(images: ImageName | Iterable[ImageName]) -> list[models.ImageIdentifier]:
    """Return each image once, by its digest if it has one: a digest and a tag would have to agree."""
    named = [images] if isinstance(images, str | Image | models.ImageIdentifier) else images
    return list(dict.fromkeys(map(_identifier, named)))


def _identifier(image: ImageName) -> models.ImageIdentifier:
    if isinstance(image, models.ImageIdentifier):
        digest, tag = image.image_digest, image.image_tag
    elif isinstance(image, Image):
        digest, tag = image.digest, image.tag_name
    else:
        digest, tag = (image, None) if ":" in image else (None, image)
    if digest is not None:
        return models.ImageIdentifier(image_digest=Digest.parse(digest))
    return models.ImageIdentifier(image_tag=check_tag(tag or ""))
