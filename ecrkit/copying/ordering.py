"""Orders images so that what they share is sent early. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

from ecrkit.references import Digest

ImageT = TypeVar("ImageT")


def shared_first(images: Sequence[ImageT], blobs: Mapping[ImageT, Sequence[Digest]]) -> list[ImageT]:
    """Put images first that together have every shared blob; the others find these in the target then.

    Args:
        images: The images.
        blobs: Blobs of the images, as far as known.
    """
    uses = Counter(digest for image in images for digest in set(blobs.get(image, ())))
    covered: set[Digest] = set()
    early: list[ImageT] = []
    late: list[ImageT] = []
    for image in images:
        new = {digest for digest in blobs.get(image, ()) if uses[digest] > 1} - covered
        covered |= new
        (early if new else late).append(image)
    return [*early, *late]
