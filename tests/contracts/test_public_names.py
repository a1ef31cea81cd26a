"""What others rely on: names, docstrings, and the promise that nothing is there by accident."""

import inspect
import types
from collections.abc import Iterator
from enum import Enum

import pytest

import ecrkit
from tests.contracts.house import modules

DOCUMENTED_ELSEWHERE = (
    "ecrkit.local.handlers"  # each function there is an operation, and the service documents it
)


def with_all() -> list[types.ModuleType]:
    return [module for module in modules() if hasattr(module, "__all__")]


@pytest.mark.parametrize("module", with_all(), ids=lambda module: module.__name__)
def test_all_is_sorted_and_names_nothing_twice(module: types.ModuleType) -> None:
    names = module.__all__

    assert sorted(names) == sorted(set(names))
    assert [name for name in names if not hasattr(module, name)] == []


@pytest.mark.parametrize("module", with_all(), ids=lambda module: module.__name__)
def test_all_names_everything_that_is_public(module: types.ModuleType) -> None:
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    imported_when_used = vars(module).get("_HOMES", {}).keys()  # `make codegen` lists these in `__all__`
    ours = {
        name
        for name in public - imported_when_used
        if str(getattr(vars(module)[name], "__module__", "")).startswith(f"{module.__name__}.")
    }

    assert ours <= set(module.__all__)


def test_the_front_door_names_what_the_readme_uses() -> None:
    promised = {"Registry", "Repository", "Image", "Layer", "Items", "models", "oci", "errors", "__version__"}

    assert promised <= set(ecrkit.__all__)


def own_members(module: types.ModuleType) -> Iterator[tuple[str, object]]:
    """Give public classes, functions and methods that are defined here."""
    for name, value in list(vars(module).items()):
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(value):
            yield f"{module.__name__}.{name}", value
        if not inspect.isclass(value):
            continue
        yield f"{module.__name__}.{name}", value
        if module.__name__.startswith("ecrkit.models.") or issubclass(value, Enum):
            continue
        for attribute, member in list(vars(value).items()):
            function = member.fget if isinstance(member, property) else member
            function = getattr(function, "__func__", function)
            if not attribute.startswith("_") and inspect.isfunction(function):
                yield f"{module.__name__}.{name}.{attribute}", function


def is_public(module: types.ModuleType) -> bool:
    return not any(part.startswith("_") for part in module.__name__.split(".")) and not (
        module.__name__.startswith(DOCUMENTED_ELSEWHERE)
    )


def test_every_module_says_in_a_sentence_what_it_is_for() -> None:
    missing = [module.__name__ for module in modules() if not (module.__doc__ or "").strip()]

    assert missing == []


def test_every_public_class_function_and_method_has_a_docstring() -> None:
    missing = [
        name
        for module in modules()
        if is_public(module) and not module.__name__.startswith("ecrkit.local.")
        for name, member in own_members(module)
        if not inspect.getdoc(member)
    ]

    assert missing == []
