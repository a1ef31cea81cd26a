"""Arguments of a wrong type: refused at the call, with the value and the right form."""

from ecrkit.errors import InvalidArgumentError


def expect(parameter: str, value: object, kind: type | tuple[type, ...], form: str) -> None:
    """Refuse an argument of a wrong type.

    Args:
        parameter: What the caller calls it, for example `older_than`.
        value: What was passed.
        kind: The types that are right.
        form: The right form in words, for example `a timedelta such as timedelta(days=14)`.

    Raises:
        InvalidArgumentError: The value is none of these.
    """
    if not isinstance(value, kind):
        raise wrong_type(parameter, value, form)


def expect_callable(parameter: str, value: object, form: str) -> None:
    """Refuse an argument that cannot be called; see `expect`."""
    if not callable(value):
        raise wrong_type(parameter, value, form)


def wrong_type(parameter: str, value: object, form: str) -> InvalidArgumentError:
    """Return the error for an argument of a wrong type; see `expect`."""
    return InvalidArgumentError(f"{parameter} is {described(value)}; it must be {form}")


def described(value: object) -> str:
    """Describe a value for an error message: short, and without the content of objects, which may be secret."""
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if isinstance(value, str):
        return repr(value) if len(value) <= _LONGEST else f"{value[:_LONGEST]!r}..."
    if isinstance(value, type):
        return f"the class {value.__name__}"
    name = type(value).__name__
    if name == "bytes":
        return name
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


_LONGEST = 80
