"""New layers: compress a tar file or a stream, and compute both digests in one pass."""

import hashlib
import io
import itertools
import tarfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from typing_extensions import Buffer

from ecrkit.errors import EmptyLayerError, InvalidImageError
from ecrkit.files.space import disk_full_errors
from ecrkit.oci._files import open_regular
from ecrkit.oci.compression import (
    DEFAULT_MAX_EXPANDED,
    LAYER_TYPES,
    ChunkReader,
    Compression,
    Packing,
    check_compression,
    detect,
    expand,
    layer_type,
    open_compressor,
)
from ecrkit.oci.descriptors import Descriptor
from ecrkit.references import Digest

_BLOCK = 512
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer in a file."""

    path: Path
    """Path of the file."""

    descriptor: Descriptor
    """Descriptor for the manifest."""

    diff_id: Digest
    """Digest of the uncompressed bytes, for the config."""


def layer_from_tar(
    source: str | Path | BinaryIO,
    path: Path,
    *,
    compression: Compression = "gzip",
    level: int | None = None,
    threads: int = 1,
    max_expanded: int = DEFAULT_MAX_EXPANDED,
) -> Layer:
    """Write a layer from a tar file, keeping its bytes.

    A tar file compressed with gzip or zstd is kept as it is; one compressed with xz or bzip2, which images do not
    support, is compressed again. Nothing is unpacked, and the entries are not checked. Bytes after the last gzip stream
    are kept: Docker ignores them, podman refuses such a layer.

    Args:
        source: The tar file, or a stream of one, which is read to its end and left open.
        path: The new file.
        compression: Compression of the layer, if the tar file is not compressed with gzip or zstd.
        level: Level of the compression; see [`Compression`][ecrkit.oci.Compression].
        threads: Threads of zstd.
        max_expanded: Maximum number of bytes a compressed tar file may expand to.

    Raises:
        EmptyLayerError: There are no bytes.
        InvalidImageError: It is not a tar file, is damaged, or expands to too much.
        FileExistsError: The new file exists.
    """
    if isinstance(source, str | Path):
        with open_regular(Path(source)) as file:
            return layer_from_tar(
                file, path, compression=compression, level=level, threads=threads, max_expanded=max_expanded
            )
    head = source.read(_BLOCK)
    if not head:
        raise EmptyLayerError("The tar file of the layer has zero bytes")
    chunks = itertools.chain([head], iter(lambda: source.read(_CHUNK), b""))
    packing = detect(head)
    if packing in {"gzip", "zstd"}:
        with layer_writer(path, "none") as writer:
            for chunk in chunks:
                writer.write(chunk)
        return _already_packed(writer.layer(), packing, max_expanded)
    content = (
        chunks if packing == "none" else expand(io.BufferedReader(ChunkReader(chunks)), packing, max_expanded)
    )
    with layer_writer(path, compression, level, threads) as writer:
        for place, chunk in enumerate(content):
            if place == 0:
                _check_tar(chunk[:_BLOCK])
            writer.write(chunk)
    return writer.layer()


class LayerWriter(io.RawIOBase):
    """Compresses a layer as it is written, without buffering it. Created by `layer_writer`."""

    def __init__(
        self, path: Path, compression: Compression, out: "_HashingFile", packer: IO[bytes] | None
    ) -> None:
        super().__init__()
        self._path = path
        self._compression: Compression = compression
        self._out = out
        self._packer = packer
        self._before = hashlib.sha256()
        self._count = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        """Write the next bytes."""
        self._before.update(data)
        (self._packer or self._out).write(data)
        count = memoryview(data).nbytes
        self._count += count
        return count

    def tell(self) -> int:
        """Return the number of bytes written; `tarfile` needs it."""
        return self._count

    def close(self) -> None:
        """Finish the file."""
        if not self.closed and self._packer is not None:
            self._packer.close()
        super().close()

    def layer(self) -> Layer:
        """Return the finished layer; only after closing."""
        descriptor = Descriptor(
            media_type=LAYER_TYPES[self._compression],
            digest=Digest.from_hash(self._out.hash),
            size=self._out.size,
        )
        return Layer(self._path, descriptor, Digest.from_hash(self._before))


@contextmanager
def layer_writer(
    path: Path, compression: Compression = "gzip", level: int | None = None, threads: int = 1
) -> Generator[LayerWriter]:
    """Write a layer as a stream, for example from a `tarfile.TarFile(fileobj=writer, mode="w")`.

    On an exception in the block, the file is removed. `ImageBuilder.add_layer` takes the layer that
    `writer.layer()` returns after the block.

    Args:
        path: The new file.
        compression: Compression of the layer.
        level: Level of the compression; see [`Compression`][ecrkit.oci.Compression].
        threads: Threads of zstd.

    Raises:
        FileExistsError: The file exists.
        InvalidArgumentError: The compression, its level or the number of threads is invalid.
        MissingExtraError: The compression needs an extra that is not installed.
    """
    check_compression(compression, level, threads)
    file = path.open("xb")
    try:
        with disk_full_errors(path), file:
            out = _HashingFile(file)
            packer = None if compression == "none" else open_compressor(out, compression, level, threads)
            with LayerWriter(path, compression, out, packer) as writer:
                yield writer
    except BaseException:
        path.unlink(missing_ok=True)
        raise


class _HashingFile(io.RawIOBase):
    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self.hash = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        self.hash.update(data)
        count = self._file.write(data)
        self.size += count
        return count


def _already_packed(copied: Layer, compression: Packing, max_expanded: int) -> Layer:
    before = hashlib.sha256()
    try:
        with copied.path.open("rb") as file:
            for place, chunk in enumerate(expand(file, compression, max_expanded)):
                if place == 0:
                    _check_tar(chunk[:_BLOCK])
                before.update(chunk)
    except BaseException:
        copied.path.unlink()
        raise
    descriptor = copied.descriptor.model_copy(update={"media_type": layer_type(compression)})
    return Layer(copied.path, descriptor, Digest.from_hash(before))


def _check_tar(head: bytes) -> None:
    """Refuse what is not a tar file; a container runtime would fail on it much later."""
    if len(head) == _BLOCK and not head.strip(b"\0"):
        return  # an empty archive
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        raise InvalidImageError(f"The source of the layer is not a tar file: {error}") from error
