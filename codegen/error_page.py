"""Generates the documentation page that lists every error from the error classes."""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from codegen import service
from ecrkit import errors
from ecrkit.errors import (
    SERVICE_ERRORS,
    ApiError,
    ConflictError,
    EcrKitError,
    ExpiredTokenError,
    QuotaError,
    TransportError,
)
from ecrkit.errors._hints import RULES

PAGE = Path(__file__).parents[1] / "docs/errors.md"

_INTRODUCTION = """\
---
hide:
  - toc # leaves more width for the tables
---

# Every error

<!-- Generated from the classes and the service model by `make codegen`. Do not edit. -->

Every error is an `EcrKitError`. Errors returned by ECR are `ApiError`, with `code`, `operation`, `http_status`, `request_id`
and, for errors with known causes, a `hint`, which is part of the message. Catch a single class, or a whole family.

"Retry helps" means that the same request may succeed a little later. ecrkit and botocore have already retried several times
before such an error is raised.
"""

_SECTIONS = {
    "families": (
        "Families",
        "Raised directly only for error codes that are newer than this release.",
    ),
    "service": ("Exceptions of the service", "One class per exception in the service model."),
    "front": (
        "Errors outside the service model",
        "Errors of AWS's front end, which no service model lists, and cases that ecrkit distinguishes.",
    ),
    "local": (
        "Errors without a response",
        "Invalid arguments, lost connections, configuration that cannot work, digest mismatches.",
    ),
}


def page() -> str:
    """Write the page."""
    parts = [_INTRODUCTION]
    for name, (title, about) in _SECTIONS.items():
        parts += [f"\n## {title}\n\n{about}\n\n", *_table(_kinds(name))]
    parts += ["\n## Hints\n\nText that ecrkit adds to the message of the service.\n\n", *_hints()]
    return "".join(parts)


def _kinds(section: str) -> list[type[EcrKitError]]:
    every = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, EcrKitError)]
    return [kind for kind in every if _section(kind) == section]


def _section(kind: type[EcrKitError]) -> str | None:
    if kind in {EcrKitError, ApiError}:
        return None
    if kind in SERVICE_ERRORS.values():
        return "service"
    if not issubclass(kind, ApiError):
        return "local"
    return "families" if ApiError in kind.__bases__ else "front"


def _table(kinds: Iterable[type[EcrKitError]]) -> Iterator[str]:
    yield "| Error | Base | Raised when | Retry helps |\n|---|---|---|---|\n"
    for kind in kinds:
        above = " and ".join(f"`{base.__name__}`" for base in kind.__bases__)
        yield f"| `{kind.__name__}` | {above} | {_when(kind)} | {_again(kind)} |\n"


def _when(kind: type[EcrKitError]) -> str:
    meaning = _in_a_cell(inspect.cleandoc(kind.__doc__ or "").partition("\n\n")[0])
    code = next((code for code, each in SERVICE_ERRORS.items() if each is kind), None)
    operations = [
        operation.name for operation in service.load().operations.values() if code in operation.errors
    ]
    if not operations:
        return meaning
    if len(operations) > _MANY:
        return f"{meaning} (almost every operation)"
    return f"{meaning} ({', '.join(operations)})"


_MANY = 30


def _again(kind: type[EcrKitError]) -> str:
    if issubclass(kind, ExpiredTokenError):
        return "with new credentials"
    if issubclass(kind, QuotaError):
        return "no: a quota, not throttling"
    if issubclass(kind, ConflictError):
        return "not in this state"
    if issubclass(kind, TransportError) or (issubclass(kind, ApiError) and kind.temporary):
        return "**yes**"
    return "no"


def _hints() -> Iterator[str]:
    yield "| Code | Hint |\n|---|---|\n"
    yield (
        "| `AccessDeniedException` | Names the action to allow and the policy to change, and whether a policy denies it"
        " explicitly. |\n"
    )
    for rule in RULES:
        codes = ", ".join(f"`{code}`" for code in rule.codes)
        of = f" of {', '.join(rule.operations)}" if rule.operations else ""
        says = f", with “{_in_a_cell(rule.says)}”" if rule.says else ""
        yield f"| {codes}{of}{says} | {_in_a_cell(rule.text)} |\n"


def _in_a_cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|").strip()


def main(*, check: bool) -> int:
    """Write the page if it is out of date, or only report it with `check`."""
    current = PAGE.exists() and PAGE.read_text("utf-8") == page()
    if check and not current:
        print(f"docs/{PAGE.name} is out of date; run `make codegen`", file=sys.stderr)
    elif not current:
        PAGE.write_text(page(), "utf-8")
        print(f"docs/{PAGE.name}")
    return int(check and not current)
