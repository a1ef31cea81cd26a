"""`overrides.toml`, validated against the service model so that no entry becomes obsolete."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from codegen.service import Service

OVERRIDES = Path(__file__).parent / "overrides.toml"


class OverrideError(Exception):
    """An override fits nothing in the model, or the model needs one that is missing."""


@dataclass(frozen=True)
class Family:
    """A file of models."""

    name: str
    about: str
    operations: tuple[str, ...]


@dataclass(frozen=True)
class Overrides:
    """Our decisions about the model."""

    families: tuple[Family, ...]
    fields: Mapping[str, str]
    hidden: frozenset[str]
    always: Mapping[str, frozenset[str]]
    result_keys: Mapping[str, tuple[str, ...]]
    page_sizes: Mapping[str, int]
    patterns: Mapping[str, str]
    pattern_words: Mapping[str, str]
    dropped_notes: tuple[str, ...]
    shape_words: Mapping[str, str]
    member_words: Mapping[str, str]
    error_families: Mapping[str, str]
    """The family of each exception, by its code."""


def load(service: Service, path: Path = OVERRIDES) -> Overrides:
    """Read the file.

    Raises:
        OverrideError: An entry fits nothing in the model, or one is missing; all of them are named.
    """
    raw = tomllib.loads(path.read_text("utf-8"))
    overrides = Overrides(
        families=tuple(
            Family(name, each["about"], tuple(each["operations"])) for name, each in raw["families"].items()
        ),
        fields=raw["fields"],
        hidden=frozenset(raw["hidden"]["members"]),
        always={shape: frozenset(members) for shape, members in raw["always"].items()},
        result_keys={operation: tuple(keys) for operation, keys in raw["result_keys"].items()},
        page_sizes=raw["page_sizes"],
        patterns=raw["patterns"],
        pattern_words=raw["pattern_words"],
        dropped_notes=tuple(raw["drop"]["notes"]),
        shape_words=raw["words"]["shapes"],
        member_words=raw["words"]["members"],
        error_families={code: family for family, codes in raw["errors"].items() for code in codes},
    )
    if found := list(_problems(service, overrides)):
        raise OverrideError("overrides.toml: " + "; ".join(found))
    return overrides


def _problems(service: Service, overrides: Overrides) -> Iterator[str]:
    members = {f"{shape.name}.{member.name}" for shape in service.shapes.values() for member in shape.members}
    always = [f"{shape}.{member}" for shape, names in overrides.always.items() for member in names]
    patterned = {shape.name for shape in service.shapes.values() if shape.pattern is not None}
    sent = service.reachable(*(operation.input for operation in service.operations.values()))
    placed = [name for family in overrides.families for name in family.operations]
    notes = " ".join(operation.documentation for operation in service.operations.values())

    yield from _unknown("fields", overrides.fields, members)
    yield from _unknown("hidden", overrides.hidden, members)
    yield from _unknown("always", always, members)
    yield from _unknown("words.members", overrides.member_words, members)
    yield from _unknown("words.shapes", overrides.shape_words, service.shapes)
    yield from _unknown("result_keys", overrides.result_keys, service.operations)
    yield from _unknown("page_sizes", overrides.page_sizes, service.operations)
    yield from _unknown("patterns", overrides.patterns, patterned)
    yield from (
        f"result_keys: {name} has a nextToken; say which members of its answer hold the items of a page"
        for name, operation in service.operations.items()
        if any(member.name == "nextToken" for member in service.shapes[operation.input].members)
        and name not in {*overrides.result_keys, *service.result_keys}
    )
    yield from _same("pattern_words", overrides.pattern_words, patterned)
    yield from _same("families", placed, service.operations)
    yield from _same("errors", overrides.error_families, [shape.name for shape in service.exceptions()])
    yield from (f"{name} is in two families" for name in placed if placed.count(name) > 1)
    yield from (f"drop.notes: {note!r} is nowhere" for note in overrides.dropped_notes if note not in notes)
    yield from (
        f"always: {name} is part of requests, where absent must stay possible"
        for name in overrides.always
        if name in sent
    )
    yield from (
        f"result_keys: botocore can page {name} by now"
        for name in overrides.result_keys
        if name in service.result_keys
    )


def _unknown(table: str, named: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    yield from (f"{table}: the model has no {name}" for name in sorted(set(named) - set(known)))


def _same(table: str, named: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    yield from _unknown(table, named, known)
    yield from (f"{table}: {name} is missing" for name in sorted(set(known) - set(named)))
