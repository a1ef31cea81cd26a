"""Which images of a repository to delete, and why: decided over the whole of them, so that nothing loses what it needs. Pure.

Images that an index lists, and what refers to an image, stay and go with the index and with the image: neither their age
nor that they have no tag says anything about them. Only what has a tag of its own is judged by itself as well.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ecrkit.oci.digest_tags import subject_of
from ecrkit.references import shorten_digest
from ecrkit.tables import Size
from ecrkit.wildcards import matches_glob


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFacts:
    """What there is to know about an image before one decides about it."""

    digest: str
    tags: tuple[str, ...] = ()
    pushed_at: datetime
    size: int | None = None
    archived: bool = False
    children: tuple[str, ...] = ()
    """What it lists, if it is an index."""

    is_readable: bool = True
    """Whether its manifest could be read; if it is an index and could not, nobody knows what it lists."""

    subject: str | None = None
    """The image that it refers to, if it is a signature, an SBOM or alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRules:
    """What is to go, and what is to stay in any case."""

    untagged: bool | None = None
    """True: only images without a tag may go; False: only images with one; None: both."""

    tags: tuple[str, ...] | None = None
    """Only images may go of which every tag matches one of these patterns."""

    pushed_before: datetime | None = None
    """Only images may go that were first pushed before this."""

    keep_latest: int = 0
    """So many of those that `untagged` and `tags` choose stay: those that were pushed last."""

    keep_tags: tuple[str, ...] = ()
    """Images stay that have a tag matching one of these patterns."""

    keep_digests: frozenset[str] = frozenset()
    """Images that stay."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of one image."""

    image: ImageFacts
    delete: bool
    reason: str

    def __repr__(self) -> str:
        return f"Verdict({self._fate} {self.image.digest}: {self.reason})"

    def __table_row__(self) -> Mapping[str, object]:
        image = self.image
        return {
            "": self._fate,
            "image": image.digest,
            "tags": image.tags,
            "pushed": image.pushed_at,
            "size": None if image.size is None else Size(image.size),
            "reason": self.reason,
        }

    @property
    def _fate(self) -> str:
        return "delete" if self.delete else "keep"


def judge(images: Iterable[ImageFacts], rules: DeleteRules) -> list[Verdict]:
    """Decide about every image of a repository; all of them have to be given."""
    family = Family(images)
    reasons = dict(_reasons_to_keep(family, rules))
    _spread(reasons, family, "which is kept")
    doomed = {
        digest: _why(image, rules)
        for digest, image in family.images.items()
        if digest not in reasons and not family.depends(image)
    }
    _spread(doomed, family, "which is deleted")  # also to what is kept; its reasons are asked first
    for digest in family.images.keys() - doomed.keys() - reasons.keys():
        reasons[digest] = "belongs to images that belong to it, so that nothing can be said about them"
    _spread(reasons, family, "which is kept")
    return [
        Verdict(image, digest not in reasons, reasons.get(digest) or doomed[digest])
        for digest, image in family.images.items()
    ]


class Family:
    """Who lists whom, and who refers to whom."""

    def __init__(self, images: Iterable[ImageFacts]) -> None:
        self.images = {image.digest: image for image in images}
        self._above: dict[str, set[str]] = {digest: set() for digest in self.images}
        self._below: dict[str, dict[str, str]] = {digest: {} for digest in self.images}
        for image in self.images.values():
            for child in image.children:
                self._relate(image.digest, child, _LISTED)
            if (subject := image.subject or _subject_in_tags(image.tags)) is not None:
                self._relate(subject, image.digest, "refers to")

    def depends(self, image: ImageFacts) -> bool:
        """Whether an image is there for the sake of others alone."""
        is_named = image.tags and _subject_in_tags(image.tags) is None
        return bool(self._above[image.digest]) and not is_named

    def above(self, digest: str) -> set[str]:
        """Give the indexes that list an image, and the image that it refers to."""
        return self._above[digest]

    def indexes(self, digest: str) -> set[str]:
        """Give the indexes that list an image."""
        return {upper for upper in self._above[digest] if self._below[upper][digest] == _LISTED}

    def below(self, digest: str) -> Iterator[tuple[str, str]]:
        """Give what an image lists and what refers to it, with words for that."""
        yield from self._below[digest].items()

    def _relate(self, upper: str, lower: str, words: str) -> None:
        if upper != lower and upper in self.images and lower in self.images:
            self._above[lower].add(upper)
            self._below[upper].setdefault(lower, words)


