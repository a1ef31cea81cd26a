"""`ReadAhead`: takes the next item of an iterator in another thread while the caller uses the one before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Generic, TypeVar

from ecrkit.cancellation import Scope, current_scope, entered
from ecrkit.errors import ClosedError
from ecrkit.threads import Threads

ItemT = TypeVar("ItemT")


class ReadAhead(Generic[ItemT]):
    """Steps through an iterator, at most one item ahead of the caller, and never from two threads at the same time."""

    def __init__(self, items: Iterator[ItemT], threads: Threads, parent: Scope | None) -> None:
        """Take nothing yet.

        Args:
            items: The iterator.
            threads: Where items are taken ahead.
            parent: Scope that ends what is taken ahead when it is cancelled.
        """
        self._items = items
        self._threads = threads
        self._parent = parent
        self._scope: Scope | None = None
        self._next: Future[ItemT | None] | None = None
        self._ended = threading.Event()

    def begin(self) -> None:
        """Take the next item ahead. Does nothing if the threads were closed: `take` reports that."""
        scope = self._scope = self._scope or Scope(self._parent)
        ended = self._ended = threading.Event()

        def step() -> ItemT | None:
            with entered(scope):
                return next(self._items, None)

        with suppress(ClosedError):
            self._next = self._threads.submit(step)
            self._next.add_done_callback(lambda _: ended.set())

    def take(self) -> ItemT | None:
        """Return the next item, or None at the end.

        Raises:
            BaseException: What the iterator raised.
            OperationCancelledError: The scope of the caller was cancelled.
        """
        ahead, self._next = self._next, None
        # A call that no thread has started yet is made here: the threads may all be waiting for such calls.
        if ahead is None or ahead.cancel():
            return next(self._items, None)
        waiting = current_scope() or self._scope
        if waiting is not None and not waiting.wait_for(self._ended):
            self.stop()
            waiting.check()
        return ahead.result()

    def stop(self) -> None:
        """End what is being taken ahead; nobody wants it."""
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if self._scope is not None:
            self._scope.cancel()
            self._scope.close()
