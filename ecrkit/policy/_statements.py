"""`Statement`: one grant or denial of a resource policy, compared by meaning."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ecrkit._strings import items_of
from ecrkit.errors import InvalidPolicyError

_ROOT_OF_ACCOUNT = re.compile(r"arn:[^:]+:iam::([0-9]{12}):root")


@dataclass(frozen=True, slots=True, eq=False)
class Principal:
    """A principal. An account equals the ARN of its root."""

    kind: str
    """`AWS`, `Service`, `Federated` or `CanonicalUser`."""

    value: str
    """An account id, an ARN, the name of a service, or `*` for everybody."""

    @property
    def meaning(self) -> tuple[str, str]:
        """Normalized form of the principal."""
        account = _ROOT_OF_ACCOUNT.fullmatch(self.value)
        return self.kind, account[1] if account else self.value

    def __eq__(self, other: object) -> bool:
        return self.meaning == other.meaning if isinstance(other, Principal) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.meaning)


EVERYBODY = Principal("AWS", "*")
"""Everyone; public unless a condition restricts it."""


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A condition: the operator compares the key's value with each of the values."""

    operator: str
    """For example `StringLike`."""

    key: str
    """For example `aws:SourceArn`; case-insensitive in IAM."""

    values: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", items_of(self.values))

    @property
    def meaning(self) -> tuple[str, str, frozenset[str]]:
        """Normalized form of the condition."""
        return self.operator, self.key.lower(), frozenset(self.values)

    def __eq__(self, other: object) -> bool:
        return self.meaning == other.meaning if isinstance(other, Condition) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.meaning)


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement of a policy.

    Two statements are equal when they mean the same: the order of values, upper and lower case of actions, one value
    or a list of one, and the label (`sid`) do not matter.
    """

    effect: str
    """`Allow` or `Deny`."""

    principals: tuple[Principal, ...] = ()
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    """Only in policies of a registry; implied in those of a repository."""

    conditions: tuple[Condition, ...] = ()
    sid: str | None = None
    not_principals: tuple[Principal, ...] = ()
    not_actions: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    other: tuple[tuple[str, str], ...] = ()
    """Elements that this release does not know, each with its JSON text. They are preserved."""

    def __post_init__(self) -> None:
        for name in ("actions", "resources", "not_actions", "not_resources"):
            object.__setattr__(self, name, items_of(getattr(self, name)))

    @property
    def meaning(self) -> tuple[object, ...]:
        """Normalized form of the statement."""
        return (
            self.effect,
            frozenset(self.principals),
            frozenset(self.not_principals),
            frozenset(map(str.lower, self.actions)),
            frozenset(map(str.lower, self.not_actions)),
            frozenset(self.resources),
            frozenset(self.not_resources),
            frozenset(self.conditions),
            frozenset(self.other),
        )

    def __eq__(self, other: object) -> bool:
        return self.meaning == other.meaning if isinstance(other, Statement) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.meaning)

    def problems(self) -> Iterator[str]:
        """List the reasons why no ECR policy can have this statement."""
        if self.effect not in {"Allow", "Deny"}:
            yield f"Effect is {self.effect!r}, must be Allow or Deny"
        if bool(self.principals) is bool(self.not_principals):
            yield "needs either Principal or NotPrincipal"
        if bool(self.actions) is bool(self.not_actions):
            yield "needs either Action or NotAction"
        if self.resources and self.not_resources:
            yield "has both Resource and NotResource"
        places = [(each.operator, each.key.lower()) for each in self.conditions]
        for operator, key in sorted({place for place in places if places.count(place) > 1}):
            yield f"has two conditions {operator} on {key}; a text can hold one, with several values"

    def to_wire(self) -> dict[str, object]:
        """Return the statement as in the JSON of a policy, without absent elements."""
        conditions: dict[str, dict[str, list[str]]] = {}
        for condition in self.conditions:
            conditions.setdefault(condition.operator, {})[condition.key] = list(condition.values)
        elements: dict[str, object] = {
            "Sid": self.sid,
            "Effect": self.effect,
            "Principal": _write_principals(self.principals),
            "NotPrincipal": _write_principals(self.not_principals),
            "Action": list(self.actions),
            "NotAction": list(self.not_actions),
            "Resource": list(self.resources),
            "NotResource": list(self.not_resources),
            "Condition": conditions,
        }
        known = {name: value for name, value in elements.items() if value not in (None, [], {})}
        return known | {name: json.loads(value) for name, value in self.other}


def read_statement(element: object, place: str) -> Statement:
    """Parse a statement; `place` names it in errors."""
    elements = _object(element, place)
    known = {
        *("Sid", "Effect", "Condition", "Principal", "NotPrincipal"),
        *("Action", "NotAction", "Resource", "NotResource"),
    }

    def texts(name: str) -> tuple[str, ...]:
        return _texts(elements.get(name, []), f"{place}.{name}")

    def principals(name: str) -> tuple[Principal, ...]:
        return tuple(_read_principals(elements.get(name, {}), f"{place}.{name}"))

    return Statement(
        effect=_text(elements.get("Effect"), f"{place}.Effect"),
        principals=principals("Principal"),
        not_principals=principals("NotPrincipal"),
        actions=texts("Action"),
        not_actions=texts("NotAction"),
        resources=texts("Resource"),
        not_resources=texts("NotResource"),
        conditions=tuple(_read_conditions(elements.get("Condition", {}), f"{place}.Condition")),
        sid=_text(elements["Sid"], f"{place}.Sid") if "Sid" in elements else None,
        other=unknown_elements(elements, known),
    )


def unknown_elements(elements: Mapping[str, Any], known: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return unknown elements as name and normalized JSON."""
    unknown = sorted(elements.keys() - set(known))
    return tuple((name, json.dumps(elements[name], sort_keys=True)) for name in unknown)


def _read_principals(element: object, place: str) -> Iterator[Principal]:
    if element == "*":
        yield EVERYBODY
        return
    for kind, values in _object(element, place).items():
        yield from (Principal(kind, value) for value in _texts(values, f"{place}.{kind}"))


def _write_principals(principals: Iterable[Principal]) -> dict[str, list[str]]:
    written: dict[str, list[str]] = {}
    for principal in principals:
        written.setdefault(principal.kind, []).append(principal.value)
    return written


def _read_conditions(element: object, place: str) -> Iterator[Condition]:
    for operator, keys in _object(element, place).items():
        for key, values in _object(keys, f"{place}.{operator}").items():
            yield Condition(operator, key, _texts(values, f"{place}.{operator}.{key}"))


def _object(element: object, place: str) -> dict[str, Any]:
    if not isinstance(element, dict):
        raise InvalidPolicyError("policy document", [f"{place} must be an object"])
    return cast("dict[str, Any]", element)


def _texts(element: object, place: str) -> tuple[str, ...]:
    values = cast("list[object]", element) if isinstance(element, list) else [element]
    return tuple(_text(value, place) for value in values)


def _text(element: object, place: str) -> str:
    """Parse a string, or a number or boolean, which IAM treats as a string."""
    if isinstance(element, bool | int | float):
        return json.dumps(element)
    if not isinstance(element, str):
        raise InvalidPolicyError("policy document", [f"{place} must be a string"])
    return element
