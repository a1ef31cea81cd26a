"""Validate a request against the service model, with ECR's messages.

The limits are read from the request models, the texts are those of ECR's grammar:
`Invalid parameter at '<field>' failed to satisfy constraint: '<constraint>'`. Wrong JSON types are a
SerializationException. Unknown members are ignored, as AWS's JSON services do.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, cast, get_args, get_origin

from pydantic import BaseModel

from ecrkit.local.part_body import decode_base64
from ecrkit.local.refusals import invalid_parameter, serialization
from ecrkit.models._enums import OpenEnum
from ecrkit.models._limits import Length, Limit, Pattern, Range

Kind = Literal[
    "string", "enum", "integer", "number", "boolean", "blob", "timestamp", "list", "map", "structure"
]

# ECR checks these members itself, before its framework, with slightly different messages.
_PLAIN = frozenset({"repositoryName", "registryId", "imageTag"})
_QUOTED = frozenset({"repositoryName", "imageTag"})

# The order in which ECR lists them, where observed.
_ENUM_ORDERS = {
    "ImageTagMutability": ["IMMUTABLE", "MUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"],
}

# The model's own pattern takes exponential time on input that does not match; this is the same language.
_SAFE_PATTERNS = {
    r"^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$": r"[a-z0-9*]+(?:[._\-/][a-z0-9*]+)*",
}

_INT64 = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class _Rule:
    """Constraints of a member."""

    kind: Kind
    limits: tuple[Limit, ...] = ()
    item: "_Rule | None" = None
    model: type[BaseModel] | None = None
    values: tuple[str, ...] = field(default=())


def validate(model: type[BaseModel], members: Mapping[str, object]) -> dict[str, object]:
    """Validate the members of a request, including nested shapes.

    Returns:
        The known members, with blobs decoded.

    Raises:
        Refusal: The first violation.
    """
    return _structure(model, members, "")


def _structure(model: type[BaseModel], members: Mapping[str, object], path: str) -> dict[str, object]:
    checked: dict[str, object] = {}
    for name, (required, rule) in _rules(model).items():
        value = members.get(name)
        where = _where(path, name)
        if value is not None:
            checked[name] = _value(rule, value, where)
        elif required:
            raise invalid_parameter(where, f"{_subject(where)}must not be null")
    return checked


def _value(rule: _Rule, value: object, where: str) -> object:  # noqa: PLR0911 -- one line a kind
    match rule.kind, value:
        case "structure", dict() if rule.model is not None:
            return _structure(rule.model, cast("dict[str, object]", value), where)
        case "list", list() if rule.item is not None:
            items = cast("list[object]", value)
            _check_limits(rule, items, where)
            return [_item(rule.item, item, f"{where}.{n}.member") for n, item in enumerate(items, 1)]
        case "map", dict() if rule.item is not None:
            pairs = cast("dict[str, object]", value)
            return {key: _item(rule.item, item, f"{where}.{key}") for key, item in pairs.items()}
        case (("string" | "enum"), str()):
            _check_limits(rule, value, where)
            if rule.kind == "enum" and value not in rule.values:
                raise invalid_parameter(
                    where, f"Member must satisfy enum value set: [{', '.join(rule.values)}]"
                )
            return value
        case "blob", (str() | bytes()):
            blob = decode_base64(value.encode()) if isinstance(value, str) else value
            _check_limits(rule, blob, where)
            return blob
        case "boolean", bool():
            return value
        case "integer", int() if not isinstance(value, bool) and value in _INT64:
            _check_limits(rule, value, where)
            return value
        case (("number" | "timestamp"), (int() | float())) if not isinstance(value, bool):
            return value
        case _:
            raise serialization(f"The member '{where}' cannot be read as {_article(rule.kind)}")


def _item(rule: _Rule, item: object, where: str) -> object:
    if item is None:
        raise invalid_parameter(where, "Member must not be null")
    return _value(rule, item, where)


def _check_limits(rule: _Rule, value: Sequence[object] | int, where: str) -> None:
    for limit in rule.limits:
        match limit, value:
            case Length(at_least, at_most), Sequence():
                size = len(value)
                if size < at_least:
                    raise invalid_parameter(
                        where, f"{_subject(where)}must have length greater than or equal to {at_least}"
                    )
                if at_most is not None and size > at_most:
                    raise invalid_parameter(
                        where, f"{_subject(where)}must have length less than or equal to {at_most}"
                    )
            case Range(at_least, at_most), int():
                if at_least is not None and value < at_least:
                    raise invalid_parameter(
                        where, f"Member must have value greater than or equal to {at_least}"
                    )
                if at_most is not None and value > at_most:
                    raise invalid_parameter(where, f"Member must have value less than or equal to {at_most}")
            case Pattern(regex), str() if not _pattern(regex).fullmatch(value):
                raise invalid_parameter(where, _pattern_text(where, regex))
            case _:
                pass


def _pattern_text(where: str, regex: str) -> str:
    shown = regex.replace(r"\/", "/")
    if where in _QUOTED:
        return f"must satisfy regular expression '{shown}'"
    if where in _PLAIN:
        return f"must satisfy regular expression {shown}"
    return f"Member must satisfy regular expression pattern: {shown}"


def _subject(where: str) -> str:
    return "" if where in _PLAIN else "Member "


def _where(path: str, name: str) -> str:
    # `Key` and `Value` of a tag are capitalised on the wire, but not in messages.
    return f"{path}.{name[0].lower()}{name[1:]}" if path else name


def _article(kind: Kind) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


@cache
def _pattern(regex: str) -> re.Pattern[str]:
    return re.compile(_SAFE_PATTERNS.get(regex, regex), re.ASCII)


@cache
def _rules(model: type[BaseModel]) -> dict[str, tuple[bool, _Rule]]:
    model.model_rebuild()  # up to pydantic 2.11, fields know their aliases only after that
    return {
        info.serialization_alias or info.alias or name: (
            info.is_required(),
            _rule(info.annotation, tuple(each for each in info.metadata if isinstance(each, Limit))),
        )
        for name, info in model.model_fields.items()
    }


_SCALARS: dict[object, Kind] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    bytes: "blob",
    datetime: "timestamp",
}


def _rule(annotation: Any, limits: tuple[Limit, ...]) -> _Rule:  # noqa: PLR0911 -- one line a kind
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in _SCALARS:
        return _Rule(_SCALARS[annotation], limits)
    if origin is Annotated:
        inner, *metadata = arguments
        return _rule(inner, limits + tuple(each for each in metadata if isinstance(each, Limit)))
    if origin in (list, tuple):
        return _Rule("list", limits, _rule(arguments[0], ()))
    if origin is dict:
        return _Rule("map", limits, _rule(arguments[1], ()))
    if isinstance(annotation, type) and issubclass(annotation, OpenEnum):
        values = _ENUM_ORDERS.get(annotation.__name__, [each.value for each in annotation])
        return _Rule("enum", limits, values=tuple(values))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _Rule("structure", limits, model=annotation)
    present = [each for each in arguments if each is not type(None)]  # X | None
    if len(present) != 1:
        raise TypeError(f"No rule for members of the type {annotation!r}")
    return _rule(present[0], limits)
