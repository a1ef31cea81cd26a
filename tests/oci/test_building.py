"""Images and layers are built the same way every time, in one pass, with both digests right."""

import gzip
import io
import os
import socket
import sys
import tarfile
import tempfile
import tracemalloc
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrkit.errors import (
    EmptyLayerError,
    InvalidImageError,
    InvalidManifestError,
    MissingBlobError,
    MissingExtraError,
    SourceChangedError,
)
from ecrkit.oci import (
    Compression,
    Descriptor,
    DockerArchive,
    ImageBuilder,
    ImageManifest,
    Layer,
    build_config,
    build_manifest,
    layer_from_folder,
    layer_from_tar,
    layer_writer,
    media_types,
    open_images,
    parse_config,
    parse_manifest,
    read_config,
    write_docker_archive,
    write_layout,
    write_oci_archive,
)
from ecrkit.references import Digest
from tests.oci.making import builder_with_content, everything, layer_tar, make_content, tar_bytes


def expand(raw: bytes, media_type: str) -> bytes:
    if media_type == media_types.OCI_LAYER_ZSTD:
        return zstandard.ZstdDecompressor().decompressobj().decompress(raw)
    return gzip.decompress(raw) if media_type == media_types.OCI_LAYER_GZIP else raw


def expanded(layer: Layer) -> bytes:
    return expand(layer.path.read_bytes(), layer.descriptor.media_type)


def listing(layer: Layer) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(expanded(layer))) as archive:
        return archive.getmembers()


@pytest.mark.parametrize("compression", ["gzip", "zstd", "none"])
def test_both_digests_and_the_size_of_a_layer_are_right(tmp_path: Path, compression: Compression) -> None:
    folder = make_content(tmp_path / "content")

    layer = layer_from_folder(folder, tmp_path / "layer", compression=compression)

    assert layer.descriptor.digest == Digest.of(layer.path.read_bytes())
    assert layer.descriptor.size == layer.path.stat().st_size
    assert layer.diff_id == Digest.of(expanded(layer))


def test_a_layer_holds_what_the_folder_holds(tmp_path: Path) -> None:
    folder = make_content(tmp_path / "content")

    layer = layer_from_folder(folder, tmp_path / "layer", to="/app")

    assert [each.name for each in listing(layer)] == [
        "app",
        "app/hello",
        "app/link",
        "app/" + "long" * 40,
        "app/sub",
        "app/sub/zeros",
        "app/ünïcode",
    ]
    with tarfile.open(fileobj=io.BytesIO(expanded(layer))) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python has it since 3.11.4
        archive.extractall(tmp_path / "unpacked")
    assert (tmp_path / "unpacked/app/hello").read_text() == "hello"
    assert (tmp_path / "unpacked/app/link").read_bytes() == bytes(200_000)


def test_nothing_of_the_machine_gets_into_a_layer(tmp_path: Path) -> None:
    layer = layer_from_folder(make_content(tmp_path / "content"), tmp_path / "layer", mtime=1_700_000_000)

    for each in listing(layer):
        assert (each.uid, each.gid, each.uname, each.gname, each.mtime) == (0, 0, "", "", 1_700_000_000)


def test_the_same_content_gives_the_same_layer_whenever_and_wherever(tmp_path: Path) -> None:
    one, other = make_content(tmp_path / "one"), make_content(tmp_path / "other")
    os.utime(other / "hello", (1, 1))

    layers = [layer_from_folder(each, tmp_path / f"layer-{each.name}") for each in (one, other)]

    assert layers[0].descriptor == layers[1].descriptor


def test_the_content_of_a_folder_may_go_to_the_root(tmp_path: Path) -> None:
    layer = layer_from_folder(make_content(tmp_path / "content"), tmp_path / "layer")

    assert listing(layer)[0].name == "hello"


