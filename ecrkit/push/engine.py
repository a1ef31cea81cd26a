"""The push engine: sends one layer part by part, and recovers from whatever goes wrong on the way."""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from ecrkit import events
from ecrkit._logging import get_logger
from ecrkit.errors import (
    DigestMismatchError,
    EcrKitError,
    EmptyLayerError,
    InvalidInputError,
    InvalidLayerError,
    NotRereadableError,
    OperationCancelledError,
    OperationTimeoutError,
    SourceChangedError,
    UnreadableAnswerError,
)
from ecrkit.push.pacing import paced
from ecrkit.push.read_ahead import ReadAhead
from ecrkit.push.recovery import (
    Done,
    GoOn,
    PartRange,
    Restart,
    TryAgain,
    decide_completion,
    decide_part,
)
from ecrkit.push.sources import LayerSource, Reader, measure
from ecrkit.push.state import UploadState, check_same_layer, fingerprint_of
from ecrkit.retrying import is_retryable, pause
from ecrkit.transfer.parts import MAX_PARTS, MIN_PART_SIZE, check_part_size
from ecrkit.transfer.protocol import Part, PartTarget
from ecrkit.workers import one_at_a_time

AnswerT = TypeVar("AnswerT")
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A layer that is now in the repository."""

    digest: str
    size: int
    head: bytes
    """Its first bytes, for detecting its compression."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a layer is pushed; the defaults are those of ECR."""

    restarts: int = 3
    """How often a layer may restart."""

    min_part_size: int = MIN_PART_SIZE
    """Minimum number of bytes of every part but the last."""

    update_every: float = 0.1
    """Minimum number of seconds between two events within a part, or while hashing."""

    cancelled: threading.Event = field(default_factory=threading.Event)
    """Set from another thread, it ends the push before the next piece is sent."""


