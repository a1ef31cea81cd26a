"""`Events`: the EventBridge events emitted by a server, for tests of pipelines."""

import json
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

Event = dict[str, Any]
"""An event as EventBridge delivers it; `ecrkit.eventbridge.parse` reads it."""

_KEPT = 10_000
_log = logging.getLogger(__name__)


class Events(Sequence[Event]):
    """The latest events, oldest first; at most 10,000.

    An event is recorded before the response to the request that caused it.
    """

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=_KEPT)
        self._undelivered: deque[Event] = deque()
        self._callbacks: list[Callable[[Event], object]] = []
        self.sink: Callable[[Event], object] | None = None
        """Called with every event, like a callback, but kept by `reset`."""
        self._delivering = threading.Lock()

    def __repr__(self) -> str:
        return f"Events({len(self)})"

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        """Return an event, or several."""
        return list(self._events)[index]

    def __iter__(self) -> Iterator[Event]:
        return iter(list(self._events))

    def __len__(self) -> int:
        return len(self._events)

    def of(self, detail_type: str) -> list[Event]:
        """Return the events of one type, for example `ECR Image Action`."""
        return [each for each in self if each["detail-type"] == detail_type]

    def subscribe(self, callback: Callable[[Event], object]) -> None:
        """Call a function with every event from now on.

        It is called in order, never concurrently, and before the response to the request that caused the event, unless
        requests are concurrent. It may send requests to the server. If it raises, the error is logged: a failing Lambda
        function does not fail a push either.
        """
        self._callbacks.append(callback)

    def unsubscribe(self, callback: Callable[[Event], object]) -> None:
        """Stop calling a function."""
        self._callbacks.remove(callback)

    def clear(self) -> None:
        """Forget the events so far."""
        self._events.clear()

    def reset(self) -> None:
        """Forget the events and the callbacks."""
        self._callbacks.clear()
        self.clear()

    def add(self, events: Sequence[str]) -> None:
        """Add events, as JSON; `deliver` passes them to the callbacks."""
        for text in events:
            event: Event = json.loads(text)
            self._events.append(event)
            self._undelivered.append(event)

    def deliver(self) -> None:
        """Call the callbacks with undelivered events.

        Returns at once if another thread is doing so; that thread delivers these events too. Waiting for it would be a
        deadlock if its callback waits for the request of this thread.
        """
        while self._undelivered and self._delivering.acquire(blocking=False):
            try:
                while self._undelivered:
                    self._call_with(self._undelivered.popleft())
            finally:
                self._delivering.release()

    def _call_with(self, event: Event) -> None:
        sinks = () if self.sink is None else (self.sink,)
        for callback in (*sinks, *self._callbacks):
            try:
                callback(event)
            except Exception:  # noqa: BLE001 -- code of the user; its failure must not fail the request
                _log.exception("A callback for the event %r (%s) failed", event["detail-type"], event["id"])
