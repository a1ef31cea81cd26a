"""`Faults`: what shall go wrong, and when, as data: `ecr.faults.add(operation="UploadLayerPart", nth=2, effect="drop-after")`."""

import threading
from dataclasses import dataclass
from typing import Literal

Effect = Literal["throttle", "error", "refuse", "drop-before", "drop-after", "delay", "truncate", "corrupt"]
"""What happens to a request:

- `throttle`: it is refused as too fast (ThrottlingException, or 429 on the registry wire); nothing is done.
- `error`: it is answered with ServerException and 500; nothing is done.
- `refuse`: it is answered with an error of the test's choice (`code`, `message`, `status`); nothing is done.
- `drop-before`: the connection breaks; nothing is done.
- `drop-after`: it is carried out, and then the connection breaks: the answer is lost.
- `delay`: it is carried out later.
- `truncate`: it is carried out, and the connection breaks in the middle of the answer's body.
- `corrupt`: it is carried out, and the bytes of the answer are others than they should be, as many as they should be.
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule.

    An operation is one of the service (`PutImage`), `Download` for the bytes of a layer, or a method and a kind of the
    registry wire (`PATCH blobs`, `GET manifests`, `GET tags`).
    """

    effect: Effect
    operation: str | None = None
    """Which requests; None for all."""

    nth: int = 1
    """The first of them to be hit, counted from 1 from when the fault was added."""

    times: int | None = 1
    """How many in a row are hit; None for all that follow."""

    seconds: float = 1.0
    """How long a `delay` is."""

    code: str = "AccessDeniedException"
    """What a `refuse` says: for example RepositoryNotFoundException, as right after a repository was made."""

    message: str = "The request was refused because a test wanted it to be"
    status: int = 400

    def hits(self, operation: str, number: int) -> bool:
        """Tell whether the fault is for the so-manieth request that it could be for."""
        wanted = self.operation in (None, operation)
        return wanted and number >= self.nth and (self.times is None or number < self.nth + self.times)


class Faults:
    """The faults of a server. Safe to use while it is running."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: list[tuple[Fault, int]] = []

    def add(
        self,
        effect: Effect,
        operation: str | None = None,
        *,
        nth: int = 1,
        times: int | None = 1,
        seconds: float = 1.0,
        code: str = "AccessDeniedException",
        message: str = "The request was refused because a test wanted it to be",
        status: int = 400,
    ) -> Fault:
        """Let something go wrong; see `Fault` for the meaning of the arguments."""
        fault = Fault(effect, operation, nth, times, seconds, code, message, status)
        with self._lock:
            self._counts.append((fault, 0))
        return fault

    def clear(self) -> None:
        """Let everything go right again."""
        with self._lock:
            self._counts.clear()

    def next_for(self, operation: str) -> Fault | None:
        """Count a request, and give the fault that hits it; the one that was added first, if there are several."""
        with self._lock:
            self._counts = [
                (fault, count + (fault.operation in (None, operation))) for fault, count in self._counts
            ]
            hits = (fault for fault, count in self._counts if fault.hits(operation, count))
            return next(hits, None)
