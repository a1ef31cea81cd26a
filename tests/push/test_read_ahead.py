"""Reading ahead of the socket: bounded, in order, and without hiding an error."""

import hashlib
import threading
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrkit.push.read_ahead import BUFFERS, ReadAhead
from ecrkit.push.sources import SourceLike, layer_source
from ecrkit.transfer.json_parts import PartBuffer
from ecrkit.transfer.parts import BLOCK_SIZE


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    assert [each.name for each in threading.enumerate() if each.name == "ecrkit-read-ahead"] == []


def parts_of(
    source: SourceLike, *, part_size: int, size: int | None = None, skip: int = 0
) -> tuple[list[tuple[int, bytes]], ReadAhead[PartBuffer]]:
    found: list[tuple[int, bytes]] = []
    with (
        layer_source(source).open() as reader,
        ReadAhead(reader, part_size=part_size, size=size, skip=skip, new_part=PartBuffer) as parts,
    ):
        for part in parts:
            found.append((part.first_byte, part.content_from(part.first_byte)))
            parts.give_back(part)
    return found, parts


@given(content=st.binary(max_size=200), part_size=st.integers(1, 60), data=st.data())
def test_parts_are_the_layer_cut_in_order(content: bytes, part_size: int, data: st.DataObject) -> None:
    size = data.draw(st.sampled_from([None, len(content)]))

    found, parts = parts_of(content, part_size=part_size, size=size)

    assert found == [(at, content[at : at + part_size]) for at in range(0, len(content), part_size)]
    assert parts.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert parts.count == len(content)
    assert parts.head == content[: min(8, part_size)]


@given(content=st.binary(min_size=1, max_size=200), data=st.data())
def test_what_is_skipped_is_hashed_all_the_same(content: bytes, data: st.DataObject) -> None:
    skip = data.draw(st.integers(0, len(content)))

    found, parts = parts_of(content, part_size=30, skip=skip)

    assert b"".join(block for _, block in found) == content[skip:]
    assert [first for first, _ in found] == list(range(skip, len(content), 30))
    assert parts.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.mark.parametrize("hashed", [True, False])
