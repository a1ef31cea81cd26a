"""Runs several jobs at once in threads, ends all of them at the first failure, and leaves no thread behind."""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from contextvars import copy_context
from functools import partial
from queue import Empty, SimpleQueue
from typing import TypeVar

from ecrkit.cancellation import Scope, attended, cancel_scope, check_cancelled
from ecrkit.errors import InvalidInputError, OperationCancelledError, OperationTimeoutError

HeardT = TypeVar("HeardT")
ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")
Job = Callable[[], object]


def run_jobs(jobs: Iterable[Job], *, workers: int, cancelled: threading.Event | None = None) -> None:
    """Run jobs in the order given, several of them at the same time, and return when all are done.

    At the first failure, or when the caller's thread is interrupted, no further job starts, `cancelled` is set, which
    running jobs are expected to check, and their requests lose their connections. A single job runs in the caller's
    thread.

    Args:
        jobs: What to run. Each runs in a copy of the caller's context.
        workers: Maximum number of jobs at the same time.
        cancelled: Tells the jobs to end.

    Raises:
        BaseException: What the first job that failed raised. The failures of others are added as notes.
        CancelledError: Another thread has set `cancelled` before all jobs were done.
        OperationCancelledError: The scope of the caller was cancelled.
        OperationTimeoutError: The time of that scope is over.
        InvalidInputError: `workers` is less than 1.
    """
    if workers < 1:
        raise InvalidInputError(f"workers is {workers}; it must be 1 or more")
    queued = list(jobs)
    if len(queued) == 1:
        queued[0]()
        return
    with cancel_scope() as scope:
        crew = _Crew(queued, cancelled or threading.Event(), scope)
        crew.run(min(workers, len(queued)))
    if crew.failures:
        first, *others = crew.failures
        for other in others:
            first.add_note(f"Something else failed as well: {type(other).__name__}: {other}")
        raise first
    if crew.undone:
        check_cancelled()
        raise CancelledError


def map_in_order(
    function: Callable[[ItemT], ResultT], items: Iterable[ItemT], *, workers: int
) -> list[ResultT]:
    """Call a function for several items at the same time, and return the results in the order of the items.

    Args:
        function: Called in a copy of the caller's context, for a single item in the caller's thread.
        items: What to call it with.
        workers: Maximum number of concurrent calls.

    Raises:
        BaseException: See `run_jobs`; no result is returned if one call fails.
    """
    wanted = list(items)
    results: dict[int, ResultT] = {}

    def job(index: int) -> None:
        results[index] = function(wanted[index])

    run_jobs((partial(job, index) for index in range(len(wanted))), workers=workers)
    return [results[index] for index in range(len(wanted))]


def one_at_a_time(listener: Callable[[HeardT], object]) -> Callable[[HeardT], None]:
    """Let several threads tell one listener, one after the other. A listener that has raised is told nothing more."""
    lock = threading.Lock()
    raised = False

    def tell(what: HeardT) -> None:
        nonlocal raised
        with lock:
            if raised:
                return
            raised = True
            listener(what)
            raised = False

    return tell


class _Crew:
    def __init__(self, jobs: Iterable[Job], cancelled: threading.Event, scope: Scope) -> None:
        self.failures: list[BaseException] = []
        self.undone = False
        self._cancelled = cancelled
        self._scope = scope
        self._waiting: SimpleQueue[Job] = SimpleQueue()
        for job in jobs:
            self._waiting.put(job)

    def run(self, size: int) -> None:
        # A join that is interrupted takes its thread for ended (until Python 3.13), so an event says when one has.
        ends = [threading.Event() for _ in range(size)]
        threads = [
            threading.Thread(
                target=copy_context().run, args=(self._work, end), name=f"ecrkit-worker-{number}", daemon=True
            )
            for number, end in enumerate(ends)
        ]
        try:
            for thread in threads:
                thread.start()
            for end in ends:
                while not end.is_set():
                    end.wait(_LOOK)  # an interrupt that comes just before a wait is seen only after it
                    if not self.failures:  # which have cancelled the scope, and are what to raise
                        self._scope.check()
        except BaseException:
            self._cancelled.set()
            self._scope.cancel()
            deadline = time.monotonic() + _GRACE
            for thread, end in zip(threads, ends, strict=True):
                if thread.ident is not None and end.wait(max(0.0, deadline - time.monotonic())):
                    thread.join()
            raise
        for thread in threads:
            thread.join()

    def _work(self, end: threading.Event) -> None:
        try:
            with attended():
                self._work_off()
        except CancelledError:
            self.undone = True
        except (OperationCancelledError, OperationTimeoutError) as error:
            if self._scope.cancelled:
                self.undone = True
            else:
                self._fail(error)
        except BaseException as error:  # noqa: BLE001 -- raised again in the caller's thread
            self._fail(error)
        finally:
            end.set()

    def _fail(self, error: BaseException) -> None:
        self.failures.append(error)
        self._cancelled.set()
        self._scope.cancel()

    def _work_off(self) -> None:
        while (job := self._next()) is not None:
            if self._cancelled.is_set():
                raise CancelledError
            job()

    def _next(self) -> Job | None:
        try:
            return self._waiting.get_nowait()
        except Empty:
            return None


_GRACE = 0.8  # seconds that an interruption waits for the threads to leave the sockets
_LOOK = 0.2  # seconds between two looks for an interrupt; on Windows nothing else lets one through
