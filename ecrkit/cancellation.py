"""`cancel_scope`: end everything that a call has started, from another thread, at a deadline, or when it is interrupted.

A scope is carried by a `ContextVar`, so worker threads that run in a copy of the caller's context belong to it. When a
scope is cancelled, its requests lose their connections, nothing is retried, and no new request starts.

Example:
    >>> with cancel_scope(cancel=cancel, timeout=timeout) as scope:
    ...     for block in blocks:
    ...         scope.check()
    ...         send(block)
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from datetime import timedelta
from types import NoneType
from typing import Protocol, TypeVar

from ecrkit._arguments import expect, wrong_type
from ecrkit.errors import (
    EcrKitError,
    InvalidInputError,
    OperationCancelledError,
    OperationTimeoutError,
    TransportError,
)

ResultT = TypeVar("ResultT")


class Breakable(Protocol):
    """Something under way that can be broken off from another thread."""

    def break_off(self) -> None:
        """Break it off; must neither block nor raise."""
        ...


class Watched(Protocol):
    """Something that the watcher has to look at from time to time."""

    def look(self, now: float) -> float:
        """Act if it is time to, and return the seconds until the next look."""
        ...


class Scope:
    """Everything that one call does. Use `cancel_scope` to open one."""

    def __init__(
        self,
        parent: Scope | None = None,
        *,
        cancel: threading.Event | None = None,
        timeout: float | None = None,
    ) -> None:
        self._parent = parent
        self._event = cancel
        self._timeout = timeout
        self._deadline = math.inf if timeout is None else time.monotonic() + timeout
        self._lock = threading.Lock()
        self._parts: set[Breakable] = set()
        self._over = threading.Event()
        self._error: Callable[[], EcrKitError] | None = None
        if parent is not None:
            parent.attach(self)
        if cancel is not None or timeout is not None:
            watch(self, within=0.0 if cancel is not None else timeout or 0.0)

    def __repr__(self) -> str:
        return f"Scope({'cancelled' if self.cancelled else 'open'})"

    @property
    def cancelled(self) -> bool:
        """Whether the scope, or one around it, has been cancelled."""
        if self._error is None:
            self.look(time.monotonic())
            if self._error is None and self._parent is not None and self._parent.cancelled:
                self.cancel(self._parent.error)
        return self._error is not None

    @property
    def bounded(self) -> bool:
        """Whether an event or a deadline can cancel the scope, or one around it."""
        own = self._event is not None or self._timeout is not None
        return own or (self._parent is not None and self._parent.bounded)

    @property
    def remaining(self) -> float:
        """Seconds until the deadline of the scope, or of one around it; infinite without one."""
        own = self._deadline - time.monotonic() if self._deadline < math.inf else math.inf
        return max(0.0, own) if self._parent is None else max(0.0, min(own, self._parent.remaining))

    def check(self) -> None:
        """Raise if the scope has been cancelled.

        Raises:
            OperationCancelledError: The event was set, or the caller was interrupted.
            OperationTimeoutError: The time is over.
        """
        if self.cancelled:
            raise self.error()

    def error(self) -> EcrKitError:
        """Return the error that says why the scope was cancelled."""
        return OperationCancelledError("The call was cancelled") if self._error is None else self._error()

    def cancel(self, error: Callable[[], EcrKitError] | None = None) -> None:
        """Cancel the scope: break off what is under way, and let nothing else start.

        Args:
            error: Makes the error that `check` raises; an `OperationCancelledError` if omitted.
        """
        with self._lock:
            if self._error is not None:
                return
            self._error = error or _cancelled
            parts = tuple(self._parts)
        self._over.set()
        for part in parts:
            part.break_off()

    def break_off(self) -> None:
        """Cancel the scope because one around it was cancelled."""
        self.cancel(None if self._parent is None else self._parent.error)

    def attach(self, part: Breakable) -> None:
        """Break this off when the scope is cancelled, at once if it has been."""
        with self._lock:
            self._parts.add(part)
            is_over = self._error is not None
        if is_over:
            part.break_off()

    def detach(self, part: Breakable) -> None:
        """Leave this alone from now on."""
        with self._lock:
            self._parts.discard(part)

    def sleep(self, seconds: float, *, unless: threading.Event | None = None) -> None:
        """Sleep, but not beyond the end of the scope.

        Args:
            seconds: How long.
            unless: Another event that ends the sleep.

        Raises:
            OperationCancelledError: The scope was cancelled meanwhile.
            OperationTimeoutError: Its time is over.
        """
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0 and not self.cancelled:
            if unless is not None and unless.is_set():
                return
            self._over.wait(left if unless is None else min(left, _TICK))
        self.check()

    def wait_for(self, event: threading.Event, *, at_most: float = math.inf) -> bool:
        """Wait until an event is set or the scope is cancelled; return whether the event is set."""
        ends = time.monotonic() + at_most
        while not event.is_set() and not self.cancelled and (left := ends - time.monotonic()) > 0:
            event.wait(min(left, _TICK))
        return event.is_set()

    def look(self, now: float) -> float:
        """Cancel the scope if its event is set or its time is over; see `Watched`."""
        if self._error is not None:
            return math.inf
        if self._event is not None and self._event.is_set():
            self.cancel()
        elif now >= self._deadline:
            self.cancel(self._timed_out)
        return _TICK if self._event is not None else self._deadline - now

    def close(self) -> None:
        """Forget the scope; what is left of it stays as it is."""
        unwatch(self)
        if self._parent is not None:
            self._parent.detach(self)

    def _timed_out(self) -> EcrKitError:
        return OperationTimeoutError(f"The call did not finish within {self._timeout:g} s")


def current_scope() -> Scope | None:
    """Return the innermost scope of this context."""
    return _current.get()


def cancelled_error() -> EcrKitError | None:
    """Return the error of the innermost scope of this context if it has been cancelled."""
    scope = _current.get()
    return scope.error() if scope is not None and scope.cancelled else None


def check_cancelled() -> None:
    """Raise if a scope of this context has been cancelled; see `Scope.check`."""
    scope = _current.get()
    if scope is not None:
        scope.check()


@contextmanager
def cancel_scope(
    *, cancel: threading.Event | None = None, timeout: float | timedelta | None = None
) -> Generator[Scope]:
    """Open a scope: everything inside, in this and in worker threads, ends when it is cancelled.

    An exception that leaves the scope cancels what is still under way in it, an interrupt too.

    Args:
        cancel: A `threading.Event`; setting it cancels the call.
        timeout: Seconds, or a `timedelta`, after which the call is cancelled.

    Raises:
        OperationCancelledError: `cancel` was set.
        OperationTimeoutError: The time is over; also a `TimeoutError`.
        InvalidInputError: `cancel` is not an event, or `timeout` is negative.
    """
    scope = Scope(_current.get(), cancel=checked_event(cancel), timeout=seconds_of(timeout))
    token = _current.set(scope)
    try:
        scope.check()
        yield scope
    except (TransportError, CancelledError):
        if not scope.cancelled:
            scope.cancel()
            raise
        raise scope.error() from None
    except BaseException:
        scope.cancel()
        raise
    finally:
        _current.reset(token)
        scope.close()


@contextmanager
def entered(scope: Scope) -> Generator[None]:
    """Let a scope that somebody else opened and closes be the one of this context."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


