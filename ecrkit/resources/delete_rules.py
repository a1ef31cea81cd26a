"""Decides which images of a repository to delete, and why. Pure.

Images of an index, and referrers of an image, share the fate of the index and of the image: their own age, or that they are
untagged, means nothing. Those with a tag of their own are also considered by themselves.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ecrkit.inventory.facts import ImageFacts
from ecrkit.inventory.family import Family
from ecrkit.references import shorten_digest
from ecrkit.tables import Size
from ecrkit.wildcards import matches_glob


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRules:
    """Which images may be deleted, and which are always kept."""

    untagged: bool | None = None
    """True: only untagged images may be deleted; False: only tagged ones; None: both."""

    tags: tuple[str, ...] | None = None
    """Only images whose tags all match one of these patterns may be deleted."""

    pushed_before: datetime | None = None
    """Only images first pushed before this time may be deleted."""

    keep_latest: int = 0
    """Number of the images selected by `untagged` and `tags` to keep, those pushed last."""

    keep_tags: tuple[str, ...] = ()
    """Images with a tag that matches one of these patterns are kept."""

    keep_digests: frozenset[str] = frozenset()
    """Images to keep."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Decision about one image."""

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


def decide(images: Iterable[ImageFacts], rules: DeleteRules) -> list[Verdict]:
    """Decide about every image of a repository. Needs all of them."""
    family = Family(images)
    reasons = dict(_reasons_to_keep(family, rules))
    _spread(reasons, family, "which is kept")
    doomed = {
        digest: _why(image, rules)
        for digest, image in family.images.items()
        if digest not in reasons and not family.depends(image)
    }
    _spread(
        doomed, family, "which is deleted"
    )  # also marks kept images; reasons to keep take precedence below
    for digest in family.images.keys() - doomed.keys() - reasons.keys():
        reasons[digest] = "belongs to images that in turn belong to it"
    _spread(reasons, family, "which is kept")
    return [
        Verdict(image, digest not in reasons, reasons.get(digest) or doomed[digest])
        for digest, image in family.images.items()
    ]


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
    newest_first = sorted(chosen, key=lambda image: image.age, reverse=True)
    for place, image in enumerate(newest_first):
        if place < rules.keep_latest:
            yield image.digest, f"is one of the latest {rules.keep_latest}"
        elif rules.pushed_before is not None and image.pushed_at >= rules.pushed_before:
            yield image.digest, f"was pushed after {rules.pushed_before:%Y-%m-%d %H:%M}"


def _named_to_be_kept(image: ImageFacts, rules: DeleteRules) -> str | None:
    if image.digest in rules.keep_digests:
        return "is in keep_digests"
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
    """Extend reasons to the images that the given ones list, and to their referrers."""
    waiting = list(reasons)
    while waiting:
        upper = waiting.pop()
        for lower, words in family.below(upper):
            if lower not in reasons:
                reasons[lower] = f"{words} {shorten_digest(upper)}, {fate}"
                waiting.append(lower)
