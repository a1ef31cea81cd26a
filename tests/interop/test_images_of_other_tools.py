"""Real images of other people's tools, through a repository and back, compared byte by byte with what those tools read."""

import json
import os
from pathlib import Path

import pytest

from ecrkit import Repository, oci
from tests.interop.other_tools import Buildah, need, run, skopeo_reads, tree, write_content
from tests.samples import image, join, layout_blobs, noise


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Let buildah write the same image in every form, and an index of two."""
    if os.geteuid() != 0:
        pytest.skip("buildah needs root, or a user namespace, which not every machine grants")
    folder = tmp_path_factory.mktemp("made")
    buildah = Buildah(folder / "storage")
    content = write_content(folder / "content", ["a", "b"])
    layout, archive, docker = folder / "layout", folder / "oci.tar", folder / "docker.tar"
    buildah.image(
        content, "amd64", f"oci:{layout}:1", f"oci-archive:{archive}:app:1", f"docker-archive:{docker}:app:1"
    )
    buildah.image(content, "arm64", f"oci:{folder / 'arm'}:1")
    buildah("manifest", "create", "both")
    buildah("manifest", "add", "both", f"oci:{layout}:1")
    buildah("manifest", "add", "both", f"oci:{folder / 'arm'}:1")
    buildah("manifest", "push", "--all", "both", f"oci:{folder / 'both'}:1")
    return folder


@need("buildah", "skopeo")
@pytest.mark.parametrize(
    ("name", "transport"), [("layout", "oci:{}:1"), ("oci.tar", "oci-archive:{}"), ("both", "oci:{}:1")]
)
def test_what_buildah_wrote_comes_back_as_skopeo_reads_it(
    repository: Repository, made: Path, tmp_path: Path, name: str, transport: str
) -> None:
    pushed = repository.push_image(made / name, tags="1")

    folder = repository.image("1").pull(tmp_path / "pulled")

    theirs = skopeo_reads(transport.format(made / name), tmp_path / "theirs")
    ours = skopeo_reads(f"oci:{folder}:1", tmp_path / "ours")
    assert ours == theirs
    assert run("skopeo", "inspect", "--raw", f"oci:{folder}:1").encode() == pushed.manifest().raw


@need("buildah", "skopeo")
def test_an_archive_of_docker_save_keeps_its_layers_and_its_config(
    repository: Repository, made: Path, tmp_path: Path
) -> None:
    repository.push_image(made / "docker.tar", tags="1")

    folder = repository.image("1").pull(tmp_path / "pulled")

    theirs = skopeo_reads(f"docker-archive:{made / 'docker.tar'}", tmp_path / "theirs")
    blobs = {digest.hex: raw for digest, raw in layout_blobs(folder).items()}
    assert {name: raw for name, raw in theirs.items() if len(name) == 64}.items() <= blobs.items()


@need("buildah", "skopeo")
def test_the_config_says_what_buildah_put_into_it(repository: Repository, made: Path) -> None:
    pushed = repository.push_image(made / "both")

    config = pushed.resolve("linux/arm64").config()

    assert (config.labels["made"], config.env["X"], config.cmd) == ("by-buildah", "1", ("/app/a",))


@need("buildah", "skopeo")
@pytest.mark.parametrize("format", ["oci", "docker"])
def test_archives_of_ours_are_read_by_skopeo(
    repository: Repository,
    made: Path,
    tmp_path: Path,
    format: str,  # noqa: A002 -- what it is called there
) -> None:
    repository.push_image(made / "layout", tags="1")

    path = repository.image("1").save(tmp_path / "saved.tar", format=format)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    config = json.loads(run("skopeo", "inspect", "--config", f"{format}-archive:{path}"))
    assert config["config"]["Labels"]["made"] == "by-buildah"
    skopeo_reads(f"{format}-archive:{path}", tmp_path / "read")


@need("buildah", "skopeo")
def test_an_archive_for_docker_unpacks_to_the_files_that_were_put_in(
    repository: Repository, made: Path, tmp_path: Path
) -> None:
    repository.push_image(made / "both", tags="1")
    path = repository.image("1").save(tmp_path / "saved.tar", format="docker", platform="linux/arm64")
    buildah = Buildah(tmp_path / "storage")

    container = buildah("from", f"docker-archive:{path}")

    assert tree(Path(buildah("mount", container)) / "app") == tree(made / "content")


@need("umoci")
def test_what_umoci_wrote_comes_back_and_umoci_unpacks_it(repository: Repository, tmp_path: Path) -> None:
    content, layout = write_content(tmp_path / "content", ["a", "b", "c"]), tmp_path / "layout"
    run("umoci", "init", "--layout", layout)
    run("umoci", "new", "--image", f"{layout}:1")
    for number in range(3):
        run("umoci", "insert", "--rootless", "--image", f"{layout}:1", content, f"/app{number}")
    repository.push_image(layout, name="1", tags="1")

    folder = repository.image("1").pull(tmp_path / "pulled")

    assert layout_blobs(folder).items() <= layout_blobs(layout).items()
    run("umoci", "unpack", "--rootless", "--image", f"{folder}:1", tmp_path / "bundle")
    assert tree(tmp_path / "bundle" / "rootfs" / "app2") == tree(content)


@need("skopeo")
@pytest.mark.parametrize(
    "media_type", [oci.media_types.OCI_MANIFEST, oci.media_types.DOCKER_MANIFEST], ids=["oci", "docker"]
)
def test_skopeo_reads_twenty_layers_that_we_pulled(
    repository: Repository, tmp_path: Path, media_type: str
) -> None:
    layers = [noise(20_000, seed) for seed in range(20)]
    source = image(*layers, media_type=media_type)
    repository.push_image(source, tags="1")

    folder = repository.image("1").pull(tmp_path / "pulled")

    if media_type == oci.media_types.OCI_MANIFEST:
        read = skopeo_reads(f"oci:{folder}:1", tmp_path / "read")
        assert set(read.values()) >= set(layers)
    assert layout_blobs(folder) == source.blobs


@need("skopeo")
def test_skopeo_reads_an_image_that_came_with_its_referrers_by_its_name(
    repository: Repository, tmp_path: Path
) -> None:
    pushed = repository.push_image(image(noise(9)), tags="1")
    pushed.attach(b"sbom", artifact_type="application/spdx+json")

    folder = repository.image("1").pull(tmp_path / "pulled", referrers=True)

    assert run("skopeo", "inspect", "--raw", f"oci:{folder}:1").encode() == pushed.manifest().raw


@need("skopeo")
def test_skopeo_reads_an_index_that_we_copied(
    repository: Repository, other: Repository, tmp_path: Path
) -> None:
    source = join(image(noise(9)), image(noise(8), platform="linux/arm64"))
    repository.push_image(source).copy_to(other, tags="1")

    folder = other.image("1").pull(tmp_path / "pulled")

    read = skopeo_reads(f"oci:{folder}:1", tmp_path / "read")
    assert set(read.values()) >= {noise(9), noise(8)}
