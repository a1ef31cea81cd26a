"""Choosing images by platform: one rule for resolve, push, pull, copy and save."""

from pathlib import Path

import pytest

from ecrkit import oci
from ecrkit.errors import NotAnImageError, PlatformNotFoundError
from ecrkit.local import LocalECR
from ecrkit.oci import Descriptor, media_types
from ecrkit.references import Digest
from ecrkit.resources import Repository
from tests.samples import MemoryImages, image, join, noise

SOCI = "application/vnd.amazon.soci.index.v2+json"


def platforms_of(source: MemoryImages) -> list[str]:
    return [str(each.platform) for each in oci.offers(source, source.roots[0])]


def without_platform(source: MemoryImages) -> MemoryImages:
    [root] = source.roots
    return MemoryImages(source.blobs, [root.model_copy(update={"platform": None})])


def test_the_best_match_counts_at_every_level_of_an_index() -> None:
    v6, v7 = image(noise(6), platform="linux/arm/v6"), image(noise(7), platform="linux/arm/v7")
    nested = join(v6, join(v7))

    assert oci.narrow(nested, nested.roots[0], "linux/arm/v7").root.digest == v7.root.digest


def test_the_first_of_two_equal_matches_counts() -> None:
    first, second = image(noise(1)), image(noise(2))
    index = join(first, second)

    assert oci.narrow(index, index.roots[0], ["linux/amd64"]).root.digest == first.root.digest


def test_the_config_names_the_platform_where_the_index_does_not() -> None:
    index = join(without_platform(image(noise(1), platform="linux/arm64")))

    assert platforms_of(index) == ["linux/arm64"]


def test_an_artifact_in_an_index_runs_nowhere_whatever_its_platform() -> None:
    made = image(noise(1))
    soci = made.roots[0].model_copy(update={"digest": Digest.of(b"soci"), "artifact_type": SOCI})
    index = oci.build_index([soci, *made.roots])

    assert [str(each) for each in index.platforms] == ["linux/amd64"]
    found = oci.select(index, "linux/amd64")
    assert found is not None
    assert found.digest == made.root.digest


def test_the_type_of_its_config_makes_no_artifact_of_an_image() -> None:
    # apko and crane write the type of the config for the artifactType of an image.
    [root] = image(noise(1)).roots
    index = oci.build_index([root.model_copy(update={"artifact_type": media_types.OCI_CONFIG})])

    assert [str(each) for each in index.platforms] == ["linux/amd64"]


def test_a_platform_that_is_missing_is_an_error_that_lists_the_others() -> None:
    index = join(image(noise(1)), image(noise(2), platform="linux/arm64"))

    with pytest.raises(
        PlatformNotFoundError,
        match="There is no image for linux/s390x; the index has linux/amd64, linux/arm64",
    ):
        oci.narrow(index, index.roots[0], ["linux/s390x"])


def test_an_artifact_has_no_platforms() -> None:
    chart = image(noise(1), artifact_type="application/vnd.cncf.helm.config.v1+json")

    with pytest.raises(NotAnImageError, match="is a Helm chart"):
        oci.narrow(chart, chart.roots[0], ["linux/amd64"])


@pytest.fixture(name="nested")
def pushed_index(ecr: LocalECR) -> tuple[Repository, Descriptor]:
    registry = ecr.registry()
    repository = registry.create_repository("team/selection", exist_ok=True)
    v6, v7 = image(noise(6), platform="linux/arm/v6"), image(noise(7), platform="linux/arm/v7")
    repository.push_image(join(v6, join(v7)), tags="nested")
    return repository, v7.roots[0]


def test_every_operation_chooses_the_same_image(
    nested: tuple[Repository, Descriptor], tmp_path: Path
) -> None:
    repository, v7 = nested
    multi = repository.image("nested")
    target = repository.registry.create_repository("team/selected", exist_ok=True)

    saved = multi.save(tmp_path / "v7.tar", platform="linux/arm/v7")

    with oci.open_images(saved) as archive:
        assert archive.roots[0].digest == v7.digest
    assert multi.resolve("linux/arm/v7").digest == v7.digest
    assert multi.copy_to(target, platforms=["linux/arm/v7"], tags="x").digest == v7.digest
    assert [str(each) for each in multi.platforms()] == ["linux/arm/v6", "linux/arm/v7"]
