"""New layers: a folder or a tar file becomes a compressed file, and both of its digests come from the same pass."""

import hashlib
import io
import itertools
import os
import stat
import tarfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from typing_extensions import Buffer

from ecrkit.errors import EmptyLayerError, InvalidImageError, SourceChangedError
from ecrkit.oci._files import Window, open_regular
from ecrkit.oci.compression import (
    DEFAULT_MAX_EXPANDED,
    LAYER_TYPES,
    Compression,
    detect,
    expand,
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
    """Where its bytes are."""

    descriptor: Descriptor
    """What a manifest says about it."""

    diff_id: Digest
    """What a config says about it: the digest of the bytes before compression."""


def layer_from_folder(
    folder: str | Path,
    path: Path,
    *,
    to: str = "/",
    mtime: int = 0,
    compression: Compression = "gzip",
    level: int | None = None,
) -> Layer:
    """Write a layer that puts the content of a folder into an image.

    Everything belongs to root and has the same time, and files come in the order of their names: the same content
    with the same permissions gives the same digest. Links are kept as links, wherever they lead; what is behind
    them is not read. Hard links become files of their own; extended attributes are left out.

    Args:
        folder: Whose content it is.
        path: The new file.
        to: Where in the image the content goes.
        mtime: When everything was last changed, in seconds since 1970.
        compression: How the layer is compressed.
        level: Of the compression; a common choice if None.

    Raises:
        InvalidImageError: There is a device, pipe or socket in the folder, or `to` leads out of the image.
        SourceChangedError: A file changed while it was read.
        FileExistsError: The new file exists.
    """
    root = Path(folder)
    prefix = _inside_image(to)
    with (
        layer_writer(path, compression, level) as writer,
        tarfile.TarFile(fileobj=writer, mode="w", format=tarfile.PAX_FORMAT, copybufsize=_CHUNK) as archive,
    ):
        for found in _in_order(root):
            name = str(prefix / found.relative_to(root).as_posix())
            if name != ".":
                _add(archive, found, name, mtime)
    return writer.layer()


def layer_from_tar(
    source: str | Path | BinaryIO,
    path: Path,
    *,
    compression: Compression = "gzip",
    level: int | None = None,
    max_expanded: int = DEFAULT_MAX_EXPANDED,
) -> Layer:
    """Write a layer from a tar file, the bytes of which stay as they are; compressed ones are not compressed again.

    Nothing is unpacked, and the entries are not judged: that is for whoever runs the image.

    Args:
        source: The tar file, or a stream of one, which is read to its end and left open.
        path: The new file.
        compression: How the layer is compressed, if the tar file is not.
        level: Of the compression; a common choice if None.
        max_expanded: How many bytes a compressed tar file may expand to.

    Raises:
        EmptyLayerError: There are no bytes.
        InvalidImageError: It is not a tar file, is damaged, or expands to too much.
        FileExistsError: The new file exists.
    """
    if isinstance(source, str | Path):
        with open_regular(Path(source)) as file:
            return layer_from_tar(file, path, compression=compression, level=level, max_expanded=max_expanded)
    head = source.read(_BLOCK)
    if not head:
        raise EmptyLayerError("a tar file without bytes is no layer")
    chunks = itertools.chain([head], iter(lambda: source.read(_CHUNK), b""))
    packed = detect(head)
    if packed == "none":
        _check_tar(head)
        with layer_writer(path, compression, level) as writer:
            for chunk in chunks:
                writer.write(chunk)
        return writer.layer()
    with layer_writer(path, "none") as writer:
        for chunk in chunks:
            writer.write(chunk)
    return _already_packed(writer.layer(), packed, max_expanded)


class LayerWriter(io.RawIOBase):
    """Takes an uncompressed layer and writes it compressed; nothing is kept in memory. `layer_writer` makes one."""

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
        """Take the next bytes."""
        self._before.update(data)
        (self._packer or self._out).write(data)
        count = memoryview(data).nbytes
        self._count += count
        return count

    def tell(self) -> int:
        """Say how much has been taken; `tarfile` wants to know."""
        return self._count

    def close(self) -> None:
        """Finish the file."""
        if not self.closed and self._packer is not None:
            self._packer.close()
        super().close()

    def layer(self) -> Layer:
        """Describe what has been written; only after closing."""
        descriptor = Descriptor(
            media_type=LAYER_TYPES[self._compression],
            digest=Digest.from_hash(self._out.hash),
            size=self._out.size,
        )
        return Layer(self._path, descriptor, Digest.from_hash(self._before))


@contextmanager
def layer_writer(
    path: Path, compression: Compression = "gzip", level: int | None = None
) -> Generator[LayerWriter]:
    """Write a layer as it comes, for example from a `tarfile.TarFile(fileobj=writer, mode="w")`.

    If anything goes wrong inside the block, the file is removed.

    Raises:
        FileExistsError: The file exists.
        MissingExtraError: zstd is wanted, but not installed.
    """
    file = path.open("xb")
    try:
        with file:
            out = _HashingFile(file)
            packer = None if compression == "none" else open_compressor(out, compression, level)
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


def _already_packed(copied: Layer, compression: Compression, max_expanded: int) -> Layer:
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
    descriptor = copied.descriptor.model_copy(update={"media_type": LAYER_TYPES[compression]})
    return Layer(copied.path, descriptor, Digest.from_hash(before))


def _check_tar(head: bytes) -> None:
    """Refuse what is not a tar file at all; a container runtime would fail on it much later."""
    if len(head) == _BLOCK and not head.strip(b"\0"):
        return  # an archive of nothing
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        raise InvalidImageError(f"the source of the layer is not a tar file: {error}") from error


def _inside_image(to: str) -> PurePosixPath:
    target = PurePosixPath("/", to).relative_to("/")
    if ".." in target.parts:
        raise InvalidImageError(f"{to[:200]!r} leads out of the image")
    return target


def _in_order(root: Path) -> Iterator[Path]:
    """Give out a folder and everything in it, a folder before its content, sorted by name at each level."""
    waiting = [root]
    while waiting:
        found = waiting.pop()
        yield found
        if found == root or (found.is_dir() and not found.is_symlink()):
            waiting += sorted(found.iterdir(), key=lambda each: os.fsencode(each.name), reverse=True)


def _add(archive: tarfile.TarFile, path: Path, name: str, mtime: int) -> None:
    status = path.stat() if name == "." else path.lstat()
    member = tarfile.TarInfo(name)
    member.mode = stat.S_IMODE(status.st_mode)
    member.mtime = mtime
    if stat.S_ISDIR(status.st_mode):
        member.type = tarfile.DIRTYPE
        archive.addfile(member)
    elif stat.S_ISLNK(status.st_mode):
        member.type = tarfile.SYMTYPE
        member.linkname = str(path.readlink())
        archive.addfile(member)
    elif stat.S_ISREG(status.st_mode):
        member.size = status.st_size
        _add_content(archive, member, path)
    else:
        raise InvalidImageError(f"{path} is a device, a pipe or a socket, which cannot go into a layer")


def _add_content(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    cut_short = SourceChangedError(f"{path} became shorter while it was read")
    file = open_regular(path)
    with io.BufferedReader(Window(file, 0, member.size, cut_short), _CHUNK) as content:
        before = os.fstat(file.fileno())
        archive.addfile(member, content)
        after = os.fstat(file.fileno())
    if (member.size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise SourceChangedError(f"{path} changed while it was read")
