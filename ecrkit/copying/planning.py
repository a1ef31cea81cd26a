"""Plans which images of a repository to copy: compares what is wanted with what the target has, a hundred per request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ecrkit._strings import items_of
from ecrkit.push.image import MovedTag
from ecrkit.references import Digest


@dataclass(frozen=True, slots=True)
class ImageToCopy:
    """One image to copy, with what is copied along with it."""

    digest: Digest

    tags: tuple[str, ...] = ()
    """Tags for the image in the target."""

    referrers: tuple[Digest, ...] = ()
    """Digests of what refers to the image, or to images that it lists, and is copied along. The target needs these too."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "tags", items_of(self.tags))
        object.__setattr__(self, "referrers", items_of(self.referrers))


class Contents(Protocol):
    """What a target has; `EcrApi` is one."""

    def tag_digests(self, tags: Iterable[str]) -> Mapping[str, Digest]:
        """Return the digest of the image that each of these tags names. Tags that do not exist are left out."""
        ...

    def missing_images(self, digests: Iterable[str]) -> Iterable[str]:
        """Return those of these manifests that the target does not have."""
        ...


@dataclass(frozen=True, slots=True)
class PlannedCopy:
    """An image that the target lacks, or that lacks tags there or some of its referrers."""

    image: ImageToCopy

    tags: tuple[str, ...]
    """Tags to set; the others are already in place."""

    moved: tuple[MovedTag, ...]
    """Those of the tags that point to another image in the target now."""


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """What to copy, and what the target has already."""

    copies: tuple[PlannedCopy, ...]
    """Images to copy, in the order in which they were wanted."""

    present: tuple[ImageToCopy, ...]
    """Images that the target has, with their tags and referrers."""


def plan_copies(wanted: Iterable[ImageToCopy], target: Contents) -> CopyPlan:
    """Compare images with what the target has.

    Args:
        wanted: The images. If two have the same tag, the last one gets it.
        target: The target.

    Raises:
        RepositoryNotFoundError: The target does not exist.
    """
    images = _one_image_per_tag(wanted)
    tags = target.tag_digests(tag for each in images for tag in each.tags)
    named = set(tags.values())
    unknown = dict.fromkeys(
        digest for each in images for digest in (each.digest, *each.referrers) if digest not in named
    )
    return decide(images, tags, set(target.missing_images(unknown)))


def decide(images: Sequence[ImageToCopy], tags: Mapping[str, Digest], missing: set[str]) -> CopyPlan:
    """Decide what to copy.

    Args:
        images: The images.
        tags: What the tags of the images name in the target, if they exist there.
        missing: Digests of the images and their referrers that the target does not have.
    """
    copies: list[PlannedCopy] = []
    present: list[ImageToCopy] = []
    for image in images:
        to_set = tuple(tag for tag in image.tags if tags.get(tag) != image.digest)
        if to_set or not missing.isdisjoint((image.digest, *image.referrers)):
            moved = tuple(MovedTag(tag, tags[tag]) for tag in to_set if tag in tags)
            copies.append(PlannedCopy(image, to_set, moved))
        else:
            present.append(image)
    return CopyPlan(tuple(copies), tuple(present))


def _one_image_per_tag(wanted: Iterable[ImageToCopy]) -> list[ImageToCopy]:
    images = list(wanted)
    last = {tag: image.digest for image in images for tag in image.tags}
    return [
        ImageToCopy(each.digest, tuple(tag for tag in each.tags if last[tag] == each.digest), each.referrers)
        for each in images
    ]
