"""The push engine: sends one layer in parts, and finds its way back to them whatever happens in between."""

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
)
from ecrkit.push.parts import MAX_PARTS, MIN_PART_SIZE, PartBuffer, check_part_size
from ecrkit.push.read_ahead import ReadAhead
from ecrkit.push.sources import LayerSource, Reader, measure
from ecrkit.push.state import UploadState
from ecrkit.push.target import Target
from ecrkit.push.upload import (
    AskForLayer,
    Done,
    GoOn,
    PartRange,
    Restart,
    TryAgain,
    judge_completion,
    judge_part,
)
from ecrkit.retrying import deserves_another_try, pause
from ecrkit.workers import one_at_a_time

AnswerT = TypeVar("AnswerT")
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A layer that ECR has now."""

    digest: str
    size: int
    head: bytes
    """Its first bytes, which tell how it is compressed."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under what conditions a layer is pushed; the defaults are those of ECR."""

    restarts: int = 3
    """How often a layer may begin anew."""

    min_part_size: int = MIN_PART_SIZE
    """The fewest bytes of every part but the last."""

    cancelled: threading.Event = field(default_factory=threading.Event)
    """Set from another thread, it ends the push at the next piece that is sent."""


class LayerUpload:
    """The upload of one layer: `run` sends it, `state` tells at any time how far it is."""

    def __init__(
        self,
        target: Target,
        source: LayerSource,
        *,
        digest: str | None = None,
        state: UploadState | None = None,
        conditions: Conditions | None = None,
        emit: events.Progress = events.ignore,
    ) -> None:
        """Prepare an upload; nothing is sent yet.

        Args:
            target: Where the layer goes.
            source: Where its bytes come from.
            digest: What the bytes must hash to, where that is known. ECR verifies it.
            state: Go on with an upload that began earlier, instead of beginning one.
            conditions: How patient to be.
            emit: Is told what happens.
        """
        self._target = target
        self._source = source
        self._digest = digest
        self._state = state
        self._conditions = conditions or Conditions()
        self._listener = emit
        self._emit = emit

    @property
    def state(self) -> UploadState | None:
        """How far the upload is; absent before it has begun."""
        return self._state

    def begin(self) -> UploadState:
        """Ask ECR for an upload, unless there is one to go on with."""
        if self._state is None:
            self._state = self._initiate()
        return self._state

    def run(self) -> Uploaded:
        """Send the layer, and begin anew where the service leaves no other way.

        Raises:
            EmptyLayerError: The source has no bytes.
            SourceChangedError: The source was not the same to its end.
            DigestMismatchError: Its bytes are not those of the digest.
            NotRereadableError: The upload has to begin anew, but the source was a stream.
            ApiError: ECR refuses, or fails longer than the conditions allow.
            TransportError: No answer arrived for longer than the conditions allow.
        """
        self._emit = one_at_a_time(self._listener)  # each run anew: what it raises ends only this one
        try:
            return self._run()
        except (CancelledError, OperationCancelledError, OperationTimeoutError):
            raise
        except Exception as error:
            self._tell(events.LayerFailed, reason=str(error))
            raise

    def _run(self) -> Uploaded:
        if self._source.size == 0:
            raise _empty(self._source)
        for _ in range(self._conditions.restarts):
            try:
                return self._run_once()
            except _RestartLayer as restart:
                self._begin_anew(restart)
        try:
            return self._run_once()
        except _RestartLayer as restart:
            raise restart.cause from None

    def _initiate(self) -> UploadState:
        answer = self._target.begin_upload()
        check_part_size(answer.part_size, self._source.size)
        return UploadState(answer.upload_id, answer.part_size)

    def _run_once(self) -> Uploaded:
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
            raise _empty(self._source)
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

    def _read_ahead(self, reader: Reader, state: UploadState) -> ReadAhead:
        # A digest that is known is for ECR to verify: it hashes every layer anyway. Only where it refuses the layer does
        # the caller want to know what its bytes hash to, and a stream cannot be asked again then.
        hashed = self._digest is None or not self._source.rereadable
        return ReadAhead(
            reader, part_size=state.part_size, size=self._source.size, skip=state.received, hashed=hashed
        )

    def _begin_anew(self, restart: "_RestartLayer") -> None:
        if not self._source.rereadable:
            raise NotRereadableError(
                f"The upload of {self._source.name} has to begin anew ({restart.reason}), but its source is a stream "
                "that can be read only once; push it from a file or from bytes, or produce the stream again"
            ) from restart.cause
        _log.warning("The upload of %s begins anew: %s", self._source.name, restart.reason)
        try:
            self._state = self._initiate()  # first, as whoever is told may write it down
        except EcrKitError as error:
            raise error from restart.cause
        self._tell(events.LayerRestarted, reason=restart.reason)

    def _send_part(self, part: PartBuffer, is_last: Callable[[], bool]) -> None:
        if part.first_byte >= MAX_PARTS * part.part_size:
            raise InvalidInputError(f"{self._source.name} has more than the {MAX_PARTS} parts that ECR takes")
        while part.last_byte >= (received := self.begin().received):
            rest = part if part.first_byte == received else part.tail_from(received)
            self._send_until_judged(rest, is_last)

    def _send_until_judged(self, part: PartBuffer, is_last: Callable[[], bool]) -> None:
        """Send a part as often as it takes to know how many bytes ECR has then."""
        judge = partial(
            judge_part,
            part=PartRange(part.first_byte, part.last_byte),
            is_last=is_last,
            min_part_size=self._conditions.min_part_size,
        )
        send = partial(
            self._target.upload_part, self.begin().upload_id, part, before_read=self._check_cancelled
        )
        try:
            last = self._patiently(judge, send)
        except EcrKitError as error:
            match judge(error, worth_another_try=False):
                case GoOn(received):
                    self._advance(events.LayerResumed, received)
                    return
                case Restart(reason):
                    raise _RestartLayer(reason, error) from error
                case _:
                    raise
        self._advance(events.PartSent, last + 1)

    def _advance(self, kind: Callable[..., events.LayerEvent], received: int) -> None:
        self._state = replace(self.begin(), received=received)  # first, as whoever is told may write it down
        self._tell(kind, received=received)

    def _complete(self, digest: str) -> None:
        complete = partial(self._target.complete_upload, self.begin().upload_id, digest)
        try:
            stored = self._patiently(judge_completion, complete)
        except EcrKitError as error:
            match judge_completion(error, worth_another_try=False):
                case Done():
                    return
                case AskForLayer():
                    if digest not in self._target.available([digest]):
                        raise _RestartLayer("ECR does not know the upload any more", error) from error
                    return
                case Restart(reason):
                    raise _RestartLayer(reason, error) from error
                case _:
                    self._compare(digest, error)
                    raise
        if stored != digest:
            raise DigestMismatchError("What ECR has stored", expected=digest, actual=stored)

    def _compare(self, digest: str, error: EcrKitError) -> None:
        """Where ECR says that the bytes have another digest, say which."""
        if isinstance(error, InvalidLayerError) and self._source.rereadable:
            actual, _ = measure(self._source)
            if actual != digest:
                raise DigestMismatchError(self._source.name, expected=digest, actual=actual) from error

    def _patiently(self, judge: Callable[..., object], send: Callable[[], AnswerT]) -> AnswerT:
        def again(error: BaseException) -> bool:
            return isinstance(error, EcrKitError) and isinstance(
                judge(error, worth_another_try=deserves_another_try(error)), TryAgain
            )

        def sleep(seconds: float) -> None:
            pause(seconds, unless=self._conditions.cancelled)
            self._check_cancelled()

        return self._target.retry.run(send, again=again, sleep=sleep)

    def _check_cancelled(self) -> None:
        if self._conditions.cancelled.is_set():
            # Botocore lets this one through as it is; others it takes for a broken connection.
            raise CancelledError

    def _tell(self, kind: Callable[..., events.LayerEvent], **what: object) -> None:
        self._emit(kind(layer=self._digest or self._source.name, size=self._source.size, **what))


class _RestartLayer(Exception):  # noqa: N818 -- it is an instruction, and never leaves this module
    def __init__(self, reason: str, cause: EcrKitError) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cause = cause


def _empty(source: LayerSource) -> EmptyLayerError:
    return EmptyLayerError(
        f"{source.name} is empty, and ECR cannot store a layer without bytes; "
        "where a manifest needs something, use the OCI empty descriptor, which is the two bytes {}"
    )