def call_interruptibly(function: Callable[[], ResultT]) -> ResultT:
    """Call a function that may block, and return within a second once the scope is cancelled.

    The function runs in this thread unless the scope has an event or a deadline; then a helper thread runs it. A helper
    whose scope was cancelled is left to end by itself: its request has lost its connection by then, or is waiting for
    what cannot be interrupted, such as the resolution of a name.

    Raises:
        OperationCancelledError: The scope was cancelled.
        OperationTimeoutError: Its time is over.
    """
    scope = _current.get()
    if scope is None:
        return function()
    scope.check()
    if _attended.get() or not scope.bounded:
        return function()
    results: list[ResultT] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:  # noqa: BLE001 -- raised again in the caller's thread
            errors.append(error)
        finally:
            done.set()

    context = copy_context()
    context.run(_attended.set, True)  # noqa: FBT003 -- the value of a variable
    helper = threading.Thread(target=context.run, args=(run,), name="ecrkit-call", daemon=True)
    helper.start()
    try:
        if not scope.wait_for(done):
            done.wait(_GRACE)
    except BaseException:
        scope.cancel()
        raise
    for error in errors:
        raise error
    for result in results:
        return result
    raise scope.error()


@contextmanager
def attended() -> Generator[None]:
    """Say that another thread waits for this one, and leaves it alone when the scope is cancelled."""
    token = _attended.set(True)
    try:
        yield
    finally:
        _attended.reset(token)


