"""Names that are imported when first used: all there, each the one that type checkers see, and none too early."""

import subprocess
import sys
from importlib import import_module
from types import ModuleType
from typing import Any, cast

import pytest

from codegen.exports import lazy_packages
from tests.contracts.house import PROJECT

PACKAGES = pytest.mark.parametrize(
    "package",
    [import_module(".".join(path.parent.parts)) for path in lazy_packages(PROJECT)],
    ids=lambda package: package.__name__,
)
PUBLIC_MODULES = [
    "errors",
    "events",
    "models",
    "oci",
    "policy",
    "progress",
    "pull",
    "push",
    "references",
    "resources",
    "tables",
    "testing",
    "transport",
]


def homes(package: ModuleType) -> dict[str, str]:
    return cast("dict[str, str]", vars(package)["_HOMES"])


@PACKAGES
def test_every_public_name_can_be_had(package: Any) -> None:
    for name in package.__all__:
        assert getattr(package, name) is not None


@PACKAGES
def test_dir_lists_public_names_and_nothing_else(package: ModuleType) -> None:
    assert sorted(dir(package)) == sorted(package.__all__)


@pytest.mark.parametrize("name", [*PUBLIC_MODULES, "local"])
def test_importing_ecrkit_is_enough_to_use(name: str) -> None:
    named = in_another_process(f"import ecrkit; print(ecrkit.{name}.__name__)")

    assert named.strip() == f"ecrkit.{name}"


def test_dir_does_not_depend_on_what_has_been_imported() -> None:
    program = "import ecrkit; a = dir(ecrkit); ecrkit.Registry; ecrkit.oci; print(dir(ecrkit) == a)"

    assert in_another_process(program).strip() == "True"


def test_without_its_extra_the_local_ecr_says_what_to_install() -> None:
    program = """
import sys
sys.modules["starlette"] = sys.modules["uvicorn"] = None
import ecrkit
try:
    ecrkit.local
except ecrkit.errors.MissingExtraError as error:
    print(error)
from ecrkit import *
help(ecrkit)
"""

    assert "pip install 'ecrkit[local]'" in in_another_process(program)


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
