"""Parse untrusted JSON: limited size and depth, no duplicate members."""

import json
from collections import Counter
from typing import Any, NoReturn, cast

from ecrkit.errors import InvalidManifestError

MAX_MANIFEST_CHARACTERS = 4_194_304
"""Maximum length of a manifest in characters, from ECR's service model."""

_MAX_DEPTH = 100  # the deepest documents of the specification have six levels
_LONGEST_TOKEN_SHOWN = 60


def load_object(raw: bytes, what: str, max_characters: int = MAX_MANIFEST_CHARACTERS) -> dict[str, Any]:
    """Read bytes as one JSON object.

    Raises:
        InvalidManifestError: They are not an object, or `load_json` refuses them.
    """
    value = load_json(raw, what, max_characters)
    if not isinstance(value, dict):
        raise InvalidManifestError(f"{what} is not a JSON object, but a {type(value).__name__}")
    return cast("dict[str, Any]", value)


def load_json(raw: bytes, what: str, max_characters: int = MAX_MANIFEST_CHARACTERS) -> object:
    """Read bytes as JSON.

    Raises:
        InvalidManifestError: They are too many, not UTF-8, not JSON, nested too deep, or name a member twice, so that
            readers could disagree on the content.
    """
    if len(raw) > max_characters * 4:  # a character has at most four bytes
        raise _too_long(what, max_characters)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise InvalidManifestError(f"{what} is not JSON: byte {error.start} is not valid UTF-8") from error
    if len(text) > max_characters:
        raise _too_long(what, max_characters)
    try:
        value: object = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except RecursionError as error:
        raise _too_deep(what) from error
    except _DuplicateMemberError as error:
        raise InvalidManifestError(f"{what} is ambiguous: {error}") from error
    except ValueError as error:
        raise InvalidManifestError(f"{what} is not JSON: {error}") from error
    _check_depth(value, what)
    return value


class _DuplicateMemberError(ValueError):
    """A member name occurs twice in one object."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise _DuplicateMemberError(f"The member {twice[:_LONGEST_TOKEN_SHOWN]!r} occurs twice in one object")
    return members


def _no_constant(token: str) -> NoReturn:
    raise ValueError(f"{token} is not a JSON value")


def _check_depth(value: object, what: str) -> None:
    level: list[Any] = [value] if isinstance(value, dict | list) else []
    for _ in range(_MAX_DEPTH):
        level = [
            child
            for each in level
            for child in (each.values() if isinstance(each, dict) else each)  # pyright: ignore[reportUnknownVariableType] -- JSON
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise _too_deep(what)


def _too_long(what: str, max_characters: int) -> InvalidManifestError:
    return InvalidManifestError(f"{what} is longer than {max_characters:,} characters")


def _too_deep(what: str) -> InvalidManifestError:
    return InvalidManifestError(f"{what} is nested deeper than {_MAX_DEPTH} levels")