def seconds_of(timeout: float | timedelta | None, name: str = "timeout") -> float | None:
    """Read a duration.

    Raises:
        InvalidInputError: It is negative, or not a number.
    """
    expect(name, timeout, (int, float, timedelta, NoneType), "seconds or a timedelta")
    seconds = timeout.total_seconds() if isinstance(timeout, timedelta) else timeout
    if seconds is not None and not seconds >= 0:  # so that NaN is refused as well
        raise InvalidInputError(f"{name} is {timeout}; it must be 0 or more")
    return seconds


def checked_event(cancel: threading.Event | None) -> threading.Event | None:
    """Check that something is an event.

    Raises:
        InvalidInputError: It is not.
    """
    if cancel is not None and not callable(getattr(cancel, "is_set", None)):
        raise wrong_type("cancel", cancel, "a threading.Event")
    return cancel


def watch(what: Watched, *, within: float) -> None:
    """Let the watcher look at something, the first time after at most this many seconds."""
    _watcher.add(what, within)


def unwatch(what: Watched) -> None:
    """Let the watcher forget something."""
    _watcher.remove(what)


class _Watcher:
    """One thread that looks at events and deadlines. It starts when needed, and ends when idle."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._watched: dict[Watched, None] = {}
        self._next_look = 0.0
        self._running = False

    def add(self, what: Watched, within: float) -> None:
        with self._lock:
            self._watched[what] = None
            is_running, self._running = self._running, True
        if not is_running:
            threading.Thread(target=self._run, name="ecrkit-watcher", daemon=True).start()
        elif time.monotonic() + within < self._next_look:
            self._wake.set()

    def remove(self, what: Watched) -> None:
        self._watched.pop(what, None)

    def _run(self) -> None:
        while True:
            self._wake.clear()
            now = time.monotonic()
            self._next_look = now + _IDLE
            naps = [what.look(now) for what in tuple(self._watched)]
            nap = max(0.0, min([*naps, _IDLE]))
            self._next_look = now + nap
            if not self._wake.wait(nap) and not self._watched:
                with self._lock:
                    if not self._watched:
                        self._running = False
                        return


def _cancelled() -> EcrKitError:
    return OperationCancelledError("The call was cancelled")


def _renew() -> None:
    """Start over in a forked child: it has none of its parent's threads."""
    global _watcher  # noqa: PLW0603 -- one per process
    _watcher = _Watcher()


_watcher = _Watcher()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)

_current: ContextVar[Scope | None] = ContextVar("ecrkit_scope", default=None)
_attended: ContextVar[bool] = ContextVar("ecrkit_attended", default=False)

_TICK = 0.05  # seconds between two looks at an event
_IDLE = 5.0  # seconds that the watcher waits for something to watch
_GRACE = 0.5  # seconds that a cancelled caller waits for its helper to leave the socket
