"""Our images, unpacked by umoci, skopeo, buildah and podman, have the files that were put in; and so has what those tools write."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrkit import Repository, oci
from tests.interop import unpacked_image
from tests.interop.other_tools import Buildah, need, run
from tests.interop.podman import Podman, usable_podman
from tests.interop.trees import Entry, folder_tree, without_what_engines_make

pytestmark = [
    need("umoci", "skopeo"),
    pytest.mark.skipif(os.geteuid() != 0, reason="owners and modes can only be unpacked as root"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[oci.BuiltImage]:
    with oci.ImageBuilder("linux/amd64") as builder:
        yield unpacked_image.build(builder, tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def expected(built: oci.BuiltImage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Entry]:
    """What umoci unpacks from the image before any repository or other tool had it."""
    folder = tmp_path_factory.mktemp("expected")
    root = built.roots[0].model_copy(update={"annotations": {oci.REF_NAME: "1"}})
    oci.write_layout(built, folder / "layout", [root])
    return unpacked_image.by_umoci(folder / "layout", "1", folder)


@pytest.fixture
def pushed(repository: Repository, built: oci.BuiltImage) -> Repository:
    repository.push_image(built, tags="1")
    return repository


@pytest.fixture
def podman() -> Iterator[Podman]:
    with usable_podman() as usable:
        yield usable


def skopeo(source: str, target: str) -> None:
    run("skopeo", "--insecure-policy", "copy", "--quiet", source, target)


def test_the_files_are_those_that_were_put_in(expected: dict[str, Entry]) -> None:
    unpacked_image.check_expected(expected)


def test_umoci_unpacks_what_was_pushed_and_pulled(
    pushed: Repository, expected: dict[str, Entry], tmp_path: Path
) -> None:
    layout = pushed.image("1").pull(tmp_path / "layout")

    assert unpacked_image.by_umoci(layout, "1", tmp_path) == expected


@pytest.mark.parametrize(("archive", "transport"), [("oci", "oci-archive"), ("docker", "docker-archive")])
def test_skopeo_converts_our_archives_and_the_files_stay(
    pushed: Repository, expected: dict[str, Entry], tmp_path: Path, archive: str, transport: str
) -> None:
    path = pushed.image("1").save(tmp_path / "saved.tar", format="docker" if archive == "docker" else "oci")

    skopeo(f"{transport}:{path}", f"oci:{tmp_path / 'converted'}:1")

    assert unpacked_image.by_umoci(tmp_path / "converted", "1", tmp_path) == expected


@pytest.mark.parametrize("transport", ["docker-archive", "oci-archive", "oci"])
def test_what_skopeo_converted_comes_back_from_a_repository(
    pushed: Repository, other: Repository, expected: dict[str, Entry], tmp_path: Path, transport: str
) -> None:
    layout = pushed.image("1").pull(tmp_path / "layout")
    skopeo(f"oci:{layout}:1", f"{transport}:{tmp_path / 'theirs'}:team/app:1")

    other.push_image(tmp_path / "theirs", tags="1")

    back = other.image("1").pull(tmp_path / "back")
    assert unpacked_image.by_umoci(back, "1", tmp_path) == expected


@need("buildah")
@pytest.mark.parametrize(("archive", "transport"), [("oci", "oci-archive"), ("docker", "docker-archive")])
def test_buildah_mounts_our_archives_and_the_files_stay(
    pushed: Repository, expected: dict[str, Entry], tmp_path: Path, archive: str, transport: str
) -> None:
    path = pushed.image("1").save(tmp_path / "saved.tar", format="docker" if archive == "docker" else "oci")
    buildah = Buildah(tmp_path / "storage")

    mounted = Path(buildah("mount", buildah("from", f"{transport}:{path}")))

    assert folder_tree(mounted) == expected


@pytest.mark.parametrize("archive", ["oci", "docker"])
def test_podman_loads_our_archives_and_the_files_stay(
    pushed: Repository, expected: dict[str, Entry], podman: Podman, tmp_path: Path, archive: str
) -> None:
    path = pushed.image("1").save(
        tmp_path / "saved.tar",
        format="docker" if archive == "docker" else "oci",
        names="example.com/team/app:1",
    )

    podman.load(path)

    assert podman.run("images", "--format", "{{.Repository}}:{{.Tag}}") == "example.com/team/app:1"
    mounted = Path(podman.run("image", "mount", "example.com/team/app:1"))
    assert without_what_engines_make(folder_tree(mounted)) == expected


@pytest.mark.parametrize("archive", ["oci-archive", "docker-archive"])
def test_what_podman_saves_comes_back_from_a_repository(
    pushed: Repository,
    other: Repository,
    expected: dict[str, Entry],
    podman: Podman,
    tmp_path: Path,
    archive: str,
) -> None:
    podman.load(
        pushed.image("1").save(tmp_path / "ours.tar", format="docker", names="example.com/team/app:1")
    )
    podman.run("save", "--format", archive, "--output", tmp_path / "theirs.tar", "example.com/team/app:1")

    other.push_image(tmp_path / "theirs.tar", name="example.com/team/app:1", tags="1")

    back = other.image("1").pull(tmp_path / "back")
    assert unpacked_image.by_umoci(back, "1", tmp_path) == expected


def test_an_archive_named_by_default_keeps_its_repository_in_podman(
    pushed: Repository, podman: Podman, tmp_path: Path
) -> None:
    podman.load(pushed.image("1").save(tmp_path / "docker.tar", format="docker"))

    assert podman.run("images", "--format", "{{.Repository}}:{{.Tag}}").endswith(f"/{pushed.name}:1")


def test_what_umoci_repacked_comes_back_from_a_repository(
    pushed: Repository, other: Repository, expected: dict[str, Entry], tmp_path: Path
) -> None:
    layout = pushed.image("1").pull(tmp_path / "layout")
    run("umoci", "unpack", "--image", f"{layout}:1", tmp_path / "work")
    (tmp_path / "work" / "rootfs" / "opt" / "kept").unlink()
    run("umoci", "repack", "--image", f"{layout}:2", tmp_path / "work")

    other.push_image(layout, name="2", tags="2")

    back = other.image("2").pull(tmp_path / "back")
    assert unpacked_image.by_umoci(back, "2", tmp_path) == {
        name: entry for name, entry in expected.items() if name != "opt/kept"
    }
