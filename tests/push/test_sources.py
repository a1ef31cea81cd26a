"""Where layers come from: every kind of source, and what can be wrong with one."""

import array
import hashlib
import io
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrkit.errors import InvalidSourceError, SourceChangedError
from ecrkit.push.sources import LayerSource, SourceLike, layer_source, measure
from ecrkit.transfer.parts import BLOCK_SIZE

CONTENT = bytes(range(256)) * 5


def read(source: LayerSource, size: int = 100) -> bytes:
    with source.open() as reader:
        return b"".join(iter(lambda: bytes(reader.read(size)), b""))


class Trickle(io.RawIOBase):
    """Gives three bytes at a time, as a slow pipe does."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, target: object, /) -> int:
        view = memoryview(cast("bytearray", target))
        chunk = self._content.read(min(3, len(view)))
        view[: len(chunk)] = chunk
        return len(chunk)


class OnlyRead:
    """A file object as some libraries make them: with `read` and nothing else."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def read(self, size: int = -1, /) -> bytes:
        return self._content.read(size)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "layer.tar"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def pipe() -> Iterator[BinaryIO]:
    """A pipe into which somebody writes in small pieces."""
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb", buffering=0) as target:
            for start in range(0, len(CONTENT), 7):
                target.write(CONTENT[start : start + 7])

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(reading, "rb", buffering=0) as stream:
        yield cast("BinaryIO", stream)
        while stream.read(1024):
            pass
    writer.join()


kinds: dict[str, Callable[[Path], SourceLike]] = {
    "path": lambda path: path,
    "path as text": str,
    "bytes": lambda path: path.read_bytes(),
    "bytearray": lambda path: bytearray(path.read_bytes()),
    "memoryview": lambda path: memoryview(path.read_bytes()),
    "BytesIO": lambda path: io.BytesIO(path.read_bytes()),
    "trickle": lambda path: cast("BinaryIO", Trickle(path.read_bytes())),
    "only read": lambda path: cast("BinaryIO", OnlyRead(path.read_bytes())),
    "list": lambda path: [path.read_bytes()[:9], b"", path.read_bytes()[9:]],
    "generator": lambda path: (path.read_bytes()[at : at + 99] for at in range(0, len(CONTENT), 99)),
    "tuple of memoryviews": lambda path: (memoryview(path.read_bytes()),),
}


@pytest.mark.parametrize("kind", kinds)
def test_every_kind_gives_its_bytes(kind: str, file: Path) -> None:
    assert read(layer_source(kinds[kind](file))) == CONTENT


@pytest.mark.parametrize("kind", ["path", "bytes", "BytesIO"])
def test_some_kinds_know_their_size_and_can_be_read_again(kind: str, file: Path) -> None:
    source = layer_source(kinds[kind](file))

    assert (source.size, source.rereadable) == (len(CONTENT), True)
    assert read(source) == read(source) == CONTENT


@pytest.mark.parametrize("kind", ["trickle", "only read", "list", "generator"])
def test_other_kinds_can_be_read_once(kind: str, file: Path) -> None:
    source = layer_source(kinds[kind](file))

    assert (source.size, source.rereadable) == (None, False)


def test_a_pipe_gives_full_blocks_although_it_is_read_in_small_pieces(pipe: BinaryIO) -> None:
    with layer_source(pipe).open() as reader:
        first = bytes(reader.read(300))

    assert first == CONTENT[:300]


def test_a_named_pipe_is_a_path_that_can_be_read_once(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    source = layer_source(path)

    assert (source.size, source.rereadable) == (None, False)


def test_a_file_object_is_read_from_where_it_stands_each_time() -> None:
    file = io.BytesIO(CONTENT)
    file.seek(100)
    source = layer_source(file)

    assert source.size == len(CONTENT) - 100
    assert read(source) == read(source) == CONTENT[100:]


def test_asking_for_the_size_of_a_file_object_does_not_move_it() -> None:
    file = io.BytesIO(CONTENT)
    file.seek(100)

    layer_source(file)

    assert file.tell() == 100


def test_items_of_a_memoryview_may_be_larger_than_bytes() -> None:
    numbers = array.array("I", [1, 2, 3])

    source = layer_source(memoryview(numbers))

    assert source.size == 3 * numbers.itemsize
    assert read(source) == numbers.tobytes()


def test_an_array_is_bytes_like() -> None:
    assert read(layer_source(array.array("H", [258]))) == array.array("H", [258]).tobytes()


@pytest.mark.parametrize("empty", [b"", bytearray(), io.BytesIO(), memoryview(b""), array.array("I")])
def test_an_empty_source_says_so(empty: SourceLike) -> None:
    assert layer_source(empty).size == 0


@given(chunks=st.lists(st.binary(max_size=30), max_size=10), size=st.integers(1, 50))
def test_chunks_of_any_sizes_come_out_in_blocks_of_the_size_asked_for(chunks: list[bytes], size: int) -> None:
    whole = b"".join(chunks)
    with layer_source(chunks).open() as reader:
        blocks = list(iter(lambda: bytes(reader.read(size)), b""))

    assert b"".join(blocks) == whole
    assert all(len(block) == size for block in blocks[:-1])


def test_no_block_is_larger_than_what_stays_in_the_cache() -> None:
    source = layer_source(iter([bytes(BLOCK_SIZE + 10)]))

    with source.open() as reader:
        assert len(reader.read(BLOCK_SIZE * 4)) == BLOCK_SIZE


@pytest.mark.parametrize("kind", ["path", "bytes", "BytesIO", "generator"])
def test_a_source_is_measured_by_reading_it(kind: str, file: Path) -> None:
    digest, size = measure(layer_source(kinds[kind](file)))

    assert digest == f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
    assert size == len(CONTENT)


# What is no source


@pytest.mark.parametrize("wrong", [None, 1, 1.5, ...], ids=repr)
def test_what_cannot_be_read_is_refused_by_the_name_of_its_type(wrong: object) -> None:
    with pytest.raises(InvalidSourceError, match=type(wrong).__name__):
        layer_source(cast("SourceLike", wrong))


def test_a_wrong_source_is_a_type_error_too() -> None:
    with pytest.raises(TypeError):
        layer_source(cast("SourceLike", 1))


def test_a_text_file_is_refused(file: Path) -> None:
    with file.open() as text, pytest.raises(InvalidSourceError, match="binary mode"):
        layer_source(cast("BinaryIO", text))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSourceError, match="folder"):
        layer_source(tmp_path)


