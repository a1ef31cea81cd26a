"""Sends a layer as one stream, to repositories that take no parts."""

import hashlib
from collections.abc import Callable
from concurrent.futures import CancelledError

from ecrkit import events
from ecrkit.errors import (
    DigestMismatchError,
    NotRereadableError,
    OperationCancelledError,
    OperationTimeoutError,
)
from ecrkit.push.engine import Conditions, Uploaded, empty_layer
from ecrkit.push.sources import LayerSource, Reader
from ecrkit.references import Digest, Hash
from ecrkit.retrying import deserves_another_try, pause
from ecrkit.transfer.protocol import StreamTarget
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
        except (CancelledError, OperationCancelledError, OperationTimeoutError):
            raise
        except Exception as error:
            self._tell(events.LayerFailed, reason=str(error))
            raise

    def _send_layer(self) -> Uploaded:
        if self._source.size == 0:
            raise empty_layer(self._source)
        hashed = self._digest is None or not self._source.rereadable
        with self._source.open() as reader:
            content = _Content(
                reader, self._source.size, self._digest, hashed=hashed, before_read=self._advance
            )
            self._target.upload_blob(content)
        if content.count == 0:
            raise empty_layer(self._source)
        actual = content.actual
        if actual is not None and self._digest not in {None, actual}:
            raise DigestMismatchError(self._source.name, expected=str(self._digest), actual=actual)
        self._tell(events.LayerFinished, digest=content.digest)
        return Uploaded(content.digest, content.count, content.head)

    def _again(self, error: BaseException) -> bool:
        if not deserves_another_try(error):
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
        self._emit(kind(layer=self._digest or self._source.name, size=self._source.size, **what))


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
        self.head = b""
        self._reader = reader
        self._known = digest
        self._hash: Hash | None = None
        if hashed:
            self._hash = hashlib.sha256() if digest is None else digest.new_hash()
        self._before_read = before_read

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
        return block


_HEAD = 8  # bytes that tell how a layer is compressed