@pytest.mark.parametrize("to", ["../etc", "/app/../../etc"])
def test_a_target_that_leads_out_of_the_image_is_refused(tmp_path: Path, to: str) -> None:
    with pytest.raises(InvalidImageError, match="leads out"):
        layer_from_folder(make_content(tmp_path / "content"), tmp_path / "layer", to=to)


def test_links_are_kept_and_never_read_through(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "file").symlink_to("/etc/passwd")
    (folder / "folder").symlink_to("/etc")
    (folder / "circle").symlink_to(folder)

    layer = layer_from_folder(folder, tmp_path / "layer")

    assert {each.name: each.linkname for each in listing(layer)} == {
        "circle": str(folder),
        "file": "/etc/passwd",
        "folder": "/etc",
    }


def test_pipes_and_sockets_are_refused_and_leave_no_file(tmp_path: Path) -> None:
    for name in ("pipe", "socket"):
        folder = tmp_path / f"with-{name}"
        folder.mkdir()
        if name == "pipe":
            os.mkfifo(folder / name)
        else:
            with socket.socket(socket.AF_UNIX) as bound:
                bound.bind(str(folder / name))

        with pytest.raises(InvalidImageError, match="a device, a pipe or a socket"):
            layer_from_folder(folder, tmp_path / "layer")
        assert not (tmp_path / "layer").exists()


