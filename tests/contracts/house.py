"""The library as text and as modules, for the rules that every part of it keeps."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import ecrkit

ROOT = Path(ecrkit.__file__).parent
PROJECT = ROOT.parent

SIDE_EFFECTS = {"ecrkit.local.__main__"}  # importing it would start a server


def module_names() -> list[str]:
    found = [module.name for module in pkgutil.walk_packages([str(ROOT)], prefix="ecrkit.")]
    return ["ecrkit", *(name for name in found if name not in SIDE_EFFECTS)]


def modules() -> Iterator[ModuleType]:
    for name in module_names():
        yield importlib.import_module(name)


def sources(folder: Path = ROOT) -> Iterator[tuple[str, ast.Module]]:
    """Give each file under a folder, by its path in the project, with its syntax tree."""
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(PROJECT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Give the full name of every module that the code imports, wherever in the file it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
