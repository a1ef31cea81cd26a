"""Attributes that only described resources have."""

from collections.abc import Collection


def missing_attribute(handle: object, name: str, described: Collection[str]) -> AttributeError:
    """Return the error for an attribute that a handle lacks; it advises `describe()` where that would help.

    Args:
        handle: Image or repository, which may not be complete yet.
        name: Name of the attribute.
        described: Attributes of the described image or repository.
    """
    kind = type(handle).__name__
    advice = f"; call describe() first: describe().{name}" if name in described else ""
    return AttributeError(f"{kind!r} object has no attribute {name!r}{advice}", name=name, obj=handle)
