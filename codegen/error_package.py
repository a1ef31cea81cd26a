"""The source of `ecrkit/errors/__init__.py`: what the modules of the package define, exported, and drawn as a tree."""

import ast
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from codegen.prose import WIDTH, docstring

PACKAGE = Path("ecrkit/errors")
_ROOT = "EcrKitError"
_BESIDES = {"_service": "SERVICE_ERRORS", "_translate": "api_error"}
"""What the package exports besides the classes of errors, by module."""


@dataclass(frozen=True)
class _Kind:
    name: str
    bases: tuple[str, ...]
    module: str
    about: str


def hand_written(root: Path) -> dict[Path, str]:
    """Return the modules of the package that codegen does not write, by their path in the project."""
    return {
        path.relative_to(root): path.read_text("utf-8")
        for path in sorted((root / PACKAGE).glob("_*.py"))
        if path.name not in {"__init__.py", "_service.py"}
    }


def package(modules: Mapping[Path, str], header: str) -> str:
    """Return the text of the package, from the text of its modules; ruff sorts its imports.

    Args:
        modules: The source of each module, by its path.
        header: The comment that the file begins with.
    """
    kinds = _errors(modules)
    exports = {**{kind.name: kind.module for kind in kinds.values()}, **{v: k for k, v in _BESIDES.items()}}
    body = [
        header,
        *docstring(
            [
                "Every error that ecrkit raises, and how they are related.",
                "",
                "```",
                *_tree(kinds),
                "```",
                "",
                "An exception of the service is named after its code, with `Error` for `Exception`. `SERVICE_ERRORS` lists them by code.",
            ],
            0,
        ),
        *(f"from ecrkit.errors.{module} import {name}" for name, module in exports.items()),
        "__all__ = [",
        *(f'    "{name}",' for name in exports),
        "]",
    ]
    return "\n".join(body) + "\n"


def _errors(modules: Mapping[Path, str]) -> dict[str, _Kind]:
    """Find the classes below `EcrKitError`, by name."""
    classes = {
        kind.name: kind for path, text in modules.items() for kind in _classes(path.stem, ast.parse(text))
    }
    return {name: kind for name, kind in classes.items() if _is_error(kind, classes)}


def _classes(module: str, tree: ast.Module) -> Iterator[_Kind]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            bases = tuple(ast.unparse(base) for base in node.bases)
            about = re.split(r"[.;:]", ast.get_docstring(node) or "", maxsplit=1)[0]
            yield _Kind(node.name, bases, module, about)


def _is_error(kind: _Kind, classes: Mapping[str, _Kind]) -> bool:
    return kind.name == _ROOT or any(
        _is_error(classes[base], classes) for base in kind.bases if base in classes
    )


def _tree(kinds: Mapping[str, _Kind]) -> Iterator[str]:
    yield _ROOT
    yield from _branches(_ROOT, kinds, "")


def _branches(parent: str, kinds: Mapping[str, _Kind], margin: str) -> Iterator[str]:
    below = [kind for kind in kinds.values() if parent in kind.bases]
    parents = {base for kind in kinds.values() for base in kind.bases}
    inner = [kind for kind in below if kind.name in parents]
    leaves = sorted(_label(kind, kinds) for kind in below if kind.name not in parents)
    for kind in inner:
        last = kind is inner[-1] and not leaves
        line = f"{margin}{'└── ' if last else '├── '}{_label(kind, kinds)}: {kind.about}"
        yield line
        yield from _branches(kind.name, kinds, margin + ("    " if last else "│   "))
    if leaves:
        first, *more = textwrap.wrap(", ".join(leaves), WIDTH - len(margin) - len("└── "))
        yield f"{margin}└── {first}"
        yield from (f"{margin}    {line}" for line in more)


def _label(kind: _Kind, kinds: Mapping[str, _Kind]) -> str:
    others = [base for base in kind.bases if base not in kinds and base != "Exception"]
    return f"{kind.name} (also {', '.join(others)})" if others else kind.name