@pytest.mark.parametrize("kind", ["path", "string", "stream"])
def test_a_tar_file_becomes_a_layer_with_its_bytes_unchanged(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "layer.tar"
    path.write_bytes(layer_tar())
    sources: dict[str, Path | str | BinaryIO] = {
        "path": path,
        "string": str(path),
        "stream": io.BytesIO(layer_tar()),
    }

    layer = layer_from_tar(sources[kind], tmp_path / "layer")

    assert expanded(layer) == layer_tar()
    assert layer.diff_id == Digest.of(layer_tar())


@pytest.mark.parametrize("packed", ["gzip", "zstd"])
def test_a_compressed_tar_file_is_kept_as_it_is(tmp_path: Path, packed: str) -> None:
    raw = gzip.compress(layer_tar(), 1, mtime=0) if packed == "gzip" else zstandard.compress(layer_tar())

    layer = layer_from_tar(io.BytesIO(raw), tmp_path / "layer", compression="none")

    assert layer.path.read_bytes() == raw
    assert layer.descriptor.digest == Digest.of(raw)
    assert layer.descriptor.media_type == f"application/vnd.oci.image.layer.v1.tar+{packed}"
    assert layer.diff_id == Digest.of(layer_tar())


@pytest.mark.parametrize(
    ("raw", "error", "said"),
    [
        (b"", EmptyLayerError, "zero bytes"),
        (b"PK\x03\x04" + bytes(600), InvalidImageError, "not a tar file"),
        (b"hello", InvalidImageError, "not a tar file"),
        (gzip.compress(b"hello", mtime=0), InvalidImageError, "not a tar file"),
        (gzip.compress(layer_tar(), mtime=0)[:-9], InvalidImageError, "damaged"),
        (b"\x28\xb5\x2f\xfd nonsense", InvalidImageError, "damaged"),
    ],
)
def test_what_is_no_tar_file_is_refused_and_leaves_no_file(
    tmp_path: Path, raw: bytes, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        layer_from_tar(io.BytesIO(raw), tmp_path / "layer")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("packed", ["gzip", "zstd"])
def test_a_layer_that_expands_without_end_is_refused(tmp_path: Path, packed: str) -> None:
    packer = zlib.compressobj(wbits=31) if packed == "gzip" else zstandard.ZstdCompressor().compressobj()
    bomb = packer.compress(layer_tar()) + packer.compress(bytes(50_000_000)) + packer.flush()

    with pytest.raises(InvalidImageError, match="expands to more than 1,000,000 bytes"):
        layer_from_tar(io.BytesIO(bomb), tmp_path / "layer", max_expanded=1_000_000)

    assert list(tmp_path.iterdir()) == []


def test_an_empty_tar_file_is_a_layer(tmp_path: Path) -> None:
    assert layer_from_tar(io.BytesIO(tar_bytes({})), tmp_path / "layer").diff_id == Digest.of(tar_bytes({}))


def test_a_file_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "layer").write_text("precious")

    with pytest.raises(FileExistsError):
        layer_from_tar(io.BytesIO(layer_tar()), tmp_path / "layer")

    assert (tmp_path / "layer").read_text() == "precious"


def test_a_layer_is_written_as_it_comes(tmp_path: Path) -> None:
    with layer_writer(tmp_path / "layer") as writer, tarfile.TarFile(fileobj=writer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("empty"))

    assert [each.name for each in listing(writer.layer())] == ["empty"]


def test_a_layer_that_fails_half_way_leaves_no_file(tmp_path: Path) -> None:
    def fail_half_way() -> None:
        with layer_writer(tmp_path / "layer") as writer:
            writer.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        fail_half_way()

    assert not (tmp_path / "layer").exists()


def test_memory_stays_bounded_whatever_the_size(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "big").touch()
    os.truncate(tmp_path / "content" / "big", 100_000_000)

    tracemalloc.start()
    layer = layer_from_folder(tmp_path / "content", tmp_path / "layer", level=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert layer.descriptor.size < 1_000_000
    assert peak < 10_000_000


def test_zstd_without_its_extra_is_an_error_that_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)

    with pytest.raises(MissingExtraError, match=r"ecrkit\[zstd\]"):
        layer_from_tar(io.BytesIO(layer_tar()), tmp_path / "layer", compression="zstd")

    assert list(tmp_path.iterdir()) == []


def test_an_image_from_nothing_says_what_it_is(tmp_path: Path) -> None:
    with builder_with_content(tmp_path) as builder:
        built = builder.build(created=datetime(2026, 1, 1, tzinfo=UTC), annotations={"a": "b"})
        manifest = built.manifest

        assert isinstance(manifest, ImageManifest)
        assert parse_manifest(manifest.raw) == manifest
        config = read_config(built, manifest)
        assert len(config.diff_ids) == len(manifest.layers) == len(config.history) == 1
        assert (str(config.platform), config.labels, config.env) == (
            "linux/amd64",
            {"team": "web"},
            {"A": "1"},
        )
        assert (config.entrypoint, config.created) == (("/app/hello",), datetime(2026, 1, 1, tzinfo=UTC))
        assert manifest.annotations == {"a": "b"}
        assert str(built.roots[0].platform) == "linux/amd64"


def test_building_twice_gives_the_same_digest(tmp_path: Path) -> None:
    with builder_with_content(tmp_path) as one, builder_with_content(tmp_path) as other:
        assert one.build().manifest.digest == other.build().manifest.digest


def test_the_layers_vanish_with_the_builder(tmp_path: Path) -> None:
    with builder_with_content(tmp_path) as builder:
        layer = builder.add_layer(io.BytesIO(layer_tar()))
        assert layer.path.exists()

    assert not layer.path.exists()


def test_the_layers_stay_in_a_folder_that_the_caller_chose(tmp_path: Path) -> None:
    with ImageBuilder("linux/amd64", folder=tmp_path) as builder:
        layer = builder.add_layer(io.BytesIO(layer_tar()))

    assert layer.path.parent == tmp_path
    assert layer.path.exists()


@pytest.mark.parametrize("size", [0, 100_000, 300_000])
def test_a_file_that_changes_while_it_is_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    folder = make_content(tmp_path / "content")
    add = tarfile.TarFile.addfile

    def change_and_add(
        archive: tarfile.TarFile, member: tarfile.TarInfo, file: BinaryIO | None = None
    ) -> None:
        if member.name == "sub/zeros":
            os.truncate(folder / "sub" / "zeros", size)
        add(archive, member, file)

    monkeypatch.setattr(tarfile.TarFile, "addfile", change_and_add)

    with pytest.raises(SourceChangedError, match="zeros"):
        layer_from_folder(folder, tmp_path / "layer")

    assert not (tmp_path / "layer").exists()


_names = st.text("abcé .-_", min_size=1, max_size=8).filter(
    lambda name: name.strip(".") and not name.startswith(".wh.")
)
_trees = st.dictionaries(
    st.lists(_names, min_size=1, max_size=3).map(tuple), st.binary(max_size=2000), max_size=6
)


@given(layers=st.lists(_trees, min_size=1, max_size=3), compression=st.sampled_from(["gzip", "zstd", "none"]))
@settings(max_examples=25, deadline=None)
def test_random_images_read_back_from_every_form(
    layers: list[dict[tuple[str, ...], bytes]], compression: Compression
) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        ImageBuilder("linux/amd64", compression=compression) as builder,
    ):
        folder = Path(name)
        written: list[dict[str, bytes]] = []
        for number, tree in enumerate(layers):
            written.append(plant(folder / str(number), tree))
            builder.add_layer(folder / str(number))
        built = builder.build()
        write_layout(built, folder / "layout")
        write_oci_archive(built, folder / "oci.tar")
        write_docker_archive(built, folder / "docker.tar")
        expected = everything(built)

        assert isinstance(built.manifest, ImageManifest)
        for layer, files in zip(built.manifest.layers, written, strict=True):
            assert unpacked(expected[layer.digest], layer.media_type) == files
        for form in ("layout", "oci.tar", "docker.tar"):
            with open_images(folder / form) as source:
                assert everything(source) == expected
        with DockerArchive(folder / "docker.tar") as archive:
            assert everything(archive) == expected


