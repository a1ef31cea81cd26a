"""The public surface as text, one line for each name with its signature: `python -m tests.contracts.public_api` writes it down.

It is read from the source, so that what type checkers and readers see is what is written down.
"""

from collections.abc import Container, Iterator
from functools import cache
from pathlib import Path

import griffe

from tests.contracts.house import PROJECT

SNAPSHOT = Path(__file__).with_name("public_api.txt")
MODULES = (
    "ecrkit",
    "ecrkit.aio",
    "ecrkit.batching",
    "ecrkit.cancellation",
    "ecrkit.copying",
    "ecrkit.errors",
    "ecrkit.eventbridge",
    "ecrkit.events",
    "ecrkit.inventory",
    "ecrkit.local",
    "ecrkit.models",
    "ecrkit.oci",
    "ecrkit.policy",
    "ecrkit.progress",
    "ecrkit.references",
    "ecrkit.resources",
    "ecrkit.tables",
    "ecrkit.testing",
    "ecrkit.transport",
    "ecrkit.waiter",
)
_PROMISED_DUNDERS = {"__init__", "__await__", "__aiter__", "__iter__", "__enter__", "__exit__", "__len__"}


@cache
def public_api() -> tuple[str, ...]:
    """Give one line for each public name, in order."""
    offered = _offered()
    names: dict[str, str] = {}
    for name, member in offered.items():
        names.setdefault(member.canonical_path, name)
    lines: set[str] = set()
    for name, member in offered.items():
        first = names[member.canonical_path]
        lines.update(_lines(name, member, names) if name == first else [f"{name} is {first}"])
    return tuple(sorted(lines))


def public_names() -> set[str]:
    """Give the path of each public name in the module that defines it."""
    return {member.canonical_path for member in _offered().values()}


def mentioned() -> set[str]:
    """Give the path of each name of ours in the signatures of public functions and methods."""
    found: set[str] = set()
    for member in _offered().values():
        target = member.final_target if isinstance(member, griffe.Alias) else member
        functions = [target] if isinstance(target, griffe.Function) else []
        if isinstance(target, griffe.Class):
            functions += [
                each
                for name, each in target.members.items()
                if isinstance(each, griffe.Function)
                and (not name.startswith("_") or name in _PROMISED_DUNDERS)
            ]
        for function in functions:
            found |= set(_mentioned_in(function))
    return found


def _mentioned_in(function: griffe.Function) -> Iterator[str]:
    annotations = [function.returns, *(each.annotation for each in function.parameters)]
    for annotation in annotations:
        if isinstance(annotation, griffe.Expr):
            for each in annotation.iterate(flat=True):
                if isinstance(each, griffe.ExprName) and each.canonical_path.startswith("ecrkit."):
                    if each.name in {"args", "kwargs"}:
                        continue  # of a ParamSpec
                    try:
                        yield _package()[each.canonical_path.removeprefix("ecrkit.")].canonical_path
                    except griffe.AliasResolutionError:
                        continue  # of another library, such as boto3.Session


@cache
def _package() -> griffe.Object | griffe.Alias:
    return griffe.load("ecrkit", search_paths=[PROJECT], resolve_aliases=True, resolve_external=False)


@cache
def _offered() -> dict[str, griffe.Object | griffe.Alias]:
    package = _package()
    return {
        f"{module}.{name}": member
        for module in MODULES
        for name, member in (
            package if module == "ecrkit" else package[module[len("ecrkit.") :]]
        ).members.items()
        if _is_offered(member.parent, name, member)
    }


def _is_offered(
    module: griffe.Object | griffe.Alias | None, name: str, member: griffe.Object | griffe.Alias
) -> bool:
    if module is None:
        return False
    if module.exports is not None:
        return name in {str(export) for export in module.exports} and not member.is_module
    return not name.startswith("_") and not member.is_alias and not member.is_module


def _lines(name: str, member: griffe.Object | griffe.Alias, public: Container[str]) -> Iterator[str]:
    target = member.final_target if isinstance(member, griffe.Alias) else member
    if isinstance(target, griffe.Class):
        bases = ", ".join(str(base) for base in target.bases)
        yield f"class {name}({bases})"
        public_bases = [base for base in target.mro() if base.canonical_path in public]
        for inner, each in target.all_members.items():
            written_elsewhere = each.inherited and any(inner in base.all_members for base in public_bases)
            if not written_elsewhere and (not inner.startswith("_") or inner in _PROMISED_DUNDERS):
                yield from _lines(f"{name}.{inner}", each, public)
    elif isinstance(target, griffe.Function):
        parameters = ", ".join(_parameters(target.parameters))
        coroutine = "async " if "async" in target.labels else ""
        yield f"{coroutine}def {name}({parameters}) -> {target.returns}"
    elif isinstance(target, griffe.Attribute):
        kind = f": {target.annotation}" if target.annotation is not None else ""
        constant = target.value is not None and {"class-attribute", "module-attribute"} & target.labels
        value = f" = {target.value}" if constant and len(str(target.value)) < _LONG else ""
        yield f"{name}{kind}{value}"


_LONG = 40  # longer values are tables and texts


def _parameters(parameters: griffe.Parameters) -> Iterator[str]:
    starred = False
    for each in parameters:
        if each.name in {"self", "cls"}:
            continue
        if each.kind is griffe.ParameterKind.var_positional:
            starred = True
            yield f"*{each.name}: {each.annotation}"
            continue
        if each.kind is griffe.ParameterKind.var_keyword:
            yield f"**{each.name}: {each.annotation}"
            continue
        if each.kind is griffe.ParameterKind.keyword_only and not starred:
            starred = True
            yield "*"
        default = "" if each.default is None else f" = {each.default}"
        yield f"{each.name}: {each.annotation}{default}"


def main() -> None:
    """Write the snapshot."""
    SNAPSHOT.write_text("\n".join(public_api()) + "\n", "utf-8")


if __name__ == "__main__":
    main()
