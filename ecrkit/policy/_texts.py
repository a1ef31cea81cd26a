"""Strict parsing and compact writing of policy JSON."""

import json
from collections.abc import Mapping
from typing import Any, cast


def read_object(text: str) -> dict[str, Any] | None:
    """Parse one JSON object; None if the text is something else."""
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError):  # the latter from deeply nested brackets
        return None
    return cast("dict[str, Any]", document) if isinstance(document, dict) else None


def write(document: Mapping[str, object]) -> str:
    """Serialize without whitespace: the service counts characters."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def compact(text: str) -> str:
    """Remove whitespace from a policy and keep the order of its members, as the service does on storing it.

    Raises:
        ValueError: The text is not JSON.
    """
    return write(json.loads(text))
