"""Large layers over several connections: in order, in little memory, resumable, and without slow connections."""

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

import pytest

from ecrkit import Client, models
from ecrkit.cancellation import cancel_scope
from ecrkit.errors import AnswerLostError, DigestMismatchError, InvalidInputError, OperationCancelledError
from ecrkit.pull.download import download_blob
from ecrkit.references import Digest
from ecrkit.retrying import RetryPolicy
from ecrkit.testing import FakeTransport, no_waiting
from ecrkit.transfer import EcrApi, RemoteBlob
from ecrkit.transfer.ranges import LARGE, OpenRange, RangedStream, complete_bytes, is_slow, open_from
from ecrkit.transport import Download
from tests.samples import noise

CONTENT = noise(1_000_003)
RANGE = 100_000
DIGEST = Digest.of(CONTENT)

Deliver = Callable[[bytes], Download]


class Delivery:
    def __init__(
        self, content: bytes, status: int = 206, *, total: int | None = None, cut: bool = False
    ) -> None:
        self.status = status
        self.total = total
        self._content = content
        self._cut = cut

    def read(self, size: int, /) -> bytes:
        block, self._content = self._content[:size], self._content[size:]
        if not block and self._cut:
            raise AnswerLostError("broke off")
        return block


class Hanging:
    """Delivers a few bytes, and then nothing until it is let go."""

    status = 206

    def __init__(self, content: bytes, released: threading.Event) -> None:
        self._content = content[:10]
        self._released = released

    def read(self, size: int, /) -> bytes:
        if not self._content:
            assert self._released.wait(30)
            raise AnswerLostError("broke off")
        block, self._content = self._content, b""
        return block[:size]


class Storage:
    """Delivers ranges; the requests for the first of them get its surprises."""

    def __init__(self, content: bytes = CONTENT) -> None:
        self.content = content
        self.surprises: list[Deliver] = []
        self.asked: list[tuple[int, int]] = []
        self.whole: list[int] = []
        self._lock = threading.Lock()

    @contextmanager
    def open_range(self, first: int, last: int) -> Generator[Download]:
        with self._lock:
            self.asked.append((first, last))
            deliver = self.surprises.pop(0) if self.surprises and first < RANGE else Delivery
        yield deliver(self.content[first : last + 1])

    @contextmanager
    def open_whole(self, first: int) -> Generator[Download]:
        self.whole.append(first)
        yield Delivery(self.content[first:], 206 if first else 200)

    def blob(self, *, attempts: int = 4) -> RemoteBlob:
        return RemoteBlob(
            self.open_whole,
            Digest.of(self.content),
            len(self.content),
            RetryPolicy(attempts=attempts),
            self.open_range,
        )

    def stream(self, file: FileIO, first_byte: int = 0, *, attempts: int = 4) -> RangedStream:
        return RangedStream(
            self.blob(attempts=attempts),
            self.open_range,
            file,
            size=len(self.content),
            first_byte=first_byte,
            connections=3,
            range_size=RANGE,
        )


@pytest.fixture
def storage() -> Storage:
    return Storage()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[FileIO]:
    with FileIO(tmp_path / "file", "w+b") as opened:
        yield opened


def read(stream: RangedStream, file: FileIO) -> bytes:
    """Read to the end as a download does."""
    content = bytearray()
    with stream:
        while block := stream.next_block(RANGE):
            content += block
            if not stream.writes:
                file.write(block)
    return bytes(content)


def test_the_bytes_come_in_order_and_are_in_the_file(storage: Storage, file: FileIO, tmp_path: Path) -> None:
    content = read(storage.stream(file), file)

    assert content == CONTENT
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert sorted(storage.asked) == [
        (first, min(first + RANGE, len(CONTENT)) - 1) for first in range(0, len(CONTENT), RANGE)
    ]


def test_nothing_is_requested_before_the_first_read(storage: Storage, file: FileIO) -> None:
    storage.stream(file).close()

    assert storage.asked == []


def test_a_broken_range_resumes_where_it_was(storage: Storage, file: FileIO) -> None:
    storage.surprises = [lambda content: Delivery(content[:40_000], cut=True)]

    with no_waiting():
        content = read(storage.stream(file), file)

    assert content == CONTENT
    assert (40_000, RANGE - 1) in storage.asked


