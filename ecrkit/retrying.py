"""Which errors deserve another try, and how long to wait before it."""

import random
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from ecrkit._logging import get_logger
from ecrkit.errors import ApiError, ExpiredTokenError, TransportError

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
        # A loop of our own: it is around every request, and what tenacity makes for each costs a twentieth of a request.
        begun, tries, longest = time.monotonic(), 0, self.first_wait
        while True:
            tries += 1
            try:
                return attempt()
            except BaseException as error:
                is_last = tries >= self.attempts or time.monotonic() - begun >= self.seconds
                if is_last or not again(error):
                    raise
                wait = random.uniform(0, min(longest, self.longest_wait))  # noqa: S311 -- spreads load, hides nothing
                _log.warning("Attempt %d failed, another one in %.1f s: %s", tries, wait, error)
            (sleep or pause)(wait)
            longest *= 2


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
