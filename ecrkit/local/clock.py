"""`Clock`: the server's time, which a test may advance."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Real time plus the time added by a test; never goes backwards."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._added = 0.0
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> float:
        """Return the time in epoch seconds, with millisecond precision like the service."""
        return round(self._source() + self._added, 3)

    def advance(self, by: timedelta | float) -> None:
        """Advance the time.

        Args:
            by: A duration, or seconds.
        """
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        if seconds < 0:
            raise ValueError(f"Cannot advance the clock by {seconds} seconds; time only moves forward")
        with self._lock:
            self._added += seconds
        for listener in tuple(self._listeners):
            listener()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Register a function to call whenever time was advanced, before `advance` returns."""
        self._listeners.append(listener)

    def unsubscribe(self, listener: Callable[[], None]) -> None:
        """Remove a registered function."""
        self._listeners.remove(listener)


def moment(epoch: float) -> datetime:
    """Convert the store's epoch seconds to the datetime of the models."""
    return datetime.fromtimestamp(epoch, UTC)


def moment_or_none(epoch: float | None) -> datetime | None:
    """Convert epoch seconds that may be None."""
    return None if epoch is None else moment(epoch)
