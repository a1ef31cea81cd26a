"""The lists that a lazy package needs, written from the imports that type checkers read, so that each name is written once.

A package such as `ecrkit.oci` imports its names below `if TYPE_CHECKING:`. What follows `MARK` in its `__init__.py`
is generated: `__all__`, and `_HOMES`, which says where to import each name from when it is first used.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

MARK = "# Generated from the imports above by `make codegen`. Do not edit below."


def lazy_packages(root: Path) -> dict[Path, str]:
    """Return the text of each lazy package below a project by its path, with its lists brought up to date."""
    files = {path: path.read_text("utf-8") for path in sorted((root / "ecrkit").rglob("__init__.py"))}
    return {
        path.relative_to(root): with_exports(text, _module_name(path.relative_to(root)))
        for path, text in files.items()
        if MARK in text
    }


def with_exports(text: str, package: str) -> str:
    """Write the lists of a package behind its imports; ruff sorts them and breaks their lines."""
    written = text.partition(MARK)[0].rstrip()
    tree = ast.parse(written)
    homes = dict(_homes(tree, package))
    everything = sorted({*_imported_at_once(tree, package), *_starred(tree)})
    lines = [
        written,
        "",
        MARK,
        "__all__ = [",
        *(f'    "{name}",' for name in everything),
        "]",
        "",
        "_HOMES = {",
        *(f'    "{name}": "{home}",' for name, home in sorted(homes.items())),
        "}",
        "",
        "if not TYPE_CHECKING:",
        "    __getattr__, __dir__ = _lazy(__name__, _HOMES)",
    ]
    return "\n".join(lines) + "\n"


def _homes(tree: ast.Module, package: str) -> Iterator[tuple[str, str]]:
    """Return the module of each name; empty for a name that is a module itself."""
    for node in _for_type_checkers(tree):
        for alias in node.names:
            yield alias.name, str(node.module).removeprefix(package).lstrip(".")


def _starred(tree: ast.Module) -> Iterator[str]:
    """Return the names that `import *` takes. `import x as x` keeps x out: importing it needs an extra."""
    for node in _for_type_checkers(tree):
        yield from (alias.name for alias in node.names if alias.asname is None)


def _imported_at_once(tree: ast.Module, package: str) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{package}."):
            yield from (alias.name for alias in node.names if alias.asname is None)


def _for_type_checkers(tree: ast.Module) -> list[ast.ImportFrom]:
    [guarded] = [
        node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    return [node for node in guarded.body if isinstance(node, ast.ImportFrom)]


def _module_name(path: Path) -> str:
    return ".".join(path.parent.parts)
