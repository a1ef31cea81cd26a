"""Compress and expand layers as streams: gzip; zstd and a faster gzip with extras; xz and bzip2 for reading only."""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import IO, BinaryIO, Literal, Protocol, cast

from typing_extensions import Buffer

from ecrkit.errors import InvalidArgumentError, InvalidImageError, MissingExtraError
from ecrkit.oci import media_types

Compression = Literal["gzip", "gzip-fast", "zstd", "none"]
"""How to compress new layers.

- `"gzip"`: zlib, read by every runtime. Levels 0 to 9; defaults to 6.
- `"gzip-fast"`: the same format, written by ISA-L in a fifth of the CPU time, a tenth larger.
  Levels 0 to 3; defaults to 3. Needs the extra `fast-gzip`. Its digests depend on the processor as well.
- `"zstd"`: smaller and faster than gzip; read by Docker 23, containerd 1.5, podman and newer. Levels 1 to 22;
  defaults to 3. Needs the extra `zstd`.
- `"none"`: as it is.
"""

Packing = Literal["gzip", "zstd", "xz", "bzip2", "none"]
"""Compression of input."""

LAYER_TYPES: Mapping[str, str] = {
    "gzip": media_types.OCI_LAYER_GZIP,
    "gzip-fast": media_types.OCI_LAYER_GZIP,
    "zstd": media_types.OCI_LAYER_ZSTD,
    "none": media_types.OCI_LAYER,
}

DEFAULT_MAX_EXPANDED = 32 * 1024**3
"""Default maximum number of bytes that compressed input may expand to, on disk or while hashing."""

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE = (
    b"\x2a\x4d\x18"  # after a byte from 0x50 to 0x5f: https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2
)
_XZ = b"\xfd7zXZ\0"
_BZIP2 = b"BZh"

_LEVELS: dict[Compression, tuple[range, int]] = {
    "gzip": (range(10), 6),
    "gzip-fast": (range(4), 3),
    "zstd": (range(1, 23), 3),
    "none": (range(0), 0),
}
_CHUNK = 1024 * 1024
_BUFFER = 64 * 1024
_MOST_XZ_MEMORY = 128 * 1024 * 1024  # `xz -9` needs 65 MiB to expand


def detect(head: bytes) -> Packing:
    """Detect the compression of a stream from its first bytes, at least six."""
    if head.startswith(_GZIP):
        return "gzip"
    if head.startswith(_ZSTD) or (head[1:4] == _ZSTD_SKIPPABLE and head[0] >> 4 == 5):  # noqa: PLR2004 -- 0x5.
        return "zstd"
    if len(head) > 3 and head[: len(_XZ)] == _XZ[: len(head)]:  # noqa: PLR2004 -- callers may have read four bytes
        return "xz"
    if head.startswith(_BZIP2) and head[3:4].isdigit() and head[4:10] == b"1AY&SY"[: len(head) - 4]:
        return "bzip2"
    return "none"


def layer_type(packing: Packing) -> str:
    """Return the media type of a layer.

    Raises:
        InvalidImageError: The layer uses a compression that images do not support.
    """
    if packing in {"xz", "bzip2"}:
        raise InvalidImageError(
            f"The layer is compressed with {packing}, which images do not support; compress it with gzip or zstd,"
            " or let ImageBuilder.add_layer do that"
        )
    return LAYER_TYPES[packing]


def check_compression(compression: Compression, level: int | None, threads: int) -> None:
    """Refuse invalid compression settings.

    Raises:
        InvalidArgumentError: The compression is unknown, or the level or the number of threads is out of range.
    """
    if compression not in _LEVELS:
        raise InvalidArgumentError(f"compression={compression!r} is not one of {', '.join(_LEVELS)}")
    levels, _ = _LEVELS[compression]
    if level is not None and levels and level not in levels:
        raise InvalidArgumentError(
            f"level={level!r} is out of range; {compression} has the levels {levels[0]} to {levels[-1]}"
        )
    if threads < 1 or (threads > 1 and compression != "zstd"):
        raise InvalidArgumentError(
            f"threads={threads} cannot be used with compression={compression!r}; only zstd supports several threads"
        )