def plant(folder: Path, tree: dict[tuple[str, ...], bytes]) -> dict[str, bytes]:
    """Write files, as far as none of them has to be a folder as well."""
    folder.mkdir()
    files: dict[str, bytes] = {}
    for parts, content in tree.items():
        path = folder.joinpath(*parts)
        if path.is_dir() or any(parent.is_file() for parent in path.parents):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        files["/".join(parts)] = content
    return files


def unpacked(raw: bytes, media_type: str) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(expand(raw, media_type))) as archive:
        files = [each for each in archive.getmembers() if each.isfile()]
        return {
            each.name: content.read() for each in files if (content := archive.extractfile(each)) is not None
        }


def test_a_tar_file_cannot_be_moved_within_the_image() -> None:
    with ImageBuilder("linux/amd64") as builder, pytest.raises(InvalidImageError, match="for folders"):
        builder.add_layer(io.BytesIO(layer_tar()), to="/app")


BASE_CONFIG = (
    b'{"architecture":"arm64","variant":"v8","os":"linux","created":"2020-01-01T00:00:00Z","docker_version":"20",'
    b'"config":{"Env":["PATH=/bin","A=old"],"Cmd":["sh"],"Labels":{"base":"yes"},"OnBuild":null,'
    b'"Healthcheck":{"Test":["NONE"]},"ExposedPorts":{"80/tcp":{}}},'
    b'"rootfs":{"type":"layers","diff_ids":["' + Digest.of(b"below").encode() + b'"]},'
    b'"history":[{"created_by":"base"},{"created_by":"nothing","empty_layer":true}]}'
)


def base_manifest(raw: bytes = BASE_CONFIG) -> ImageManifest:
    config = Descriptor(media_type=media_types.DOCKER_CONFIG, digest=Digest.of(raw), size=len(raw))
    layer = Descriptor(media_type=media_types.DOCKER_LAYER_GZIP, digest=Digest.of(b"packed"), size=6)
    return build_manifest(config, [layer], media_type=media_types.DOCKER_MANIFEST)


