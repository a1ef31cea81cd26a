"""`Waiter`: polls until a condition is met, with `.wait()` or with `await`."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Generic, NoReturn, TypeVar, cast

from ecrkit.cancellation import Scope, cancel_scope, checked_event, current_scope, entered, seconds_of
from ecrkit.client import Client
from ecrkit.errors import (
    ApiError,
    EcrKitError,
    InvalidInputError,
    OperationCancelledError,
    OperationTimeoutError,
    WaitCancelledError,
    WaitError,
    WaitFailedError,
    WaitTimeoutError,
)
from ecrkit.models import Request, Response
from ecrkit.retrying import apause, is_retryable, pause
from ecrkit.threads import Threads
from ecrkit.tracing import operation_span

ResponseT = TypeVar("ResponseT", bound=Response)
ResultT = TypeVar("ResultT")
MadeT = TypeVar("MadeT")


@dataclass(frozen=True, slots=True)
class Pending:
    """The condition is not met yet."""

    state: str
    """The current state, for messages: `the scan is IN_PROGRESS`."""


@dataclass(frozen=True, slots=True)
class Met:
    """The condition is met."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The condition will never be met."""

    reason: str
    error: ApiError | None = None
    """The error that says so, if there is one; it is raised as it is."""


Outcome = Pending | Met | Failed


@dataclass(frozen=True, slots=True)
class Polling:
    """How often to poll, and how many times."""

    interval: float
    """Seconds between two polls."""

    max_attempts: int


@dataclass(frozen=True, slots=True)
class WaitProgress:
    """One poll that did not end a wait."""

    attempt: int
    """Number of the poll; the first is 1."""

    what: str
    """The current state: `the scan is IN_PROGRESS`."""

    next_look: float
    """Seconds until the next poll."""

    answer: Response | EcrKitError
    """The last response, or the error that came instead."""


