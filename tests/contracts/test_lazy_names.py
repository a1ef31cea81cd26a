"""Names that are imported when first used: all there, each the one that type checkers see, and none too early."""

import ast
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

import ecrkit
from ecrkit import models, oci, policy, pull, push, resources

PACKAGES = pytest.mark.parametrize(
    "package",
    [ecrkit, models, oci, policy, pull, push, resources],
    ids=lambda package: package.__name__,
)


def homes(package: ModuleType) -> dict[str, str]:
    return cast("dict[str, str]", vars(package)["_HOMES"])


@PACKAGES
def test_every_public_name_can_be_had(package: Any) -> None:
    for name in package.__all__:
        assert getattr(package, name) is not None


@PACKAGES
def test_what_is_loaded_is_what_type_checkers_see(package: ModuleType) -> None:
    assert homes(package) == dict(seen_by_type_checkers(package))


def seen_by_type_checkers(package: ModuleType) -> list[tuple[str, str]]:
    tree = ast.parse(Path(str(package.__file__)).read_text())
    [guarded] = [
        node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    return [
        (alias.name, str(node.module).removeprefix(package.__name__).lstrip("."))
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]


@PACKAGES
def test_all_names_are_listed_by_dir(package: Any) -> None:
    assert set(package.__all__) <= set(dir(package))


@PACKAGES
def test_a_name_that_is_not_there_is_an_attribute_error(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Reposittory'"):
        _ = package.Reposittory


@pytest.mark.parametrize("heavy", ["pydantic", "boto3", "botocore", "tenacity", "asyncio"])
def test_to_import_ecrkit_does_not_import(heavy: str) -> None:
    loaded = in_another_process("import ecrkit, sys; print(*sys.modules)").split()

    assert "ecrkit" in loaded
    assert heavy not in loaded


def test_to_name_one_request_does_not_import_the_models_of_all() -> None:
    loaded = in_another_process(
        "import sys; from ecrkit.models import TagResourceRequest; print(*sys.modules)"
    )

    assert "ecrkit.models.tags" in loaded.split()
    assert "ecrkit.models.scanning" not in loaded.split()


@pytest.mark.parametrize(
    "unneeded",
    [
        "asyncio",
        "tenacity",
        "ecrkit.models.scanning",
        "ecrkit.models.replication",
        "ecrkit.oci.layout",
        "ecrkit.policy._document",
        "ecrkit.pull.download",
        "ecrkit.push.engine",
    ],
)
def test_to_have_a_registry_at_hand_does_not_import(unneeded: str) -> None:
    loaded = in_another_process("import sys; from ecrkit import Registry; print(*sys.modules)").split()

    assert "ecrkit.resources.registry" in loaded
    assert unneeded not in loaded


def in_another_process(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    ).stdout
