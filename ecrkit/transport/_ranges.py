"""What a download delivers, as the headers of its response say."""

import re
from collections.abc import Mapping

from ecrkit.errors import AnswerLostError


def stated_size(
    status: int, headers: Mapping[str, str], *, first_byte: int = 0, last_byte: int | None = None
) -> int | None:
    """Check that a response delivers the range that was requested, and return the size it states for the whole layer.

    A range without `Content-Range` is let through: the digest of the layer decides.

    Args:
        status: Status of the response.
        headers: Headers of the response; names in any case that the mapping understands.
        first_byte: First byte that was requested.
        last_byte: Last byte that was requested; the last of the layer if None.

    Raises:
        AnswerLostError: It delivers other bytes than those requested.
    """
    stated = headers.get("Content-Range", "").strip()
    if status == _PARTIAL:
        if headers.get("Content-Type", "").strip().lower().startswith("multipart/"):
            raise AnswerLostError("The server returned several ranges in one response; one was requested")
        return _of_range(stated, first_byte, last_byte) if stated else None
    if status == _NOT_SATISFIABLE:
        found = _UNSATISFIED.fullmatch(stated)
        return int(found[1]) if found else None
    length = headers.get("Content-Length", "")
    return int(length) if status == _OK and _NUMBER.fullmatch(length) else None


def content_length(header: str | None) -> int | None:
    """Read a Content-Length. It may be repeated (https://www.rfc-editor.org/rfc/rfc9110#section-8.6)."""
    values = {value.strip() for value in header.split(",")} if header else set[str]()
    only = values.pop() if len(values) == 1 else ""
    return int(only) if _NUMBER.fullmatch(only) else None


def _of_range(stated: str, first_byte: int, last_byte: int | None) -> int | None:
    found = _RANGE.fullmatch(stated)
    wanted = f"bytes {first_byte}-{'' if last_byte is None else last_byte}"
    if found is None:
        raise AnswerLostError(f"The server returned the range {stated[:60]!r}; {wanted!r} was requested")
    start, end = int(found[1]), int(found[2])
    total = None if found[3] == "*" else int(found[3])
    if (
        start != first_byte
        or end < start
        or (last_byte is not None and end > last_byte)
        or (total is not None and end >= total)
    ):
        raise AnswerLostError(f"The server returned the range {stated[:60]!r}; {wanted!r} was requested")
    return total


_NUMBER = re.compile(r"[0-9]{1,18}")
_RANGE = re.compile(r"bytes[ =]+([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)", re.IGNORECASE)
_UNSATISFIED = re.compile(r"bytes[ =]+\*/([0-9]{1,18})", re.IGNORECASE)

_OK = 200
_PARTIAL = 206
_NOT_SATISFIABLE = 416
