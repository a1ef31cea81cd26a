"""Archives with two tables of contents, as Docker writes them, and what is meant by a name, a digest or a platform."""

import bz2
import io
import json
import lzma
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ecrkit import oci
from ecrkit.errors import InvalidImageError, PlatformNotFoundError
from ecrkit.oci import IMAGE_NAME, REF_NAME, Descriptor, ImageManifest, Index, media_types
from ecrkit.oci.builders import to_json
from ecrkit.oci.layout import blob_name
from ecrkit.oci.names import normalize
from ecrkit.references import Digest
from tests.oci.making import layout_files, tar_bytes, write_files
from tests.samples import MemoryImages, image, join, noise, together


def table(manifest: ImageManifest, *names: str) -> dict[str, Any]:
    """Describe an image as `manifest.json` does."""
    return {
        "Config": blob_name(manifest.config.digest),
        "RepoTags": list(names) or None,
        "Layers": [blob_name(layer.digest) for layer in manifest.layers],
    }


def archive(
    path: Path,
    source: MemoryImages,
    *saved: Mapping[str, Any],
    index: Sequence[Descriptor] | None = (),
) -> Path:
    """Write an archive of both tables."""
    files = layout_files(list(source.blobs.values()))
    listed = None if index is None else [each.to_wire() for each in index]
    files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": listed}).encode()
    files["manifest.json"] = json.dumps(list(saved)).encode()
    path.write_bytes(tar_bytes(files))
    return path


def image_manifest(source: MemoryImages) -> ImageManifest:
    assert isinstance(source.root, ImageManifest)
    return source.root


def changed(source: MemoryImages, **members: Any) -> MemoryImages:
    """Write the manifest of an image with other members."""
    manifest = oci.parse_manifest(to_json({**source.root.members(), **members}), source.root.media_type)
    return MemoryImages({**source.blobs, manifest.digest: manifest.raw}, [manifest.descriptor()])


def layers_of(path: Path, name: str | None = None) -> list[Digest]:
    with oci.open_images(path) as images:
        manifest = oci.read_manifest(images, oci.find_root(images, name))
        assert isinstance(manifest, ImageManifest)
        return [layer.digest for layer in manifest.layers]


def test_a_manifest_of_the_layout_is_used_as_it_is(tmp_path: Path) -> None:
    made = image(noise(1), noise(2))
    path = archive(tmp_path / "a.tar", made, table(image_manifest(made), "app:1"), index=made.roots)

    with oci.open_images(path) as images:
        assert oci.find_root(images).digest == made.root.digest
        assert oci.find_root(images, "docker.io/library/app:1").digest == made.root.digest


def test_an_image_that_the_index_lacks_is_found_in_the_other_table(tmp_path: Path) -> None:
    one, two = image(noise(1)), image(noise(2))
    both = [table(image_manifest(each)) for each in (one, two)]
    path = archive(tmp_path / "a.tar", together(one, two), *both, index=one.roots)

    with oci.open_images(path) as images, pytest.raises(InvalidImageError) as asked:
        oci.find_root(images)

    assert len(images.roots) == 2
    for root in images.roots:
        assert f"{root.digest}, linux/amd64" in str(asked.value)


def test_an_index_of_null_is_an_empty_one(tmp_path: Path) -> None:
    made = image(noise(1))
    path = archive(tmp_path / "a.tar", made, table(image_manifest(made)), index=None)

    assert layers_of(path) == [Digest.of(noise(1))]


def test_layers_in_the_wrong_order_are_taken_from_the_other_table(tmp_path: Path) -> None:
    made = image(noise(1), noise(2))
    wrong = changed(made, layers=[layer.to_wire() for layer in reversed(image_manifest(made).layers)])
    path = archive(tmp_path / "a.tar", wrong, table(image_manifest(made), "app:1"), index=wrong.roots)

    assert layers_of(path) == [Digest.of(noise(1)), Digest.of(noise(2))]