def test_a_range_that_fails_for_good_ends_the_stream(storage: Storage, file: FileIO) -> None:
    storage.surprises = [lambda content: Delivery(b"", 503)] * 100

    with no_waiting(), pytest.raises(AnswerLostError, match="503"):
        read(storage.stream(file), file)


NOT_RANGES: dict[str, Deliver] = {
    "no ranges": lambda content: Delivery(CONTENT, 200),
    "no such range": lambda content: Delivery(b"", 416),
    "another size": lambda content: Delivery(content, total=len(CONTENT) + 1),
}


@pytest.mark.parametrize("surprise", NOT_RANGES)
def test_a_storage_without_ranges_is_read_over_one_connection(
    storage: Storage, file: FileIO, tmp_path: Path, surprise: str
) -> None:
    storage.surprises = [NOT_RANGES[surprise]]

    content = read(storage.stream(file), file)

    assert content == CONTENT
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert len(storage.whole) == 1


def test_a_connection_that_hangs_is_replaced(storage: Storage, file: FileIO, tmp_path: Path) -> None:
    released = threading.Event()
    storage.surprises = [lambda content: Hanging(content, released)]
    stream = storage.stream(file)

    content = read(stream, file)
    released.set()

    assert content == CONTENT
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert stream.restarted == 1
    assert (10, RANGE - 1) in storage.asked


def test_a_stream_that_is_left_keeps_what_is_complete(storage: Storage, file: FileIO, tmp_path: Path) -> None:
    with storage.stream(file) as stream:
        first = bytes(stream.next_block(RANGE))

    assert (tmp_path / "file").read_bytes() == CONTENT[: len(first)]


def test_a_stream_resumes_at_a_byte(storage: Storage, file: FileIO, tmp_path: Path) -> None:
    file.write(CONTENT[:123_456])

    content = read(storage.stream(file, 123_456), file)

    assert content == CONTENT[123_456:]
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_what_a_killed_run_left_says_how_much_of_it_is_complete(
    storage: Storage, file: FileIO, tmp_path: Path
) -> None:
    stream = storage.stream(file)
    while stream.position < 3 * RANGE:
        stream.next_block(RANGE)

    with FileIO(tmp_path / "file") as left:  # as it is now, with the stream still open
        complete = complete_bytes(left, len(CONTENT))

    stream.close()
    assert complete is not None
    assert 2 * RANGE <= complete <= stream.position


@pytest.mark.parametrize("left", [b"", b"x" * 10, CONTENT, CONTENT + b"y" * 23])
def test_another_file_has_no_such_record(file: FileIO, left: bytes) -> None:
    file.write(left)

    assert complete_bytes(file, len(CONTENT)) is None


def test_a_record_of_too_many_bytes_is_not_believed(storage: Storage, file: FileIO) -> None:
    stream = storage.stream(file)
    stream.next_block(RANGE)
    file.seek(len(CONTENT))
    record = file.read()
    stream.close()
    file.seek(0)
    file.write(CONTENT[:100] + record)

    assert complete_bytes(file, 100) in {None, 0}


def test_a_cancelled_scope_ends_the_stream(storage: Storage, file: FileIO) -> None:
    released = threading.Event()
    storage.surprises = [lambda content: Hanging(content, released)] * 3

    def read_in_a_scope() -> None:
        with cancel_scope() as scope:
            threading.Timer(0.1, scope.cancel).start()
            read(storage.stream(file), file)

    with pytest.raises(OperationCancelledError):
        read_in_a_scope()
    released.set()


@pytest.mark.parametrize(
    ("received", "seconds", "verdict"),
    [
        (0, 0.1, "not slow"),
        (0, 10.0, "slow"),
        (1_000, 10.0, "slow"),
        (900_000, 1.0, "not slow"),
        (300_000, 1.0, "not slow"),
        (200_000, 1.0, "slow"),
    ],
)
def test_slow_is_much_slower_than_what_has_arrived(received: int, seconds: float, verdict: str) -> None:
    assert is_slow(received, seconds, 1_000_000, 100_000) is (verdict == "slow")


def test_where_everything_is_slow_nothing_is() -> None:
    assert not is_slow(100, 1.0, 100, 1_000)