def generations(family: Family, digests: Iterable[str]) -> Iterator[list[str]]:
    """Sort what is to be deleted: nothing comes before the index that lists it, or before the image that it refers to."""
    left = dict.fromkeys(digests)
    while left:
        free = [digest for digest in left if not family.above(digest) & left.keys()]
        if not free:  # an index that refers to what it lists; ECR insists only on indexes coming first
            free = [digest for digest in left if not family.indexes(digest) & left.keys()]
        yield free
        for digest in free:
            del left[digest]


def _reasons_to_keep(family: Family, rules: DeleteRules) -> Iterator[tuple[str, str]]:
    unreadable = next((each for each in family.images.values() if not each.is_readable), None)
    chosen: list[ImageFacts] = []
    for image in family.images.values():
        reason = _named_to_be_kept(image, rules)
        if reason is None and not family.depends(image):
            reason = _not_chosen(image, rules)
            if reason is None and unreadable is not None and not image.tags:
                reason = f"may be listed by {shorten_digest(unreadable.digest)}, which cannot be read"
            if reason is None:
                chosen.append(image)
        if reason is not None:
            yield image.digest, reason
    newest_first = sorted(chosen, key=lambda image: (image.pushed_at, image.digest), reverse=True)
    for place, image in enumerate(newest_first):
        if place < rules.keep_latest:
            yield image.digest, f"is one of the latest {rules.keep_latest}"
        elif rules.pushed_before is not None and image.pushed_at >= rules.pushed_before:
            yield image.digest, f"was pushed after {rules.pushed_before:%Y-%m-%d %H:%M}"


def _named_to_be_kept(image: ImageFacts, rules: DeleteRules) -> str | None:
    if image.digest in rules.keep_digests:
        return "is named to be kept"
    if image.archived:
        return "is archived"
    for tag in image.tags:
        if matches_glob(rules.keep_tags, tag):
            return f"has the tag {tag!r}"
    return None


def _not_chosen(image: ImageFacts, rules: DeleteRules) -> str | None:
    if image.tags and rules.untagged is True:
        return "is tagged"
    if not image.tags and (rules.untagged is False or rules.tags is not None):
        return "is not tagged"
    if rules.tags is not None:
        for tag in image.tags:
            if not matches_glob(rules.tags, tag):
                return f"also has the tag {tag!r}"
    return None


def _why(image: ImageFacts, rules: DeleteRules) -> str:
    why = ["tagged" if image.tags else "untagged"]
    if rules.pushed_before is not None:
        why.append(f"pushed before {rules.pushed_before:%Y-%m-%d %H:%M}")
    if rules.keep_latest:
        why.append(f"not one of the latest {rules.keep_latest}")
    return ", ".join(why)


def _spread(reasons: dict[str, str], family: Family, fate: str) -> None:
    """Let what is listed, and what refers, share the fate of what it belongs to."""
    waiting = list(reasons)
    while waiting:
        upper = waiting.pop()
        for lower, words in family.below(upper):
            if lower not in reasons:
                reasons[lower] = f"{words} {shorten_digest(upper)}, {fate}"
                waiting.append(lower)


def _subject_in_tags(tags: Sequence[str]) -> str | None:
    """Find the subject of what cosign and older tools attach: all its tags are made of one digest."""
    subjects = set(map(subject_of, tags))
    return subjects.pop() if len(subjects) == 1 else None


_LISTED = "is listed by"