@pytest.mark.parametrize("layers", [None, []])
def test_a_manifest_without_its_layers_is_not_used(tmp_path: Path, layers: object) -> None:
    made = image(noise(1), noise(2))
    manifest = json.dumps({**made.root.members(), "layers": layers}).encode()
    root = Descriptor(media_type=made.root.media_type, digest=Digest.of(manifest), size=len(manifest))
    wrong = MemoryImages({**made.blobs, root.digest: manifest}, [root])
    path = archive(tmp_path / "a.tar", wrong, table(image_manifest(made), "app:1"), index=wrong.roots)

    assert layers_of(path) == [Digest.of(noise(1)), Digest.of(noise(2))]


def test_a_manifest_that_ecr_refuses_is_not_used(tmp_path: Path) -> None:
    made = image(noise(1))
    config = image_manifest(made).config.to_wire() | {"platform": {"os": "linux", "architecture": "amd64"}}
    wrong = changed(made, config=config)
    path = archive(tmp_path / "a.tar", wrong, table(image_manifest(made)), index=wrong.roots)

    with oci.open_images(path) as images:
        manifest = oci.read_manifest(images, oci.find_root(images))
    assert isinstance(manifest, ImageManifest)
    assert manifest.config.platform is None


def test_names_of_the_other_table_belong_to_the_index_that_lists_the_image(tmp_path: Path) -> None:
    present, absent = image(noise(1)), image(noise(2), platform="linux/arm64")
    index = join(present, absent)
    part = index.without(absent.root.digest)
    path = archive(tmp_path / "a.tar", part, table(image_manifest(present), "app:1"), index=index.roots)

    with oci.open_images(path) as images:
        assert oci.find_root(images, "app:1").digest == index.root.digest


def test_of_a_file_that_occurs_twice_the_last_one_counts(tmp_path: Path) -> None:
    made = image(noise(1))
    files = layout_files(list(made.blobs.values()), made.roots[0].to_wire())
    twice = [
        (tarfile.TarInfo("index.json"), b"{}"),
        *((tarfile.TarInfo(name), files[name]) for name in files),
    ]
    (tmp_path / "a.tar").write_bytes(tar_bytes(twice))

    assert layers_of(tmp_path / "a.tar") == [Digest.of(noise(1))]


def test_a_file_named_manifest_json_in_a_layout_need_not_be_of_docker(tmp_path: Path) -> None:
    made = image(noise(1))
    files = layout_files(list(made.blobs.values()), made.roots[0].to_wire())
    (tmp_path / "a.tar").write_bytes(tar_bytes({**files, "manifest.json": b'{"not": "docker"}'}))

    assert layers_of(tmp_path / "a.tar") == [Digest.of(noise(1))]


@pytest.mark.parametrize("packed", [lzma.compress, bz2.compress])
def test_archives_in_xz_and_bzip2_are_read(tmp_path: Path, packed: Any) -> None:
    made = image(noise(1))
    raw = tar_bytes(layout_files(list(made.blobs.values()), made.roots[0].to_wire()))
    (tmp_path / "a.tar.packed").write_bytes(packed(raw))

    assert layers_of(tmp_path / "a.tar.packed") == [Digest.of(noise(1))]


@pytest.mark.parametrize("packed", [lzma.compress, bz2.compress])
def test_layers_in_xz_and_bzip2_are_expanded(tmp_path: Path, packed: Any) -> None:
    layer = tar_bytes({"hello": b"world"})
    config = oci.build_config("linux/amd64", [Digest.of(layer)])
    saved = {"Config": "config.json", "Layers": ["l.tar"]}
    files = {"config.json": config.raw, "l.tar": packed(layer), "manifest.json": json.dumps([saved]).encode()}
    (tmp_path / "a.tar").write_bytes(tar_bytes(files))

    with oci.open_images(tmp_path / "a.tar") as images:
        manifest = oci.read_manifest(images, oci.find_root(images))
        assert isinstance(manifest, ImageManifest)
        [described] = manifest.layers
        assert described.media_type == media_types.OCI_LAYER
        with oci.open_verified(images, described) as stream:
            assert stream.read() == layer


