"""`LifecycleRule`: one rule of a lifecycle policy, as a readable value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Self, TypedDict, Unpack

from ecrkit._strings import items_of
from ecrkit.wildcards import matches


class TagStatus(StrEnum):
    """Images that a rule considers."""

    TAGGED = "tagged"
    UNTAGGED = "untagged"
    ANY = "any"


class CountType(StrEnum):
    """What a rule counts: images, or days since an event of an image."""

    IMAGE_COUNT_MORE_THAN = "imageCountMoreThan"
    SINCE_IMAGE_PUSHED = "sinceImagePushed"
    SINCE_IMAGE_PULLED = "sinceImagePulled"
    SINCE_IMAGE_TRANSITIONED = "sinceImageTransitioned"


class StorageClass(StrEnum):
    """Storage class of an image; a rule only considers the images of one storage class."""

    STANDARD = "standard"
    ARCHIVE = "archive"


class RuleAction(StrEnum):
    """What happens to the selected images: they are deleted or archived."""

    EXPIRE = "expire"
    TRANSITION = "transition"


class RuleOptions(TypedDict, total=False):
    """Options of all rule constructors."""

    tag_prefixes: str | Iterable[str]
    """Only images with a tag for every prefix."""

    tag_patterns: str | Iterable[str]
    """Only images with a matching tag for every pattern; `*` stands for any text."""

    untagged: bool
    """Only images without a tag. Without this, prefixes and patterns, a rule considers all images."""

    priority: int
    """Order of application, 1 first; defaults to after the previous rule in the policy."""

    description: str
    """Description of the rule."""


@dataclass(frozen=True, slots=True)
class LifecycleRule:
    """A lifecycle rule: which images, how many or how old, and the action.

    The fields are those of the policy text. Strings for which there is an enum may also be values that this
    release does not know; `LifecyclePolicy.problems()` lists these.

    Example:
        >>> LifecycleRule.keep_latest(10, tag_prefixes=["prod-"])
        >>> LifecycleRule.expire(older_than_days=14, untagged=True)
    """

    tag_status: str
    count_type: str
    count_number: int
    action: str
    count_unit: str | None = None
    tag_prefixes: tuple[str, ...] = ()
    tag_patterns: tuple[str, ...] = ()
    storage_class: str = StorageClass.STANDARD
    target_storage_class: str | None = None
    priority: int | None = None
    description: str | None = None
    unknown: tuple[str, ...] = ()
    """Members that this release does not know; a rule with any cannot be written or evaluated."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "tag_prefixes", items_of(self.tag_prefixes))
        object.__setattr__(self, "tag_patterns", items_of(self.tag_patterns))

    @classmethod
    def keep_latest(cls, count: int, **options: Unpack[RuleOptions]) -> Self:
        """Keep the newest images that the options select, and delete the others."""
        return cls._of(CountType.IMAGE_COUNT_MORE_THAN, count, RuleAction.EXPIRE, options)

    @classmethod
    def expire(cls, *, older_than_days: int, **options: Unpack[RuleOptions]) -> Self:
        """Delete images this many days after they were pushed (or restored from the archive)."""
        return cls._of(CountType.SINCE_IMAGE_PUSHED, older_than_days, RuleAction.EXPIRE, options)

    @classmethod
    def expire_untagged(cls, *, older_than_days: int, **options: Unpack[RuleOptions]) -> Self:
        """Delete images without a tag this many days after they were pushed."""
        return cls.expire(older_than_days=older_than_days, **(options | RuleOptions(untagged=True)))

    @classmethod
    def expire_archived(cls, *, after_days: int, **options: Unpack[RuleOptions]) -> Self:
        """Delete images this many days, at least 90, after they were archived."""
        return cls._of(CountType.SINCE_IMAGE_TRANSITIONED, after_days, RuleAction.EXPIRE, options)

    @classmethod
    def archive(cls, *, older_than_days: int, **options: Unpack[RuleOptions]) -> Self:
        """Archive images this many days after they were pushed (or restored)."""
        return cls._of(CountType.SINCE_IMAGE_PUSHED, older_than_days, RuleAction.TRANSITION, options)

    @classmethod
    def archive_not_pulled(cls, *, days: int, **options: Unpack[RuleOptions]) -> Self:
        """Archive images that were not pulled for this many days; without a pull, since they were pushed."""
        return cls._of(CountType.SINCE_IMAGE_PULLED, days, RuleAction.TRANSITION, options)

    @classmethod
    def archive_all_but_latest(cls, count: int, **options: Unpack[RuleOptions]) -> Self:
        """Keep the newest images active, and archive the others."""
        return cls._of(CountType.IMAGE_COUNT_MORE_THAN, count, RuleAction.TRANSITION, options)

    @classmethod
    def _of(cls, count_type: CountType, number: int, action: RuleAction, options: RuleOptions) -> Self:
        for name in options:
            if name not in RuleOptions.__annotations__:
                raise TypeError(
                    f"A rule has no option {name!r}; it takes {', '.join(RuleOptions.__annotations__)}"
                )
        prefixes = items_of(options.get("tag_prefixes", ()))
        patterns = items_of(options.get("tag_patterns", ()))
        tagged = TagStatus.TAGGED if prefixes or patterns else TagStatus.ANY
        archived = count_type is CountType.SINCE_IMAGE_TRANSITIONED
        return cls(
            tag_status=TagStatus.UNTAGGED if options.get("untagged") else tagged,
            count_type=count_type,
            count_number=number,
            action=action,
            count_unit=None if count_type is CountType.IMAGE_COUNT_MORE_THAN else "days",
            tag_prefixes=prefixes,
            tag_patterns=patterns,
            storage_class=StorageClass.ARCHIVE if archived else StorageClass.STANDARD,
            target_storage_class=StorageClass.ARCHIVE if action is RuleAction.TRANSITION else None,
            priority=options.get("priority"),
            description=options.get("description"),
        )

    def __repr__(self) -> str:
        # Without defaults, and with enums as their values.
        told = [
            (each.name, getattr(self, each.name))
            for each in fields(self)
            if getattr(self, each.name) != each.default
        ]
        words = [f"{name}={(str(value) if isinstance(value, str) else value)!r}" for name, value in told]
        return f"LifecycleRule({', '.join(words)})"

    def __table_row__(self) -> Mapping[str, object]:
        is_archived = self.storage_class != StorageClass.STANDARD
        return {
            "rule": self.priority,
            "images": [f"{each}*" for each in self.tag_prefixes] + list(self.tag_patterns) or self.tag_status,
            "storage": self.storage_class if is_archived else None,
            "condition": f"{self.count_type} {self.count_number} {self.count_unit or ''}",
            "action": self.action,
            "description": self.description,
        }

    def matches_tags(self, tags: str | Iterable[str]) -> bool:
        """Return whether the rule looks at an image with these tags: every prefix or pattern must fit one of them."""
        have = items_of(tags)
        if self.tag_status == TagStatus.ANY:
            return True
        if self.tag_status == TagStatus.UNTAGGED:
            return not have
        return all(any(tag.startswith(prefix) for tag in have) for prefix in self.tag_prefixes) and all(
            any(matches(pattern, tag) for tag in have) for pattern in self.tag_patterns
        )

    def to_wire(self) -> dict[str, object]:
        """Return the rule as it stands in the text of a policy: absent members are left out, never null."""
        selection = {
            "tagStatus": str(self.tag_status),
            "tagPatternList": list(self.tag_patterns),
            "tagPrefixList": list(self.tag_prefixes),
            "storageClass": None if self.storage_class == StorageClass.STANDARD else str(self.storage_class),
            "countType": str(self.count_type),
            "countUnit": self.count_unit,
            "countNumber": self.count_number,
        }
        action = {
            "type": str(self.action),
            "targetStorageClass": self.target_storage_class and str(self.target_storage_class),
        }
        rule = {
            "rulePriority": self.priority,
            "description": self.description,
            "selection": {name: value for name, value in selection.items() if value not in (None, [])},
            "action": {name: value for name, value in action.items() if value is not None},
        }
        return {name: value for name, value in rule.items() if value is not None}
