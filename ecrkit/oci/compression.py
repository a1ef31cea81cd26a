"""Compressing and expanding layers as streams: gzip always, zstd with the extra `zstd`."""

import gzip
import io
import zlib
from collections.abc import Iterator
from types import ModuleType
from typing import IO, BinaryIO, Literal, cast

from ecrkit.errors import InvalidImageError, MissingExtraError
from ecrkit.oci import media_types

Compression = Literal["gzip", "zstd", "none"]
"""How the bytes of a layer are packed."""

LAYER_TYPES: dict[Compression, str] = {
    "gzip": media_types.OCI_LAYER_GZIP,
    "zstd": media_types.OCI_LAYER_ZSTD,
    "none": media_types.OCI_LAYER,
}

DEFAULT_MAX_EXPANDED = 32 * 1024**3
"""How many bytes something compressed may expand to, on disk or through a hash, unless the caller says otherwise."""

_MAGIC: dict[bytes, Compression] = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_DEFAULT_LEVEL: dict[Compression, int] = {"gzip": 6, "zstd": 3, "none": 0}
_CHUNK = 1024 * 1024


def detect(head: bytes) -> Compression:
    """Tell from the first bytes how a stream is compressed."""
    for magic, compression in _MAGIC.items():
        if head.startswith(magic):
            return compression
    return "none"


def open_compressor(out: io.RawIOBase, compression: Compression, level: int | None = None) -> IO[bytes]:
    """Open a file that compresses what is written into `out`. Closing it finishes the stream and leaves `out` open.

    The same bytes give the same result, whenever it runs; another version of zlib or libzstd may give another one.

    Args:
        out: Where the compressed bytes go.
        compression: `gzip` or `zstd`.
        level: 1 is fast, 9 (gzip) or 22 (zstd) is small; a common choice of the algorithm if None.

    Raises:
        MissingExtraError: zstd is wanted, but not installed.
    """
    chosen = _DEFAULT_LEVEL[compression] if level is None else level
    if compression == "zstd":
        writer = _zstandard().ZstdCompressor(level=chosen).stream_writer(out, closefd=False)
        return cast("IO[bytes]", writer)
    return cast("IO[bytes]", gzip.GzipFile("", "wb", chosen, cast("BinaryIO", out), mtime=0))


def expand(stream: BinaryIO, compression: Compression, limit: int) -> Iterator[bytes]:
    """Give out the expanded bytes, chunk by chunk.

    Args:
        stream: The compressed bytes.
        compression: How they are compressed.
        limit: How many bytes may come out. A few kilobytes can expand to as many gigabytes.

    Raises:
        InvalidImageError: More come out, or the stream is damaged or cut short.
        MissingExtraError: It is zstd, which is not installed.
    """
    count = 0
    reader = _expander(stream, compression)
    while chunk := _read(reader, compression):
        count += len(chunk)
        if count > limit:
            raise InvalidImageError(
                f"a {compression} stream expands to more than the {limit:,} bytes that are allowed"
            )
        yield chunk


def _expander(stream: BinaryIO, compression: Compression) -> IO[bytes]:
    if compression == "gzip":
        return cast("IO[bytes]", gzip.GzipFile(fileobj=stream, mode="rb"))
    if compression == "zstd":
        reader = _zstandard().ZstdDecompressor().stream_reader(stream, read_across_frames=True, closefd=False)
        return cast("IO[bytes]", reader)
    return stream


def _read(reader: IO[bytes], compression: Compression) -> bytes:
    broken: tuple[type[Exception], ...] = (EOFError, zlib.error, gzip.BadGzipFile)
    if compression == "zstd":
        broken = (*broken, _zstandard().ZstdError)
    try:
        return reader.read(_CHUNK)
    except broken as error:
        raise InvalidImageError(f"a {compression} stream is damaged or cut short: {error}") from error


def _zstandard() -> ModuleType:
    try:
        import zstandard  # noqa: PLC0415 -- an extra that is needed here only
    except ImportError as error:
        raise MissingExtraError("zstd compression", "zstd") from error
    return zstandard
