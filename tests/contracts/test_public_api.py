"""What others rely on changes only on purpose: the public surface is the one that is written down."""

import re
from importlib.util import find_spec

import pytest

if find_spec("griffe") is None:
    pytest.skip("griffe is not installed", allow_module_level=True)

from tests.contracts.public_api import SNAPSHOT, public_api

WRITTEN_DOWN = SNAPSHOT.read_text("utf-8").splitlines()
RAW_EVENT = "ecrkit.local.Event = dict[str, Any]"
"""The JSON object that EventBridge delivers; `eventbridge.parse` turns it into typed classes."""


def test_nothing_public_has_gone_or_changed() -> None:
    gone = sorted(set(WRITTEN_DOWN) - set(public_api()))

    assert gone == [], (
        "this may break programs of others; if it is meant: `make api`, and a line in CHANGELOG.md"
    )


def test_everything_public_is_written_down() -> None:
    new = sorted(set(public_api()) - set(WRITTEN_DOWN))

    assert new == [], "`make api` writes it down"


def test_nothing_public_has_a_type_that_says_nothing() -> None:
    untyped = {line for line in public_api() if re.search(r"\bAny\b", line)}

    assert sorted(untyped - {RAW_EVENT}) == []


def test_everything_public_has_a_type() -> None:
    signatures = [line.replace("-> None", "->") for line in public_api() if "def " in line]

    assert [line for line in signatures if re.search(r": None\b", line)] == []


def test_the_snapshot_has_what_the_readme_shows() -> None:
    names = {line.partition("(")[0] for line in public_api()}

    assert {
        "class ecrkit.Registry",
        "def ecrkit.Repository.push_layer",
        "def ecrkit.Image.tag",
        "class ecrkit.errors.RepositoryNotFoundError",
        "class ecrkit.models.DescribeImagesRequest",
        "def ecrkit.Waiter.wait",
    } <= names
