"""Lists and single objects are tables in a notebook and with rich, without asking ECR."""

from collections.abc import Callable
from typing import Any

import pytest

from ecrkit import Image, Repository, oci
from ecrkit.local import LocalECR
from ecrkit.tables import table
from tests.samples import image, join, noise
from tests.showing import in_a_notebook, on_a_terminal

SHOWN: dict[str, tuple[Callable[[Image], Any], str]] = {
    "a handle": (lambda it: it, "1.4.2"),
    "a described image": (lambda it: it.describe(), "1.4.2"),
    "details": (lambda it: it.describe().details, "1.4.2"),
    "an index": (lambda it: it.manifest(), "linux/arm64"),
    "a manifest": (lambda it: it.resolve("linux/arm64").manifest(), "vnd.oci.image.layer"),
    "a config": (lambda it: it.resolve("linux/arm64").config(), "linux/arm64"),
    "layers": (lambda it: it.resolve("linux/arm64").layers(), "vnd.oci.image.layer"),
    "a layer": (lambda it: it.resolve("linux/arm64").layers()[0], "vnd.oci.image.layer"),
    "a repository": (lambda it: it.repository.describe(), "MUTABLE"),
    "a sorted list": (lambda it: it.repository.images().newest_first(), "1.4.2"),
    "a list": (lambda it: it.repository.images().to_list(), "1.4.2"),
    "a slice": (lambda it: it.repository.images().newest_first()[:1], "1.4.2"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_objects_are_displayed_as_tables(repository: Repository, ecr: LocalECR, name: str) -> None:
    repository.push_image(join(image(noise(1)), image(noise(2), platform="linux/arm64")), tags="1.4.2")
    make, expected = SHOWN[name]
    thing = make(repository.image("1.4.2"))
    before = len(list(ecr.requests))

    html, drawn, plain = in_a_notebook(thing)["text/html"], on_a_terminal(thing, width=300), str(table(thing))

    assert expected in html
    assert expected in drawn
    assert expected in plain
    assert "<table" in html
    assert len(list(ecr.requests)) == before


def test_a_pushed_image_is_displayed_with_its_tags(repository: Repository) -> None:
    pushed = repository.push_image(image(), tags="1.4.2")

    assert "1.4.2" in in_a_notebook(pushed)["text/html"]
    assert "layers sent" in on_a_terminal(pushed)


def test_values_of_the_environment_are_not_displayed() -> None:
    config = oci.build_config("linux/amd64", [], env={"TOKEN": "secret-value"})

    assert "TOKEN" in on_a_terminal(config)
    assert "secret-value" not in on_a_terminal(config)
