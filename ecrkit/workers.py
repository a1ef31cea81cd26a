"""Runs several jobs at once in threads, ends all of them at the first failure, and leaves no thread behind."""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import TypeVar

HeardT = TypeVar("HeardT")
Job = Callable[[], object]


def run_jobs(jobs: Iterable[Job], *, workers: int, cancelled: threading.Event) -> None:
    """Run jobs in the order given, some of them at the same time, and come back when all are done.

    At the first failure, or when the caller's thread is interrupted, no further job is begun and `cancelled` is set, which
    those under way are expected to look at. A single job runs in the caller's thread.

    Args:
        jobs: What to run. Each runs in a copy of the caller's context.
        workers: How many at the same time, at the most.
        cancelled: Tells the jobs to end.

    Raises:
        BaseException: What the first job that failed raised. What others raised after it stands in its notes.
        CancelledError: Somebody else has set `cancelled` before all jobs were done.
    """
    queued = list(jobs)
    if len(queued) == 1:
        queued[0]()
        return
    crew = _Crew(queued, cancelled)
    crew.run(min(max(workers, 1), len(queued)))
    if crew.failures:
        first, *others = crew.failures
        for other in others:
            first.add_note(f"Something else failed as well: {type(other).__name__}: {other}")
        raise first
    if crew.undone:
        raise CancelledError


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
    def __init__(self, jobs: Iterable[Job], cancelled: threading.Event) -> None:
        self.failures: list[BaseException] = []
        self.undone = False
        self._cancelled = cancelled
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
                while not end.wait(_LOOK):
                    pass  # an interrupt that comes just before a wait is seen only after it
        except BaseException:
            self._cancelled.set()
            deadline = time.monotonic() + _FAREWELL
            for thread, end in zip(threads, ends, strict=True):
                if thread.ident is not None and end.wait(max(0.0, deadline - time.monotonic())):
                    thread.join()
            raise
        for thread in threads:
            thread.join()

    def _work(self, end: threading.Event) -> None:
        try:
            self._work_off()
        except CancelledError:
            self.undone = True
        except BaseException as error:  # noqa: BLE001 -- raised again in the caller's thread
            self.failures.append(error)
            self._cancelled.set()
        finally:
            end.set()

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


_FAREWELL = 0.8  # seconds that an interruption waits for the threads to leave the sockets
_LOOK = 0.2  # seconds between two looks for an interrupt; on Windows nothing else lets one through
