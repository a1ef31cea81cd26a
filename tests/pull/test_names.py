"""The names that pulled and saved images carry, so that other tools know them by the same."""

from pathlib import Path

import pytest

from ecrkit import oci
from ecrkit.resources import Registry, Repository
from tests.samples import by_cosign, image, noise


@pytest.fixture(name="other")
def another(registry: Registry) -> Repository:
    return registry.create_repository("team/other", exist_ok=True)


def full_names(layout: oci.ImageSource) -> list[str]:
    return sorted(root.annotations[oci.IMAGE_NAME] for root in layout.roots)


def test_the_same_tag_of_two_repositories_has_two_entries(
    repository: Repository, other: Repository, tmp_path: Path
) -> None:
    repository.push_image(image(noise(1)), tags="latest")
    other.push_image(image(noise(2)), tags="latest")

    for each in (repository, other, repository):
        each.image("latest").pull(tmp_path)

    layout = oci.OciLayout(tmp_path)
    hosts = {name.partition("/")[0] for name in full_names(layout)}
    assert [name.partition("/")[2] for name in full_names(layout)] == sorted(
        [f"{repository.name}:latest", "team/other:latest"]
    )
    assert len(hosts) == 1
    assert {root.annotations[oci.REF_NAME] for root in layout.roots} == {"latest"}


def test_a_moved_tag_replaces_the_entry_of_its_own_repository(
    repository: Repository, other: Repository, tmp_path: Path
) -> None:
    other.push_image(image(noise(2)), tags="latest")
    other.image("latest").pull(tmp_path)
    for size in (3, 4):
        repository.push_image(image(noise(size)), tags="latest")
        repository.image("latest").pull(tmp_path)

    assert len(oci.OciLayout(tmp_path).roots) == 2


def test_the_signatures_of_two_repositories_stay_apart(
    repository: Repository, other: Repository, tmp_path: Path
) -> None:
    signed = image(noise(1))
    for number, each in enumerate((repository, other)):
        each.push_image(signed, tags="1")
        each.push_image(image(noise(10 + number)), tags=by_cosign(signed.root.digest, "sig"))
        each.image("1").pull(tmp_path, referrers=True)

    layout = oci.OciLayout(tmp_path)
    assert len({root.digest for root in layout.roots}) == 3
    assert oci.find_root(layout).digest == signed.root.digest


def test_a_saved_oci_archive_carries_the_full_name(repository: Repository, tmp_path: Path) -> None:
    repository.push_image(image(noise(1)), tags="1.0")

    repository.image("1.0").save(tmp_path / "image.tar")

    with oci.open_images(tmp_path / "image.tar") as archive:
        assert full_names(archive)[0].endswith(f"/{repository.name}:1.0")


def test_an_oci_archive_is_saved_under_the_given_names(repository: Repository, tmp_path: Path) -> None:
    pushed = repository.push_image(image(noise(1)))

    pushed.save(tmp_path / "image.tar", names=["team/app:1", "host.example/app:2"])

    with oci.open_images(tmp_path / "image.tar") as archive:
        assert full_names(archive) == ["docker.io/team/app:1", "host.example/app:2"]
        assert {root.annotations[oci.REF_NAME] for root in archive.roots} == {"1", "2"}
