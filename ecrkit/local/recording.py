"""`Requests`: what a server was asked, for tests to look at."""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request and what became of it."""

    operation: str
    """Of the service (`PutImage`), `Download`, or of the registry wire (`GET manifests`)."""

    method: str
    path: str
    status: int | None
    """Of the answer; None if none was sent."""

    seconds: float
    """From its first byte to the end of the answer."""

    fault: str | None = None
    """The effect of the fault that hit it."""

    started_at: float = 0.0
    """When it came, in epoch seconds of this machine's clock."""


class Requests:
    """The latest requests, oldest first; at most 10,000."""

    def __init__(self) -> None:
        self._seen: deque[SeenRequest] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()

    def add(self, request: SeenRequest) -> None:
        """Remember one."""
        with self._lock:
            self._seen.append(request)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._seen.clear()

    def of(self, operation: str) -> list[SeenRequest]:
        """Give those of one operation."""
        return [each for each in self if each.operation == operation]

    def __iter__(self) -> Iterator[SeenRequest]:
        with self._lock:
            return iter(tuple(self._seen))

    def __len__(self) -> int:
        return len(self._seen)
