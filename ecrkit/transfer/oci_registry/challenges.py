"""Authentication challenges: the `WWW-Authenticate` header of a 401 response. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to authenticate."""

    scheme: str
    """In lower case, for example `bearer`."""

    parameters: Mapping[str, str]
    """Names are in lower case."""


def parse_challenges(header: str) -> list[Challenge]:
    """Parse a header, which may contain several challenges (https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1)."""
    return list(_challenges(header[:_LONGEST]))


def _challenges(header: str) -> Iterator[Challenge]:
    scheme = ""
    parameters: dict[str, str] = {}
    for found in _ITEM.finditer(header):
        if found["name"] is not None:
            quoted, token = found["quoted"], found["token"]
            parameters.setdefault(
                found["name"].lower(), token if quoted is None else _ESCAPE.sub(r"\1", quoted)
            )
        elif found["scheme"] is not None:
            if scheme:
                yield Challenge(scheme, parameters)
            scheme, parameters = found["scheme"].lower(), {}
    if scheme:
        yield Challenge(scheme, parameters)


_LONGEST = 8 * 1024
_WORD = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_ITEM = re.compile(
    rf"(?P<name>{_WORD})[ \t]*=[ \t]*(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<token>[^\s,\"]*))|(?P<scheme>{_WORD})"
)
_ESCAPE = re.compile(r"\\(.)")
