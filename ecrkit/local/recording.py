"""`Requests`: the requests a server received, for tests."""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request and its outcome."""

    operation: str
    """Operation of the service (`PutImage`), `Download`, or of the registry protocol (`GET manifests`)."""

    method: str
    path: str
    status: int | None
    """Status of the response; None if none was sent."""

    seconds: float
    """Duration in seconds, from its first byte to the end of the response."""

    fault: str | None = None
    """Effect of the fault applied to it."""

    started_at: float = 0.0
    """Arrival time in epoch seconds of this machine's clock."""


class Requests:
    """The latest requests, oldest first; at most 10,000."""

    def __init__(self) -> None:
        self._seen: deque[SeenRequest] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()

    def add(self, request: SeenRequest) -> None:
        """Record a request."""
        with self._lock:
            self._seen.append(request)

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._seen.clear()

    def of(self, operation: str) -> list[SeenRequest]:
        """Return the requests of one operation."""
        return [each for each in self if each.operation == operation]

    def __iter__(self) -> Iterator[SeenRequest]:
        with self._lock:
            return iter(tuple(self._seen))

    def __len__(self) -> int:
        return len(self._seen)
