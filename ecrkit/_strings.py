"""Parameters that take one item or several: one string is one item, never its characters, and one model never its fields."""

from collections.abc import Iterable
from typing import Any, TypeVar, cast, overload

ItemT = TypeVar("ItemT")


@overload
def items_of(value: str | Iterable[str]) -> tuple[str, ...]: ...
@overload
def items_of(value: str | ItemT | Iterable[str | ItemT], kind: type[ItemT]) -> tuple[str | ItemT, ...]: ...
def items_of(value: object, kind: type[object] = str) -> tuple[object, ...]:
    """Return the items of a parameter that accepts one string or several.

    Args:
        value: One item, or an iterable of items.
        kind: What an item may be other than a `str`.

    Raises:
        TypeError: It is neither.
    """
    return _several(value, str, kind)


def models_of(value: ItemT | Iterable[ItemT], kind: type[ItemT]) -> tuple[ItemT, ...]:
    """Return the items of a parameter that accepts one model or several; models are iterable too.

    Raises:
        TypeError: It is neither.
    """
    return _several(value, kind)


def _several(value: object, *kinds: type[object]) -> tuple[Any, ...]:
    if isinstance(value, kinds):
        return (value,)
    if isinstance(value, Iterable):
        return tuple(cast("Iterable[object]", value))
    wanted = " or ".join(dict.fromkeys(kind.__name__ for kind in kinds))
    raise TypeError(f"Expected {wanted}, or several of them; got {value!r}")