def test_an_image_on_a_base_keeps_what_the_base_says() -> None:
    base = parse_config(BASE_CONFIG, media_types.DOCKER_CONFIG)
    with ImageBuilder.on(base_manifest(), base) as builder:
        layer = builder.add_layer(io.BytesIO(layer_tar()), created_by="ours")
        builder.configure(env={"A": "new", "B": "2"}, labels={"team": "web"}, exposed_ports=["443/tcp"])
        built = builder.build()
        manifest = built.manifest
        assert isinstance(manifest, ImageManifest)
        config = read_config(built, manifest)

    assert manifest.media_type == media_types.OCI_MANIFEST
    assert [each.media_type for each in manifest.layers] == [media_types.OCI_LAYER_GZIP] * 2
    assert list(config.diff_ids) == [Digest.of(b"below"), layer.diff_id]
    assert config.env == {"PATH": "/bin", "A": "new", "B": "2"}
    assert config.labels == {"base": "yes", "team": "web"}
    assert config.cmd == ("sh",)
    assert list(config.config.exposed_ports) == ["443/tcp", "80/tcp"]
    assert [each.created_by for each in config.history] == ["base", "nothing", "ours"]
    assert config.model_extra == {"docker_version": "20"}
    assert (config.config.model_extra or {})["Healthcheck"] == {"Test": ["NONE"]}
    assert config.created == base.created
    assert config.platform == base.platform


def test_a_new_entrypoint_forgets_the_command_of_the_base() -> None:
    with ImageBuilder.on(base_manifest(), parse_config(BASE_CONFIG, media_types.DOCKER_CONFIG)) as builder:
        builder.configure(entrypoint=["/app"])
        built = builder.build()
        assert isinstance(built.manifest, ImageManifest)

        assert read_config(built, built.manifest).cmd == ()


def test_a_base_without_a_history_gets_none() -> None:
    raw = build_config("linux/amd64", [Digest.of(b"below")]).raw
    with ImageBuilder.on(base_manifest(raw), parse_config(raw)) as builder:
        builder.add_layer(io.BytesIO(layer_tar()))
        built = builder.build()
        assert isinstance(built.manifest, ImageManifest)

        assert read_config(built, built.manifest).history == ()


def test_the_layers_of_a_base_may_stay_where_they_are() -> None:
    with ImageBuilder.on(base_manifest(), parse_config(BASE_CONFIG, media_types.DOCKER_CONFIG)) as builder:
        built = builder.build()

        assert not built.has_blob(Digest.of(b"packed"))
        with pytest.raises(MissingBlobError, match="belongs to a base"):
            built.open_blob(Digest.of(b"packed"))


def test_the_layers_of_a_base_come_from_its_source(tmp_path: Path) -> None:
    with builder_with_content(tmp_path) as below:
        base = below.build()
        assert isinstance(base.manifest, ImageManifest)
        with ImageBuilder.on(base.manifest, read_config(base, base.manifest), source=base) as builder:
            builder.add_layer(io.BytesIO(layer_tar()))
            built = builder.build()

            assert len(everything(built)) == 4
            assert built.blob_size(base.manifest.layers[0].digest) == base.manifest.layers[0].size


def test_a_manifest_and_a_config_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(InvalidImageError, match="do not belong together"):
        ImageBuilder.on(base_manifest(), build_config("linux/amd64", [Digest.of(b"below")]))


def test_a_time_without_a_zone_is_refused() -> None:
    with ImageBuilder("linux/amd64") as builder, pytest.raises(InvalidManifestError, match="time zone"):
        builder.build(created=datetime(2026, 1, 1))  # noqa: DTZ001 -- what the test is about


def test_the_digest_of_a_known_folder_has_not_changed_between_releases(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    folder.mkdir(mode=0o755)
    (folder / "hello").write_text("hello\n")
    (folder / "hello").chmod(0o644)

    layer = layer_from_folder(folder, tmp_path / "layer", compression="none")

    assert layer.diff_id == "sha256:96f5c1ffd4cfe571912844e1783bdf57252321040db96acf43f3091f67481048"
