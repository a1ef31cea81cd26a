"""Every form of a saved image gives the same images back; what is missing or lies is a typed error."""

import gzip
import io
import os
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrkit import oci
from ecrkit.errors import DigestMismatchError, InvalidImageError, InvalidManifestError, MissingBlobError
from ecrkit.oci import (
    IMAGE_NAME,
    REF_NAME,
    Descriptor,
    DockerArchive,
    ImageManifest,
    Index,
    OciArchive,
    OciLayout,
    build_index,
    build_manifest,
    compress_layers,
    find_root,
    join_platforms,
    media_types,
    open_images,
    open_verified,
    read_config,
    read_manifest,
    walk,
    write_docker_archive,
    write_layout,
    write_oci_archive,
)
from ecrkit.oci.layout import blob_name
from ecrkit.references import Digest
from tests.oci.making import (
    builder_with_content,
    everything,
    layer_tar,
    layout_files,
    small_image,
    tar_bytes,
    write_files,
)


def test_a_layout_gives_back_what_was_built(tmp_path: Path) -> None:
    with builder_with_content(tmp_path) as builder:
        built = builder.build()
        write_layout(built, tmp_path / "layout")
        expected = everything(built)

    with open_images(tmp_path / "layout") as layout:
        assert isinstance(layout, OciLayout)
        assert everything(layout) == expected
        assert layout.roots == built.roots


def test_an_oci_archive_gives_back_what_was_built(tmp_path: Path) -> None:
    with builder_with_content(tmp_path) as builder:
        built = builder.build()
        write_oci_archive(built, tmp_path / "image.tar")
        expected = everything(built)

    with open_images(tmp_path / "image.tar") as archive:
        assert isinstance(archive, OciArchive)
        assert everything(archive) == expected


def test_a_docker_archive_gives_back_what_was_built(tmp_path: Path) -> None:
    with builder_with_content(tmp_path) as builder:
        built = builder.build()
        write_docker_archive(built, tmp_path / "image.tar", ["team/app:1", "team/app:2"])

    with DockerArchive(tmp_path / "image.tar") as archive:
        manifest = read_manifest(archive, find_root(archive, "team/app:2"))

        assert manifest == built.manifest
        assert isinstance(manifest, ImageManifest)
        assert read_config(archive, manifest).labels == {"team": "web"}
        assert everything(archive) == everything(open_images(tmp_path / "image.tar"))


def test_a_docker_archive_has_names_in_full_for_containerd_and_as_given_for_others(tmp_path: Path) -> None:
    names = ["app", "team/app:1", "host.example/app:2"]
    with builder_with_content(tmp_path) as builder:
        write_docker_archive(builder.build(), tmp_path / "image.tar", names)

    with OciArchive(tmp_path / "image.tar") as archive:
        assert [root.annotations[IMAGE_NAME] for root in archive.roots] == [
            "docker.io/library/app:latest",
            "docker.io/team/app:1",
            "host.example/app:2",
        ]
    with DockerArchive(tmp_path / "image.tar") as saved:
        assert [root.annotations[IMAGE_NAME] for root in saved.roots] == names


def test_a_compressed_archive_is_read_through_a_temporary_file_that_vanishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs, root = small_image()
    (tmp_path / "image.tar.gz").write_bytes(gzip.compress(tar_bytes(layout_files(blobs, root))))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with open_images(tmp_path / "image.tar.gz") as archive:
        assert sorted(everything(archive).values()) == sorted(blobs)
        assert len(list(tmp_path.iterdir())) == 2

    assert [path.name for path in tmp_path.iterdir()] == ["image.tar.gz"]