def test_not_a_byte_too_many_is_skipped(*, hashed: bool) -> None:
    content = bytes(range(256)) * (3 * BLOCK_SIZE // 256)
    skip = BLOCK_SIZE + 10

    with (
        layer_source(content).open() as reader,
        ReadAhead(
            reader, part_size=len(content), size=len(content), skip=skip, hashed=hashed, new_part=PartBuffer
        ) as parts,
    ):
        part = next(iter(parts))

        assert part.first_byte == skip
        assert part.content_from(skip) == content[skip:]


def test_no_more_parts_are_read_than_there_are_buffers() -> None:
    given_out: list[int] = []

    def chunks() -> Iterator[bytes]:
        for number in range(20):
            given_out.append(number)
            yield bytes(10)

    most_ahead = 0
    with (
        layer_source(chunks()).open() as reader,
        ReadAhead(reader, part_size=10, size=None, new_part=PartBuffer) as parts,
    ):
        for sent, part in enumerate(parts):
            most_ahead = max(most_ahead, len(given_out) - sent)
            parts.give_back(part)

    assert len(given_out) == 20
    assert most_ahead <= BUFFERS + 1  # the one that was given back may be filled at once


@pytest.mark.parametrize("size", [None, 1000])
def test_a_sender_that_gives_nothing_back_is_given_no_more_than_the_buffers(size: int | None) -> None:
    taken = 0
    endless = (bytes(10) for _ in iter(int, 1))
    with (
        layer_source(endless).open() as reader,
        ReadAhead(reader, part_size=10, size=size, new_part=PartBuffer) as parts,
    ):
        for _ in parts:
            taken += 1
            if taken == BUFFERS:
                break

    assert taken == BUFFERS


def test_an_error_of_the_source_reaches_the_sender_behind_the_parts_before_it() -> None:
    def chunks() -> Iterator[bytes]:
        yield bytes(10)
        raise RuntimeError("the producer broke")

    sent = 0
    with (
        layer_source(chunks()).open() as reader,
        ReadAhead(reader, part_size=10, size=None, new_part=PartBuffer) as parts,
    ):
        for_sending = iter(parts)
        sent += next(for_sending).length
        with pytest.raises(RuntimeError, match="the producer broke"):
            next(for_sending)

    assert sent == 10


def test_a_sender_that_fails_ends_the_reading() -> None:
    endless = (bytes(10) for _ in iter(int, 1))

    with (  # noqa: PT012 -- the sender fails while it takes parts
        pytest.raises(ValueError, match="the socket broke"),
        layer_source(endless).open() as reader,
        ReadAhead(reader, part_size=10, size=None, new_part=PartBuffer) as parts,
    ):
        next(iter(parts))
        raise ValueError("the socket broke")


def test_an_empty_source_has_no_parts() -> None:
    found, parts = parts_of(iter([b""]), part_size=10)

    assert (found, parts.count) == ([], 0)


def test_a_digest_that_nobody_needs_is_not_computed() -> None:
    with (
        layer_source(b"abc").open() as reader,
        ReadAhead(reader, part_size=3, size=3, hashed=False, new_part=PartBuffer) as parts,
    ):
        for part in parts:
            parts.give_back(part)

    assert (parts.count, parts.digest) == (3, None)


def test_a_small_layer_takes_a_small_buffer() -> None:
    with (
        layer_source(b"abc").open() as reader,
        ReadAhead(reader, part_size=10**7, size=3, new_part=PartBuffer) as parts,
    ):
        part = next(iter(parts))

        assert part.part_size == 3


@pytest.mark.parametrize("size", [None, 20, 25])
def test_each_part_knows_whether_it_is_the_last_and_none_is_lost_by_asking(size: int | None) -> None:
    content = bytes(range(size or 20))
    found: list[tuple[bytes, bool]] = []
    with (
        layer_source(content).open() as reader,
        ReadAhead(reader, part_size=10, size=size, new_part=PartBuffer) as parts,
    ):
        for part in parts:
            is_last = parts.ends_with(part)
            found.append((part.content_from(part.first_byte), is_last))
            parts.give_back(part)

    assert b"".join(each for each, _ in found) == content
    assert [is_last for _, is_last in found] == [*[False] * (len(found) - 1), True]


def test_the_only_part_is_the_last_one_before_its_buffer_is_given_back() -> None:
    with (
        layer_source(b"abc").open() as reader,
        ReadAhead(reader, part_size=10, size=3, new_part=PartBuffer) as parts,
    ):
        assert parts.ends_with(next(iter(parts)))


def test_a_layer_of_one_part_takes_one_buffer() -> None:
    size = 1024 * 1024
    with layer_source(bytes(size)).open() as reader:
        tracemalloc.start()
        ReadAhead(reader, part_size=size, size=size, new_part=PartBuffer)
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert taken < 1.5 * size  # in base64


class Drip:
    """Gives three bytes each time that somebody allows it."""

    def __init__(self) -> None:
        self.allowed = threading.Semaphore(0)
        self.reads = 0

    def read(self, size: int, /) -> memoryview:
        assert self.allowed.acquire(timeout=30)
        self.reads += 1
        return memoryview(b"abc")


def test_a_slow_stream_is_not_read_on_when_its_push_has_ended() -> None:
    drip = Drip()
    with ReadAhead(drip, part_size=3000, size=None, new_part=PartBuffer):
        drip.allowed.release()

    drip.allowed.release(9)
    for thread in threading.enumerate():
        if thread.name == "ecrkit-read-ahead":
            thread.join(30)

    assert drip.reads <= 2  # the one that was under way, and one that it may have begun


def test_a_stream_that_gives_nothing_keeps_neither_the_push_nor_the_process_from_ending() -> None:
    drip = Drip()

    with ReadAhead(drip, part_size=3000, size=None, new_part=PartBuffer):
        pass

    [reading] = [each for each in threading.enumerate() if each.name == "ecrkit-read-ahead"]
    assert reading.daemon
    drip.allowed.release()
    reading.join(30)


def test_a_part_of_many_blocks_is_the_bytes_of_the_layer() -> None:
    content = bytes(range(256)) * (2 * BLOCK_SIZE // 256) + b"end"

    found, _ = parts_of(content, part_size=len(content))

    assert found == [(0, content)]
