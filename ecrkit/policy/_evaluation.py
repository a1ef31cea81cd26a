"""Evaluate a lifecycle policy as documented: a function of images, rules and a time.

Source: "How lifecycle policies work" in the Amazon ECR user guide. Where it is silent, nothing is acted on: an image
that is being restored, a referrer (it follows its subject), an archived image without a date.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ecrkit._strings import items_of
from ecrkit.errors import InvalidInputError
from ecrkit.policy._rules import CountType, LifecycleRule, RuleAction, StorageClass

_STORAGE_CLASSES = {"ACTIVE": StorageClass.STANDARD, "ARCHIVED": StorageClass.ARCHIVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleImage:
    """Facts about an image that lifecycle rules use."""

    digest: str
    pushed_at: datetime
    tags: tuple[str, ...] = ()
    last_pulled_at: datetime | None = None
    last_archived_at: datetime | None = None
    last_activated_at: datetime | None = None
    """When the image was last restored from the archive; replaces `pushed_at` from then on."""

    status: str = "ACTIVE"
    """Status in the service: `ACTIVE`, `ARCHIVED` or `ACTIVATING`."""

    referenced_by: tuple[str, ...] = ()
    """Digests of the indexes (manifest lists) in the repository that list this image: it cannot be deleted before them."""

    subject: str | None = None
    """The digest of the image this one refers to (as a signature or SBOM): deleted with it, not by rules."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "tags", items_of(self.tags))
        object.__setattr__(self, "referenced_by", items_of(self.referenced_by))
        for name in ("pushed_at", "last_pulled_at", "last_archived_at", "last_activated_at"):
            _need_time_zone(getattr(self, name), f"{name} of {self.digest}")

    @property
    def storage_class(self) -> StorageClass | None:
        """Storage class of the image; None while it moves."""
        return _STORAGE_CLASSES.get(self.status)


@dataclass(frozen=True, slots=True)
class Decision:
    """An image that a policy acts on."""

    image: LifecycleImage
    rule: LifecycleRule

    @property
    def action(self) -> RuleAction:
        """Whether the image expires or moves to the archive."""
        return RuleAction(self.rule.action)

    def __table_row__(self) -> Mapping[str, object]:
        return {
            "": self.action,
            "image": self.image.digest,
            "tags": self.image.tags,
            "pushed": self.image.pushed_at,
            "rule": self.rule.priority,
            "description": self.rule.description,
        }


def decide(rules: Sequence[LifecycleRule], images: Iterable[LifecycleImage], now: datetime) -> list[Decision]:
    """Apply valid rules in order; return the decisions by rule, oldest image first."""
    _need_time_zone(now, "now")
    known = _by_digest(images)
    decisions: list[Decision] = []
    claimed: set[str] = set()
    for rule in rules:
        candidates = [image for image in known.values() if _is_candidate(image, rule)]
        decisions += [
            Decision(image, rule)
            for image in _found(rule, candidates, now)
            if image.digest not in claimed and not _is_held(image, rule, known)
        ]
        # A match, acted on or not, excludes an image from every lower rule. The lower rules still count it, so it
        # stays among their candidates.
        claimed.update(image.digest for image in candidates)
    return decisions


def _is_candidate(image: LifecycleImage, rule: LifecycleRule) -> bool:
    return (
        image.storage_class == rule.storage_class and image.subject is None and rule.matches_tags(image.tags)
    )


def _found(rule: LifecycleRule, candidates: Sequence[LifecycleImage], now: datetime) -> list[LifecycleImage]:
    oldest_first = sorted(candidates, key=lambda image: (_moment(rule, image), image.digest))
    if rule.count_type == CountType.IMAGE_COUNT_MORE_THAN:
        return oldest_first[: max(0, len(oldest_first) - rule.count_number)]
    return [image for image in oldest_first if (now - _moment(rule, image)) / _DAY > rule.count_number]


_DAY = timedelta(days=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


def _moment(rule: LifecycleRule, image: LifecycleImage) -> datetime:
    match rule.count_type:
        case CountType.SINCE_IMAGE_TRANSITIONED:
            return image.last_archived_at or _NEVER
        case CountType.SINCE_IMAGE_PULLED:
            return max(image.last_pulled_at or image.pushed_at, image.last_activated_at or image.pushed_at)
        case _:
            return image.last_activated_at or image.pushed_at


def _is_held(image: LifecycleImage, rule: LifecycleRule, known: Mapping[str, LifecycleImage]) -> bool:
    """Return whether an index protects the image: any index from expiring, an active one from archiving."""
    if rule.action == RuleAction.EXPIRE:
        return bool(image.referenced_by)
    indexes = [known.get(digest) for digest in image.referenced_by]
    return any(index is None or index.storage_class is not StorageClass.ARCHIVE for index in indexes)


def _by_digest(images: Iterable[LifecycleImage]) -> dict[str, LifecycleImage]:
    known: dict[str, LifecycleImage] = {}
    for image in images:
        if image.digest in known:
            raise InvalidInputError(
                f"{image.digest} is listed twice; pass each image once, with all its tags"
            )
        known[image.digest] = image
    return known


def _need_time_zone(moment: datetime | None, name: str) -> None:
    if moment is not None and moment.tzinfo is None:
        raise InvalidInputError(f"{name} has no time zone; pass an aware datetime, such as datetime.now(UTC)")