@pytest.mark.parametrize("write", [write_oci_archive, write_docker_archive])
def test_the_same_image_gives_the_same_archive(tmp_path: Path, write: Any) -> None:
    write_files(tmp_path / "layout", layout_files(*small_image()))
    source = OciLayout(tmp_path / "layout")

    write(source, tmp_path / "one")
    write(source, tmp_path / "two")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_an_index_is_walked_from_its_children_up_and_each_manifest_once(tmp_path: Path) -> None:
    with builder_with_content(tmp_path) as one, builder_with_content(tmp_path, "linux/arm64") as other:
        images = [one.build(), other.build()]
        joined = join_platforms([*images, images[0]])
        write_layout(joined, tmp_path / "layout")

    layout = OciLayout(tmp_path / "layout")
    found = list(walk(layout, layout.roots[0]))

    assert [each.digest for each in found] == [
        *(image.manifest.digest for image in images),
        joined.manifest.digest,
    ]
    assert isinstance(found[-1], Index)
    assert [str(each) for each in found[-1].platforms] == ["linux/amd64", "linux/arm64"]


def test_one_platform_of_an_index_is_written_for_docker(tmp_path: Path) -> None:
    with builder_with_content(tmp_path) as one, builder_with_content(tmp_path, "linux/arm64") as other:
        joined = join_platforms([one.build(), other.build()])
        write_docker_archive(joined, tmp_path / "arm.tar", platform="linux/arm64")

        with pytest.raises(InvalidImageError, match="pass platform=, one of"):
            write_docker_archive(joined, tmp_path / "none.tar")
        with pytest.raises(InvalidImageError, match="no image for linux/s390x"):
            write_docker_archive(joined, tmp_path / "none.tar", platform="linux/s390x")

    archive = DockerArchive(tmp_path / "arm.tar")
    manifest = read_manifest(archive, find_root(archive))
    assert isinstance(manifest, ImageManifest)
    assert str(read_config(archive, manifest).platform) == "linux/arm64"
    assert not (tmp_path / "none.tar").exists()


def test_children_that_are_not_there_are_passed_over(tmp_path: Path) -> None:
    blobs, root = small_image()
    absent = Descriptor(media_type=media_types.OCI_MANIFEST, digest=Digest.of(b"absent"), size=6)
    index = build_index([absent, Descriptor.model_validate(root)])
    layout = OciLayout(write_files(tmp_path, layout_files([*blobs, index.raw], index.descriptor().to_wire())))

    assert [each.digest for each in walk(layout, layout.roots[0])] == [root["digest"], index.digest]


def test_a_missing_blob_is_named(tmp_path: Path) -> None:
    blobs, root = small_image()
    layout = OciLayout(write_files(tmp_path / "layout", layout_files(blobs[:2], root)))
    layer = Digest.of(blobs[2])

    assert not layout.has_blob(layer)
    with pytest.raises(MissingBlobError) as caught:
        write_oci_archive(layout, tmp_path / "image.tar")

    assert caught.value.digest == layer
    assert not (tmp_path / "image.tar").exists()
    for ask in (layout.open_blob, layout.blob_size):
        with pytest.raises(MissingBlobError):
            ask(layer)


def test_missing_blobs_may_be_left_out(tmp_path: Path) -> None:
    blobs, root = small_image()
    layout = OciLayout(write_files(tmp_path / "layout", layout_files(blobs[:2], root)))

    write_oci_archive(layout, tmp_path / "image.tar", allow_missing=True)
    write_layout(layout, tmp_path / "copy", allow_missing=True)

    with OciArchive(tmp_path / "image.tar") as archive:
        assert [archive.has_blob(Digest.of(blob)) for blob in blobs] == [True, True, False]
    assert OciLayout(tmp_path / "copy").has_blob(Digest.of(blobs[0]))


@pytest.mark.parametrize("victim", [0, 1, 2])
def test_a_blob_that_is_not_what_its_digest_says_is_found_out(tmp_path: Path, victim: int) -> None:
    blobs, root = small_image()
    files = layout_files(blobs, root)
    files[blob_name(Digest.of(blobs[victim]))] = b"x" * len(blobs[victim])
    layout = OciLayout(write_files(tmp_path / "layout", files))

    with pytest.raises(DigestMismatchError):
        everything(layout)
    with pytest.raises(DigestMismatchError):
        write_layout(layout, tmp_path / "copy")
    with pytest.raises(DigestMismatchError):
        write_oci_archive(layout, tmp_path / "copy.tar")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["layout"]


