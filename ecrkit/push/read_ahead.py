"""`ReadAhead`: reads, hashes and encodes parts in a thread of its own, a bounded number ahead of the sender."""

import hashlib
import queue
import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from types import TracebackType
from typing import Generic, Self, TypeVar

from ecrkit.push.sources import Reader
from ecrkit.transfer.parts import BLOCK_SIZE
from ecrkit.transfer.protocol import Part

PartT = TypeVar("PartT", bound=Part)

BUFFERS = 3
"""Parts in memory per layer: one being sent, one waiting, one being filled.

Each is kept as the body of its request, in base64: 13.4 MiB for a part of 10 MiB. With the blocks that are read, a layer
takes about 45 MiB, however large it is, and n concurrent layers take n times that. A layer of one part takes a buffer of its size.
"""


class ReadAhead(Generic[PartT]):
    """The parts of a layer, in order. Give each back once the repository has it.

    Example:
        >>> with ReadAhead(reader, part_size=part_size, size=size, new_part=target.new_part) as parts:
        ...     for part in parts:
        ...         send(part)
        ...         parts.give_back(part)
        ... parts.digest
    """

    def __init__(
        self,
        reader: Reader,
        *,
        part_size: int,
        size: int | None,
        skip: int = 0,
        hashed: bool = True,
        new_part: Callable[[int], PartT],
    ) -> None:
        """Allocate the buffers.

        Args:
            reader: The bytes of the layer.
            part_size: Bytes of every part but the last.
            size: Bytes of the layer, if known: a small layer gets small buffers.
            skip: Bytes at the start of the layer that are hashed but not sent: ECR already has them.
            hashed: Whether to compute the digest of the layer; not needed where it is known.
            new_part: Makes an empty part of a size, in the encoding of the wire.
        """
        self.size = size
        self.digest: str | None = None
        self.count = 0
        self.head = b""
        self._stop = threading.Event()
        self._reader = reader
        self._skip = skip
        self._sha256 = hashlib.sha256() if hashed else None
        self._free: queue.SimpleQueue[PartT | None] = queue.SimpleQueue()
        self._ready: queue.SimpleQueue[PartT | BaseException | None] = queue.SimpleQueue()
        room = part_size if size is None else min(part_size, size)
        for _ in range(BUFFERS if size is None or size > part_size else 1):
            self._free.put(new_part(room))
        self._next: tuple[PartT | BaseException | None] | None = None
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._run,), name="ecrkit-read-ahead", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._free.put(None)
        # Nothing can end a read of a pipe that gives nothing; such a thread ends with the pipe or with the process.
        self._thread.join(timeout=_LAST_READ)

    def __iter__(self) -> Iterator[PartT]:
        while (part := self._take_next()) is not None:
            if isinstance(part, BaseException):
                raise part
            yield part
        if self._sha256 is not None:
            self.digest = f"sha256:{self._sha256.hexdigest()}"

    def give_back(self, part: PartT) -> None:
        """Allow a part to be filled again."""
        self._free.put(part)

    def ends_with(self, part: PartT) -> bool:
        """Return whether the part returned last is also the last of the layer; waits until that is known."""
        if self.size is not None:
            return part.last_byte + 1 == self.size
        if self._next is None:
            self._next = (self._ready.get(),)
        return self._next[0] is None

    def _take_next(self) -> PartT | BaseException | None:
        following, self._next = self._next, None
        return self._ready.get() if following is None else following[0]

    def _run(self) -> None:
        try:
            self._skip_what_ecr_has()
            while (part := self._free.get()) is not None and self._fill(part):
                self._ready.put(part)
        except BaseException as error:  # noqa: BLE001 -- raised again in the thread that sends
            self._ready.put(error)
        else:
            self._ready.put(None)

    def _skip_what_ecr_has(self) -> None:
        while self.count < self._skip and self._take(self._skip - self.count):
            pass

    def _fill(self, part: PartT) -> bool:
        part.start(self.count)
        while part.room and not self._stop.is_set() and (block := self._take(part.room)):
            part.append(block)
        return part.length > 0

    def _take(self, wanted: int) -> memoryview:
        block = self._reader.read(min(BLOCK_SIZE, wanted))
        if self._sha256 is not None:
            self._sha256.update(block)
        if self.count == 0:
            self.head = bytes(block[:_HEAD])
        self.count += len(block)
        return block


_LAST_READ = 0.5  # seconds that the end of a push waits for a read under way
_HEAD = 8  # bytes that tell how a layer is compressed
