"""Parse the body of UploadLayerPart without running a JSON parser over its 14 MB.

The blob is found by its key and cut out; the small rest goes through a JSON parser. That is only done if the cut is
certainly right: the rest has no backslash (so every quote in it delimits a string) and has the key once, at the top
level. Any other body goes to the parser as a whole.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import cast

import pybase64
from pydantic_core import from_json

from ecrkit.local.refusals import serialization

_KEY = b'"layerPartBlob"'
_MEMBER = "layerPartBlob"
_MAX_REST = 16 * 1024  # a name, an id, two numbers; clients send no more
# Where the key is searched: clients write the blob last, but their other members are short.
_HEAD = 4 * 1024

Body = bytes | bytearray


def parse_json(body: Body) -> dict[str, object]:
    """Parse a request body as a JSON object; an empty one counts as `{}`.

    Raises:
        Refusal: It is not JSON, or not an object.
    """
    if not body:
        return {}
    try:
        parsed: object = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise serialization(f"The request body is not valid JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise serialization("The request body is not a JSON object")
    return cast("dict[str, object]", parsed)


def parse_part(body: Body, parse: Callable[[Body], dict[str, object]] = parse_json) -> dict[str, object]:
    """Parse the body of UploadLayerPart, with the blob as bytes.

    Args:
        body: The whole body.
        parse: The general parser, for the rest and for other bodies.

    Raises:
        Refusal: The body is not JSON, or the blob is not base64.
    """
    found = _cut(body)
    if found is not None:
        rest, start, end = found
        members = parse(rest)
        if members.get(_MEMBER) == "":
            # Some JSON writers escape `/`, which occurs in base64: the general parser reads those.
            with memoryview(body) as view, suppress(ValueError):
                return {**members, _MEMBER: pybase64.b64decode(view[start:end], validate=True)}
    members = parse(body)
    blob = members.get(_MEMBER)
    return {**members, _MEMBER: decode_base64(blob.encode())} if isinstance(blob, str) else members


def decode_base64(text: bytes | memoryview) -> bytes:
    """Decode base64 strictly.

    Raises:
        Refusal: It is not base64.
    """
    try:
        return pybase64.b64decode(text, validate=True)
    except ValueError as error:
        raise serialization(f"A blob is not valid base64: {error}") from error


def _cut(body: Body) -> tuple[bytes, int, int] | None:
    key = body.find(_KEY, 0, _HEAD)
    if key < 0:
        return None
    start = key + len(_KEY)
    for separator in (b":", b'"'):
        while body[start : start + 1].isspace():
            start += 1
        if body[start : start + 1] != separator:
            return None
        start += 1
    end = body.find(b'"', start)
    if end < 0 or key + len(body) - end > _MAX_REST:
        return None
    rest = bytes(body[:start]) + bytes(body[end:])
    if b"\\" in rest or rest.count(_KEY) != 1:
        return None
    return rest, start, end
