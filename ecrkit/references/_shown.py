"""Format a refused value for an error: shortened, and without credentials."""

import re

_LONGEST = 200  # characters; a host, a repository, a tag and a digest fit in
_TRAILING_DIGEST = re.compile(r"@sha[0-9]+:[^@/]*$")


def has_credentials(value: str) -> bool:
    """Return whether there is an `@` that does not introduce a digest: it is how URLs carry a user and a password."""
    return "@" in _TRAILING_DIGEST.sub("", value)


def shown(value: str) -> str:
    """Quote a value for an error message, without credentials."""
    digest = _TRAILING_DIGEST.search(value)
    name = value[: digest.start()] if digest else value
    if "@" in name:
        value = "***@" + name.rpartition("@")[2] + value[len(name) :]
    return repr(value) if len(value) <= _LONGEST else f"{value[:_LONGEST]!r}..."
