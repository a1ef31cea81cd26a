"""A network link that is as fast and as far away as one says, shared by all connections of a server."""

import threading
import time

_NOT_WORTH_SLEEPING = 0.001
# A reader that overslept may catch up this much, or else the link would be slower than it says.
_SLACK = 0.01


class SimulatedLink:
    """Slow readers down to a bandwidth, and answers by a round trip. Both 0: loopback as it is.

    What it leaves out: TCP's slow start and window, lost packets, and any limit on the way back.
    """

    def __init__(self, bytes_per_second: float = 0.0, round_trip_seconds: float = 0.0) -> None:
        self.bytes_per_second = bytes_per_second
        self.round_trip_seconds = round_trip_seconds
        self._free_at = 0.0
        self._lock = threading.Lock()

    def carry(self, count: int) -> None:
        """Wait until the link has carried so many bytes after all that it carried before."""
        if not self.bytes_per_second:
            return
        with self._lock:
            self._free_at = max(self._free_at, time.monotonic() - _SLACK) + count / self.bytes_per_second
            ahead = self._free_at - time.monotonic()
        if ahead > _NOT_WORTH_SLEEPING:
            time.sleep(ahead)

    def travel(self) -> None:
        """Wait for one round trip: a request's way here and its answer's way back."""
        if self.round_trip_seconds:
            time.sleep(self.round_trip_seconds)
