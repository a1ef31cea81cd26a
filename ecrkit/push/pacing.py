"""Limits the rate of display updates."""

import time
from collections.abc import Callable


def paced(tell: Callable[[int], object], *, every: float) -> Callable[[int], None]:
    """Return a function that forwards a number of bytes at a limited rate.

    Args:
        tell: Called with the number.
        every: Minimum number of seconds between two calls; the first one is that long after now.
    """
    due = time.monotonic() + every

    def maybe(count: int) -> None:
        nonlocal due
        now = time.monotonic()
        if now >= due:
            due = now + every
            tell(count)

    return maybe
