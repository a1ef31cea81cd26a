"""Every name that is documented, or that a public signature mentions, can be imported from a public module."""

import re
from importlib import import_module
from importlib.util import find_spec

import pytest

if find_spec("griffe") is None:
    pytest.skip("griffe is not installed", allow_module_level=True)

from tests.contracts.house import PROJECT
from tests.contracts.public_api import MODULES, mentioned, public_names

PAGES = sorted((PROJECT / "docs/reference").rglob("*.md"))
FAMILIES = "ecrkit.models."  # the pages of models show a family each; all names are in ecrkit.models

MADE_BY_US = {
    "ecrkit.local.lifecycle.Outcome",
    "ecrkit.local.scanning.Finding",
    "ecrkit.local.service.Service",
    "ecrkit.oci._files.WorkFolder",
    "ecrkit.oci.archive.ArchiveFile",
    "ecrkit.oci.docker_archive.SavedImage",
    "ecrkit.oci.layers._HashingFile",
    "ecrkit.push.engine.LayerUpload",
    "ecrkit.transfer.protocol.Manifest",
    "ecrkit.transfer.protocol.Origin",
}
"""What only constructors take that users do not call, because a function or a method makes the object."""


def documented() -> list[str]:
    names = [
        name for page in PAGES for name in re.findall(r"^::: (\S+)", page.read_text("utf-8"), re.MULTILINE)
    ]
    return [name for name in names if name not in MODULES and not name.startswith(FAMILIES)]


@pytest.mark.parametrize("name", documented())
def test_what_is_documented_has_a_public_home(name: str) -> None:
    module, _, attribute = name.rpartition(".")

    assert module in MODULES
    assert getattr(import_module(module), attribute) is not None


def test_the_index_of_the_reference_names_the_public_modules() -> None:
    said = (PROJECT / "docs/reference/index.md").read_text("utf-8").partition("## Public API")[2]
    modules = {name.removeprefix("ecrkit.") for name in MODULES} - {"ecrkit", "batching", "waiter"}

    assert [name for name in sorted(modules) if f"`{name}`" not in said] == []


def test_what_public_signatures_mention_is_public() -> None:
    named = {name for name in mentioned() - public_names() if not re.search(r"[a-z]T$|\.(models|oci)$", name)}

    assert sorted(named - MADE_BY_US) == []
