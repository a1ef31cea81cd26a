"""Downloads one layer into a file: streamed, resumed, verified, and renamed only after verification."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from io import FileIO
from typing import BinaryIO

from ecrkit import events
from ecrkit.cancellation import check_cancelled
from ecrkit.errors import (
    DigestMismatchError,
    InvalidImageError,
    InvalidInputError,
    OperationCancelledError,
    OperationTimeoutError,
)
from ecrkit.files.outputs import Output, open_stream, replaceable
from ecrkit.files.safe_folder import SafeFolder
from ecrkit.files.space import disk_full_errors
from ecrkit.files.temporary import growing_file, remove_leftovers_of
from ecrkit.references import Digest, Hash
from ecrkit.transfer.blobs import BLOCK_SIZE, RemoteBlob
from ecrkit.transfer.ranges import DEFAULT_CONNECTIONS, complete_bytes, open_from
from ecrkit.workers import one_at_a_time


def download_blob(
    blob: RemoteBlob,
    target: Output,
    *,
    cancelled: threading.Event | None = None,
    progress: events.Progress | None = None,
    connections: int = DEFAULT_CONNECTIONS,
) -> None:
    """Download a layer into a file.

    The bytes go to a hidden file beside the target, which a later call resumes if this one is interrupted. What cannot
    be replaced, such as a pipe or a file object, is written through; it has verified bytes only if no error is raised.

    Args:
        blob: The layer.
        target: The file, replaced if it exists; or a pipe, a character device, or a binary file object.
        cancelled: Set from another thread, it ends the download; what has arrived is kept.
        progress: Called with each event. What it raises ends the download, like `cancelled`.
        connections: Maximum number of connections for a large layer.

    Raises:
        InvalidInputError: The target is a folder, or something else that cannot be written.
        DigestMismatchError: The bytes are wrong; nothing is left behind.
        InvalidImageError: There are fewer bytes than there should be; nothing is left behind.
        DiskFullError: There is no space for the layer; what has arrived is kept.
        TransportError: The server did not deliver the layer.
        CancelledError: It was cancelled.
    """
    path = replaceable(target)
    if path is None:
        with open_stream(target) as stream:
            _collected(blob, lambda arriving: arriving.pass_through(stream), cancelled, progress, connections)
        return
    with (
        SafeFolder(path.parent, create=True) as folder,
        disk_full_errors(path, blob.size),
    ):
        download_into(
            folder, path.name, blob, cancelled=cancelled, progress=progress, connections=connections
        )
        remove_leftovers_of(folder, path.name)


def download_into(
    folder: SafeFolder,
    name: str,
    blob: RemoteBlob,
    *,
    cancelled: threading.Event | None = None,
    progress: events.Progress | None = None,
    connections: int = DEFAULT_CONNECTIONS,
) -> None:
    """Download a layer to a name in a folder; see `download_blob`.

    Raises:
        InvalidImageError: A folder has the name.
    """

    def collect(arriving: _Arriving) -> None:
        with growing_file(folder, name, blob.digest.hex[:16]) as (part, file):
            try:
                arriving.collect(file)
            except (DigestMismatchError, InvalidImageError):
                folder.remove(part)
                raise
            if sys.platform == "win32":
                file.close()  # Windows cannot rename an open file; no other process has this one
            folder.replace(part, name)

    _collected(blob, collect, cancelled, progress, connections)


def has_content(folder: SafeFolder, name: str, blob: RemoteBlob) -> bool:
    """Whether a file has every byte of a layer; it is read to find out, unless its size is wrong already.

    What is not a regular file has not, and neither has a link that leads outside.
    """
    try:
        with folder.read(name) as file:
            return blob.size in {None, _size(file)} and _is_right(blob, *_hash_all(blob, file))
    except (FileNotFoundError, InvalidImageError):
        return False


def read_blob(blob: RemoteBlob, *, at_most: int) -> bytes:
    """Fetch a small layer into memory, and verify it.

    Raises:
        InvalidInputError: It has more bytes than are wanted in memory.
        DigestMismatchError: The bytes are wrong.
        TransportError: The download failed after all retries.
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