@pytest.mark.parametrize("change", [b"", b"\0" * 10_000])
@pytest.mark.parametrize("victim", [0, 1, 2])
def test_a_blob_that_has_not_the_size_it_should_have_is_found_out(
    tmp_path: Path, victim: int, change: bytes
) -> None:
    blobs, root = small_image()
    files = layout_files(blobs, root)
    files[blob_name(Digest.of(blobs[victim]))] = blobs[victim] + change if change else blobs[victim][:-1]
    layout = OciLayout(write_files(tmp_path / "layout", files))

    with pytest.raises(InvalidImageError, match="bytes; its descriptor says"):
        everything(layout)


def test_one_digest_with_two_sizes_is_refused(tmp_path: Path) -> None:
    layer = layer_tar()
    described = Descriptor(media_type=media_types.OCI_LAYER, digest=Digest.of(layer), size=len(layer))
    manifest = build_manifest(described, [described, described.model_copy(update={"size": 1})])
    files = layout_files([layer, manifest.raw], manifest.descriptor().to_wire())
    liar = described.model_copy(update={"size": 1})
    other = build_manifest(liar, [])
    files |= layout_files([other.raw], manifest.descriptor().to_wire(), other.descriptor().to_wire())
    layout = OciLayout(write_files(tmp_path / "layout", files))

    with pytest.raises(InvalidImageError, match="listed with two sizes"):
        write_layout(layout, tmp_path / "copy")


def test_an_index_that_claims_to_contain_itself_does_not_have_its_digest(tmp_path: Path) -> None:
    name = Digest.of(b"a digest that nothing has")
    itself = {"mediaType": media_types.OCI_INDEX, "digest": name, "size": 0}
    raw = build_index([Descriptor.model_validate(itself)]).raw
    itself["size"] = len(raw)
    raw = build_index([Descriptor.model_validate(itself)]).raw
    itself["size"] = len(raw)
    raw = build_index([Descriptor.model_validate(itself)]).raw
    layout = OciLayout(write_files(tmp_path, {**layout_files([], itself), blob_name(name): raw}))

    with pytest.raises(DigestMismatchError):
        list(walk(layout, layout.roots[0]))


def test_indexes_that_are_nested_without_end_are_refused(tmp_path: Path) -> None:
    blobs: list[bytes] = []
    inner = build_index([])
    for _ in range(20):
        blobs.append(inner.raw)
        inner = build_index([inner.descriptor()])
    layout = OciLayout(write_files(tmp_path, layout_files([*blobs, inner.raw], inner.descriptor().to_wire())))

    with pytest.raises(InvalidImageError, match="nested deeper"):
        list(walk(layout, layout.roots[0]))


def test_an_index_that_names_the_same_child_over_and_over_is_walked_in_a_moment(tmp_path: Path) -> None:
    blobs: list[bytes] = []
    inner = build_index([])
    for _ in range(6):
        blobs.append(inner.raw)
        inner = build_index([inner.descriptor()] * 1000)
    layout = OciLayout(write_files(tmp_path, layout_files([*blobs, inner.raw], inner.descriptor().to_wire())))

    assert len(list(walk(layout, layout.roots[0]))) == 7


def test_a_manifest_of_five_mebibytes_is_refused(tmp_path: Path) -> None:
    raw = build_index([]).raw + b" " * 5 * 1024 * 1024
    root = {"mediaType": media_types.OCI_INDEX, "digest": Digest.of(raw), "size": len(raw)}
    layout = OciLayout(write_files(tmp_path, layout_files([raw], root)))

    with pytest.raises(InvalidManifestError, match="4,194,304 characters"):
        read_manifest(layout, layout.roots[0])