class LayerUpload:
    """The upload of one layer: `run` sends it, `state` is its progress."""

    def __init__(
        self,
        target: PartTarget,
        source: LayerSource,
        *,
        digest: str | None = None,
        state: UploadState | None = None,
        conditions: Conditions | None = None,
        emit: events.Progress | None = None,
        save: Callable[[UploadState], object] | None = None,
    ) -> None:
        """Prepare an upload; nothing is sent yet.

        Args:
            target: The repository.
            source: The bytes.
            digest: Expected digest, if known. The repository verifies it.
            state: An earlier upload to resume, instead of a new one.
            conditions: Limits and cancellation.
            emit: Called with each event.
            save: Called with each new state, if a later process may resume the upload.

        Raises:
            SourceChangedError: The upload to resume was begun with another layer.
        """
        self._target = target
        self._source = source
        self._digest = digest
        self._state = state
        self._conditions = conditions or Conditions()
        self._listener = emit or events.ignore
        self._emit = self._listener
        self._save = save or _ignore
        self._fingerprint: str | None = None
        self._raised: BaseException | None = None
        if state is not None:
            check_same_layer(state, source, digest)
            self._digest = digest or state.digest
        if state is not None or save is not None:
            self._fingerprint = fingerprint_of(source)
            self._state = state and replace(
                state, size=source.size, digest=self._digest, fingerprint=self._fingerprint
            )

    @property
    def state(self) -> UploadState | None:
        """Progress of the upload; None before it has started."""
        return self._state

    def begin(self) -> UploadState:
        """Open an upload, unless there is one to resume."""
        if self._state is None:
            self._change_state(self._initiate())
        assert self._state is not None  # noqa: S101 -- set in the line before
        return self._state

    def run(self) -> Uploaded:
        """Send the layer, and restart it where the service leaves no other way.

        Raises:
            EmptyLayerError: The source has no bytes.
            SourceChangedError: The source changed while it was read.
            DigestMismatchError: Its bytes do not have the digest.
            NotRereadableError: The upload has to restart, but the source is a stream.
            ApiError: ECR refuses, or fails for longer than the retry policy allows.
            TransportError: No response arrived for longer than the retry policy allows.
        """
        self._emit = one_at_a_time(self._listener)  # a listener that raises ends only this run
        try:
            for _ in range(self._conditions.restarts):
                try:
                    return self._send_layer()
                except _RestartLayer as restart:
                    self._restart(restart)
            try:
                return self._send_layer()
            except _RestartLayer as restart:
                raise restart.cause from None
        except (CancelledError, OperationCancelledError, OperationTimeoutError) as error:
            self._tell(events.LayerCancelled, reason=str(error) or "The push was cancelled")
            raise
        except Exception as error:
            self._tell(events.LayerFailed, reason=str(error))
            raise
        except BaseException as error:
            self._tell(events.LayerCancelled, reason=f"Interrupted by {type(error).__name__}")
            raise

    def _initiate(self) -> UploadState:
        begun = self._target.begin_upload()
        check_part_size(begun.part_size, self._source.size)
        state = UploadState(begun.upload_id, begun.part_size, size=self._source.size, digest=self._digest)
        return replace(state, fingerprint=self._fingerprint)

    def _send_layer(self) -> Uploaded:
        """Send what the repository does not have yet, and complete the upload."""
        if self._source.size == 0:
            raise empty_layer(self._source)
        state = self.begin()
        if state.received:
            self._tell(events.LayerResumed, received=state.received)
        else:
            self._tell(events.LayerStarted)
        with self._source.open() as reader, self._read_ahead(reader, state) as parts:
            for part in parts:
                self._send_part(part, partial(parts.ends_with, part))
                parts.give_back(part)
        if parts.count == 0:
            raise empty_layer(self._source)
        if parts.count < (received := self.begin().received):
            raise SourceChangedError(
                f"{self._source.name} has {parts.count} bytes, but ECR has received {received} already: "
                "the upload was begun with another layer"
            )
        digest = parts.digest or str(self._digest)
        if self._digest is not None and digest != self._digest:
            raise DigestMismatchError(self._source.name, expected=self._digest, actual=digest)
        self._complete(digest)
        self._tell(events.LayerFinished, digest=digest)
        return Uploaded(digest, parts.count, parts.head)

    def _read_ahead(self, reader: Reader, state: UploadState) -> ReadAhead[Part]:
        # A known digest is left to ECR to verify, which hashes every layer anyway. Only if ECR refuses the layer does the
        # caller want to know what its bytes hash to, and a stream cannot be read again then.
        hashed = self._digest is None or not self._source.rereadable
        return ReadAhead(
            reader,
            part_size=state.part_size,
            size=self._source.size,
            skip=state.received,
            hashed=hashed,
            new_part=self._target.new_part,
        )

    def _send_part(self, part: Part, is_last: Callable[[], bool]) -> None:
        """Send a part, or what the repository does not have of it."""
        if part.first_byte >= MAX_PARTS * part.part_size:
            raise InvalidInputError(f"{self._source.name} has more than the {MAX_PARTS} parts that ECR takes")
        requests = 0
        while part.last_byte >= (received := self.begin().received):
            requests += 1
            if requests > _MOST_PIECES:
                raise UnreadableAnswerError(
                    f"ECR confirmed only {received - part.first_byte} bytes of a part of {part.last_byte + 1 - part.first_byte} "
                    f"in {_MOST_PIECES} requests"
                )
            rest = part if part.first_byte == received else part.tail_from(received)
            decide = partial(
                decide_part,
                part=PartRange(rest.first_byte, rest.last_byte),
                is_last=is_last,
                min_part_size=self._conditions.min_part_size,
            )
            send = partial(
                self._target.upload_part, self.begin().upload_id, rest, before_read=self._before_read(rest)
            )
            match self._request(send, decide):
                case GoOn(received):
                    self._advance(events.LayerResumed, received)
                case Done():
                    return
                case last_byte:
                    self._advance(events.PartSent, last_byte + 1)

    def _complete(self, digest: str) -> None:
        complete = partial(self._target.complete_upload, self.begin().upload_id, digest)
        try:
            stored = self._request(complete, decide_completion)
        except _RestartLayer as restart:
            if restart.unless_stored and digest in self._target.available([digest]):
                return
            raise
        except InvalidLayerError as error:
            self._compare(digest, error)
            raise
        if isinstance(stored, str) and stored != digest:
            raise DigestMismatchError("What ECR has stored", expected=digest, actual=stored)

    def _request(self, send: Callable[[], AnswerT], decide: Callable[..., object]) -> AnswerT | GoOn | Done:
        """Send a request until the recovery table says something other than to try again.

        Raises:
            _RestartLayer: The table says so.
        """

        def again(error: BaseException) -> bool:
            if self._raised is not None:
                raise self._raised from None
            return isinstance(error, EcrKitError) and isinstance(
                decide(error, retryable=is_retryable(error)), TryAgain
            )

        def sleep(seconds: float) -> None:
            pause(seconds, unless=self._conditions.cancelled)
            self._check_cancelled()

        try:
            return self._target.retry.run(send, again=again, sleep=sleep)
        except CancelledError:
            if self._raised is not None:
                raise self._raised from None
            raise
        except EcrKitError as error:
            verdict = decide(error, retryable=False)
            if isinstance(verdict, Restart):
                raise _RestartLayer(verdict, error) from error
            if isinstance(verdict, GoOn | Done):
                return verdict
            raise

    def _advance(self, kind: Callable[..., events.LayerEvent], received: int) -> None:
        self._change_state(replace(self.begin(), received=received))  # first: a listener may save it
        self._tell(kind, received=received)

    def _change_state(self, state: UploadState) -> None:
        self._state = state
        self._save(state)

    def _restart(self, restart: "_RestartLayer") -> None:
        if not self._source.rereadable:
            raise NotRereadableError(
                f"The upload of {self._source.name} has to restart ({restart.reason}), but its source is a stream "
                "that can be read only once; push it from a file or from bytes, or produce the stream again"
            ) from restart.cause
        _log.warning("The upload of %s restarts: %s", self._source.name, restart.reason)
        try:
            self._change_state(self._initiate())  # first: a listener may save it
        except EcrKitError as error:
            raise error from restart.cause
        self._tell(events.LayerRestarted, reason=restart.reason)

    def _compare(self, digest: str, error: InvalidLayerError) -> None:
        """Name both digests where ECR says that the bytes have another one."""
        if self._source.rereadable:
            actual, _ = measure(self._source)
            if actual != digest:
                raise DigestMismatchError(self._source.name, expected=digest, actual=actual) from error

    def _before_read(self, part: Part) -> Callable[[int], None]:
        """Return what is called before each piece of a part is sent."""
        update = paced(
            lambda sent: self._tell(events.BytesSent, sent=sent), every=self._conditions.update_every
        )

        def before_read(sent: int) -> None:
            self._check_cancelled()
            if not 0 < sent < part.length:
                return
            try:
                update(part.first_byte + sent)
            except BaseException as error:
                self._raised = error  # for `_request`; the transport takes it for a broken connection
                raise CancelledError from error

        return before_read

    def _check_cancelled(self) -> None:
        if self._conditions.cancelled.is_set():
            # Botocore lets this one through as it is; others it takes for a broken connection.
            raise CancelledError

    def _tell(self, kind: Callable[..., events.LayerEvent], **what: object) -> None:
        name = self._source.name
        layer = self._digest or name
        self._emit(
            kind(layer=layer, size=self._source.size, name="" if name == self._digest else name, **what)
        )


def _ignore(state: UploadState) -> None:
    del state


_MOST_PIECES = 16
"""Requests that a part may take when ECR confirms less of it than it was sent."""


class _RestartLayer(Exception):  # noqa: N818 -- an instruction that never leaves this module
    def __init__(self, verdict: Restart, cause: EcrKitError) -> None:
        super().__init__(verdict.reason)
        self.reason = verdict.reason
        self.unless_stored = verdict.unless_stored
        self.cause = cause


def empty_layer(source: LayerSource) -> EmptyLayerError:
    """Return the error for a layer without bytes."""
    return EmptyLayerError(
        f"{source.name} is empty, and ECR cannot store a layer without bytes; "
        "where a manifest needs one, use the OCI empty descriptor, which is the two bytes {}"
    )