def open_compressor(
    out: io.RawIOBase, compression: Compression, level: int | None = None, threads: int = 1
) -> IO[bytes]:
    """Open a file that compresses what is written into `out`. Closing it finishes the stream and leaves `out` open.

    The same bytes give the same result; another version of the compression library may give a different one.

    Args:
        out: Where the compressed bytes go.
        compression: Any except `none`.
        level: Level of the algorithm; higher is smaller and slower.
        threads: Threads of zstd. Any number above one gives the same bytes, but different ones than 1.

    Raises:
        InvalidArgumentError: The level or the number of threads is out of range.
        MissingExtraError: The compression needs an extra that is not installed.
    """
    check_compression(compression, level, threads)
    chosen = _LEVELS[compression][1] if level is None else level
    if compression == "zstd":
        workers = threads if threads > 1 else 0
        compressor = _zstandard().ZstdCompressor(level=chosen, threads=workers)
        return cast("IO[bytes]", compressor.stream_writer(out, closefd=False))
    if compression == "gzip-fast":
        return cast("IO[bytes]", _EqualBlocks(_igzip().IGzipFile("", "wb", chosen, out, mtime=0)))
    return cast("IO[bytes]", gzip.GzipFile("", "wb", chosen, cast("BinaryIO", out), mtime=0))


class _EqualBlocks(io.RawIOBase):
    """Write in blocks of one size, because the output of ISA-L depends on the sizes of its writes."""

    def __init__(self, out: IO[bytes]) -> None:
        super().__init__()
        self._out = out
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        self._waiting += data
        while len(self._waiting) >= _CHUNK:
            self._out.write(bytes(self._waiting[:_CHUNK]))
            del self._waiting[:_CHUNK]
        return memoryview(data).nbytes

    def close(self) -> None:
        if not self.closed:
            self._out.write(bytes(self._waiting))
            self._out.close()
        super().close()


def expand(stream: BinaryIO, compression: Packing, limit: int) -> Iterator[bytes]:
    """Yield the expanded bytes, chunk by chunk. Memory stays bounded.

    Bytes that follow the last gzip, xz or bzip2 stream are ignored, as the tools of these names do.

    Args:
        stream: The compressed bytes.
        compression: Their compression.
        limit: Maximum number of bytes to expand to. A few kilobytes can expand to as many gigabytes.

    Raises:
        InvalidImageError: There are more bytes than `limit`, or the stream is damaged or truncated.
        MissingExtraError: It is zstd, which is not installed.
    """
    count = 0
    for chunk in _refusing_damage(stream, compression):
        count += len(chunk)
        if count > limit:
            raise InvalidImageError(
                f"A {compression} stream expands to more than {limit:,} bytes; raise max_expanded= if you trust it"
            )
        yield chunk


class ChunkReader(io.RawIOBase):
    """A raw stream over chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._left = b""

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Read bytes from one chunk."""
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = chunk
        with memoryview(buffer) as view:
            count = min(len(view), len(self._left))
            view[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def open_expanded(stream: BinaryIO, packing: Packing, limit: int = DEFAULT_MAX_EXPANDED) -> BinaryIO:
    """Open the expanded bytes for reading; raises the errors of `expand`. Closing it leaves `stream` open."""
    return io.BufferedReader(ChunkReader(expand(stream, packing, limit)), _BUFFER)


def _refusing_damage(stream: BinaryIO, compression: Packing) -> Iterator[bytes]:
    try:
        yield from _expanded(stream, compression)
    except _damage(compression) as error:
        raise InvalidImageError(f"A {compression} stream is damaged or truncated: {error}") from error


def _damage(compression: Packing) -> tuple[type[Exception], ...]:
    """Return the exceptions that the libraries raise for damaged streams."""
    match compression:
        case "bzip2":
            return EOFError, OSError  # bz2 has no exception class
        case "zstd":
            return EOFError, cast("type[Exception]", _zstandard().ZstdError)
        case _:
            return EOFError, zlib.error, lzma.LZMAError


def _expanded(stream: BinaryIO, compression: Packing) -> Iterator[bytes]:
    match compression:
        case "gzip":
            return _members(stream, _Inflater, _GZIP)
        case "xz":
            return _members(
                stream, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_XZ_MEMORY), _XZ
            )
        case "bzip2":
            return _members(stream, bz2.BZ2Decompressor, _BZIP2)
        case "zstd":
            return _zstd_frames(stream)
        case "none":
            return iter(lambda: stream.read(_CHUNK), b"")