def test_a_document_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    size = 10 * 1024**4
    root = {"mediaType": media_types.OCI_INDEX, "digest": Digest.of(b""), "size": size}
    write_files(tmp_path, layout_files([b""], root))
    os.truncate(tmp_path / blob_name(Digest.of(b"")), size // 1024)  # a sparse file: as long, but empty
    layout = OciLayout(tmp_path)

    with pytest.raises(InvalidImageError, match="longer than"):
        read_manifest(layout, layout.roots[0])


def test_the_index_of_a_layout_is_bounded_too(tmp_path: Path) -> None:
    write_files(tmp_path, layout_files([]))
    os.truncate(tmp_path / "index.json", 100 * 1024**3)

    with pytest.raises(InvalidImageError, match="longer than"):
        OciLayout(tmp_path)


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../outside"])
def test_links_that_lead_out_of_a_layout_are_not_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "outside").write_bytes(b"secret")
    blobs, root = small_image()
    folder = write_files(tmp_path / "layout", layout_files(blobs[:2], root))
    layer = Digest.of(blobs[2])
    (folder / blob_name(layer)).symlink_to(target)
    layout = OciLayout(folder)

    for ask in (layout.has_blob, layout.open_blob, layout.blob_size):
        with pytest.raises(InvalidImageError, match="leads out of the layout"):
            ask(layer)


def test_links_that_lead_out_are_followed_if_the_caller_trusts_them(tmp_path: Path) -> None:
    blobs, root = small_image()
    folder = write_files(tmp_path / "layout", layout_files(blobs[:2], root))
    (tmp_path / "elsewhere").write_bytes(blobs[2])
    (folder / blob_name(Digest.of(blobs[2]))).symlink_to(tmp_path / "elsewhere")

    assert sorted(everything(OciLayout(folder, follow_links=True)).values()) == sorted(blobs)


def test_links_within_a_layout_are_followed(tmp_path: Path) -> None:
    blobs, root = small_image()
    folder = write_files(tmp_path / "layout", {**layout_files(blobs[:2], root), "kept": blobs[2]})
    (folder / blob_name(Digest.of(blobs[2]))).symlink_to("../../kept")

    assert sorted(everything(OciLayout(folder)).values()) == sorted(blobs)


def test_links_that_lead_in_a_circle_are_refused(tmp_path: Path) -> None:
    folder = write_files(tmp_path, layout_files([b"x"]))
    layer = Digest.of(b"circle")
    (folder / blob_name(layer)).symlink_to(folder / blob_name(layer))

    with pytest.raises(InvalidImageError):
        OciLayout(folder).open_blob(layer)


@pytest.mark.parametrize("name", ["index.json", "oci-layout", "blob"])
def test_pipes_are_refused_and_do_not_block(tmp_path: Path, name: str) -> None:
    folder = write_files(tmp_path, layout_files([b"x"]))
    path = folder / (blob_name(Digest.of(b"x")) if name == "blob" else name)
    path.unlink()
    os.mkfifo(path)

    with pytest.raises(InvalidImageError, match="not a regular file"):
        OciLayout(folder).open_blob(Digest.of(b"x"))


def test_a_device_behind_a_trusted_link_is_refused(tmp_path: Path) -> None:
    folder = write_files(tmp_path, layout_files([b"x"]))
    (folder / blob_name(Digest.of(b"zero"))).symlink_to("/dev/zero")

    with pytest.raises(InvalidImageError, match="not a regular file"):
        OciLayout(folder, follow_links=True).open_blob(Digest.of(b"zero"))


