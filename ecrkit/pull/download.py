"""Downloads one layer into a file: streamed, resumed, verified, and renamed only when every byte is right."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from ecrkit import events
from ecrkit.errors import DigestMismatchError, InvalidImageError, InvalidInputError
from ecrkit.pull.partial import partial_file
from ecrkit.references import Digest, Hash
from ecrkit.transfer.blobs import BLOCK_SIZE, RemoteBlob
from ecrkit.workers import one_at_a_time


def download_blob(
    blob: RemoteBlob,
    target: Path,
    *,
    cancelled: threading.Event | None = None,
    progress: events.Progress | None = None,
) -> Path:
    """Download a layer to a path.

    The bytes go to a hidden file beside the target, which a later call goes on with if this one is interrupted.

    Args:
        blob: The layer.
        target: Where it shall be; replaced if it is there.
        cancelled: Set from another thread, it ends the download; what has arrived is kept.
        progress: Is told what happens. What it raises ends the download, like `cancelled`.

    Raises:
        DigestMismatchError: The bytes are wrong; nothing is left behind.
        InvalidImageError: There are fewer bytes than there should be; nothing is left behind.
        TransportError: The storage did not give the layer in the end.
        CancelledError: It was cancelled.
    """
    emit = one_at_a_time(progress or events.ignore)
    try:
        _download(_Arriving(blob, emit, cancelled or threading.Event()), target)
    except CancelledError:
        raise
    except Exception as error:
        emit(events.LayerFailed(blob.digest, blob.size, reason=str(error)))
        raise
    emit(events.LayerFinished(blob.digest, blob.size, digest=blob.digest))
    return target


def has_content(path: Path, blob: RemoteBlob) -> bool:
    """Whether a file is there and has every byte of a layer right; it is read to find out."""
    try:
        with FileIO(path) as file:
            return _is_right(blob, *_hash_all(blob, file))
    except FileNotFoundError:
        return False


def read_blob(blob: RemoteBlob, *, at_most: int) -> bytes:
    """Fetch a small layer into memory, and verify it.

    Raises:
        InvalidInputError: It has more bytes than are wanted in memory.
        DigestMismatchError: The bytes are wrong.
        TransportError: The storage did not give the layer in the end.
    """
    content = bytearray()
    with blob.open() as stream:
        while len(content) <= at_most and (block := stream.next_block(BLOCK_SIZE)):
            content += block
    if len(content) > at_most:
        raise InvalidInputError(
            f"The layer {blob.digest} has more than {at_most} bytes; download it into a file"
        )
    hashed = blob.digest.new_hash()
    hashed.update(content)
    if (actual := Digest.from_hash(hashed)) != blob.digest:
        raise DigestMismatchError("The layer that was read", expected=blob.digest, actual=actual)
    return bytes(content)


def _download(arriving: "_Arriving", target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with partial_file(target, arriving.blob.digest) as (path, file):
        try:
            arriving.collect(file)
        except (DigestMismatchError, InvalidImageError):
            path.unlink()
            raise
        if sys.platform == "win32":
            file.close()  # Windows renames no open file; nobody else has this one there
        path.replace(target)


@dataclass(frozen=True, slots=True)
class _Arriving:
    """A layer on its way into a file."""

    blob: RemoteBlob
    emit: events.Progress
    cancelled: threading.Event

    def collect(self, file: FileIO) -> None:
        """Fetch what the file lacks, and verify all of it."""
        blob = self.blob
        hashed, left = _hash_all(blob, file)
        if blob.size is not None and left > blob.size:
            hashed, left = self._start_over(file, _LEFT_DAMAGED)
        received, connections = self._receive(file, hashed, left)
        if (left or connections > 1) and not _is_right(blob, hashed, received):
            hashed, _ = self._start_over(file, _LEFT_DAMAGED if left else _WRONG_PIECES)
            received, _ = self._receive(file, hashed, 0)
        if blob.size is not None and received < blob.size:
            raise InvalidImageError(
                f"The layer {blob.digest} has {received} bytes, but should have {blob.size}; the manifest is wrong"
            )
        if (actual := Digest.from_hash(hashed)) != blob.digest:
            raise DigestMismatchError("The layer that was downloaded", expected=blob.digest, actual=actual)

    def _receive(self, file: FileIO, hashed: Hash, first_byte: int) -> tuple[int, int]:
        """Receive, hash and write a block at a time, while it is in the processor's cache.

        Returns:
            The size of the file, and how many connections it took.
        """
        if first_byte:
            self._tell(events.LayerResumed, received=first_byte)
        else:
            self._tell(events.LayerStarted)
        told, connections = first_byte, 1
        with self.blob.open(first_byte) as stream:
            while block := stream.next_block(BLOCK_SIZE):
                if self.cancelled.is_set():
                    raise CancelledError
                if stream.connections > connections:
                    connections = stream.connections
                    self._tell(events.LayerResumed, received=stream.position - len(block))
                hashed.update(block)
                _write(file, block)
                if stream.position - told >= _TOLD_EVERY:
                    told = stream.position
                    self._tell(events.BytesReceived, received=told)
            if stream.position != told:
                self._tell(events.BytesReceived, received=stream.position)
            return stream.position, stream.connections

    def _start_over(self, file: FileIO, reason: str) -> tuple[Hash, int]:
        file.seek(0)
        file.truncate()
        self._tell(events.LayerRestarted, reason=reason)
        return self.blob.digest.new_hash(), 0

    def _tell(self, kind: Callable[..., events.LayerEvent], **what: object) -> None:
        self.emit(kind(layer=self.blob.digest, size=self.blob.size, **what))


_LEFT_DAMAGED = "what an earlier run left is damaged"
_WRONG_PIECES = "what several connections delivered does not match the digest"

_TOLD_EVERY = 1024 * 1024
"""Bytes from one `BytesReceived` to the next."""


def _write(file: FileIO, block: bytes) -> None:
    written = file.write(block)
    while written < len(block):  # a signal, or a disk that is nearly full
        written += file.write(memoryview(block)[written:])


def _hash_all(blob: RemoteBlob, file: FileIO) -> tuple[Hash, int]:
    hashed, count = blob.digest.new_hash(), 0
    buffer = memoryview(bytearray(BLOCK_SIZE))
    file.seek(0)
    while length := file.readinto(buffer):
        hashed.update(buffer[:length])
        count += length
    return hashed, count


def _is_right(blob: RemoteBlob, hashed: Hash, count: int) -> bool:
    return blob.size in {None, count} and Digest.from_hash(hashed) == blob.digest
