"""`Clock`: the time as the server sees it, which a test may push forward."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Real time plus what a test has added; never goes backwards."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._added = 0.0
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> float:
        """Tell the time as epoch seconds with the milliseconds that the service has."""
        return round(self._source() + self._added, 3)

    def advance(self, by: timedelta | float) -> None:
        """Let time pass at once.

        Args:
            by: A duration, or seconds.
        """
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        if seconds < 0:
            raise ValueError(f"time only goes forward, not by {seconds} seconds")
        with self._lock:
            self._added += seconds
        for listener in tuple(self._listeners):
            listener()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Have something called whenever time was advanced, before `advance` returns."""
        self._listeners.append(listener)

    def unsubscribe(self, listener: Callable[[], None]) -> None:
        """Have it called no longer."""
        self._listeners.remove(listener)


def moment(epoch: float) -> datetime:
    """Turn the store's epoch seconds into what the models hold."""
    return datetime.fromtimestamp(epoch, UTC)


def moment_or_none(epoch: float | None) -> datetime | None:
    """Do the same for a time that may never have come."""
    return None if epoch is None else moment(epoch)
