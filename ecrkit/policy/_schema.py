"""The shape of a lifecycle policy text, and a walk that finds where a text departs from it.

One walk, two wordings: the service answers with the words of its JSON schema validator, which say neither where
nor what to do; a person is told both.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ecrkit.policy._rules import CountType, RuleAction, StorageClass, TagStatus


@dataclass(frozen=True, slots=True)
class Fault:
    """One departure from the shape."""

    service: str | None = None
    """In the words of the service; absent where another fault stands for this one."""

    human: str | None = None
    """The problem with its place; None if the text can still be parsed and checked as a policy."""


@dataclass(frozen=True, slots=True)
class _Text:
    allowed: tuple[str, ...] = ()
    judged_apart: bool = False  # by the alternatives of the object that it belongs to
    name: str = "string"


@dataclass(frozen=True, slots=True)
class _WholeNumber:
    at_least: int = 1
    name: str = "integer"


@dataclass(frozen=True, slots=True)
class _ListOf:
    item: "_Shape"
    name: str = "array"


@dataclass(frozen=True, slots=True)
class _Object:
    members: Mapping[str, "_Shape"]
    required: frozenset[str]
    fits_an_alternative: Callable[[Mapping[str, Any]], bool] | None = None
    name: str = "object"


_Shape = _Text | _WholeNumber | _ListOf | _Object


def _selection_fits(selection: Mapping[str, Any]) -> bool:
    match selection.get("countType"):
        case CountType.IMAGE_COUNT_MORE_THAN:
            return "countUnit" not in selection
        case str(count_type):
            return count_type in tuple(CountType) and "countUnit" in selection
        case _:  # absent or no string: that is said already
            return True


def _action_fits(action: Mapping[str, Any]) -> bool:
    match action.get("type"):
        case RuleAction.EXPIRE:
            return "targetStorageClass" not in action
        case RuleAction.TRANSITION:
            return action.get("targetStorageClass") == StorageClass.ARCHIVE
        case _:
            return True


_SELECTION = _Object(
    {
        "tagStatus": _Text(tuple(sorted(TagStatus))),
        "tagPatternList": _ListOf(_Text()),
        "tagPrefixList": _ListOf(_Text()),
        "storageClass": _Text(tuple(sorted(StorageClass))),
        "countType": _Text(),
        "countUnit": _Text(("days",)),
        "countNumber": _WholeNumber(),
    },
    frozenset({"tagStatus", "countType", "countNumber"}),
    _selection_fits,
)
_ACTION = _Object(
    {"type": _Text(tuple(RuleAction)), "targetStorageClass": _Text(judged_apart=True)},
    frozenset({"type"}),
    _action_fits,
)
_RULE = _Object(
    {"rulePriority": _WholeNumber(), "description": _Text(), "selection": _SELECTION, "action": _ACTION},
    frozenset({"rulePriority", "selection", "action"}),
)
_POLICY = _Object({"rules": _ListOf(_RULE)}, frozenset({"rules"}))


def faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Find every departure from the shape of a lifecycle policy, outermost first."""
    return _walk(document, _POLICY, "", "the policy")


def unknown_members(rule: Mapping[str, Any]) -> Iterator[str]:
    """Name the members of a rule, down to its selection and action, that this release does not know."""
    yield from (name for name in rule if name not in _RULE.members)
    yield from (f"selection.{name}" for name in rule["selection"] if name not in _SELECTION.members)
    yield from (f"action.{name}" for name in rule["action"] if name not in _ACTION.members)


def _walk(value: Any, shape: _Shape, place: str, name: str) -> Iterator[Fault]:
    actual = _json_type(value)
    if actual != shape.name:
        yield Fault(
            None
            if isinstance(shape, _Text) and shape.judged_apart
            else f"instance type ({actual}) does not match any allowed primitive type "
            f"(allowed: {json.dumps([shape.name])})",
            f"{place}{name} is of type {actual}, must be of type {shape.name}",
        )
        return
    match shape:
        case _Text():
            if shape.allowed and value not in shape.allowed:
                allowed = json.dumps([str(each) for each in shape.allowed])
                yield Fault(f"instance value ({value}) not found in enum :(possible values: {allowed})")
        case _WholeNumber():
            if value < shape.at_least:
                yield Fault(
                    "numeric instance is lower than the required minimum "
                    f"(minimum: {shape.at_least}, found: {value})"
                )
        case _ListOf():
            yield from _walk_list(value, shape, place, name)
        case _Object():
            yield from _walk_object(value, shape, place, name)


def _walk_list(values: list[Any], shape: _ListOf, place: str, name: str) -> Iterator[Fault]:
    if not values:  # a refusal is known, its words are not: these are what such validators say
        yield Fault(
            "array is too short: must have at least 1 elements but instance has 0 elements",
            f"{place}{name} is an empty list",
        )
    for index, value in enumerate(values):
        if shape.item is _RULE:
            yield from _walk(value, shape.item, "", _rule_name(value, index))
        else:
            yield from _walk(value, shape.item, place, f"{name}[{index}]")


def _walk_object(value: Mapping[str, Any], shape: _Object, place: str, name: str) -> Iterator[Fault]:
    if missing := sorted(shape.required - value.keys()):
        yield Fault(
            f"object has missing required properties ({json.dumps(missing)})",
            f"{place}{name} needs {', '.join(missing)}",
        )
    if unknown := sorted(value.keys() - shape.members.keys()):
        yield Fault(
            f"object instance has properties which are not allowed by the schema: ({json.dumps(unknown)})",
            f"the policy cannot have {', '.join(unknown)}" if shape is _POLICY else None,
        )
    if shape.fits_an_alternative and not shape.fits_an_alternative(value):
        yield Fault("instance failed to match exactly one schema (matched 0 out of 2)")
    inside = "" if shape is _POLICY else f"{place}{name}: " if shape is _RULE else f"{place}{name}."
    for member, member_shape in shape.members.items():
        if member in value:
            yield from _walk(value[member], member_shape, inside, member)


def _rule_name(rule: Any, index: int) -> str:
    priority = rule.get("rulePriority") if _json_type(rule) == "object" else None
    return (
        f"rule with priority {priority}" if _json_type(priority) == "integer" else f"rule number {index + 1}"
    )


_JSON_TYPES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def _json_type(value: object) -> str:
    return _JSON_TYPES[type(value)]
