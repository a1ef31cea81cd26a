"""Records: plain values by column, as pandas and CSV files need them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Protocol, TypeAlias, cast, runtime_checkable

from ecrkit.errors import InvalidInputError

Plain: TypeAlias = str | int | float | bool | datetime | None
"""A value that pandas and CSV files accept."""


@runtime_checkable
class Recorded(Protocol):
    """What `to_records` can convert: anything with a method `__record__`, which returns the values by column."""

    def __record__(self) -> Mapping[str, object]:
        """Return the values by column."""
        ...


def to_records(things: Iterable[object]) -> list[dict[str, Plain]]:
    """Convert images, repositories, findings or models to plain values, one dictionary each with the same columns.

    Several strings become one, separated by commas; structures become JSON; times are in UTC.

    Example:
        >>> pandas.DataFrame(to_records(repository.images().newest_first()))

    Args:
        things: A listing, which is read to its end, or a list.

    Raises:
        InvalidInputError: An item has no values, such as a handle.
    """
    return [{column: plain(value) for column, value in _record(each).items()} for each in things]


def plain(value: object) -> Plain:
    """Convert one value."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, datetime):
        return value if value.tzinfo is None else value.astimezone(UTC)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):  # not its subclasses, such as Digest; nor those of numbers, such as Size
        return str.__str__(value)
    if isinstance(value, int | float):
        return int(value) if isinstance(value, int) else float(value)
    strings = _joined(value)
    return json.dumps(_structure(value), default=str) if strings is None else strings


def _joined(value: object) -> str | None:
    """Return several strings as one; None for anything else."""
    if not isinstance(value, list | tuple | set | frozenset):
        return None
    items = list(cast("Iterable[object]", value))
    return ",".join(map(str, items)) if all(isinstance(each, str) for each in items) else None


def _structure(value: object) -> object:
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return {str(name): _structure(each) for name, each in members.items()}
    if isinstance(value, list | tuple):
        return [_structure(each) for each in cast("Iterable[object]", value)]
    if isinstance(value, Recorded):
        return {name: _structure(each) for name, each in value.__record__().items() if each is not None}
    return value if isinstance(value, int | float | str | None) else str(value)


def _record(thing: object) -> Mapping[str, object]:
    if not isinstance(thing, Recorded):
        raise InvalidInputError(
            f"{type(thing).__name__} has no values to convert: pass images or repositories that ECR described, findings or "
            "models"
        )
    return thing.__record__()
