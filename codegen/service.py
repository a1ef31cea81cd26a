"""The vendored service model, read into plain values."""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODEL = Path(__file__).parent / "model"


class StaleModelError(Exception):
    """A vendored file does not match `stamp.toml`."""


@dataclass(frozen=True)
class Member:
    """One member of a structure, under its wire name."""

    name: str
    shape: str
    required: bool
    documentation: str
    deprecation: str


@dataclass(frozen=True)
class Shape:
    """A shape of the service, of any kind."""

    name: str
    kind: str
    documentation: str = ""
    members: tuple[Member, ...] = ()
    values: tuple[str, ...] = ()
    item: str = ""
    key: str = ""
    at_least: int | None = None
    at_most: int | None = None
    pattern: str | None = None
    is_exception: bool = False

    @property
    def is_enum(self) -> bool:
        return bool(self.values)

    @property
    def is_structure(self) -> bool:
        return self.kind == "structure"

    def refers_to(self) -> Iterator[str]:
        """Return the shapes that this one is made of."""
        yield from (member.shape for member in self.members)
        yield from (name for name in (self.key, self.item) if name)


@dataclass(frozen=True)
class Operation:
    """One operation, with the names that the service gave its input and output."""

    name: str
    documentation: str
    input: str
    output: str
    errors: tuple[str, ...]


@dataclass(frozen=True)
class Service:
    """The service model of ECR."""

    uid: str
    botocore: str
    operations: Mapping[str, Operation]
    shapes: Mapping[str, Shape]
    result_keys: Mapping[str, tuple[str, ...]]
    """Of the operations that botocore can page, under wire names."""

    def reachable(self, *roots: str) -> set[str]:
        """Name everything that these shapes are made of, themselves included."""
        found: set[str] = set()
        waiting = list(roots)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.shapes[name].refers_to())
        return found

    def exceptions(self) -> list[Shape]:
        """Return the modelled errors, by name."""
        return sorted((shape for shape in self.shapes.values() if shape.is_exception), key=lambda s: s.name)


def load(folder: Path = MODEL) -> Service:
    """Read the vendored files.

    Raises:
        StaleModelError: A file was changed without its stamp, or the stamp without its file.
    """
    stamp = tomllib.loads((folder / "stamp.toml").read_text("utf-8"))
    texts = {name: _stamped(folder / name, digest) for name, digest in stamp["sha256"].items()}
    model = json.loads(texts["service-2.json"])
    return Service(
        uid=model["metadata"]["uid"],
        botocore=stamp["botocore"],
        operations={name: _operation(name, raw) for name, raw in sorted(model["operations"].items())},
        shapes={name: _shape(name, raw) for name, raw in sorted(model["shapes"].items())},
        result_keys={
            name: _as_tuple(raw["result_key"])
            for name, raw in json.loads(texts["paginators-1.json"])["pagination"].items()
        },
    )


def _stamped(path: Path, digest: str) -> bytes:
    content = path.read_bytes()
    if (actual := hashlib.sha256(content).hexdigest()) != digest:
        raise StaleModelError(
            f"{path.name} has the sha256 {actual}, but stamp.toml says {digest}: "
            "a new model is vendored together with its stamp (botocore version and digests)"
        )
    return content


def _as_tuple(keys: str | list[str]) -> tuple[str, ...]:
    return (keys,) if isinstance(keys, str) else tuple(keys)


def _operation(name: str, raw: dict[str, Any]) -> Operation:
    return Operation(
        name=name,
        documentation=raw.get("documentation", ""),
        input=raw["input"]["shape"],
        output=raw["output"]["shape"],
        errors=tuple(error["shape"] for error in raw.get("errors", ())),
    )


def _shape(name: str, raw: dict[str, Any]) -> Shape:
    required = set(raw.get("required", ()))
    return Shape(
        name=name,
        kind=raw["type"],
        documentation=raw.get("documentation", ""),
        members=tuple(
            Member(
                name=wire_name,
                shape=member["shape"],
                required=wire_name in required,
                documentation=member.get("documentation", ""),
                deprecation=member.get("deprecatedMessage", ""),
            )
            for wire_name, member in raw.get("members", {}).items()
        ),
        values=tuple(raw.get("enum", ())),
        item=_named(raw.get("member")) or _named(raw.get("value")),
        key=_named(raw.get("key")),
        at_least=raw.get("min"),
        at_most=raw.get("max"),
        pattern=raw.get("pattern"),
        is_exception=raw.get("exception", False),
    )


def _named(reference: dict[str, str] | None) -> str:
    return reference["shape"] if reference else ""
