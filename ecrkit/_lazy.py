"""Packages whose names are imported when first used, so that a program pays only for what it uses."""

from collections.abc import Callable, Mapping
from importlib import import_module
from sys import modules


def lazy(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the `__getattr__` and `__dir__` of a package. Type checkers and editors read its imports instead.

    Args:
        package: Its name.
        homes: The module each name comes from, relative to the package or with its full name; empty if the name is a
            module itself.
    """

    def find(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home = homes[name]
        module = import_module(home if home.startswith("ecrkit.") else f"{package}.{home or name}")
        value: object = getattr(module, name) if home else module
        setattr(modules[package], name, value)  # found without us from now on
        return value

    def names() -> list[str]:
        return list(modules[package].__all__)  # and nothing that the package happens to import

    return find, names
