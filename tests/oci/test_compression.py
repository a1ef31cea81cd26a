"""Layers and archives are compressed and expanded within bounds, whatever tool wrote them."""

import bz2
import gzip
import io
import lzma
import random
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from ecrkit.errors import InvalidArgumentError, InvalidImageError, MissingExtraError
from ecrkit.oci import ImageBuilder, OciArchive, layer_from_tar, layer_writer, media_types, write_oci_archive
from ecrkit.oci.compression import check_compression, detect, expand
from ecrkit.references import Digest
from tests.oci.making import builder_with_content, everything, layer_tar

CONTENT = b"".join(bytes([n % 251]) * (n % 5000) for n in range(2000))
SKIPPABLE = b"\x5a\x2a\x4d\x18\x03\0\0\0abc"

COMPRESS: dict[Any, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def expanded(raw: bytes, limit: int = 100_000_000) -> bytes:
    return b"".join(expand(io.BytesIO(raw), detect(raw[:10]), limit))


@pytest.mark.parametrize("packing", COMPRESS)
def test_what_is_compressed_is_recognized_and_expanded(packing: Any) -> None:
    raw = COMPRESS[packing](CONTENT)

    assert detect(raw[:10]) == packing
    assert expanded(raw) == CONTENT


@pytest.mark.parametrize("packing", COMPRESS)
def test_several_streams_in_a_row_are_one(packing: Any) -> None:
    compress = COMPRESS[packing]

    assert expanded(compress(CONTENT) + compress(b"") + compress(b"end")) == CONTENT + b"end"


@pytest.mark.parametrize("packing", COMPRESS)
@pytest.mark.parametrize("missing", [1, 5, 12, 1000])
def test_a_stream_that_is_cut_short_is_an_error(packing: Any, missing: int) -> None:
    with pytest.raises(InvalidImageError, match=f"A {packing} stream is damaged or truncated"):
        expanded(COMPRESS[packing](CONTENT)[:-missing])


@pytest.mark.parametrize("packing", COMPRESS)
def test_a_damaged_stream_is_an_error(packing: Any) -> None:
    raw = bytearray(COMPRESS[packing](CONTENT))
    raw[len(raw) // 2 :] = bytes(len(raw) - len(raw) // 2)

    with pytest.raises(InvalidImageError, match=f"A {packing} stream is damaged or truncated"):
        expanded(bytes(raw))


def test_a_cut_zstd_stream_without_checksum_is_an_error_wherever_it_is_cut() -> None:
    raw = zstandard.ZstdCompressor(write_content_size=False).compress(CONTENT[:300])

    for size in range(5, len(raw)):
        with pytest.raises(InvalidImageError):
            expanded(raw[:size])


@pytest.mark.parametrize("packing", COMPRESS)
def test_a_stream_that_expands_without_end_is_refused(packing: Any) -> None:
    raw = COMPRESS[packing](bytes(50_000_000))

    with pytest.raises(InvalidImageError, match="expands to more than 1,000,000 bytes"):
        expanded(raw, 1_000_000)


@pytest.mark.parametrize("packing", ["gzip", "xz", "bzip2"])
@pytest.mark.parametrize("trailing", [b"\0" * 1000, b"\0\0\0\0garbage", b"garbage"])
def test_bytes_after_the_last_stream_are_ignored(packing: Any, trailing: bytes) -> None:
    assert expanded(COMPRESS[packing](CONTENT) + trailing) == CONTENT


def test_skippable_frames_of_zstd_are_skipped() -> None:
    raw = SKIPPABLE + COMPRESS["zstd"](CONTENT) + SKIPPABLE

    assert detect(raw[:10]) == "zstd"
    assert expanded(raw) == CONTENT


def test_xz_that_needs_much_memory_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 512 * 1024**2}]

    with pytest.raises(InvalidImageError, match=r"xz.*[Mm]emory"):
        expanded(lzma.compress(b"x", filters=filters))


def test_a_tar_archive_is_not_taken_for_a_compressed_one() -> None:
    assert detect(layer_tar()[:10]) == "none"


