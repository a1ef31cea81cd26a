"""`LifecyclePolicy`: lifecycle rules of a repository, built in code or parsed from JSON, validated before sending."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any, Self

from ecrkit.errors import InvalidPolicyError
from ecrkit.policy._evaluation import Decision, LifecycleImage, decide
from ecrkit.policy._rule_checks import policy_problems, rule_problems
from ecrkit.policy._rules import LifecycleRule, StorageClass
from ecrkit.policy._schema import faults, unknown_members
from ecrkit.policy._texts import read_object, write

MAX_TEXT_LENGTH = 30_720
"""Maximum length of a lifecycle policy in characters. The minimum of 100 is below any single rule."""

_NAME = "lifecycle policy"


@dataclass(frozen=True, init=False)
class LifecyclePolicy:
    """Rules that expire or archive images of a repository.

    Two policies are equal when their rules are: the order of rules in the JSON and its formatting do not matter.

    Example:
        >>> policy = LifecyclePolicy([
        ...     LifecycleRule.keep_latest(10, tag_prefixes=["prod-"]),
        ...     LifecycleRule.expire_untagged(older_than_days=14),
        ... ])
        >>> policy.to_json()
    """

    rules: tuple[LifecycleRule, ...]
    """The rules in order of application, each with its priority."""

    def __init__(self, rules: Iterable[LifecycleRule]) -> None:
        """Combine rules; a rule without a priority follows the previous rule.

        Nothing is refused here: `problems()` lists what the service would refuse; `to_json()` and `evaluate()` raise
        for an invalid policy.
        """
        object.__setattr__(self, "rules", tuple(sorted(_numbered(rules), key=_priority)))

    @classmethod
    def parse(cls, text: str, *, strict: bool = True) -> Self:
        """Parse a policy from JSON.

        Args:
            text: The JSON, in any formatting.
            strict: Whether to raise for a policy that the service would refuse. Pass `False` for a text from the
                service: a value that AWS added after this release is kept, and listed by `problems()`.

        Raises:
            InvalidPolicyError: The text cannot be parsed, or `strict` is true and the policy is invalid.
        """
        document = read_object(text)
        if document is None:
            raise InvalidPolicyError(_NAME, ["the text is not a JSON object"])
        if unreadable := [fault.human for fault in faults(document) if fault.human]:
            raise InvalidPolicyError(_NAME, unreadable)
        policy = cls(_read_rule(rule) for rule in document["rules"])
        return policy.validated() if strict else policy

    def problems(self) -> tuple[str, ...]:
        """List every reason, with its rule, for which the service would refuse the policy; empty if valid."""
        found = (*chain.from_iterable(map(rule_problems, self.rules)), *policy_problems(self.rules))
        length = len(self._text())
        if length > MAX_TEXT_LENGTH:
            found += (f"the text has {length} characters, at most {MAX_TEXT_LENGTH} are allowed",)
        return found

    def validated(self) -> Self:
        """Return the policy if it is valid.

        Raises:
            InvalidPolicyError: The service would refuse it; `problems` lists the reasons.
        """
        if found := self.problems():
            raise InvalidPolicyError(_NAME, found)
        return self

    def to_json(self) -> str:
        """Return the JSON for the service: compact, as the service stores it, and without absent members.

        Raises:
            InvalidPolicyError: The service would refuse it.
        """
        self.validated()
        return self._text()

    def evaluate(self, images: Iterable[LifecycleImage], now: datetime) -> list[Decision]:
        """Return what the policy would do to these images, and by which rule.

        Pass all images of the repository, including archived ones: rules count them. Images that no rule acts on
        are left out of the result. The service acts within 24 hours after a rule applies.

        Args:
            images: The images of one repository, each once, in any order.
            now: Time of the evaluation, with a time zone.

        Raises:
            InvalidPolicyError: The service would refuse the policy.
            InvalidInputError: An image is listed twice, or `now` has no time zone.
        """
        return decide(self.validated().rules, images, now)

    def _text(self) -> str:
        return write({"rules": [rule.to_wire() for rule in self.rules]})


def _priority(rule: LifecycleRule) -> int:
    return rule.priority or 0


def _numbered(rules: Iterable[LifecycleRule]) -> Iterator[LifecycleRule]:
    last = 0
    for rule in rules:
        numbered = rule if rule.priority is not None else replace(rule, priority=last + 1)
        last = _priority(numbered)
        yield numbered


def _read_rule(rule: Mapping[str, Any]) -> LifecycleRule:
    selection, action = rule["selection"], rule["action"]
    return LifecycleRule(
        priority=rule["rulePriority"],
        description=rule.get("description"),
        tag_status=selection["tagStatus"],
        tag_prefixes=tuple(selection.get("tagPrefixList", ())),
        tag_patterns=tuple(selection.get("tagPatternList", ())),
        storage_class=selection.get("storageClass", StorageClass.STANDARD),
        count_type=selection["countType"],
        count_unit=selection.get("countUnit"),
        count_number=selection["countNumber"],
        action=action["type"],
        target_storage_class=action.get("targetStorageClass"),
        unknown=tuple(unknown_members(rule)),
    )
