"""`Waiter`: looks again and again until a judge is content, with `.wait()` or with `await`."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from ecrkit.client import Client
from ecrkit.errors import ApiError, InvalidInputError, WaitCancelledError, WaitFailedError, WaitTimeoutError
from ecrkit.models import Request, Response
from ecrkit.retrying import apause, pause

if TYPE_CHECKING:
    from tenacity import RetryCallState

AnswerT = TypeVar("AnswerT", bound=Response)
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Not yet."""

    what: str
    """How it stands, for the message of whoever runs out of patience."""


@dataclass(frozen=True, slots=True)
class Done:
    """It is so."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It will never be so."""

    reason: str
    error: ApiError | None = None
    """The error that says so, if it was one: the best thing to raise."""


Verdict = Waiting | Done | Failed


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look, and when to give up."""

    delay: float
    """Seconds between two looks."""

    max_attempts: int


@dataclass(frozen=True, slots=True)
class WaitProgress:
    """One look that did not end a wait."""

    attempt: int
    """Which look it was; the first is 1."""

    what: str
    """How it stands, for people: `the scan is IN_PROGRESS`."""

    next_look: float
    """Seconds until the next look."""

    answer: Response | ApiError
    """What the service said."""


class Waiter(Generic[ResultT]):
    """Something that takes time. Wait for it with `.wait()`, or with `await` without blocking the event loop.

    It can be waited for several times; each wait looks anew. A status that this release does not know keeps one
    waiting, and so do throttling and failures of the server.

    Example:
        >>> image.scan().wait(timeout=120)
        >>> await image.scan()
        >>> await image.until_exists().with_options(timeout=60, delay=2)
    """

    def __init__(
        self,
        client: Client,
        request: Request[AnswerT] | Callable[[], Request[AnswerT]],
        *,
        judge: Callable[[AnswerT | ApiError], Verdict],
        result: Callable[[AnswerT], ResultT],
        subject: str,
        pace: Pace,
    ) -> None:
        """Describe a wait. Nothing is asked before somebody waits.

        Args:
            client: Sends the requests.
            request: Asks how things stand; what `begin` gave, where something had to be started first.
            judge: Tells what an answer means.
            result: Makes of the answer that ended the wait what the caller gets.
            subject: What is waited for, for messages: `the scan of team/app:1.4.2`.
            pace: How often to look, and when to give up, unless the caller says otherwise.
        """

        def look() -> _Look[AnswerT]:
            answer = _answer(client, request() if callable(request) else request)
            passing = isinstance(answer, ApiError) and answer.temporary
            return _Look(answer, Waiting(str(answer)) if passing else judge(answer))

        self._look: Callable[[], _Look[Any]] = look
        self._result: Callable[[Any], ResultT] = result
        self._subject = subject
        self._patience = _Patience(pace.delay, pace.max_attempts)

    def __repr__(self) -> str:
        return f"Waiter({self._subject})"

    def wait(
        self,
        *,
        timeout: float | None = None,
        delay: float | None = None,
        max_attempts: int | None = None,
        progress: Callable[[WaitProgress], object] | None = None,
        cancel: threading.Event | None = None,
    ) -> ResultT:
        """Block until what is waited for is so, and give what came of it.

        Args:
            timeout: Seconds after which to give up; the last look is then. Without `max_attempts` it alone counts.
            delay: Seconds between two looks.
            max_attempts: How many times to look at the most.
            progress: Is called after each look that did not end the wait.
            cancel: Ends the wait soon after another thread has set it.

        Raises:
            WaitFailedError: It will never be so.
            WaitTimeoutError: It is not so in time; also a `TimeoutError`.
            WaitCancelledError: `cancel` was set.
            InvalidInputError: A number is negative, or there is no attempt at all.
            ApiError: ECR refuses to say how things stand.
        """
        from tenacity import Retrying  # noqa: PLC0415 -- slow to import, and few programs wait

        patience = self._patience.changed(timeout, delay, max_attempts, progress, cancel)
        looks = Retrying(sleep=partial(pause, unless=cancel), **_policy(patience, self._subject))
        return self._end(looks(self._look))

    def __await__(self) -> Generator[object, None, ResultT]:
        return self._wait_in_loop().__await__()

    def with_options(
        self,
        *,
        timeout: float | None = None,
        delay: float | None = None,
        max_attempts: int | None = None,
        progress: Callable[[WaitProgress], object] | None = None,
    ) -> Waiter[ResultT]:
        """Give a waiter for the same with other options, for `await`; see `wait` for what they mean.

        Raises:
            InvalidInputError: A number is negative, or there is no attempt at all.
        """
        waiter = copy(self)
        waiter._patience = self._patience.changed(  # noqa: SLF001 -- one of our own
            timeout, delay, max_attempts, progress
        )
        return waiter

    async def _wait_in_loop(self) -> ResultT:
        import asyncio  # noqa: PLC0415 -- slow to import, and few programs have an event loop

        from tenacity import AsyncRetrying  # noqa: PLC0415 -- slow to import, and few programs wait

        # Each look is made in a thread. Who is cancelled meanwhile goes at once; that look ends unseen.
        looks = AsyncRetrying(sleep=apause, **_policy(self._patience, self._subject))
        return self._end(await looks(asyncio.to_thread, self._look))

    def _end(self, seen: _Look[Any]) -> ResultT:
        if isinstance(seen.verdict, Failed):
            if seen.verdict.error is not None:
                raise seen.verdict.error
            raise WaitFailedError(f"{self._subject}: {seen.verdict.reason}", seen.answer)
        return self._result(seen.answer)


def begin(action: Callable[[], ResultT]) -> Callable[[], ResultT]:
    """Start something that is waited for afterwards: at once, but never in the thread of an event loop.

    Outside of an event loop, what goes wrong is raised here; inside, by whoever waits.
    """
    import asyncio  # noqa: PLC0415 -- slow to import, and few programs have an event loop

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        begun = action()
        return lambda: begun
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ecrkit-begin")
    try:
        return thread.submit(copy_context().run, action).result
    finally:
        thread.shutdown(wait=False)


@dataclass(frozen=True, slots=True)
class _Look(Generic[AnswerT]):
    """What one look saw."""

    answer: AnswerT | ApiError
    verdict: Verdict

    @property
    def what(self) -> str:
        """How it stands, where it is not over."""
        return self.verdict.what if isinstance(self.verdict, Waiting) else ""


@dataclass(frozen=True, slots=True)
class _Patience:
    """How long to wait, and whom to tell."""

    delay: float
    max_attempts: int | None
    timeout: float | None = None
    progress: Callable[[WaitProgress], object] | None = None
    cancel: threading.Event | None = None

    def changed(
        self,
        timeout: float | None,
        delay: float | None,
        max_attempts: int | None,
        progress: Callable[[WaitProgress], object] | None,
        cancel: threading.Event | None = None,
    ) -> _Patience:
        """Take over what the caller decided; who names a time does not want to be cut short by a default number."""
        for name, value, least in (
            ("timeout", timeout, 0),
            ("delay", delay, 0),
            ("max_attempts", max_attempts, 1),
        ):
            if value is not None and value < least:
                raise InvalidInputError(f"{name} is {value}; it must be {least} or more")
        default_attempts = self.max_attempts if timeout is None else None
        return _Patience(
            delay=self.delay if delay is None else delay,
            max_attempts=default_attempts if max_attempts is None else max_attempts,
            timeout=self.timeout if timeout is None else timeout,
            progress=progress or self.progress,
            cancel=cancel,
        )

    def next_pause(self, state: RetryCallState) -> float:
        """Give the seconds until the next look: at the deadline there is a last one."""
        return min(self.delay, max(0.0, self._left(state)))

    def is_over(self, state: RetryCallState) -> bool:
        """Tell whether to look no more."""
        enough = self.max_attempts is not None and state.attempt_number >= self.max_attempts
        return enough or self._left(state) <= 0 or self.is_cancelled()

    def is_cancelled(self) -> bool:
        return self.cancel is not None and self.cancel.is_set()

    def _left(self, state: RetryCallState) -> float:
        # Pauses count by their length too, so that time passes where a test lets them take none.
        passed = max(state.seconds_since_start or 0.0, state.idle_for)
        return math.inf if self.timeout is None else self.timeout - passed


def _policy(patience: _Patience, subject: str) -> dict[str, Any]:
    """Give what both ways to wait have in common, in the words of tenacity."""
    from tenacity import retry_if_result  # noqa: PLC0415 -- slow to import, and few programs wait

    def tell(state: RetryCallState) -> None:
        if patience.progress is not None:
            seen = _last_look(state)
            patience.progress(
                WaitProgress(state.attempt_number, seen.what, state.upcoming_sleep, seen.answer)
            )

    def give_up(state: RetryCallState) -> NoReturn:
        seen = _last_look(state)
        looks = "1 look" if state.attempt_number == 1 else f"{state.attempt_number} looks"
        if patience.is_cancelled():
            raise WaitCancelledError(
                f"{subject}: the wait was cancelled after {looks}; {seen.what}", seen.answer
            )
        raise WaitTimeoutError(f"{subject}: gave up after {looks}; {seen.what}", seen.answer)

    return {
        "retry": retry_if_result(_is_waiting),
        "wait": patience.next_pause,
        "stop": patience.is_over,
        "before_sleep": tell,
        "retry_error_callback": give_up,
    }


def _is_waiting(seen: _Look[Any]) -> bool:
    return isinstance(seen.verdict, Waiting)


def _last_look(state: RetryCallState) -> _Look[Any]:
    if state.outcome is None:  # tenacity asks only after a look
        raise AssertionError
    seen: _Look[Any] = state.outcome.result()
    return seen


def _answer(client: Client, request: Request[AnswerT]) -> AnswerT | ApiError:
    try:
        return client.send(request)
    except ApiError as error:
        return error
