"""Exclude patterns with the rules of .gitignore."""

import re
from collections.abc import Callable, Iterable

from ecrkit.errors import InvalidArgumentError


def matcher(patterns: Iterable[str]) -> Callable[[str, bool], bool]:
    """Return a predicate: whether a path, relative to the folder, matches one of the patterns.

    A pattern without a slash matches a name at any depth; one with a slash, the path from the folder. `*`, `?` and
    `[...]` stay within a name, `**` spans folders, and a slash at the end restricts the pattern to folders.

    Args:
        patterns: For example `"*.pyc"`, `"/build"` or `"docs/**/*.md"`.

    Raises:
        InvalidArgumentError: A pattern is empty, or starts with `!`.
    """
    compiled = [(re.compile(_translate(each)), each.endswith("/")) for each in patterns]

    def matches(path: str, is_folder: bool) -> bool:  # noqa: FBT001 -- two facts about one file
        return any(
            (is_folder or not folders_only) and pattern.fullmatch(path) for pattern, folders_only in compiled
        )

    return matches


def _translate(pattern: str) -> str:
    body = pattern.rstrip("/")
    if not body or pattern.startswith("!"):
        raise InvalidArgumentError(
            f"exclude={pattern!r} is not an exclude pattern; use filter= for exceptions"
        )
    anchored = "/" in body
    parts = body.lstrip("/").split("/")
    if not anchored:
        parts = ["**", *parts]
    expression = ""
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        if part == "**":
            expression += ".+" if last else "(?:[^/]+/)*"
        else:
            expression += _translate_name(part) + ("" if last else "/")
    return f"(?s:{expression})"


def _translate_name(name: str) -> str:
    expression = ""
    position = 0
    while position < len(name):
        char = name[position]
        position += 1
        closing = name.find("]", position + 1) if char == "[" else -1
        if char == "*":
            expression += "[^/]*"
        elif char == "?":
            expression += "[^/]"
        elif closing > 0:
            inside = name[position:closing].replace("\\", r"\\").replace("[", r"\[")
            expression += f"[^{inside[1:]}]" if inside[0] in "!^" else f"[{inside}]"
            position = closing + 1
        else:
            expression += re.escape(char)
    return expression
