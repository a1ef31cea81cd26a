"""How the async classes return what the sync ones return: the annotation, and the statements."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass


class Unconvertible(Exception):  # noqa: N818 -- says what it is
    """A type mentions a class that has an async variant in a way that is not known here."""


@dataclass(frozen=True)
class Wrapping:
    """The async form of a type."""

    annotation: str
    returned: Callable[[str], list[str]]
    """Writes the statements that return an expression."""

    imports: tuple[str, ...] = ()
    is_iteration: bool = False
    item: Callable[[str], str] = str
    """Wraps one item of an iteration."""

    @classmethod
    def of(  # noqa: PLR0911 -- one for each form of a type
        cls, annotation: ast.expr | None, homes: Mapping[str, str], *, known: Collection[str | None]
    ) -> Wrapping:
        """Find the async form of a type.

        Args:
            annotation: The type.
            homes: The module of each class that has an async variant.
            known: Classes that the module has imported already.

        Raises:
            Unconvertible: The type cannot be converted.
        """
        text = "None" if annotation is None else ast.unparse(annotation)
        found = _mentioned(annotation, homes)
        imports = tuple(
            f"from ecrkit.aio.{homes[each]} import Async{each}" for each in found if each not in known
        )
        match annotation:
            case ast.Name(id="BinaryIO"):
                reader = "from ecrkit.aio.reader import AsyncReader"
                return cls("AsyncReader", lambda it: [f"return AsyncReader({it})"], (reader,))
            case ast.Name(id=name) if name in homes:
                return cls(f"Async{name}", lambda it: [f"return {_maker(name)}({it})"], imports)
            case ast.BinOp(left=ast.Name(id=name), right=ast.Constant(value=None)) if name in homes:
                return cls(
                    f"Async{name} | None",
                    lambda it: [f"found = {it}", f"return None if found is None else Async{name}(found)"],
                    imports,
                )
            case ast.Subscript(value=ast.Name(id="list"), slice=ast.Name(id=name)) if name in homes:
                return cls(
                    f"list[Async{name}]", lambda it: [f"return [Async{name}(each) for each in {it}]"], imports
                )
            case ast.Subscript(value=ast.Name(id="Rows"), slice=ast.Name(id=name)) if name in homes:
                return cls(
                    f"Rows[Async{name}]",
                    lambda it: [f"return Rows(Async{name}(each) for each in {it})"],
                    (*imports, "from ecrkit.tables import Rows"),
                )
            case ast.Subscript(value=ast.Name(id="Items"), slice=item):
                wrap, kind = _wrap(item, homes)
                return cls(f"AsyncItems[{kind}]", lambda it: [f"return AsyncItems({it}, {wrap})"], imports)
            case ast.Subscript(value=ast.Name(id="Waiter"), slice=item) if found:
                wrap, kind = _wrap(item, homes)
                return cls(f"Waiter[{kind}]", lambda it: [f"return {it}.mapped({wrap})"], imports)
            case ast.Subscript(value=ast.Name(id="Iterator"), slice=item):
                wrap, kind = _wrap(item, homes)
                return cls(
                    f"AsyncIterator[{kind}]",
                    lambda it: [f"return {it}"],
                    imports,
                    is_iteration=True,
                    item=lambda it: it if wrap == "same" else f"{wrap}({it})",
                )
            case _ if found:
                raise Unconvertible(f"there is no async form of {text} yet")
            case _:
                return cls(text, lambda it: [it] if text == "None" else [f"return {it}"])


def _maker(name: str) -> str:
    """Return what makes the async variant: a registry is usually created by its async variant itself."""
    return "AsyncRegistry.from_sync" if name == "Registry" else f"Async{name}"


def _wrap(item: ast.expr, homes: Mapping[str, str]) -> tuple[str, str]:
    """Return what wraps an item, and its type then."""
    if isinstance(item, ast.Name) and item.id in homes:
        return f"Async{item.id}", f"Async{item.id}"
    if _mentioned(item, homes):
        raise Unconvertible(f"there is no async form of {ast.unparse(item)} yet")
    return "same", ast.unparse(item)


def _mentioned(annotation: ast.expr | None, homes: Mapping[str, str]) -> list[str]:
    if annotation is None:
        return []
    names = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
    return sorted(names & homes.keys())
