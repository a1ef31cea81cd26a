"""`LifecyclePolicy`: the rules of a repository, built in code or read from a text, checked before they are sent."""

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
"""How many characters the text of a lifecycle policy may have. The lower limit of 100 is below any single rule."""

_NAME = "lifecycle policy"


@dataclass(frozen=True, init=False)
class LifecyclePolicy:
    """What expires, or moves to the archive, in a repository.

    Two policies are equal when their rules are: neither the order of the rules in a text nor its layout matters.

    Example:
        >>> policy = LifecyclePolicy([
        ...     LifecycleRule.keep_latest(10, tag_prefixes=["prod-"]),
        ...     LifecycleRule.expire_untagged(older_than_days=14),
        ... ])
        >>> policy.to_json()
    """

    rules: tuple[LifecycleRule, ...]
    """The rules in the order in which they are applied. Each has its priority."""

    def __init__(self, rules: Iterable[LifecycleRule]) -> None:
        """Put rules together; one without a priority comes right after the rule before it.

        Nothing is refused here: `problems()` tells what the service would refuse, and what needs a policy that is
        right (`to_json()`, `evaluate()`) raises.
        """
        object.__setattr__(self, "rules", tuple(sorted(_numbered(rules), key=_priority)))

    @classmethod
    def parse(cls, text: str, *, strict: bool = True) -> Self:
        """Read the text of a policy.

        Args:
            text: The JSON text, in any layout.
            strict: Whether a policy that the service would refuse is refused here. `False` is for a text that the
                service gave out: a value that AWS added after this release is kept, and named by `problems()`.

        Raises:
            InvalidPolicyError: The text cannot be read, or `strict` and the policy is wrong.
        """
        document = read_object(text)
        if document is None:
            raise InvalidPolicyError(_NAME, ["the text is not a JSON object"])
        if unreadable := [fault.human for fault in faults(document) if fault.human]:
            raise InvalidPolicyError(_NAME, unreadable)
        policy = cls(_read_rule(rule) for rule in document["rules"])
        return policy.validated() if strict else policy

    def problems(self) -> tuple[str, ...]:
        """Name everything for which the service would refuse the policy, and in which rule; nothing if it is right."""
        found = (*chain.from_iterable(map(rule_problems, self.rules)), *policy_problems(self.rules))
        length = len(self._text())
        if length > MAX_TEXT_LENGTH:
            found += (f"the text has {length} characters, at most {MAX_TEXT_LENGTH} are allowed",)
        return found

    def validated(self) -> Self:
        """Give the policy back if the service would take it.

        Raises:
            InvalidPolicyError: It would not; `problems` says why, sentence by sentence.
        """
        if found := self.problems():
            raise InvalidPolicyError(_NAME, found)
        return self

    def to_json(self) -> str:
        """Give the text for the service: compact, as the service itself keeps it, and without absent members.

        Raises:
            InvalidPolicyError: The service would refuse it.
        """
        self.validated()
        return self._text()

    def evaluate(self, images: Iterable[LifecycleImage], now: datetime) -> list[Decision]:
        """Tell what the policy would do to these images, and by which rule.

        The images should be all of the repository, archived ones too: rules count them. Images that no rule acts on
        are left out of the answer. The service acts within 24 hours of the moment from which a rule applies.

        Args:
            images: The images of one repository, each once, in any order.
            now: The moment to look from, with a time zone.

        Raises:
            InvalidPolicyError: The service would refuse the policy, so it has no outcome.
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
