"""Validation of lifecycle rules against the service's documentation.

Sources: "Lifecycle policy properties" and "How lifecycle policies work" in the Amazon ECR user guide, and the
quotas page for the number of rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ecrkit.policy._rules import CountType, LifecycleRule, RuleAction, StorageClass, TagStatus

MAX_RULES = 50
MAX_WILDCARDS = 4
MIN_ARCHIVED_DAYS = 90


def rule_problems(rule: LifecycleRule) -> Iterator[str]:
    """List the problems of a single rule."""
    for problem in (
        *_numbers(rule),
        *_tags(rule),
        *_count(rule),
        *_action(rule),
        *(f"{member} is a member unknown to this release" for member in rule.unknown),
    ):
        yield f"rule with priority {rule.priority}: {problem}"


def policy_problems(rules: Sequence[LifecycleRule]) -> Iterator[str]:
    """List the problems of the rules of a policy in combination."""
    if not rules:
        yield "the policy has no rules; delete the policy of the repository instead"
    if len(rules) > MAX_RULES:
        yield f"the policy has {len(rules)} rules, at most {MAX_RULES} are allowed"
    yield from _shared(rules)
    for storage_class in sorted({rule.storage_class for rule in rules}):
        yield from _storage_class([rule for rule in rules if rule.storage_class == storage_class])


def _numbers(rule: LifecycleRule) -> Iterator[str]:
    if rule.priority is None or rule.priority < 1:
        yield "rulePriority must be 1 or more"
    if rule.count_type == CountType.SINCE_IMAGE_TRANSITIONED:
        if rule.count_number < MIN_ARCHIVED_DAYS:
            yield (
                f"countNumber is {rule.count_number}; an image stays in the archive for at least "
                f"{MIN_ARCHIVED_DAYS} days"
            )
    elif rule.count_number < 1:
        yield f"countNumber is {rule.count_number}, must be 1 or more"


def _tags(rule: LifecycleRule) -> Iterator[str]:
    if rule.tag_status not in tuple(TagStatus):
        yield f"tagStatus is {rule.tag_status!r}, must be one of {_listed(TagStatus)}"
    elif rule.tag_status != TagStatus.TAGGED:
        if rule.tag_prefixes or rule.tag_patterns:
            yield f"tagPrefixList and tagPatternList are only allowed with tagStatus tagged, not with {rule.tag_status}"
    elif rule.tag_prefixes and rule.tag_patterns:
        yield "has both tagPrefixList and tagPatternList, only one of them is allowed"
    elif not rule.tag_prefixes and not rule.tag_patterns:
        yield "tagStatus tagged needs a tagPrefixList or a tagPatternList"
    for pattern in rule.tag_patterns:
        if pattern.count("*") > MAX_WILDCARDS:
            yield f"the tag pattern {pattern!r} has {pattern.count('*')} wildcards, at most {MAX_WILDCARDS} are allowed"


def _count(rule: LifecycleRule) -> Iterator[str]:
    if rule.count_type not in tuple(CountType):
        yield f"countType is {rule.count_type!r}, must be one of {_listed(CountType)}"
        return
    if rule.count_type == CountType.IMAGE_COUNT_MORE_THAN:
        if rule.count_unit is not None:
            yield "countUnit is not allowed with countType imageCountMoreThan"
    elif rule.count_unit != "days":
        yield f"countUnit must be days with countType {rule.count_type}"
    transitioned = rule.count_type == CountType.SINCE_IMAGE_TRANSITIONED
    needed = StorageClass.ARCHIVE if transitioned else StorageClass.STANDARD
    if rule.storage_class != needed:
        yield f"storageClass must be {needed} with countType {rule.count_type}, not {rule.storage_class}"


def _action(rule: LifecycleRule) -> Iterator[str]:
    if rule.action not in tuple(RuleAction):
        yield f"the type of the action is {rule.action!r}, must be one of {_listed(RuleAction)}"
    elif rule.action == RuleAction.TRANSITION:
        if rule.target_storage_class != StorageClass.ARCHIVE:
            yield "the action transition needs the targetStorageClass archive"
        if rule.count_type == CountType.SINCE_IMAGE_TRANSITIONED:
            yield "countType sinceImageTransitioned is only allowed with the action expire"
    else:
        if rule.target_storage_class is not None:
            yield "targetStorageClass is only allowed with the action transition"
        if rule.count_type == CountType.SINCE_IMAGE_PULLED:
            yield (
                "countType sinceImagePulled is only allowed with the action transition; "
                "archive first, then expire with sinceImageTransitioned"
            )


def _shared(rules: Sequence[LifecycleRule]) -> Iterator[str]:
    count: defaultdict[int | None, int] = defaultdict(int)
    for rule in rules:
        count[rule.priority] += 1
    for priority, times in count.items():
        if times > 1:
            yield f"rule with priority {priority}: {times} rules have this priority, each needs its own"


def _storage_class(rules: Sequence[LifecycleRule]) -> Iterator[str]:
    seen: dict[tuple[str, frozenset[str]], LifecycleRule] = {}
    untagged: LifecycleRule | None = None
    for index, rule in enumerate(rules):
        name = f"rule with priority {rule.priority}"
        if rule.tag_status == TagStatus.ANY and index < len(rules) - 1:
            yield (
                f"{name}: a rule for any image must have the highest priority number "
                f"among the rules of storage class {rule.storage_class}"
            )
        if rule.tag_status == TagStatus.UNTAGGED:
            if untagged is not None:
                yield (
                    f"{name}: the rule with priority {untagged.priority} already selects untagged images, "
                    f"only one may in storage class {rule.storage_class}"
                )
            untagged = untagged or rule
        for kind, values in (("prefixes", rule.tag_prefixes), ("patterns", rule.tag_patterns)):
            first = seen.setdefault((kind, frozenset(values)), rule)
            if values and first is not rule:
                yield (
                    f"{name}: has the same tag {kind} as the rule with priority {first.priority}, "
                    f"each set may be used once in storage class {rule.storage_class}"
                )


def _listed(values: Iterable[str]) -> str:
    return ", ".join(values)