@pytest.mark.parametrize(
    ("files", "error", "said"),
    [
        ({}, InvalidImageError, "no oci-layout"),
        ({"oci-layout": b"{}"}, InvalidImageError, "version"),
        ({"oci-layout": b'{"imageLayoutVersion":"2.0.0"}'}, InvalidImageError, "version"),
        ({"oci-layout": b"[" * 100_000}, InvalidManifestError, "nested"),
        ({"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}, InvalidImageError, "no index.json"),
        (layout_files([]) | {"index.json": b"{}"}, InvalidManifestError, "manifests"),
        (layout_files([]) | {"index.json": b'{"a":' * 100_000}, InvalidManifestError, "nested"),
        (layout_files([], {"digest": "sha256:../../../etc/passwd"}), InvalidManifestError, "hexadecimal"),
    ],
)
def test_what_is_no_layout_is_refused(
    tmp_path: Path, files: dict[str, bytes], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        OciLayout(write_files(tmp_path, files))
    (tmp_path / "archive.tar").write_bytes(tar_bytes(files or {"a": b"b"}))
    with pytest.raises(error):
        OciArchive(tmp_path / "archive.tar")


def test_a_layout_is_not_written_over_other_files(tmp_path: Path) -> None:
    source = OciLayout(write_files(tmp_path / "layout", layout_files(*small_image())))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()

    with pytest.raises(FileExistsError):
        write_layout(source, tmp_path / "full")
    with pytest.raises(FileExistsError):
        write_layout(source, tmp_path / "full" / "file")


def test_a_layout_is_written_into_an_empty_folder(tmp_path: Path) -> None:
    source = OciLayout(write_files(tmp_path / "layout", layout_files(*small_image())))
    (tmp_path / "empty").mkdir()

    write_layout(source, tmp_path / "empty")

    assert everything(OciLayout(tmp_path / "empty")) == everything(source)


def test_a_failed_write_leaves_the_old_archive_alone(tmp_path: Path) -> None:
    blobs, root = small_image()
    layout = OciLayout(write_files(tmp_path / "layout", layout_files(blobs[:2], root)))
    (tmp_path / "image.tar").write_bytes(b"the old one")

    with pytest.raises(MissingBlobError):
        write_oci_archive(layout, tmp_path / "image.tar")

    assert (tmp_path / "image.tar").read_bytes() == b"the old one"


def test_only_the_wanted_roots_are_written(tmp_path: Path) -> None:
    blobs, root = small_image()
    other = build_index([])
    files = layout_files([*blobs, other.raw], root, other.descriptor().to_wire())
    layout = OciLayout(write_files(tmp_path / "layout", files))

    write_layout(layout, tmp_path / "copy", [layout.roots[1]])

    assert list(everything(OciLayout(tmp_path / "copy"))) == [other.digest]


def test_the_image_that_is_meant_is_found_by_name(tmp_path: Path) -> None:
    blobs, root = small_image()
    other = build_index([])
    both = OciLayout(
        write_files(tmp_path / "both", layout_files([*blobs, other.raw], root, other.descriptor().to_wire()))
    )
    one = OciLayout(write_files(tmp_path / "one", layout_files(blobs, root, root)))
    none = OciLayout(write_files(tmp_path / "none", layout_files([])))

    assert find_root(both, "one").digest == root["digest"]
    assert find_root(one).digest == root["digest"]
    with pytest.raises(InvalidImageError, match="Several images"):
        find_root(both)
    with pytest.raises(InvalidImageError, match=r"No image is named 'two'.*one"):
        find_root(both, "two")
    with pytest.raises(InvalidImageError, match="The source has no image"):
        find_root(none)


def test_what_is_there_because_of_an_image_is_not_the_one_that_is_meant(tmp_path: Path) -> None:
    blobs, child = small_image()
    del child["annotations"]
    index = build_index([Descriptor.model_validate(child)])
    subject = index.descriptor()
    referrer = build_index([], subject=subject, annotations={"by": "hand"})
    named = build_index([], annotations={"by": "cosign"})
    name = {"annotations": {REF_NAME: f"sha256-{index.digest.hex}.sig"}}
    files = layout_files(
        [*blobs, index.raw, referrer.raw, named.raw],
        child,
        referrer.descriptor().to_wire(),
        named.descriptor().to_wire() | name,
        subject.to_wire(),
    )
    layout = OciLayout(write_files(tmp_path / "layout", files))

    assert find_root(layout).digest == index.digest


def test_what_refers_to_something_elsewhere_is_an_image_of_its_own(tmp_path: Path) -> None:
    elsewhere = build_index([]).descriptor()
    one, two = (build_index([], subject=elsewhere, annotations={"n": number}) for number in "12")
    files = layout_files([one.raw, two.raw], one.descriptor().to_wire(), two.descriptor().to_wire())
    layout = OciLayout(write_files(tmp_path / "layout", files))

    with pytest.raises(InvalidImageError, match="Several images"):
        find_root(layout)


def test_several_blobs_are_read_at_once_and_can_be_sought_in(tmp_path: Path) -> None:
    blobs, root = small_image()
    (tmp_path / "image.tar").write_bytes(tar_bytes(layout_files(blobs, root)))

    with OciArchive(tmp_path / "image.tar") as archive:
        one, other = (archive.open_blob(Digest.of(blob)) for blob in blobs[:2])
        with one, other:
            assert (one.read(5), other.read(5)) == (blobs[0][:5], blobs[1][:5])
            assert (one.seek(-3, io.SEEK_END), one.read()) == (len(blobs[0]) - 3, blobs[0][-3:])
            assert other.seek(1) == 1
            assert other.read() == blobs[1][1:]


def test_uncompressed_layers_are_compressed_without_touching_the_config(tmp_path: Path) -> None:
    blobs, root = small_image()
    layout = OciLayout(write_files(tmp_path / "layout", layout_files(blobs, root)))

    with compress_layers(layout, layout.roots[0]) as packed:
        manifest = packed.manifest
        assert isinstance(manifest, ImageManifest)
        assert manifest.config.digest == Digest.of(blobs[1])
        assert manifest.layers[0].media_type == media_types.OCI_LAYER_GZIP
        with open_verified(packed, manifest.layers[0]) as stream:
            assert gzip.decompress(stream.read()) == blobs[2]
        assert packed.roots[0].annotations == layout.roots[0].annotations
        with compress_layers(packed, packed.roots[0]) as again:
            assert again.manifest == manifest


def test_the_layers_of_an_index_are_compressed_one_image_at_a_time(tmp_path: Path) -> None:
    index = build_index([])
    layout = OciLayout(write_files(tmp_path, layout_files([index.raw], index.descriptor().to_wire())))

    with pytest.raises(InvalidImageError, match="choose one of its images"):
        compress_layers(layout, layout.roots[0])


def test_a_layer_that_lies_is_not_compressed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs, root = small_image()
    files = layout_files(blobs, root) | {blob_name(Digest.of(blobs[2])): blobs[2].replace(b"box", b"bad")}
    layout = OciLayout(write_files(tmp_path / "layout", files))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with pytest.raises(DigestMismatchError):
        compress_layers(layout, layout.roots[0])

    assert [path.name for path in tmp_path.iterdir()] == ["layout"]


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_images(tmp_path / "absent.tar")


@given(
    cut=st.integers(0, 10_000),
    flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=3),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_damaged_archive_is_read_right_or_refused(
    tmp_path: Path, cut: int, flips: list[tuple[int, int]]
) -> None:
    blobs, root = small_image()
    damaged = bytearray(tar_bytes(layout_files(blobs, root)))
    for place, value in flips:
        damaged[place % len(damaged)] = value
    (tmp_path / "image.tar").write_bytes(damaged[: len(damaged) - cut])

    try:
        with open_images(tmp_path / "image.tar") as archive:
            found = everything(archive)
    except (InvalidImageError, InvalidManifestError, MissingBlobError, DigestMismatchError):
        return
    assert all(Digest.of(content) == digest for digest, content in found.items())


class OneDocument(oci.ImageSource):
    """A source that inherits from the protocol."""

    def __init__(self) -> None:
        self.closed = False

    @property
    def roots(self) -> tuple[oci.Descriptor, ...]:
        return ()

    def has_blob(self, digest: Digest) -> bool:
        return digest == oci.EMPTY_DESCRIPTOR.digest

    def blob_size(self, digest: Digest) -> int:
        return len(oci.EMPTY_JSON)

    def open_blob(self, digest: Digest) -> BinaryIO:
        return io.BytesIO(oci.EMPTY_JSON)

    def close(self) -> None:
        self.closed = True


def test_a_source_that_inherits_from_the_protocol_closes_itself() -> None:
    with OneDocument() as source:
        assert not source.closed

    assert source.closed
