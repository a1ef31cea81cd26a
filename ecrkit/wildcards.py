"""The two kinds of patterns for names: ECR's wildcards and, where ecrkit chooses tags itself, shell globs. Pure.

In ECR's filters only `*` is special. A tag cannot contain `?` or `[`, so a pattern that ECR accepts selects the same tags
as a glob; a glob can be more specific.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase


def matches(pattern: str, text: str) -> bool:
    """Match a whole text against ECR's wildcards: `*` stands for zero or more characters.

    Takes linear time for each `*`, whatever the pattern.
    """
    head, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    *middle, tail = rest
    if len(text) < len(head) + len(tail) or not text.startswith(head) or not text.endswith(tail):
        return False
    position, end = len(head), len(text) - len(tail)
    for piece in middle:
        position = text.find(piece, position, end)
        if position < 0:
            return False
        position += len(piece)
    return True


def matches_glob(patterns: Iterable[str], text: str) -> bool:
    """Match a whole text against shell globs (`*`, `?`, `[...]`); one match is enough. Case counts."""
    return any(fnmatchcase(text, pattern) for pattern in patterns)
