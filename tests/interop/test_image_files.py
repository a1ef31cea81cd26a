"""Image files that other tools have written. They are not part of the project: `ECRKIT_IMAGE_FILES` names their folder."""

import os
from pathlib import Path

import pytest

from ecrkit.errors import IncompleteIndexError, InvalidImageError
from ecrkit.resources import Repository

FILES = Path(
    os.environ.get("ECRKIT_IMAGE_FILES") or Path(__file__).parents[2].parent / "shared" / "cases" / "images"
)

pytestmark = pytest.mark.skipif(
    not FILES.is_dir(), reason="the image files are not here: set ECRKIT_IMAGE_FILES"
)


@pytest.mark.parametrize(
    ("file", "platforms", "layers"),
    [
        ("apko-golden-layout", ["linux/amd64", "linux/arm64"], None),
        ("cfg-no-os.tar", [], ["1724347cd47a"]),
        ("docker-name-only.tar.xz", ["linux/amd64"], None),
        ("docker25-save-by-digest-manifests-null.tar", ["linux/arm64"], ["12660636fe55"]),
        ("docker25.0.0-layer-order.tar", ["linux/amd64"], ["1724347cd47a", "4fda026e39b2"]),
        ("jib-docker.tar", ["linux/amd64"], ["d5927a02f65f", "d5927a02f65f"]),
        ("layer-xz.tar", ["linux/amd64"], ["1724347cd47a"]),
        ("platforms-at-root", ["linux/amd64", "linux/arm64"], None),
        ("v25.tar", ["linux/amd64"], ["0b272046bfb1"]),
        ("v25rc.tar", ["linux/amd64"], ["0b272046bfb1"]),
        ("win.tar", ["windows/amd64"], None),
    ],
)
def test_a_file_is_pushed(
    repository: Repository, file: str, platforms: list[str], layers: list[str] | None
) -> None:
    image = repository.push_image(FILES / file, tags="1")

    assert [str(each) for each in image.platforms()] == platforms
    if layers is not None:
        assert [each.digest.removeprefix("sha256:")[:12] for each in image.layers()] == layers


@pytest.mark.parametrize(
    ("file", "name", "digest"),
    [
        ("cosign-save", None, "6d60684e93c5bf0e6d59dec1079a174b23d5de110cda7445e22185f5a60a0f47"),
        ("crane-pull-two-images", None, "400c9052c24df27801efbf497e966095d6cbfcc92096db1851a6fd1a67e753a3"),
        (
            "docker28-two-by-digest.tar",
            None,
            "9ab48d3d4b313afd07660ca2ea4d306dba9f007803b0799b767c7af08f202ff5",
        ),
        (
            "docker28-tagged-and-by-digest.tar",
            "team/app:1.0",
            "9ab48d3d4b313afd07660ca2ea4d306dba9f007803b0799b767c7af08f202ff5",
        ),
        (
            "duplicate.tar",
            "docker.io/library/b:1",
            "50778cb18e293a71f5873c18ff726fdc4e3b8523b5ece81a54338a3bcc9d81ff",
        ),
    ],
)
def test_a_file_with_several_images_asks_which(
    repository: Repository, file: str, name: str | None, digest: str
) -> None:
    with pytest.raises(InvalidImageError, match=rf"Several images match: .*{digest}"):
        repository.push_image(FILES / file)

    assert repository.push_image(FILES / file, name=name or f"sha256:{digest}").digest == f"sha256:{digest}"


def test_what_docker_saves_of_one_platform_names_what_is_there(repository: Repository) -> None:
    file = FILES / "docker29-containerd-store-save-hello-world.tar"

    with pytest.raises(
        IncompleteIndexError, match=r"present: linux/amd64.*platforms='available'"
    ) as incomplete:
        repository.push_image(file, name="hello-world:linux")

    assert incomplete.value.present == ("linux/amd64",)
    image = repository.push_image(file, platforms="available", tags="1")
    assert [str(each) for each in image.platforms()] == ["linux/amd64"]


def test_an_image_without_layers_is_refused_with_the_reason(repository: Repository) -> None:
    with pytest.raises(InvalidImageError, match="has no layers, and ECR"):
        repository.push_image(FILES / "buildkit-oci.tar")
