"""What buildah, skopeo and umoci write is read to the same bytes that they read, and the other way round."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecrkit.oci import (
    DockerArchive,
    ImageManifest,
    ImageSource,
    OciArchive,
    OciLayout,
    compress_layers,
    find_root,
    join_platforms,
    open_images,
    read_config,
    read_manifest,
    write_docker_archive,
    write_layout,
    write_oci_archive,
)
from ecrkit.references import Digest
from tests.oci.making import builder_with_content, everything, make_content

POLICY = {"default": [{"type": "insecureAcceptAnything"}]}


def tool(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed")


def run(*command: str, folder: Path) -> bytes:
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "BUILDAH_ISOLATION": "chroot"}
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, env=environment, timeout=100)
    assert done.returncode == 0, f"{command}: {done.stderr.decode()}"
    return done.stdout


def skopeo(*arguments: str, folder: Path) -> bytes:
    (folder / "policy.json").write_text(json.dumps(POLICY))
    return run("skopeo", "--policy", str(folder / "policy.json"), *arguments, folder=folder)


def read_by_skopeo(image: str, folder: Path) -> tuple[bytes, bytes, set[bytes]]:
    """Read the manifest, the config and the other blobs of an image, byte by byte."""
    raw = skopeo("inspect", "--raw", image, folder=folder)
    config = skopeo("inspect", "--config", "--raw", image, folder=folder)
    target = folder / "read-by-skopeo"
    skopeo("copy", "--preserve-digests", image, f"dir:{target}", folder=folder)
    blobs = {path.read_bytes() for path in target.iterdir() if len(path.name) == 64}
    shutil.rmtree(target)
    return raw, config, blobs


def read_by_us(source: ImageSource, name: str | None = None) -> tuple[bytes, bytes, set[bytes]]:
    manifest = read_manifest(source, find_root(source, name))
    assert isinstance(manifest, ImageManifest)
    config = read_config(source, manifest)
    found = everything(source)
    return manifest.raw, config.raw, {found[blob.digest] for blob in manifest.blobs}


@pytest.fixture
def buildah(tmp_path: Path) -> Callable[[str], None]:
    """Give a function that pushes an image of two layers to wherever it is told."""
    if os.geteuid() != 0:
        pytest.skip("buildah needs root, or a user namespace, which not every machine grants")
    storage = ["buildah", "--root", "storage", "--runroot", "run", "--storage-driver", "vfs"]
    (tmp_path / "policy.json").write_text(json.dumps(POLICY))
    make_content(tmp_path / "content")
    container = run(*storage, "from", "scratch", folder=tmp_path).decode().strip()
    run(*storage, "copy", container, "content/hello", "/hello", folder=tmp_path)
    run(*storage, "commit", "--signature-policy", "policy.json", container, "one", folder=tmp_path)
    container = (
        run(*storage, "from", "--signature-policy", "policy.json", "--pull-never", "one", folder=tmp_path)
        .decode()
        .strip()
    )
    run(*storage, "copy", container, "content", "/content", folder=tmp_path)
    run(*storage, "config", "--label", "team=web", "--env", "A=1", container, folder=tmp_path)
    run(*storage, "commit", "--signature-policy", "policy.json", container, "two", folder=tmp_path)

    def push(target: str) -> None:
        run(*storage, "push", "--signature-policy", "policy.json", "two", target, folder=tmp_path)

    return push


@tool("buildah")
@tool("skopeo")
def test_a_layout_of_buildah_is_read_as_skopeo_reads_it(
    tmp_path: Path, buildah: Callable[[str], None]
) -> None:
    buildah("oci:layout:tag")

    ours = read_by_us(OciLayout(tmp_path / "layout"), "tag")

    assert ours == read_by_skopeo("oci:layout:tag", tmp_path)
    assert len(ours[2]) == 3


@tool("buildah")
@tool("skopeo")
def test_an_oci_archive_of_buildah_is_read_as_skopeo_reads_it(
    tmp_path: Path, buildah: Callable[[str], None]
) -> None:
    buildah("oci-archive:image.tar:tag")

    with open_images(tmp_path / "image.tar") as archive:
        assert isinstance(archive, OciArchive)
        assert read_by_us(archive, "tag") == read_by_skopeo("oci-archive:image.tar:tag", tmp_path)


@tool("buildah")
@tool("skopeo")
@pytest.mark.parametrize("writer", ["buildah", "skopeo"])
def test_a_docker_archive_is_read_as_skopeo_reads_it(
    tmp_path: Path, buildah: Callable[[str], None], writer: str
) -> None:
    if writer == "buildah":
        buildah("docker-archive:image.tar:team/app:1")
    else:
        buildah("oci:layout:tag")
        skopeo("copy", "oci:layout:tag", "docker-archive:image.tar:team/app:1", folder=tmp_path)

    with open_images(tmp_path / "image.tar") as archive:
        assert isinstance(archive, DockerArchive)
        _, config, blobs = read_by_us(archive)
        manifest = read_manifest(archive, archive.roots[0])

    theirs, their_config, their_blobs = read_by_skopeo("docker-archive:image.tar", tmp_path)
    assert (config, blobs) == (their_config, their_blobs)
    assert isinstance(manifest, ImageManifest)
    assert [each["digest"] for each in json.loads(theirs)["layers"]] == [
        each.digest for each in manifest.layers
    ]


@tool("umoci")
@tool("skopeo")
def test_a_layout_of_umoci_is_read_as_skopeo_reads_it(tmp_path: Path) -> None:
    make_content(tmp_path / "content")
    run("umoci", "init", "--layout", "layout", folder=tmp_path)
    run("umoci", "new", "--image", "layout:tag", folder=tmp_path)
    run("umoci", "insert", "--rootless", "--image", "layout:tag", "content", "/content", folder=tmp_path)
    run("umoci", "config", "--image", "layout:tag", "--config.label", "team=web", folder=tmp_path)

    with OciLayout(tmp_path / "layout") as layout:
        assert read_by_us(layout, "tag") == read_by_skopeo("oci:layout:tag", tmp_path)


@tool("skopeo")
def test_skopeo_reads_what_we_write(tmp_path: Path) -> None:
    with builder_with_content(tmp_path) as builder:
        built = builder.build()
        ours = read_by_us(built)
        write_layout(built, tmp_path / "layout")
        write_oci_archive(built, tmp_path / "image.tar")
        write_docker_archive(built, tmp_path / "docker.tar", ["team/app:1"])

    assert read_by_skopeo("oci:layout", tmp_path) == ours
    assert read_by_skopeo("oci-archive:image.tar", tmp_path) == ours
    # skopeo unpacks the layers of a docker archive on reading it, so only the config is the same.
    assert skopeo("inspect", "--config", "--raw", "docker-archive:docker.tar", folder=tmp_path) == ours[1]


@tool("umoci")
def test_umoci_unpacks_the_files_that_we_packed(tmp_path: Path) -> None:
    with builder_with_content(tmp_path) as builder:
        built = builder.build()
        root = built.roots[0].model_copy(update={"annotations": {"org.opencontainers.image.ref.name": "tag"}})
        write_layout(built, tmp_path / "layout", [root])

    run("umoci", "unpack", "--rootless", "--image", "layout:tag", "bundle", folder=tmp_path)

    unpacked = tmp_path / "bundle" / "rootfs" / "app"
    assert (unpacked / "hello").read_text() == "hello"
    assert (unpacked / "sub" / "zeros").read_bytes() == bytes(200_000)
    assert (unpacked / "link").readlink() == Path("sub/zeros")


@tool("skopeo")
def test_skopeo_takes_an_index_of_several_platforms(tmp_path: Path) -> None:
    with builder_with_content(tmp_path) as one, builder_with_content(tmp_path, "linux/arm64") as other:
        joined = join_platforms([one.build(), other.build()])
        write_layout(joined, tmp_path / "layout")

    skopeo("copy", "--all", "oci:layout", "oci:copy:tag", folder=tmp_path)

    assert everything(OciLayout(tmp_path / "copy")) == everything(OciLayout(tmp_path / "layout"))


@tool("buildah")
@tool("skopeo")
def test_compressing_the_layers_of_a_docker_archive_keeps_the_image(
    tmp_path: Path, buildah: Callable[[str], None]
) -> None:
    buildah("docker-archive:image.tar:team/app:1")

    with (
        DockerArchive(tmp_path / "image.tar") as archive,
        compress_layers(archive, archive.roots[0]) as packed,
    ):
        write_layout(packed, tmp_path / "packed")
        expected = read_by_us(archive)[1]

    raw, config, blobs = read_by_skopeo("oci:packed", tmp_path)
    assert config == expected
    described: Any = json.loads(raw)
    assert {Digest.of(blob) for blob in blobs} == {
        each["digest"] for each in [described["config"], *described["layers"]]
    }