def test_small_layers_and_pipes_come_over_one_connection(storage: Storage, file: FileIO) -> None:
    large = RemoteBlob(storage.open_whole, DIGEST, LARGE, open_range=storage.open_range)
    small = RemoteBlob(storage.open_whole, DIGEST, LARGE - 1, open_range=storage.open_range)

    opened = [
        open_from(large, 0, file=file, connections=4),
        open_from(large, 0, file=file, connections=1),
        open_from(large, 0, file=None, connections=4),
        open_from(large, 1, file=file, connections=4),
        open_from(small, 0, file=file, connections=4),
    ]

    assert [isinstance(each, RangedStream) for each in opened] == [True, False, False, False, False]


def test_no_connection_at_all_is_refused(storage: Storage, file: FileIO) -> None:
    with pytest.raises(InvalidInputError, match="connections is 0"):
        open_from(storage.blob(), 0, file=file, connections=0)


@pytest.fixture(scope="module")
def large() -> bytes:
    return noise(LARGE + 5_000_000)


def test_a_download_of_a_large_layer_requests_ranges(large: bytes, tmp_path: Path) -> None:
    storage = Storage(large)

    download_blob(storage.blob(), tmp_path / "layer")

    assert (tmp_path / "layer").read_bytes() == large
    assert storage.whole == []
    assert [path.name for path in tmp_path.iterdir()] == ["layer"]


def test_ranges_with_wrong_bytes_are_fetched_again_over_one_connection(large: bytes, tmp_path: Path) -> None:
    storage = Storage(large)
    storage.surprises = [lambda content: Delivery(bytes(len(content)))]

    download_blob(storage.blob(), tmp_path / "layer")

    assert (tmp_path / "layer").read_bytes() == large
    assert storage.whole == [0]


def test_a_large_layer_with_wrong_bytes_leaves_nothing(large: bytes, tmp_path: Path) -> None:
    storage = Storage(large)
    wrong = RemoteBlob(storage.open_whole, DIGEST, len(large), open_range=storage.open_range)

    with pytest.raises(DigestMismatchError):
        download_blob(wrong, tmp_path / "layer")

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_of_a_large_layer_is_not_fetched_again(large: bytes, tmp_path: Path) -> None:
    storage = Storage(large)
    part = tmp_path / f".layer.{Digest.of(large).hex[:16]}.part"
    with FileIO(part, "w+b") as file:
        stream = RangedStream(
            storage.blob(), storage.open_range, file, size=len(large), connections=3, range_size=1_000_000
        )
        while stream.position < 5_000_000:
            stream.next_block(1)
        as_killed = part.read_bytes()
        stream.close()
    part.write_bytes(as_killed)
    storage.asked.clear()

    download_blob(storage.blob(), tmp_path / "layer")

    assert (tmp_path / "layer").read_bytes() == large
    assert len(as_killed) > len(large)
    assert min([first for first, _ in storage.asked] + storage.whole) >= 4_000_000


class RangedTransport(FakeTransport):
    """Delivers ranges of one layer, with the next of its statuses."""

    def __init__(self, *urls: str) -> None:
        super().__init__(*(models.GetDownloadUrlForLayerResponse(download_url=url) for url in urls))
        self.statuses: list[int] = []
        self.asked: list[tuple[str, int, int]] = []

    @contextmanager
    def download_range(self, url: str, first_byte: int, last_byte: int) -> Generator[Download]:
        self.asked.append((url, first_byte, last_byte))
        status = self.statuses.pop(0) if self.statuses else 206
        yield Delivery(CONTENT[first_byte : last_byte + 1], status)


def opener(transport: FakeTransport) -> OpenRange | None:
    return RemoteBlob.of(EcrApi(Client(transport), "team/app", None), DIGEST, len(CONTENT)).open_range


def test_the_ranges_of_a_layer_share_a_url() -> None:
    transport = RangedTransport("first", "second")
    open_range = opener(transport)
    assert open_range is not None

    for first in (0, 10):
        with open_range(first, first + 9) as answer:
            assert answer.read(100) == CONTENT[first : first + 10]

    assert transport.asked == [("first", 0, 9), ("first", 10, 19)]


def test_a_url_that_is_refused_is_requested_again() -> None:
    transport = RangedTransport("first", "second")
    transport.statuses = [403]
    open_range = opener(transport)
    assert open_range is not None

    for _ in range(2):
        with open_range(0, 9):
            pass

    assert transport.asked == [("first", 0, 9), ("second", 0, 9)]


def test_a_transport_without_ranges_has_none(fake: FakeTransport) -> None:
    assert opener(fake) is None