class Waiter(Generic[ResultT]):
    """Something that takes time. Wait for it with `.wait()`, or with `await` without blocking the event loop.

    A waiter can be used several times; each wait polls again. A status that this release does not know keeps it waiting, and
    so do throttling and server failures. Once a poll was answered, lost connections do as well: they end a wait only by its
    timeout.

    Example:
        >>> image.scan().wait(timeout=120)
        >>> await image.scan()
        >>> async with asyncio.TaskGroup() as group:
        ...     group.create_task(image.until_exists().wait_async(timeout=60, delay=2))
    """

    def __init__(
        self,
        client: Client,
        request: Request[ResponseT] | Callable[[], Request[ResponseT]],
        *,
        condition: Callable[[ResponseT | ApiError], Outcome],
        result: Callable[[ResponseT], ResultT],
        subject: str,
        polling: Polling,
    ) -> None:
        """Describe a wait; nothing is sent yet.

        Args:
            client: Sends the requests.
            request: The request to poll with, or what `begin` returned where something has to be started first.
            condition: Returns what a response, or an error of ECR, means.
            result: Makes the result of the wait from the response that met the condition.
            subject: What is waited for, for messages: `the scan of team/app:1.4.2`.
            polling: How often to poll unless the caller says otherwise.
        """

        def poll() -> _Poll[ResponseT]:
            try:
                answer: ResponseT | ApiError = client.send(request() if callable(request) else request)
            except ApiError as error:
                if is_retryable(error):
                    return _Poll(error, Pending(str(error)), is_answered=False)
                answer = error
            return _Poll(answer, condition(answer))

        self._client = client
        self._begun: Begun[Any] | None = request if isinstance(request, Begun) else None
        self._poll: Callable[[], _Poll[Any]] = poll
        self._result: Callable[[Any], ResultT] = result
        self._subject = subject
        self._options = _Options(polling.interval, polling.max_attempts)

    def __repr__(self) -> str:
        return f"Waiter({self._subject})"

    def wait(
        self,
        *,
        timeout: float | timedelta | None = None,
        delay: float | None = None,
        max_attempts: int | None = None,
        progress: Callable[[WaitProgress], object] | None = None,
        cancel: threading.Event | None = None,
    ) -> ResultT:
        """Block until the condition is met, and return the result.

        Args:
            timeout: Seconds, or a `timedelta`, after which the wait ends, even if the server is silent. The last poll
                happens then. If only this is given, the number of polls is unlimited.
            delay: Seconds from one poll to the next; after a slow response, at least half of it.
            max_attempts: Maximum number of polls.
            progress: Called after each poll that did not end the wait.
            cancel: A `threading.Event`; setting it cancels the call.

        Raises:
            WaitFailedError: The condition will never be met.
            WaitTimeoutError: The condition was not met in time; also a `TimeoutError`.
            WaitCancelledError: `cancel` was set.
            InvalidInputError: A number is negative, `max_attempts` is 0, or `cancel` is not an event.
            ApiError: ECR refuses the request.
            TransportError: No response arrived, and none had arrived before.
        """
        options = self._options.changed(timeout, delay, max_attempts, progress, cancel)
        run = _Run(options, self._subject)
        with operation_span("wait"):
            with run.scope():
                while True:
                    with run.attempt():
                        run.found(self._poll())
                    if run.is_over():
                        break
                    seconds, passed = run.next_pause()
                    pause(seconds, passed=passed)
            return self._end(run)

    async def wait_async(
        self,
        *,
        timeout: float | timedelta | None = None,  # noqa: ASYNC109 -- as in `wait`
        delay: float | None = None,
        max_attempts: int | None = None,
        progress: Callable[[WaitProgress], object] | None = None,
        cancel: threading.Event | None = None,
    ) -> ResultT:
        """Wait without blocking the event loop; otherwise like `wait`. Cancelling the task breaks off the poll.

        Args:
            timeout: Seconds, or a `timedelta`, after which the wait ends, even if the server is silent.
            delay: Seconds from one poll to the next; after a slow response, at least half of it.
            max_attempts: Maximum number of polls.
            progress: Called in the event loop after each poll that did not end the wait.
            cancel: A `threading.Event`; setting it cancels the call.

        Raises:
            WaitFailedError: The condition will never be met.
            WaitTimeoutError: The condition was not met in time; also a `TimeoutError`.
            WaitCancelledError: `cancel` was set.
            InvalidInputError: A number is negative, `max_attempts` is 0, or `cancel` is not an event.
            ApiError: ECR refuses the request.
            TransportError: No response arrived, and none had arrived before.
        """
        options = self._options.changed(timeout, delay, max_attempts, progress, cancel)
        run = _Run(options, self._subject)
        with operation_span("wait"):
            with run.scope():
                while True:
                    with run.attempt(), self._breaking_off_what_was_begun():
                        run.found(await self._client.threads.call(self._poll))
                    if run.is_over():
                        break
                    seconds, passed = run.next_pause()
                    await apause(seconds, passed=passed)
            return self._end(run)

    def __await__(self) -> Generator[object, None, ResultT]:
        return self.wait_async().__await__()

    def with_options(
        self,
        *,
        timeout: float | timedelta | None = None,
        delay: float | None = None,
        max_attempts: int | None = None,
        progress: Callable[[WaitProgress], object] | None = None,
        cancel: threading.Event | None = None,
    ) -> Waiter[ResultT]:
        """Return a waiter for the same condition with other options, for `await`; see `wait` for their meaning.

        Raises:
            InvalidInputError: A number is negative, `max_attempts` is 0, or `cancel` is not an event.
        """
        waiter = copy(self)
        waiter._options = self._options.changed(  # noqa: SLF001 -- one of our own
            timeout, delay, max_attempts, progress, cancel
        )
        return waiter

    def mapped(self, make: Callable[[ResultT], MadeT]) -> Waiter[MadeT]:
        """Return a waiter for the same condition that passes its result through a function.

        Example:
            >>> digest = repository.image("1.4.2").until_exists().mapped(lambda image: image.digest).wait()
        """
        result = self._result
        waiter = cast("Waiter[MadeT]", copy(self))
        waiter._result = lambda answer: make(result(answer))  # noqa: SLF001 -- one of our own
        return waiter

    @contextmanager
    def _breaking_off_what_was_begun(self) -> Generator[None]:
        """If the task is cancelled before a thread polls, nobody else would."""
        try:
            yield
        except BaseException:
            if self._begun is not None:
                self._begun.cancel()
            raise

    def _end(self, run: _Run) -> ResultT:
        poll = run.last
        if poll is not None and isinstance(poll.outcome, Failed):
            if poll.outcome.error is not None:
                raise poll.outcome.error
            raise WaitFailedError(f"{self._subject}: {poll.outcome.reason}", poll.answer)
        return self._result(None if poll is None else poll.answer)


class Begun(Generic[ResultT]):
    """Something that a thread does; `begin` starts it."""

    def __init__(self, action: Callable[[], ResultT]) -> None:
        self._scope = Scope()
        self._ended = threading.Event()

        def act() -> ResultT:
            with entered(self._scope):
                return action()

        self._future = Threads(1).submit(act)
        self._future.add_done_callback(lambda _: self._ended.set())

    def __call__(self) -> ResultT:
        """Return its result, or raise its error. If the scope of the caller is cancelled, it is broken off."""
        waiting = current_scope()
        if waiting is not None and not waiting.wait_for(self._ended):
            self.cancel()
            waiting.check()
        return self._future.result()

    def cancel(self) -> None:
        """Break it off unless it has ended."""
        self._scope.cancel()


def begin(action: Callable[[], ResultT]) -> Callable[[], ResultT]:
    """Start something that is waited for afterwards: at once, but never in the thread of an event loop.

    Outside of an event loop, errors are raised here; inside, by whoever waits.
    """
    import asyncio  # noqa: PLC0415 -- slow to import, and few programs have an event loop

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        begun = action()
        return lambda: begun
    return Begun(action)


@dataclass(frozen=True, slots=True)
class _Poll(Generic[ResponseT]):
    """What one poll found."""

    answer: ResponseT | EcrKitError
    outcome: Outcome
    is_answered: bool = True
    """Whether ECR has answered; not if it throttles, fails, or cannot be reached."""

    @property
    def state(self) -> str:
        return self.outcome.state if isinstance(self.outcome, Pending) else ""


