"""Where the bytes of a layer come from: a path, bytes, a binary file, or an iterable of chunks."""

import hashlib
import io
import os
import stat
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn, Protocol, TypeAlias, cast, runtime_checkable

from typing_extensions import Buffer

from ecrkit.errors import InvalidSourceError, SourceChangedError
from ecrkit.transfer.parts import BLOCK_SIZE
from ecrkit.transport._pieces import FilePiece

SourceLike: TypeAlias = str | os.PathLike[str] | Buffer | BinaryIO | Iterable[Buffer]
"""What a layer can be read from: a path, bytes-like, a binary file object, or an iterable of bytes-like chunks."""


class Reader(Protocol):
    """Reads a layer once, sequentially."""

    def read(self, size: int, /) -> memoryview:
        """Return the next bytes: as many as asked for unless the layer ends. They are valid until the next call."""
        ...


@runtime_checkable
class LayerSource(Protocol):
    """The bytes of a layer, not opened yet."""

    @property
    def name(self) -> str:
        """Name in messages."""
        ...

    @property
    def size(self) -> int | None:
        """Size in bytes, if known beforehand."""
        ...

    @property
    def rereadable(self) -> bool:
        """Whether it can be opened more than once."""
        ...

    def open(self) -> AbstractContextManager[Reader]:
        """Open the source at its first byte.

        Raises:
            SourceChangedError: On leaving the block: the source was not the same to the end.
        """
        ...


def layer_source(source: SourceLike | LayerSource) -> LayerSource:
    """Return the layer source for a caller's argument; a layer source is returned unchanged.

    A file object is read from where it stands. An iterable is read once, whatever it is: nothing tells whether it could
    be read again.

    Raises:
        InvalidSourceError: It is none of the kinds that can be read, or a file that was opened as text.
        OSError: There is no file at the path, or it cannot be read.
    """
    if isinstance(source, str | os.PathLike):
        return PathSource(Path(source))
    if isinstance(source, LayerSource):
        return source
    if isinstance(source, io.TextIOBase):
        raise InvalidSourceError(f"{source!r} is a text file; open it in binary mode ('rb')")
    try:
        return BytesSource(memoryview(cast("Buffer", source)).cast("B"))
    except TypeError:
        pass  # not bytes-like, so one of the others
    if hasattr(source, "read"):
        _check_readable(cast("BinaryIO", source))
        return FileSource(cast("BinaryIO", source))
    if isinstance(source, Iterable):
        return ChunkSource(source)
    raise InvalidSourceError(
        f"{type(source).__name__} is not a source of a layer: pass a path, bytes, a binary file object or an iterable of bytes"
    )


def measure(source: LayerSource, *, tell: Callable[[int], object] | None = None) -> tuple[str, int]:
    """Read a source once, and return its digest and its size in bytes.

    Args:
        source: The layer.
        tell: Called after each block with the number of bytes read so far.
    """
    sha256 = hashlib.sha256()
    size = 0
    with source.open() as reader:
        while block := reader.read(BLOCK_SIZE):
            sha256.update(block)
            size += len(block)
            if tell is not None:
                tell(size)
    return f"sha256:{sha256.hexdigest()}", size


class PathSource:
    """A file, opened for each reading."""

    def __init__(self, path: Path) -> None:
        if path.is_dir():
            raise InvalidSourceError(
                f"{path} is a folder; a layer is one file, for example a tar of the folder"
            )
        status = path.stat()
        self._path = path
        self._identity = _identity(status)
        self.name = str(path)
        self.rereadable = stat.S_ISREG(status.st_mode)  # a named pipe is a path too
        self.size = status.st_size if self.rereadable else None

    @contextmanager
    def open(self) -> Generator[Reader]:
        """Open the file, and check at the end that it is unchanged."""
        with self._path.open("rb", buffering=0) as file:
            regular = file if self.rereadable else None
            reader = BlockReader(file.readinto, self.name, self.size, regular)
            yield reader
            now = os.fstat(file.fileno())
        reader.check_size()
        if self.rereadable and _identity(now) != self._identity:
            raise SourceChangedError(f"{self._path} changed since the push began")

    def read_at(self, position: int, size: int, /) -> bytes:
        """Read bytes at a position."""
        with self._path.open("rb", buffering=0) as file:
            file.seek(position)
            return file.read(size)


