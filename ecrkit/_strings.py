"""Parameters that take one string or several: one string is one item, never its characters."""

from collections.abc import Iterable


def items_of(value: str | Iterable[str]) -> tuple[str, ...]:
    """Return the items of a parameter that accepts one string or several."""
    return (value,) if isinstance(value, str) else tuple(value)
