"""JSON texts of policies: read with care, written compact."""

import json
from collections.abc import Mapping
from typing import Any, cast


def read_object(text: str) -> dict[str, Any] | None:
    """Read a text that must hold one JSON object; None where it does not."""
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError):  # the latter from brackets in brackets in brackets
        return None
    return cast("dict[str, Any]", document) if isinstance(document, dict) else None


def write(document: Mapping[str, object]) -> str:
    """Write without white space: the service counts characters."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def compact(text: str) -> str:
    """Take the white space out of a policy text and keep the order of its members, as the service does on storing it.

    Raises:
        ValueError: The text is not JSON.
    """
    return write(json.loads(text))