def test_the_spelling_of_old_jib_is_understood(tmp_path: Path) -> None:
    made = image(noise(1))
    saved = table(image_manifest(made), "app:1")
    files = layout_files(list(made.blobs.values()))
    del files["index.json"]
    old = {"config": saved["Config"], "repoTags": saved["RepoTags"], "layers": saved["Layers"]}
    (tmp_path / "a.tar").write_bytes(tar_bytes({**files, "manifest.json": json.dumps([old]).encode()}))

    assert layers_of(tmp_path / "a.tar", "app:1") == [Digest.of(noise(1))]


@pytest.mark.parametrize(
    "config", [{"architecture": ""}, {"config": {"Entrypoint": "/bin/sh", "Labels": {"a": None}}}]
)
def test_only_the_layers_of_a_config_are_needed(tmp_path: Path, config: dict[str, Any]) -> None:
    raw = json.dumps({**config, "rootfs": {"type": "layers", "diff_ids": [Digest.of(noise(1))]}}).encode()
    saved = {"Config": "config.json", "Layers": ["l.tar"]}
    files = {"config.json": raw, "l.tar": noise(1), "manifest.json": json.dumps([saved]).encode()}
    (tmp_path / "a.tar").write_bytes(tar_bytes(files))

    assert layers_of(tmp_path / "a.tar") == [Digest.of(noise(1))]


def platforms_at_root(folder: Path, *images: MemoryImages) -> Path:
    source = together(*images)
    return write_files(
        folder, layout_files(list(source.blobs.values()), *(each.to_wire() for each in source.roots))
    )


def test_an_index_json_that_lists_platforms_is_the_image_itself(tmp_path: Path) -> None:
    path = platforms_at_root(tmp_path, image(noise(1)), image(noise(2), platform="linux/arm64"))

    with oci.open_images(path) as images:
        root = oci.find_root(images)
        index = oci.read_manifest(images, root)

    assert isinstance(index, Index)
    assert index.raw == (tmp_path / "index.json").read_bytes()
    assert [str(each) for each in index.platforms] == ["linux/amd64", "linux/arm64"]


def test_two_images_for_one_platform_are_not_one_image(tmp_path: Path) -> None:
    path = platforms_at_root(tmp_path, image(noise(1)), image(noise(2)))

    with (
        oci.open_images(path) as images,
        pytest.raises(InvalidImageError, match="Several images match"),
    ):
        oci.find_root(images)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("app", "docker.io/library/app:latest"),
        ("team/app:1", "docker.io/team/app:1"),
        ("index.docker.io/app:1", "docker.io/library/app:1"),
        ("localhost/app:1", "localhost/app:1"),
        ("registry:5000/app", "registry:5000/app:latest"),
        ("ghcr.io/a/b/c:1", "ghcr.io/a/b/c:1"),
    ],
)
def test_names_are_completed_as_docker_does(short: str, full: str) -> None:
    assert normalize(short) == full
    assert normalize(full) == full


def named(source: MemoryImages, **annotations: str) -> MemoryImages:
    keys = {"name": IMAGE_NAME, "ref": REF_NAME}
    wanted = {keys[key]: value for key, value in annotations.items()}
    return MemoryImages(source.blobs, [source.roots[0].model_copy(update={"annotations": wanted})])


TWO = together(
    named(image(noise(1)), name="docker.io/library/app:1", ref="1"),
    named(image(noise(2), platform="linux/arm64"), name="ghcr.io/team/app:2", ref="2"),
)


@pytest.mark.parametrize(
    "name",
    [
        "app:1",
        "library/app:1",
        "docker.io/library/app:1",
        "1",
        TWO.roots[0].digest,
        f"app@{TWO.roots[0].digest}",
    ],
)
def test_an_image_is_found_by_any_form_of_its_name(name: str) -> None:
    assert oci.find_root(TWO, name) == TWO.roots[0]


