"""Images that know their tags keep them when they are pulled and saved; results know what was pushed."""

import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ecrkit import DescribedImage, Image, PushedImage, Repository, oci
from tests.samples import image, noise

MAKE: dict[str, Callable[[Repository], Image]] = {
    "pushed": lambda repository: repository.push_image(image(), tags=["1", "2"]),
    "described": lambda repository: repository.push_image(image(), tags=["1", "2"]).describe(),
}


@pytest.mark.parametrize("kind", MAKE)
def test_a_layout_has_every_tag(repository: Repository, tmp_path: Path, kind: str) -> None:
    MAKE[kind](repository).pull(tmp_path / "layout")

    with oci.open_images(tmp_path / "layout") as layout:
        assert sorted(root.annotations[oci.REF_NAME] for root in layout.roots) == ["1", "2"]


@pytest.mark.parametrize("kind", MAKE)
def test_an_archive_for_docker_has_every_tag(repository: Repository, tmp_path: Path, kind: str) -> None:
    MAKE[kind](repository).save(tmp_path / "app.tar", format="docker")

    with tarfile.open(tmp_path / "app.tar") as archive:
        listed = archive.extractfile("manifest.json")
        assert listed is not None
        [entry] = json.load(listed)
    assert sorted(entry["RepoTags"]) == [f"{repository.name}:1", f"{repository.name}:2"]


@pytest.mark.parametrize("kind", MAKE)
def test_an_oci_archive_has_every_tag(repository: Repository, tmp_path: Path, kind: str) -> None:
    MAKE[kind](repository).save(tmp_path / "app.tar")

    with oci.open_images(tmp_path / "app.tar") as archive:
        assert sorted(root.annotations[oci.REF_NAME] for root in archive.roots) == ["1", "2"]


def test_a_pushed_image_knows_its_tags(repository: Repository) -> None:
    pushed = repository.push_image(image(), tags=["1", "2"])

    assert isinstance(pushed, PushedImage)
    assert pushed.tags == ["1", "2"]


def test_a_described_image_is_no_pushed_image(repository: Repository) -> None:
    assert isinstance(repository.push_image(image(), tags="1").describe(), DescribedImage)


def test_the_size_of_a_pushed_layer_is_known(repository: Repository) -> None:
    assert repository.push_layer(noise(2000)).size == 2000


def test_the_size_of_a_skipped_layer_is_known(repository: Repository) -> None:
    repository.push_image(image(noise(2000)))

    layer = repository.push_layer(noise(2000))

    assert (layer.size, layer.uploaded) == (2000, False)