def _identity(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


class FileSource:
    """A binary file object, from its current position."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.name = str(getattr(file, "name", type(file).__name__))
        self.rereadable = _can_seek(file)
        self._start = file.tell() if self.rereadable else 0
        self.size = file.seek(0, os.SEEK_END) - self._start if self.rereadable else None
        if self.rereadable:
            file.seek(self._start)

    @contextmanager
    def open(self) -> Generator[Reader]:
        """Seek to the original position."""
        if self.rereadable:
            self._file.seek(self._start)
        reader = BlockReader(readinto_of(self._file), self.name, self.size)
        yield reader
        reader.check_size()

    def read_at(self, position: int, size: int, /) -> bytes:
        """Read bytes at a position, counted from where the file stood at first."""
        self._file.seek(self._start + position)
        return self._file.read(size)


class BytesSource:
    """Bytes in memory, which are not copied."""

    def __init__(self, content: memoryview) -> None:
        self._content = content
        self.name = f"a layer of {content.nbytes} bytes"
        self.size = content.nbytes
        self.rereadable = True

    @contextmanager
    def open(self) -> Generator[Reader]:
        """Begin with the first byte."""
        yield _SliceReader(self._content)

    def read_at(self, position: int, size: int, /) -> bytes:
        """Return bytes at a position."""
        return bytes(self._content[position : position + size])


class ChunkSource:
    """An iterable of bytes-like chunks of any sizes."""

    rereadable = False
    size = None

    def __init__(self, chunks: Iterable[Buffer]) -> None:
        self._chunks = chunks
        self.name = type(chunks).__name__

    @contextmanager
    def open(self) -> Generator[Reader]:
        """Take the iterable's only iterator."""
        yield BlockReader(_ChunkStream(iter(self._chunks)).readinto, self.name, None)


class BlockReader:
    """Reads into one reused block."""

    def __init__(
        self,
        readinto: Callable[[memoryview], int | None],
        name: str,
        expected: int | None,
        file: io.FileIO | None = None,
    ) -> None:
        self._readinto = readinto
        self._name = name
        self._expected = expected
        self._file = file
        self._block = memoryview(bytearray(BLOCK_SIZE))
        self._count = 0
        self._ended = False

    def read(self, size: int, /) -> memoryview:
        """Return the next bytes, as a view of the block."""
        filled = 0
        wanted = min(size, BLOCK_SIZE)
        while filled < wanted:
            count = self._readinto(self._block[filled:wanted])
            if count is None:
                raise InvalidSourceError(
                    "The source of a layer is a non-blocking stream without data; pass a blocking one"
                )
            if not count:
                break
            filled += count
        self._count += filled
        self._ended = filled < wanted
        if self._expected is not None and self._count > self._expected:
            self._refuse("more")  # at once: a file that is written to might never end
        return self._block[:filled]

    def read_piece(self, size: int, /) -> FilePiece | None:
        """Pass over the next bytes, and return where they are; None if the source is not a file. The size must be known."""
        if self._file is None:
            return None
        piece = FilePiece(self._file, self._count, size)
        self._count += size
        return piece

    def check_size(self) -> None:
        """Refuse a source that was read to its end and had fewer bytes than it should."""
        if self._ended and self._expected is not None and self._count < self._expected:
            self._refuse(f"only {self._count}")

    def _refuse(self, found: str) -> NoReturn:
        raise SourceChangedError(
            f"{self._name} had {self._expected} bytes when the push began, but {found} were read"
        )


class _SliceReader:
    def __init__(self, content: memoryview) -> None:
        self._content = content
        self._position = 0

    def read(self, size: int, /) -> memoryview:
        piece = self._content[self._position : self._position + size]
        self._position += len(piece)
        return piece


class _ChunkStream:
    def __init__(self, chunks: Iterator[Buffer]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readinto(self, target: memoryview) -> int:
        while not self._rest:
            try:
                chunk = next(self._chunks)
            except StopIteration:
                return 0
            self._rest = _as_bytes(chunk)
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def readinto_of(file: BinaryIO) -> Callable[[memoryview], int | None]:
    """Return the function that reads a file into a buffer, whether or not the file itself has one."""
    readinto = getattr(file, "readinto", None)
    if readinto is not None:
        return cast("Callable[[memoryview], int | None]", readinto)

    def read_and_copy(target: memoryview) -> int:
        chunk = _as_bytes(file.read(len(target)))
        if len(chunk) > len(target):
            raise InvalidSourceError(
                f"The source of a layer returned {len(chunk)} bytes for a read of at most {len(target)}"
            )
        target[: len(chunk)] = chunk
        return len(chunk)

    return read_and_copy


def _as_bytes(chunk: object) -> memoryview:
    try:
        return memoryview(cast("Buffer", chunk)).cast("B")
    except TypeError:
        several = (
            "; push_layers() pushes several layers"
            if hasattr(chunk, "__fspath__") or isinstance(chunk, str)
            else ""
        )
        raise InvalidSourceError(
            f"The source of a layer contains a {type(chunk).__name__} where bytes are expected{several}"
        ) from None


def _check_readable(file: BinaryIO) -> None:
    name = getattr(file, "name", type(file).__name__)
    if getattr(file, "closed", False):
        raise InvalidSourceError(f"The file {name} is closed; open it, and close it after the push")
    readable = getattr(file, "readable", None)
    if readable is not None and not readable():
        mode = getattr(file, "mode", "wb")
        raise InvalidSourceError(f"The file {name} is open for writing only ({mode!r}); open it in mode 'rb'")


def _can_seek(file: BinaryIO) -> bool:
    seekable = getattr(file, "seekable", None)
    return seekable is not None and bool(seekable())