@pytest.mark.parametrize("packing", ["xz", "bzip2"])
def test_a_tar_file_in_xz_or_bzip2_becomes_a_layer_that_images_support(tmp_path: Path, packing: Any) -> None:
    layer = layer_from_tar(io.BytesIO(COMPRESS[packing](layer_tar())), tmp_path / "layer")

    assert layer.descriptor.media_type == media_types.OCI_LAYER_GZIP
    assert layer.diff_id == Digest.of(layer_tar())
    assert gzip.decompress(layer.path.read_bytes()) == layer_tar()


def test_a_layer_that_starts_with_a_skippable_frame_is_kept_as_it_is(tmp_path: Path) -> None:
    raw = SKIPPABLE + COMPRESS["zstd"](layer_tar())

    layer = layer_from_tar(io.BytesIO(raw), tmp_path / "layer")

    assert layer.descriptor.media_type == media_types.OCI_LAYER_ZSTD
    assert layer.path.read_bytes() == raw


@pytest.mark.parametrize("packing", COMPRESS)
def test_compressed_archives_are_read(tmp_path: Path, packing: Any) -> None:
    with builder_with_content(tmp_path) as builder:
        built = builder.build()
        write_oci_archive(built, tmp_path / "plain.tar")
        (tmp_path / "packed").write_bytes(COMPRESS[packing]((tmp_path / "plain.tar").read_bytes()))

        with OciArchive(tmp_path / "packed") as archive:
            assert everything(archive) == everything(built)


def test_fast_gzip_is_gzip(tmp_path: Path) -> None:
    pytest.importorskip("isal")

    layer = layer_from_tar(io.BytesIO(layer_tar()), tmp_path / "layer", compression="gzip-fast")

    assert layer.descriptor.media_type == media_types.OCI_LAYER_GZIP
    assert gzip.decompress(layer.path.read_bytes()) == layer_tar()


def test_fast_gzip_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    pytest.importorskip("isal")

    layers = [
        layer_from_tar(io.BytesIO(layer_tar()), tmp_path / name, compression="gzip-fast") for name in "ab"
    ]

    assert layers[0].descriptor == layers[1].descriptor


@pytest.mark.parametrize("compression", ["gzip", "gzip-fast", "zstd"])
def test_the_sizes_of_the_writes_do_not_change_the_bytes(tmp_path: Path, compression: Any) -> None:
    pytest.importorskip("isal")
    raw = random.Random(1).choices(range(64), k=2_500_000)

    def write(size: int) -> Digest:
        with layer_writer(tmp_path / str(size), compression) as writer:
            for start in range(0, len(raw), size):
                writer.write(bytes(raw[start : start + size]))
        return writer.layer().descriptor.digest

    assert write(len(raw)) == write(1 << 20) == write(70_001)


def test_fast_gzip_without_its_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "isal", None)

    with pytest.raises(MissingExtraError, match=r"ecrkit\[fast-gzip\]"):
        layer_from_tar(io.BytesIO(layer_tar()), tmp_path / "layer", compression="gzip-fast")


def test_the_number_of_threads_does_not_change_the_bytes(tmp_path: Path) -> None:
    entry = tarfile.TarInfo("noise")
    entry.size = 12_000_000
    content = io.BytesIO()
    with tarfile.TarFile(fileobj=content, mode="w") as archive:
        archive.addfile(entry, io.BytesIO(bytes(range(256)) * (entry.size // 256)))
    raw = content.getvalue()

    layers = [
        layer_from_tar(io.BytesIO(raw), tmp_path / str(threads), compression="zstd", threads=threads)
        for threads in (2, 3)
    ]

    assert layers[0].descriptor == layers[1].descriptor
    assert expanded(layers[0].path.read_bytes()) == raw


@pytest.mark.parametrize(
    ("compression", "level", "threads", "said"),
    [
        ("gz", None, 1, "is not one of gzip, gzip-fast, zstd, none"),
        ("gzip", 10, 1, "levels 0 to 9"),
        ("gzip-fast", 6, 1, "levels 0 to 3"),
        ("zstd", 23, 1, "levels 1 to 22"),
        ("gzip", None, 2, "only zstd"),
        ("zstd", None, 0, "threads=0"),
    ],
)
def test_settings_that_do_not_exist_are_refused(
    compression: Any, level: int | None, threads: int, said: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=said):
        check_compression(compression, level, threads)
    with pytest.raises(InvalidArgumentError, match=said):
        ImageBuilder("linux/amd64", compression=compression, level=level, threads=threads)
