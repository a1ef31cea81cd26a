"""`Threads`: a pool of our own for what is awaited, so that the default pool of the event loop stays free."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from weakref import WeakSet

from ecrkit.cancellation import Scope, attended, current_scope, entered
from ecrkit.errors import ClosedError

if TYPE_CHECKING:
    import asyncio

ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")


class Threads:
    """Daemon threads that start on demand, serve calls in the order in which they came, and end when idle."""

    def __init__(self, most: int) -> None:
        """Start none yet.

        Args:
            most: Maximum number of threads.
        """
        self._most = most
        self._condition = threading.Condition()
        self._waiting: deque[Callable[[], None]] = deque()
        self._idle = 0
        self._size = 0
        self._is_closed = False
        _all.add(self)

    def __repr__(self) -> str:
        return f"Threads({self._size} of {self._most})"

    def submit(self, function: Callable[[], ResultT]) -> Future[ResultT]:
        """Call a function in a thread, in a copy of this context.

        Raises:
            ClosedError: The pool was closed.
        """
        future: Future[ResultT] = Future()
        context = copy_context()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                with attended():
                    result = function()
            except BaseException as error:  # noqa: BLE001 -- raised again where the result is wanted
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._condition:
            if self._is_closed:
                raise ClosedError("The registry was closed; create another one")
            self._waiting.append(lambda: context.run(work))
            if self._idle >= len(self._waiting):
                self._condition.notify()
            elif self._size < self._most:
                self._size += 1
                threading.Thread(target=self._run, name=f"ecrkit-call-{self._size}", daemon=True).start()
        return future

    async def call(
        self,
        function: Callable[ParametersT, ResultT],
        /,
        *args: ParametersT.args,
        **kwargs: ParametersT.kwargs,
    ) -> ResultT:
        """Await a function that blocks. Cancelling the task breaks off the requests that the function has under way.

        Raises:
            ClosedError: The pool was closed.
        """
        import asyncio  # noqa: PLC0415 -- slow to import, and few programs have an event loop

        loop = asyncio.get_running_loop()
        scope = Scope(current_scope())

        def call() -> ResultT:
            with entered(scope):
                return function(*args, **kwargs)

        def end_of(future: Future[ResultT]) -> asyncio.Future[None]:
            ended: asyncio.Future[None] = loop.create_future()

            def wake() -> None:
                if not ended.done():
                    ended.set_result(None)

            def tell(_: Future[ResultT]) -> None:
                with suppress(RuntimeError):  # the loop was closed meanwhile
                    loop.call_soon_threadsafe(wake)

            future.add_done_callback(tell)
            return ended

        try:
            future = self.submit(call)
            ended = end_of(future)
            scope.attach(_Farewell(loop, ended))
            try:
                await ended
            except asyncio.CancelledError:
                if not future.cancel():
                    scope.cancel()
                    await asyncio.wait([end_of(future)], timeout=_GRACE)
                raise
            if (
                not future.done()
            ):  # the scope was cancelled, and the thread is in something that cannot be interrupted
                future.cancel()
                scope.check()
            return future.result()
        finally:
            scope.close()

    def close(self) -> None:
        """Refuse further calls, drop those that wait for a thread, and let the threads end."""
        with self._condition:
            self._is_closed = True
            self._waiting.clear()
            self._condition.notify_all()

    def renew(self) -> None:
        """Start over in a forked child: it has none of its parent's threads."""
        self._condition = threading.Condition()
        self._waiting.clear()
        self._idle = self._size = 0

    def _run(self) -> None:
        while (work := self._next()) is not None:
            work()
            del work  # with what its result refers to

    def _next(self) -> Callable[[], None] | None:
        with self._condition:
            self._idle += 1
            try:
                if not self._waiting and not self._is_closed:
                    self._condition.wait(_IDLE)
                if self._waiting:
                    return self._waiting.popleft()
                self._size -= 1
                return None
            finally:
                self._idle -= 1


class _Farewell:
    """Lets a task wait no longer than a moment for its thread once the scope is cancelled."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ended: asyncio.Future[None]) -> None:
        self._loop = loop
        self._ended = ended

    def break_off(self) -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile
            self._loop.call_soon_threadsafe(self._loop.call_later, _GRACE, self._end)

    def _end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)


def _renew_all() -> None:
    for each in tuple(_all):
        each.renew()


_all: WeakSet[Threads] = WeakSet()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)

_IDLE = 10.0  # seconds after which a thread without work ends
_GRACE = 0.5  # seconds that a cancelled task waits for its thread to leave the socket
