"""Which errors deserve another try, and how long to wait before it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ecrkit._logging import get_logger
from ecrkit.errors import ApiError, ExpiredTokenError, TransportError

if TYPE_CHECKING:
    from tenacity import RetryCallState

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, how long and at what pace to try again."""

    attempts: int = 8
    """Tries of one request, the first one included."""

    seconds: float = 300.0
    """Time for all tries of one request together; no further one starts after it."""

    first_wait: float = 0.2
    """Seconds before the second try at the most. Each further wait may be twice as long; chance shortens every one."""

    longest_wait: float = 20.0
    """Seconds that one wait lasts at the most."""

    def run(
        self,
        attempt: Callable[[], ResultT],
        *,
        again: Callable[[BaseException], bool],
        sleep: Callable[[float], None] | None = None,
    ) -> ResultT:
        """Make attempts until one succeeds, one fails for good, or the patience ends; then raise the last failure.

        Args:
            attempt: What to try.
            again: Tells whether a failure deserves another attempt.
            sleep: Waits between attempts; `pause` if absent.
        """
        begun = time.monotonic()
        try:
            return attempt()  # which is mostly all there is to do
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
        """Leave it to tenacity, which is told of the first failure as if it had seen it."""
        import tenacity  # noqa: PLC0415 -- slow to import, and mostly nothing fails

        known = [first]

        def next_attempt() -> ResultT:
            if known:
                raise known.pop()
            return attempt()

        def deserves_another(state: RetryCallState) -> bool:
            error = state.outcome.exception() if state.outcome is not None else None
            return error is not None and (state.attempt_number == 1 or again(error))  # the first is judged

        attempts = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.attempts) | tenacity.stop_after_delay(seconds),
            wait=tenacity.wait_random_exponential(multiplier=self.first_wait, max=self.longest_wait),
            retry=deserves_another,
            sleep=sleep,
            before_sleep=_tell,
            reraise=True,
        )
        return attempts(next_attempt)


def _tell(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome is not None else None
    _log.warning(
        "Attempt %d failed, another one in %.1f s: %s", state.attempt_number, state.upcoming_sleep, error
    )


_log = get_logger(__name__)


def deserves_another_try(error: BaseException) -> bool:
    """Whether the same request may well succeed a little later.

    No answer, an unreadable one, throttling and failures of the server are; so are credentials that have just expired,
    because botocore fetches new ones for the next request.
    """
    if isinstance(error, ApiError):
        return error.temporary or isinstance(error, ExpiredTokenError)
    return isinstance(error, TransportError)


def pause(seconds: float, *, unless: threading.Event | None = None) -> None:
    """Sleep, or do what the context wants in place of it (see `sleeping_with`).

    Args:
        seconds: How long.
        unless: Ends the sleep early when it is set.
    """
    if (sleep := _sleep.get()) is not None:
        sleep(seconds)
    elif unless is not None:
        unless.wait(seconds)
    else:
        time.sleep(seconds)


async def apause(seconds: float) -> None:
    """Sleep as `pause` does, without blocking the event loop."""
    import asyncio  # noqa: PLC0415 -- slow to import, and few programs have an event loop

    if (sleep := _sleep.get()) is not None:
        sleep(seconds)
    await asyncio.sleep(0 if sleep is not None else seconds)  # other tasks get their turn either way


@contextmanager
def sleeping_with(sleep: Callable[[float], object]) -> Generator[None]:
    """Let another function make every pause in this context, for example one that only notes them down."""
    token = _sleep.set(sleep)
    try:
        yield
    finally:
        _sleep.reset(token)


_sleep: ContextVar[Callable[[float], object] | None] = ContextVar("ecrkit_sleep", default=None)