def test_a_file_that_does_not_exist_is_missed_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        layer_source(tmp_path / "missing.tar")


@pytest.mark.parametrize("chunk", ["text", 1, None], ids=repr)
def test_a_chunk_that_is_no_bytes_is_refused_by_the_name_of_its_type(chunk: object) -> None:
    source = layer_source(cast("SourceLike", iter([b"good", chunk])))

    with source.open() as reader, pytest.raises(InvalidSourceError, match=type(chunk).__name__):
        reader.read(100)


def test_a_file_object_that_gives_text_is_refused() -> None:
    class Text:
        def read(self, size: int) -> str:
            return "x" * size

    with (
        layer_source(cast("BinaryIO", Text())).open() as reader,
        pytest.raises(InvalidSourceError, match="str"),
    ):
        reader.read(10)


def test_a_file_object_that_gives_too_much_is_refused() -> None:
    class Generous:
        def read(self, size: int) -> bytes:
            return bytes(size + 1)

    with (
        layer_source(cast("BinaryIO", Generous())).open() as reader,
        pytest.raises(InvalidSourceError, match="11 bytes"),
    ):
        reader.read(10)


def test_a_stream_that_raises_lets_its_error_through() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"good"
        raise RuntimeError("the producer broke")

    with layer_source(chunks()).open() as reader, pytest.raises(RuntimeError, match="the producer broke"):
        reader.read(100)


def test_a_stream_that_has_nothing_yet_is_not_taken_for_one_that_has_ended() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)

    with (
        os.fdopen(reading, "rb", buffering=0) as stream,
        os.fdopen(writing, "wb", buffering=0),
        layer_source(cast("BinaryIO", stream)).open() as reader,
        pytest.raises(InvalidSourceError, match="non-blocking"),
    ):
        reader.read(10)


# What changes while it is read


def test_a_file_that_grew_is_noticed(file: Path) -> None:
    with pytest.raises(SourceChangedError, match=r"layer\.tar"), layer_source(file).open() as reader:  # noqa: PT012 -- it changes while it is read
        reader.read(10)
        with file.open("ab") as again:
            again.write(b"more")


def test_a_file_that_shrank_is_noticed(file: Path) -> None:
    with pytest.raises(SourceChangedError, match=r"layer\.tar"), layer_source(file).open() as reader:  # noqa: PT012 -- as above
        reader.read(10)
        os.truncate(file, 20)


def test_a_file_whose_bytes_changed_is_noticed(file: Path) -> None:
    with pytest.raises(SourceChangedError, match="changed since the push began"), layer_source(file).open():  # noqa: PT012 -- as above
        file.write_bytes(bytes(len(CONTENT)))
        os.utime(file, ns=(1, 1))


def test_a_file_that_changed_between_looking_and_reading_is_noticed(file: Path) -> None:
    source = layer_source(file)
    file.write_bytes(b"another")

    with pytest.raises(SourceChangedError, match="1280 bytes"):
        read(source)


def test_a_file_object_that_ends_early_is_noticed() -> None:
    file = io.BytesIO(CONTENT)
    source = layer_source(file)
    file.truncate(10)

    with pytest.raises(SourceChangedError, match="10 were read"):
        read(source)


def test_an_error_of_the_reader_is_not_covered_by_the_change(file: Path) -> None:
    with pytest.raises(ValueError, match="mine"), layer_source(file).open():  # noqa: PT012 -- as above
        file.write_bytes(b"another")
        raise ValueError("mine")


def test_a_file_that_grows_is_noticed_by_the_read_that_goes_too_far(file: Path) -> None:
    source = layer_source(file)
    with file.open("ab") as more:
        more.write(b"!")

    with pytest.raises(SourceChangedError, match="more were read"):
        read(source)


def test_a_source_of_a_layer_is_taken_as_it_is() -> None:
    source = layer_source(CONTENT)

    assert layer_source(source) is source