class _Decompressor(Protocol):
    """Common interface of the `bz2` and `lzma` decompressors."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class _Inflater:
    """The decompressor of `zlib` for one gzip member, with the interface of those of `bz2` and `lzma`."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self._full = False

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail and not self._full

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = _CHUNK, /) -> bytes:
        chunk = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self._full = len(chunk) == max_length  # output may remain although all input is consumed
        return chunk


def _members(stream: BinaryIO, start: Callable[[], _Decompressor], magic: bytes) -> Iterator[bytes]:
    """Expand one stream after another, until the end or until bytes that do not start one."""
    data = stream.read(_CHUNK)
    while True:
        decompressor = start()
        while not decompressor.eof:
            if decompressor.needs_input:
                data = data or stream.read(_CHUNK)
                if not data:
                    raise EOFError("it ends inside the compressed data")
            if chunk := decompressor.decompress(data, _CHUNK):
                yield chunk
            data = b""
        data = decompressor.unused_data.lstrip(b"\0")  # padding, as on tapes
        while len(data) < len(magic) and (more := stream.read(_CHUNK)):
            data = (data + more).lstrip(b"\0")
        if not data.startswith(magic):
            return


# `zstandard` does not report a stream that ends inside a frame. So a known frame is appended: it decompresses
# correctly only if everything before it was complete. Its checksum follows its content, so a truncated
# raw block cannot end with the same bytes.
_LAST_WORDS = b"the stream was complete up to here"


class _WithLastFrame(io.RawIOBase):
    def __init__(self, stream: BinaryIO, last: bytes) -> None:
        super().__init__()
        self._stream = stream
        self._last = last

    def read(self, size: int = -1, /) -> bytes:
        if chunk := self._stream.read(size):
            return chunk
        last, self._last = self._last[:size], self._last[size:]
        return last


def _zstd_frames(stream: BinaryIO) -> Iterator[bytes]:
    zstandard = _zstandard()
    last = zstandard.ZstdCompressor(write_checksum=True).compress(_LAST_WORDS)
    reader = cast(
        "IO[bytes]",
        zstandard.ZstdDecompressor().stream_reader(
            _WithLastFrame(stream, last), read_across_frames=True, closefd=False
        ),
    )
    kept = b""
    while chunk := reader.read(_CHUNK):
        kept += chunk
        if len(kept) > len(_LAST_WORDS):
            yield kept[: -len(_LAST_WORDS)]
            kept = kept[-len(_LAST_WORDS) :]
    if kept != _LAST_WORDS:
        raise EOFError("it ends inside the compressed data")


def _zstandard() -> ModuleType:
    try:
        import zstandard  # noqa: PLC0415 -- an extra that is needed here only
    except ImportError as error:
        raise MissingExtraError("zstd compression", "zstd") from error
    return zstandard


def _igzip() -> ModuleType:
    try:
        from isal import igzip  # noqa: PLC0415 -- an extra that is needed here only
    except ImportError as error:
        raise MissingExtraError("fast gzip compression", "fast-gzip") from error
    return igzip