def test_an_image_is_found_by_the_digest_of_its_config() -> None:
    assert oci.find_root(TWO, image_manifest(TWO).config.digest) == TWO.roots[0]


def test_a_tag_alone_is_enough_if_only_one_has_it() -> None:
    source = together(named(image(noise(1)), name="app:1"), named(image(noise(2)), name="app:2"))

    assert oci.find_root(source, "2") == source.roots[1]


def test_an_image_inside_of_an_index_is_found_by_its_digest() -> None:
    child = image(noise(3), platform="linux/arm64")

    assert oci.find_root(join(image(noise(1)), child), child.root.digest).digest == child.root.digest


def test_two_repositories_with_the_same_tag_are_told_apart_by_their_full_names() -> None:
    source = together(
        named(image(noise(1)), name="host/a:latest", ref="latest"),
        named(image(noise(2)), name="host/b:latest", ref="latest"),
    )

    assert oci.find_root(source, "host/b:latest") == source.roots[1]
    with pytest.raises(InvalidImageError, match=r"host/a:latest \(sha256:.*host/b:latest \("):
        oci.find_root(source, "latest")


def test_platforms_choose_among_roots() -> None:
    v6, v7 = image(noise(6), platform="linux/arm/v6"), image(noise(7), platform="linux/arm/v7")
    source = together(named(v6, ref="a"), named(v7, ref="b"))

    assert oci.find_root(source, platforms="linux/arm/v7").digest == v7.root.digest
    assert oci.find_root(source, platforms=["linux/arm/v6"]).digest == v6.root.digest
    with pytest.raises(PlatformNotFoundError, match="There is no image for windows/amd64; the source has a"):
        oci.find_root(source, platforms=["windows/amd64"])


def test_a_broken_image_does_not_keep_anybody_from_choosing_another() -> None:
    good, broken = named(image(noise(1)), ref="good"), image(noise(2))
    root = broken.roots[0].model_copy(update={"annotations": {REF_NAME: "broken"}})
    source = together(good, MemoryImages({root.digest: b"{"}, [root]))

    assert oci.find_root(source, "good") == good.roots[0]
    with pytest.raises(InvalidImageError, match=r"good \(.*broken \("):
        oci.find_root(source)


@pytest.mark.parametrize(
    ("files", "advice"),
    [
        ({"repositories": b"{}", "a/layer.tar": b""}, "before version 1.10"),
        ({"image/manifest.json": b"[]"}, "pack the content of that folder"),
        ({"etc/passwd": b"", "bin/sh": b""}, "it has 2 files, such as 'bin/sh', 'etc/passwd'"),
    ],
)
def test_what_is_no_image_is_described(tmp_path: Path, files: dict[str, bytes], advice: str) -> None:
    (tmp_path / "a.tar").write_bytes(tar_bytes(files))

    with pytest.raises(InvalidImageError, match=advice):
        oci.open_images(tmp_path / "a.tar")


def test_a_gzip_archive_of_both_tables_is_read(tmp_path: Path) -> None:
    made = image(noise(1))
    path = archive(tmp_path / "a.tar", made, table(image_manifest(made)), index=made.roots)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as out, tarfile.open(path) as plain:
        for member in plain:
            out.addfile(member, plain.extractfile(member))
    (tmp_path / "a.tar.gz").write_bytes(packed.getvalue())

    assert layers_of(tmp_path / "a.tar.gz") == [Digest.of(noise(1))]


@pytest.mark.parametrize(
    ("files", "advice"),
    [
        ({"manifest.json": b"[]"}, "pass the tar file itself"),
        ({"manifest.json": b"{}", "version": b"Directory Transport Version: 1.1"}, "skopeo's dir: transport"),
    ],
)
def test_a_folder_that_is_no_layout_is_described(
    tmp_path: Path, files: dict[str, bytes], advice: str
) -> None:
    with pytest.raises(InvalidImageError, match=advice):
        oci.open_images(write_files(tmp_path, files))
