"""Sends a layer as one stream, to repositories that take no parts."""

import hashlib
from collections.abc import Callable
from concurrent.futures import CancelledError

from ecrkit import events
from ecrkit.errors import (
    DigestMismatchError,
    InvalidLayerError,
    InvalidLayerPartError,
    NotRereadableError,
    OperationCancelledError,
    OperationTimeoutError,
    UploadNotFoundError,
)
from ecrkit.push.engine import Conditions, Uploaded, empty_layer
from ecrkit.push.sources import BlockReader, LayerSource, Reader, measure
from ecrkit.references import Digest, Hash
from ecrkit.retrying import is_retryable, pause
from ecrkit.transfer.protocol import StreamTarget
from ecrkit.transport._pieces import FilePiece
from ecrkit.workers import one_at_a_time


class StreamUpload:
    """The upload of one layer as one stream; if it breaks, the layer is sent again from its first byte."""

    def __init__(
        self,
        target: StreamTarget,
        source: LayerSource,
        *,
        digest: str | None = None,
        conditions: Conditions | None = None,
        emit: events.Progress = events.ignore,
    ) -> None:
        """Prepare an upload; nothing is sent yet.

        Args:
            target: The repository.
            source: The bytes.
            digest: Expected digest, if known.
            conditions: Cancellation.
            emit: Called with each event.
        """
        self._target = target
        self._source = source
        self._digest = None if digest is None else Digest.parse(digest)
        self._conditions = conditions or Conditions()
        self._emit = one_at_a_time(emit)
        self._sent: Uploaded | None = None  # by an attempt whose response was lost
        self._spoilt = 0

    def run(self) -> Uploaded:
        """Send the layer.

        Raises:
            EmptyLayerError: The source has no bytes.
            SourceChangedError: The source changed while it was read.
            DigestMismatchError: Its bytes do not have the digest.
            NotRereadableError: The layer has to be sent again, but the source is a stream.
            ApiError: The repository refuses, or fails for longer than the retry policy allows.
            TransportError: No response arrived for longer than the retry policy allows.
        """
        self._tell(events.LayerStarted)
        try:
            return self._target.retry.run(self._send_layer, again=self._again, sleep=self._pause)
        except (CancelledError, OperationCancelledError, OperationTimeoutError) as error:
            self._tell(events.LayerCancelled, reason=str(error) or "The push was cancelled")
            raise
        except Exception as error:
            self._tell(events.LayerFailed, reason=str(error))
            raise

    def _send_layer(self) -> Uploaded:
        if self._source.size == 0:
            raise empty_layer(self._source)
        done = self._sent_before() or self._send()
        self._tell(events.LayerFinished, digest=done.digest)
        return done

    def _sent_before(self) -> Uploaded | None:
        """Return the layer of an earlier attempt, if it has arrived although no response has."""
        sent = self._sent
        return sent if sent is not None and sent.digest in self._target.available([sent.digest]) else None

    def _send(self) -> Uploaded:
        hashed = self._digest is None or not self._source.rereadable
        with self._source.open() as reader:
            content = _Content(
                reader, self._source.size, self._digest, hashed=hashed, before_read=self._advance
            )
            try:
                self._target.upload_blob(content)
            except InvalidLayerError as error:
                self._compare(content.actual, error)
                raise
            finally:
                if content.ended and content.count:
                    self._sent = Uploaded(content.digest, content.count, content.head)
        if content.count == 0:
            raise empty_layer(self._source)
        actual = content.actual
        if actual is not None and self._digest not in {None, actual}:
            raise DigestMismatchError(self._source.name, expected=str(self._digest), actual=actual)
        return Uploaded(content.digest, content.count, content.head)

    def _compare(self, actual: str | None, error: InvalidLayerError) -> None:
        """Name both digests where the repository says that the bytes have another one."""
        if self._digest is None:
            return
        if actual is None:
            actual, _ = measure(self._source)
        if actual != self._digest:
            raise DigestMismatchError(self._source.name, expected=str(self._digest), actual=actual) from error

    def _again(self, error: BaseException) -> bool:
        if isinstance(error, _SPOILT):
            self._spoilt += 1
            if self._spoilt > self._conditions.restarts:
                return False
        elif not is_retryable(error):
            return False
        if not self._source.rereadable:
            raise NotRereadableError(
                f"The upload of {self._source.name} has to restart ({error}), but its source is a stream "
                "that can be read only once; push it from a file or from bytes, or produce the stream again"
            ) from error
        self._tell(events.LayerRestarted, reason=str(error))
        return True

    def _pause(self, seconds: float) -> None:
        pause(seconds, unless=self._conditions.cancelled)
        self._check_cancelled()

    def _advance(self, received: int) -> None:
        self._check_cancelled()
        if received:
            self._tell(events.PartSent, received=received)

    def _check_cancelled(self) -> None:
        if self._conditions.cancelled.is_set():
            raise CancelledError

    def _tell(self, kind: Callable[..., events.LayerEvent], **what: object) -> None:
        name = self._source.name
        layer = self._digest or name
        self._emit(
            kind(layer=layer, size=self._source.size, name="" if name == self._digest else name, **what)
        )


class _Content:
    """The `BlobReader` of an upload."""

    def __init__(
        self,
        reader: Reader,
        size: int | None,
        digest: Digest | None,
        *,
        hashed: bool,
        before_read: Callable[[int], object],
    ) -> None:
        self.size = size
        self.count = 0
        self.ended = False
        self.head = b""
        self._reader = reader
        self._known = digest
        self._hash: Hash | None = None
        if hashed:
            self._hash = hashlib.sha256() if digest is None else digest.new_hash()
        self._before_read = before_read

    @property
    def expected(self) -> Digest | None:
        """The digest, if known beforehand."""
        return self._known

    @property
    def actual(self) -> Digest | None:
        """What was read hashes to; absent if it was not hashed."""
        return None if self._hash is None else Digest.from_hash(self._hash)

    @property
    def digest(self) -> Digest:
        """The digest that is known; else that of what was read."""
        digest = self._known or self.actual
        assert digest is not None  # noqa: S101 -- what is not known is hashed
        return digest

    def read(self, size: int, /) -> memoryview:
        """Return the next bytes."""
        self._before_read(self.count)
        block = self._reader.read(size)
        if self._hash is not None:
            self._hash.update(block)
        if not self.count:
            self.head = bytes(block[:_HEAD])
        self.count += len(block)
        self.ended = not block or self.count == self.size
        return block

    def read_piece(self, size: int, /) -> FilePiece | None:
        """Pass over the next bytes of a file, unless they have to be hashed."""
        if self._hash is not None or self.size is None or not isinstance(self._reader, BlockReader):
            return None
        self._before_read(self.count)
        piece = self._reader.read_piece(min(size, self.size - self.count))
        self.count += 0 if piece is None else len(piece)
        self.ended = self.count == self.size
        return piece


_SPOILT = (InvalidLayerError, InvalidLayerPartError, UploadNotFoundError)
"""What a repository answers when bytes were lost or arrived twice on the way, or when it has lost the upload."""

_HEAD = 8  # bytes that tell how a layer is compressed