@dataclass(frozen=True, slots=True)
class _Options:
    """How long to wait, and whom to tell."""

    delay: float
    max_attempts: int | None
    timeout: float | None = None
    progress: Callable[[WaitProgress], object] | None = None
    cancel: threading.Event | None = None

    def changed(
        self,
        timeout: float | timedelta | None,
        delay: float | None,
        max_attempts: int | None,
        progress: Callable[[WaitProgress], object] | None,
        cancel: threading.Event | None,
    ) -> _Options:
        """Apply what the caller passed; a timeout is not cut short by a default number of polls."""
        if max_attempts is not None and max_attempts < 1:
            raise InvalidInputError(f"max_attempts is {max_attempts}; it must be 1 or more")
        seconds = seconds_of(timeout)
        interval = seconds_of(delay, "delay")
        default_attempts = self.max_attempts if timeout is None else None
        return replace(
            self,
            delay=self.delay if interval is None else interval,
            max_attempts=default_attempts if max_attempts is None else max_attempts,
            timeout=self.timeout if seconds is None else seconds,
            progress=progress or self.progress,
            cancel=checked_event(cancel) or self.cancel,
        )


class _Run:
    """One wait: decides what its polls mean, and when it is over."""

    def __init__(self, options: _Options, subject: str) -> None:
        self.last: _Poll[Any] | None = None
        """The last poll that came to an end."""

        self._options = options
        self._subject = subject
        self._begun = time.monotonic()
        self._attempt_begun = self._begun
        self._paused = 0.0
        self._attempts = 0
        self._was_answered = False

    @contextmanager
    def scope(self) -> Generator[None]:
        """Open the scope of the wait."""
        cancel = self._options.cancel
        try:
            with cancel_scope(cancel=cancel):
                yield
        except OperationCancelledError:
            if cancel is None or not cancel.is_set():
                raise  # a scope around this one was cancelled
            self._give_up("cancelled", WaitCancelledError)

    @contextmanager
    def attempt(self) -> Generator[None]:
        """Open the scope of one poll: it has the time that is left, and a moment more for the last poll."""
        self._attempts += 1
        self._attempt_begun = time.monotonic()
        left = self._left()
        try:
            with cancel_scope(timeout=None if left == math.inf else left + _LAST_POLL):
                yield
        except OperationTimeoutError:
            if self._left() > 0:
                raise  # it was the time of a scope around this one
            self._give_up("timed out", WaitTimeoutError)
        except EcrKitError as error:
            if not self._was_answered or not is_retryable(error):
                raise
            self.found(_Poll(error, Pending(f"the last attempt failed: {error}"), is_answered=False))

    def found(self, poll: _Poll[Any]) -> None:
        """Take in what a poll found."""
        self.last = poll
        self._was_answered = self._was_answered or poll.is_answered

    def is_over(self) -> bool:
        """Return whether the condition is met or never will be, and raise if the wait has no time left."""
        poll, options = self.last, self._options
        if poll is None or not isinstance(poll.outcome, Pending):
            return True
        is_last = options.max_attempts is not None and self._attempts >= options.max_attempts
        if is_last or self._left() <= 0:
            self._give_up("timed out", WaitTimeoutError)
        if options.progress is not None:
            options.progress(WaitProgress(self._attempts, poll.state, self._next_pause(), poll.answer))
        return False

    def next_pause(self) -> tuple[float, float]:
        """Return the pause between the beginnings of two polls, and how much of it has passed; the last poll is at the deadline."""
        seconds, left = self._next_pause(), max(0.0, self._left())
        taken = time.monotonic() - self._attempt_begun
        self._paused += seconds
        return seconds, seconds - remaining_pause(self._options.delay, taken=taken, left=left)

    def _give_up(self, how: str, kind: type[WaitError]) -> NoReturn:
        attempts = "1 attempt" if self._attempts == 1 else f"{self._attempts} attempts"
        state = "no response arrived" if self.last is None else self.last.state
        answer = None if self.last is None else self.last.answer
        raise kind(f"{self._subject}: {how} after {attempts}; {state}", answer) from None

    def _next_pause(self) -> float:
        return min(self._options.delay, max(0.0, self._left()))

    def _left(self) -> float:
        # Pauses count by their length too, so that time passes where a test lets them take none.
        passed = max(time.monotonic() - self._begun, self._paused)
        return math.inf if self._options.timeout is None else self._options.timeout - passed


def remaining_pause(delay: float, *, taken: float, left: float) -> float:
    """Return how long to pause after a poll.

    Polls begin at intervals of `delay`, so that slow responses and waiting for a thread do not make them rarer. A pause is at
    least half of it nevertheless: a server that is overloaded gets time to recover.

    Args:
        delay: Seconds between two polls.
        taken: Seconds that the poll took.
        left: Seconds until the deadline.
    """
    return min(max(delay - taken, delay / 2), left)


_LAST_POLL = 0.5  # seconds that a poll may take after the deadline: the last one starts then
