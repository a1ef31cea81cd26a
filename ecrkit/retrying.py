"""Which errors are worth retrying, and how long to wait before the next attempt."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ecrkit._logging import get_logger
from ecrkit.cancellation import current_scope
from ecrkit.errors import ApiError, ExpiredTokenError, InvalidInputError, TransportError

if TYPE_CHECKING:
    import asyncio

    from tenacity import RetryCallState

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, how long and at what intervals to retry a request."""

    attempts: int = 8
    """Attempts of one request, the first one included."""

    seconds: float = 300.0
    """Time for all attempts of one request together; no attempt starts after it."""

    first_wait: float = 0.2
    """Longest pause before the second attempt, in seconds. The limit doubles each time; every pause is random below it."""

    longest_wait: float = 20.0
    """Longest pause, in seconds."""

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            InvalidInputError: There is no attempt at all, or a time is negative.
        """
        if self.attempts < 1:
            raise InvalidInputError(f"attempts is {self.attempts}; it must be 1 or more")
        for name in ("seconds", "first_wait", "longest_wait"):
            if not getattr(self, name) >= 0:  # so that NaN is refused as well
                raise InvalidInputError(f"{name} is {getattr(self, name)}; it must be 0 or more")

    def run(
        self,
        attempt: Callable[[], ResultT],
        *,
        again: Callable[[BaseException], bool],
        sleep: Callable[[float], None] | None = None,
    ) -> ResultT:
        """Attempt something until it succeeds, fails for good, or the policy is exhausted; then raise the last failure.

        Args:
            attempt: What to attempt.
            again: Whether a failure deserves another attempt.
            sleep: Waits between attempts; `pause` if omitted.
        """
        begun = time.monotonic()
        try:
            return attempt()  # mostly all there is to do, without the import of tenacity
        except BaseException as error:
            if not again(error):
                raise
            first = error
        return self._go_on(first, attempt, again, sleep or pause, self.seconds - (time.monotonic() - begun))

    def _go_on(
        self,
        first: BaseException,
        attempt: Callable[[], ResultT],
        again: Callable[[BaseException], bool],
        sleep: Callable[[float], None],
        seconds: float,
    ) -> ResultT:
        """Hand over to tenacity, which is told of the first failure as if it had seen it."""
        import tenacity  # noqa: PLC0415 -- slow to import, and most calls succeed

        known = [first]

        def next_attempt() -> ResultT:
            if known:
                raise known.pop()
            return attempt()

        def deserves_another(state: RetryCallState) -> bool:
            error = state.outcome.exception() if state.outcome is not None else None
            return error is not None and (
                state.attempt_number == 1 or again(error)
            )  # the first was checked above

        random_wait = tenacity.wait_random_exponential(multiplier=self.first_wait, max=self.longest_wait)

        def wait(state: RetryCallState) -> float:
            return max(random_wait(state), _asked_to_wait(state))

        def stop(state: RetryCallState) -> bool:
            left = seconds - (state.seconds_since_start or 0.0)
            return state.attempt_number >= self.attempts or left <= 0 or _asked_to_wait(state) > left

        attempts = tenacity.Retrying(
            stop=stop,
            wait=wait,
            retry=deserves_another,
            sleep=sleep,
            before_sleep=_tell,
            reraise=True,
        )
        return attempts(next_attempt)


def _asked_to_wait(state: RetryCallState) -> float:
    """Return the seconds that the service asks to wait."""
    error = state.outcome.exception() if state.outcome is not None else None
    return error.retry_after or 0.0 if isinstance(error, ApiError) else 0.0


def _tell(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome is not None else None
    _log.warning(
        "Attempt %d failed, the next one in %.1f s: %s", state.attempt_number, state.upcoming_sleep, error
    )


_log = get_logger(__name__)


def is_retryable(error: BaseException) -> bool:
    """Whether the same request may succeed a little later.

    Lost and unreadable responses, throttling and server failures may; so may credentials that have just expired, because
    botocore fetches new ones for the next request.
    """
    if isinstance(error, ApiError):
        return error.temporary or isinstance(error, ExpiredTokenError)
    return isinstance(error, TransportError)


def pause(seconds: float, *, unless: threading.Event | None = None, passed: float = 0.0) -> None:
    """Sleep, or do what `sleeping_with` put in place of it.

    Args:
        seconds: How long.
        unless: Ends the sleep early when it is set.
        passed: Seconds of the pause that have passed already.

    Raises:
        OperationCancelledError: The scope of the caller was cancelled.
        OperationTimeoutError: The time of that scope is over.
    """
    scope = current_scope()
    if (sleep := _sleep.get()) is not None:
        sleep(seconds)
        if scope is not None:
            scope.check()
    elif scope is not None:
        scope.sleep(seconds - passed, unless=unless)
    elif unless is not None:
        unless.wait(seconds - passed)
    else:
        time.sleep(seconds - passed)


async def apause(seconds: float, *, passed: float = 0.0) -> None:
    """Sleep as `pause` does, without blocking the event loop.

    Args:
        seconds: How long.
        passed: Seconds of the pause that have passed already.

    Raises:
        OperationCancelledError: The scope of the caller was cancelled.
        OperationTimeoutError: The time of that scope is over.
    """
    import asyncio  # noqa: PLC0415 -- slow to import, and few programs have an event loop

    scope = current_scope()
    if (sleep := _sleep.get()) is not None:
        sleep(seconds)
        await asyncio.sleep(0)  # other tasks get their turn
    elif scope is None:
        await asyncio.sleep(seconds - passed)
    else:
        waking = _Waking(asyncio.get_running_loop())
        scope.attach(waking)
        try:
            await asyncio.wait([waking.future], timeout=seconds - passed)
        finally:
            scope.detach(waking)
    if scope is not None:
        scope.check()


class _Waking:
    """Wakes a task when its scope is cancelled."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.future: asyncio.Future[None] = loop.create_future()

    def break_off(self) -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        if not self.future.done():
            self.future.set_result(None)


@contextmanager
def sleeping_with(sleep: Callable[[float], object]) -> Generator[None]:
    """Replace every pause in this context by another function, for example one that only records them."""
    token = _sleep.set(sleep)
    try:
        yield
    finally:
        _sleep.reset(token)


_sleep: ContextVar[Callable[[float], object] | None] = ContextVar("ecrkit_sleep", default=None)