def _collected(
    blob: RemoteBlob,
    collect: "Callable[[_Arriving], None]",
    cancelled: threading.Event | None,
    progress: events.Progress | None,
    connections: int,
) -> None:
    """Collect a layer, and report the result."""
    emit = one_at_a_time(events.listener(progress))
    try:
        collect(_Arriving(blob, emit, cancelled or threading.Event(), connections))
    except (CancelledError, OperationCancelledError, OperationTimeoutError) as error:
        reason = str(error) or "The download was cancelled"
        emit(events.LayerCancelled(blob.digest, blob.size, reason=reason))
        raise
    except Exception as error:
        emit(events.LayerFailed(blob.digest, blob.size, reason=str(error)))
        raise
    emit(events.LayerFinished(blob.digest, blob.size, digest=blob.digest))


@dataclass(frozen=True, slots=True)
class _Arriving:
    """A layer on its way into a file."""

    blob: RemoteBlob
    emit: events.Progress
    cancelled: threading.Event
    connections: int

    def collect(self, file: FileIO) -> None:
        """Fetch what the file lacks, and verify all of it."""
        blob = self.blob
        if blob.size is not None and (complete := complete_bytes(file, blob.size)) is not None:
            file.truncate(complete)
        if blob.size is not None and _size(file) > blob.size:
            hashed, left = self._start_over(file, _LEFT_DAMAGED)
        else:
            hashed, left = _hash_all(blob, file)
        received, assembled = self._receive(file, hashed, left, self.connections)
        if (left or assembled) and not _is_right(blob, hashed, received):
            hashed, _ = self._start_over(file, _LEFT_DAMAGED if left else _WRONG_PIECES)
            received, _ = self._receive(file, hashed, 0, 1)
        self._verify(hashed, received)

    def pass_through(self, stream: BinaryIO) -> None:
        """Fetch all of it into something that cannot be read again, and verify it at the end."""
        hashed = self.blob.digest.new_hash()
        received, _ = self._receive(stream, hashed, 0, self.connections)
        self._verify(hashed, received)

    def _verify(self, hashed: Hash, received: int) -> None:
        blob = self.blob
        if blob.size is not None and received < blob.size:
            raise InvalidImageError(
                f"The layer {blob.digest} has {received} bytes, but should have {blob.size}; the manifest is wrong"
            )
        if (actual := Digest.from_hash(hashed)) != blob.digest:
            raise DigestMismatchError("The layer that was downloaded", expected=blob.digest, actual=actual)

    def _receive(
        self, file: FileIO | BinaryIO, hashed: Hash, first_byte: int, most_connections: int
    ) -> tuple[int, bool]:
        """Receive, hash and write a block at a time, while it is in the processor's cache.

        Returns:
            The size of the file, and whether its bytes come from more than one response.
        """
        if first_byte:
            self._tell(events.LayerResumed, received=first_byte)
        else:
            self._tell(events.LayerStarted)
        told, connections = first_byte, 1
        into = file if isinstance(file, FileIO) else None
        with open_from(self.blob, first_byte, file=into, connections=most_connections) as stream:
            while block := stream.next_block(BLOCK_SIZE):
                check_cancelled()
                if self.cancelled.is_set():
                    raise CancelledError
                if stream.connections > connections:
                    connections = stream.connections
                    self._tell(events.LayerResumed, received=stream.position - len(block))
                hashed.update(block)
                if not stream.writes:
                    _write(file, block)
                if stream.position - told >= _TOLD_EVERY:
                    told = stream.position
                    self._tell(events.BytesReceived, received=told)
            if stream.position != told:
                self._tell(events.BytesReceived, received=stream.position)
            return stream.position, stream.assembled

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


def _write(file: FileIO | BinaryIO, block: bytes | memoryview) -> None:
    written = file.write(block)
    while written < len(block):  # a signal, or a disk that is nearly full
        written += file.write(memoryview(block)[written:])


def _size(file: FileIO) -> int:
    return os.fstat(file.fileno()).st_size


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
