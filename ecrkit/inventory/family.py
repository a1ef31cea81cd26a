"""`Family`: relations between the images of a repository. Pure."""

from collections.abc import Iterable, Iterator

from ecrkit.inventory.facts import ImageFacts, subject_in_tags


class Family:
    """Relations: indexes with their images, and images with their referrers."""

    def __init__(self, images: Iterable[ImageFacts]) -> None:
        self.images = {image.digest: image for image in images}
        self._above: dict[str, set[str]] = {digest: set() for digest in self.images}
        self._below: dict[str, dict[str, str]] = {digest: {} for digest in self.images}
        for image in self.images.values():
            for child in image.children:
                self._relate(image.digest, child, _LISTED)
            if (subject := image.refers_to) is not None:
                self._relate(subject, image.digest, "refers to")

    def depends(self, image: ImageFacts) -> bool:
        """Return whether an image only belongs to others."""
        is_named = image.tags and subject_in_tags(image.tags) is None
        return bool(self._above[image.digest]) and not is_named

    def is_release(self, image: ImageFacts) -> bool:
        """Return whether an image is top-level: it refers to nothing, and no index lists it unless it has a tag."""
        return image.refers_to is None and not self.depends(image)

    def above(self, digest: str) -> set[str]:
        """Return the indexes that list an image, and the image it refers to."""
        return self._above[digest]

    def indexes(self, digest: str) -> set[str]:
        """Return the indexes that list an image."""
        return {upper for upper in self._above[digest] if self._below[upper][digest] == _LISTED}

    def below(self, digest: str) -> Iterator[tuple[str, str]]:
        """Return the images that an image lists and its referrers, with a description of the relation."""
        yield from self._below[digest].items()

    def all_below(self, digest: str) -> list[str]:
        """Return everything that an image lists or that refers to it, and what belongs to that in turn."""
        found: dict[str, None] = {}
        waiting = [digest]
        while waiting:
            for lower, _ in self.below(waiting.pop()):
                if lower not in found and lower != digest:
                    found[lower] = None
                    waiting.append(lower)
        return list(found)

    def _relate(self, upper: str, lower: str, words: str) -> None:
        if upper != lower and upper in self.images and lower in self.images:
            self._above[lower].add(upper)
            self._below[upper].setdefault(lower, words)


def generations(family: Family, digests: Iterable[str]) -> Iterator[list[str]]:
    """Order deletions so that no image comes before an index that lists it, or before the image it refers to."""
    left = dict.fromkeys(digests)
    while left:
        free = [digest for digest in left if not family.above(digest) & left.keys()]
        if not free:  # an index that refers to its own images; ECR only requires indexes first
            free = [digest for digest in left if not family.indexes(digest) & left.keys()]
        yield free
        for digest in free:
            del left[digest]


_LISTED = "is listed by"
