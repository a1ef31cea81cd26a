"""`RangedStream`: a large blob as it arrives over several connections, in order; slow connections are replaced."""

import os
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import copy_context
from io import FileIO
from typing import Self

from ecrkit.cancellation import Scope, attended, cancel_scope, check_cancelled
from ecrkit.errors import AnswerLostError, InvalidInputError
from ecrkit.retrying import is_retryable
from ecrkit.transfer.blobs import BLOCK_SIZE, BlobStream, RemoteBlob, refused
from ecrkit.transport import Download

OpenRange = Callable[[int, int], AbstractContextManager[Download]]
"""Opens a connection that delivers the bytes from a first to a last one, inclusive."""


class RangedStream:
    """The bytes of a blob in order, requested as ranges over several connections and written into a file as they arrive.

    Ranges are fetched ahead, as many as twice the connections. What is not consumed at once is read back from the file,
    so memory stays small. The file ends with a record of how many bytes from its start are complete. A range much slower than those that have
    arrived is requested again, from the byte it has got to, over another connection. A server that does not deliver the
    ranges that are requested is read over a single connection instead. The digest is not verified here.
    """

    def __init__(
        self,
        blob: RemoteBlob,
        open_range: OpenRange,
        file: FileIO,
        *,
        size: int,
        first_byte: int = 0,
        connections: int,
        range_size: int,
    ) -> None:
        """Prepare the stream; nothing is sent before the first read.

        Args:
            blob: The blob.
            open_range: Opens a connection for a range, once.
            file: Where the bytes are written, each at its place; it has those before the first byte.
            size: Bytes of the blob.
            first_byte: Where to start.
            connections: Maximum number of connections at the same time.
            range_size: Bytes of each range.
        """
        self.position = first_byte
        """Position of the next byte."""

        self.restarted = 0
        """Ranges that were requested again because they were slow."""

        self._blob = blob
        self._open_range = open_range
        self._file = file
        self._buffer = memoryview(bytearray(BLOCK_SIZE))
        self._size = size
        self._connections = connections
        self._range_size = range_size
        self._changed = threading.Condition()
        self._next = first_byte  # the first byte that is in no range yet
        self._ranges: deque[_Range] = deque()  # in order; the first is the one being consumed
        self._again: deque[_Range] = deque()
        self._rates: deque[float] = deque(maxlen=_SAMPLES)
        self._threads: list[threading.Thread] = []
        self._recorded = first_byte
        self._failure: BaseException | None = None
        self._over = False
        self._plain: BlobStream | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def connections(self) -> int:
        """Connections that replaced a broken one, and one more."""
        return 1 if self._plain is None else self._plain.connections

    @property
    def writes(self) -> bool:
        """Whether the last block is in the file already."""
        return self._plain is None

    @property
    def assembled(self) -> bool:
        """Whether the bytes come from more than one response."""
        return True

    def next_block(self, size: int) -> bytes | memoryview:
        """Return the next bytes, valid until the next call; none at the end.

        Args:
            size: Maximum number of bytes, if the server does not deliver ranges.

        Raises:
            TransportError: The download failed after all retries.
            ApiError: The repository refuses to return the blob.
        """
        if self._plain is None:
            block = self._next_block()
            if block is not None:
                self.position += len(block)
                if self.position - self._recorded >= self._range_size:
                    self._record()
                return block
            self._end_of_ranges()
            self._file.seek(self.position)
            self._plain = BlobStream(self._blob, self.position)
        block = self._plain.next_block(size)
        self.position = self._plain.position
        return block

    def close(self) -> None:
        """Close the connections, and leave the file with what is complete."""
        if self._plain is not None:
            self._plain.close()
        else:
            self._end_of_ranges()

    def _end_of_ranges(self) -> None:
        with self._changed:
            self._stop()
        deadline = time.monotonic() + _GRACE
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._file.truncate(self.position)

    def _record(self) -> None:
        self._recorded = self.position
        os.pwrite(self._file.fileno(), _MAGIC + self.position.to_bytes(8, "big"), self._size)

    def _next_block(self) -> bytes | memoryview | None:
        """Return the next bytes; None if the server does not deliver ranges."""
        with self._changed:
            while self.position < self._size:
                if self._failure is not None:
                    raise self._failure
                if self._over:
                    return None
                if not self._threads:
                    self._record()
                    for _ in range(self._connections):
                        self._start()
                front = self._ranges[0] if self._ranges else None
                if front is not None and (block := self._block_of(front)):
                    if self.position + len(block) > front.last:
                        self._ranges.popleft()
                        self._changed.notify_all()
                    return block
                self._replace_slow(time.monotonic())
                self._changed.wait(_LOOK)
                check_cancelled()
        return b""

    def _block_of(self, front: "_Range") -> bytes | memoryview:
        """Return the next bytes of a range: fresh from the connection, or read back."""
        if front.blocks:
            return front.blocks.popleft()
        there = min(front.first + front.received - self.position, BLOCK_SIZE)
        read = os.preadv(self._file.fileno(), [self._buffer[:there]], self.position) if there else 0
        return self._buffer[:read]

    def _start(self) -> None:
        thread = threading.Thread(
            target=copy_context().run, args=(self._work,), name="ecrkit-range", daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def _stop(self) -> None:
        self._over = True
        for each in self._ranges:
            each.holder = None
            if each.scope is not None:
                each.scope.cancel()
        self._changed.notify_all()

    def _replace_slow(self, now: float) -> None:
        if len(self._rates) < _FEWEST_SAMPLES:
            return
        typical = statistics.median(self._rates)
        for each in self._ranges:
            if each.holder is None or each.restarts >= _MOST_RESTARTS:
                continue
            if is_slow(each.received - each.resumed_at, now - each.begun, typical, self._range_size):
                each.holder = None
                each.restarts += 1
                self.restarted += 1
                self._again.append(each)
                if each.scope is not None:
                    each.scope.cancel()
                self._start()  # its thread may hang for a while, and ends then
                self._changed.notify_all()

    def _work(self) -> None:
        me = object()
        with attended():
            while (taken := self._take(me)) is not None:
                try:
                    finished = self._blob.retry.run(
                        lambda taken=taken: self._fetch(taken, me),  # type: ignore[misc]
                        again=lambda error, taken=taken: taken.holder is me and is_retryable(error),  # type: ignore[misc]
                    )
                except BaseException as error:  # noqa: BLE001 -- raised again by the reader
                    with self._changed:
                        if taken.holder is me and not self._over:
                            self._failure = error
                            self._changed.notify_all()
                    return
                if not finished:  # another thread has taken over
                    return

    def _take(self, me: object) -> "_Range | None":
        with self._changed:
            while not self._over and self._failure is None:
                if self._again:
                    taken = self._again.popleft()
                elif self._next >= self._size:
                    return None
                elif len(self._ranges) < 2 * self._connections:
                    taken = _Range(self._next, min(self._next + self._range_size, self._size) - 1)
                    self._next = taken.last + 1
                    self._ranges.append(taken)
                else:
                    self._changed.wait()
                    continue
                taken.holder, taken.begun, taken.resumed_at = me, time.monotonic(), taken.received
                return taken
        return None

    def _fetch(self, taken: "_Range", me: object) -> bool:
        """Fetch what a range lacks; return false if another thread has taken over, or ranges are given up."""
        with cancel_scope() as scope:
            with self._changed:
                if taken.holder is not me:
                    return False
                taken.scope, taken.begun, taken.resumed_at = scope, time.monotonic(), taken.received
            with self._open_range(taken.first + taken.received, taken.last) as answer:
                if not self._is_range(answer):
                    return False
                while left := taken.size - taken.received:
                    block = answer.read(min(left, BLOCK_SIZE))
                    if not block:
                        raise AnswerLostError(f"The download of a range of a layer ended {left} bytes early")
                    if not self._keep(block, taken, me):
                        return False
        with self._changed:
            taken.holder = taken.scope = None
            elapsed = max(time.monotonic() - taken.begun, 1e-6)
            self._rates.append((taken.size - taken.resumed_at) / elapsed)
        return True

    def _keep(self, block: bytes, taken: "_Range", me: object) -> bool:
        """Write a block to its place; return false if the range is not this thread's any more."""
        with self._changed:
            if taken.holder is not me:  # as of now, the file may be closed
                return False
            at = taken.first + taken.received
            _write_at(self._file.fileno(), block, at)
            queued = sum(map(len, taken.blocks))
            if self._ranges[0] is taken and queued < _QUEUED * BLOCK_SIZE and self.position + queued == at:
                taken.blocks.append(block)
            taken.received += len(block)
            self._changed.notify_all()
            return True

    def _is_range(self, answer: Download) -> bool:
        """Whether this is the range that was requested; if not, and that will not change, ranges are given up."""
        total = getattr(answer, "total", None)
        if answer.status == _RANGE and total in {None, self._size}:
            return True
        if answer.status not in {_WHOLE, _RANGE, _NO_SUCH_RANGE}:
            raise AnswerLostError(refused(answer.status))
        with self._changed:
            self._stop()
        return False


class _Range:
    __slots__ = ("begun", "blocks", "first", "holder", "last", "received", "restarts", "resumed_at", "scope")

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        self.last = last
        self.blocks: deque[bytes] = deque()  # not consumed yet
        self.received = 0
        self.resumed_at = 0  # what was there when its connection was opened
        self.begun = 0.0
        self.restarts = 0
        self.holder: object | None = None  # the thread that fetches it
        self.scope: Scope | None = None

    @property
    def size(self) -> int:
        return self.last + 1 - self.first


def is_slow(received: int, seconds: float, typical: float, range_size: int) -> bool:
    """Decide whether a range is so slow that requesting the rest of it again is worth it.

    Args:
        received: Bytes that its connection has delivered.
        seconds: How long that took.
        typical: Bytes per second of the ranges that have arrived.
        range_size: Bytes of a whole range.
    """
    patience = max(_PATIENCE, _SLOWER * range_size / typical)
    return seconds > patience and received / seconds < typical / _SLOWER


def complete_bytes(file: FileIO, size: int) -> int | None:
    """Return how many bytes from its start are complete in a file that ranges were written into; None for other files."""
    if os.fstat(file.fileno()).st_size != size + len(_MAGIC) + 8:
        return None
    file.seek(size)
    record = file.read(len(_MAGIC) + 8)
    complete = int.from_bytes(record[len(_MAGIC) :], "big")
    return complete if record.startswith(_MAGIC) and complete <= size else None


def _write_at(descriptor: int, block: bytes, offset: int) -> None:
    written = 0
    while written < len(block):
        written += os.pwrite(descriptor, memoryview(block)[written:], offset + written)


_MAGIC = b"\0ecrkit ranges\0"
_QUEUED = 4  # blocks of the range being consumed that are kept in memory
_GRACE = 0.8  # seconds that closing waits for the threads to leave their sockets
_LOOK = 0.05  # seconds between two looks for slow ranges
_PATIENCE = 0.25  # seconds that every range may take
_SLOWER = 4  # times slower than typical is slow
_SAMPLES = 16
_FEWEST_SAMPLES = 2
_MOST_RESTARTS = 5  # of a single range

_WHOLE = 200
_RANGE = 206
_NO_SUCH_RANGE = 416


def open_from(
    blob: RemoteBlob, first_byte: int, *, file: FileIO | None, connections: int
) -> BlobStream | RangedStream:
    """Open a blob at a byte: over several connections if much of it is missing, and ranges are possible.

    Args:
        blob: The blob.
        first_byte: Where to start.
        file: Where ranges are written; None to read from a single connection.
        connections: Maximum number of connections.

    Raises:
        InvalidInputError: `connections` is less than 1.
    """
    if connections < 1:
        raise InvalidInputError(f"connections is {connections}; it must be 1 or more")
    size, ranges = blob.size or 0, blob.open_range
    if file is None or ranges is None or connections == 1 or size - first_byte < LARGE or not _CAN_WRITE_AT:
        return blob.open(first_byte)
    return RangedStream(
        blob, ranges, file, size=size, first_byte=first_byte, connections=connections, range_size=RANGE_SIZE
    )


_CAN_WRITE_AT = hasattr(os, "pwrite") and hasattr(os, "preadv")  # not on Windows

DEFAULT_CONNECTIONS = 4
LARGE = 32 * 1024 * 1024
"""Bytes from which on several connections are worth it."""

RANGE_SIZE = 8 * 1024 * 1024
