"""Several jobs at once: the first failure ends all, and no thread stays behind."""

import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextvars import ContextVar

import pytest

from ecrkit.errors import InvalidInputError
from ecrkit.workers import Job, map_in_order, one_at_a_time, run_jobs

_marker: ContextVar[str] = ContextVar("marker", default="")


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    assert [each.name for each in threading.enumerate() if each.name.startswith("ecrkit-worker")] == []


def failing(error: Exception) -> Job:
    def fail() -> None:
        raise error

    return fail


def waiting_for(event: threading.Event, then: list[str] | None = None) -> Job:
    """Wait as a sender does: a cancellation ends it."""

    def wait() -> None:
        assert event.wait(10)
        if then is not None:
            then.append("done")
        raise CancelledError

    return wait


@pytest.mark.parametrize("workers", [1, 2, 9])
def test_every_job_is_done_however_many_workers_there_are(workers: int) -> None:
    done: set[int] = set()
    jobs = [lambda number=number: done.add(number) for number in range(5)]

    run_jobs(jobs, workers=workers, cancelled=threading.Event())

    assert done == set(range(5))


def test_no_worker_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="workers is 0; it must be 1 or more"):
        run_jobs([], workers=0)


def test_no_job_is_no_work() -> None:
    cancelled = threading.Event()

    run_jobs([], workers=4, cancelled=cancelled)

    assert not cancelled.is_set()


def test_a_single_job_runs_in_the_thread_of_the_caller() -> None:
    seen: list[threading.Thread] = []

    run_jobs([lambda: seen.append(threading.current_thread())], workers=4, cancelled=threading.Event())

    assert seen == [threading.current_thread()]


def test_jobs_run_at_the_same_time() -> None:
    both = threading.Barrier(2)
    arrived: list[int] = []

    run_jobs(
        [lambda: arrived.append(both.wait(10)), lambda: arrived.append(both.wait(10))],
        workers=2,
        cancelled=threading.Event(),
    )

    assert sorted(arrived) == [0, 1]


def test_jobs_see_the_context_of_the_caller() -> None:
    seen: list[str] = []
    token = _marker.set("the caller's")

    run_jobs([lambda: seen.append(_marker.get())] * 2, workers=2, cancelled=threading.Event())
    _marker.reset(token)

    assert seen == ["the caller's"] * 2


def test_the_first_failure_ends_the_others_and_is_raised() -> None:
    cancelled = threading.Event()
    never: list[str] = []

    with pytest.raises(ValueError, match="broken"):
        run_jobs(
            [waiting_for(cancelled), failing(ValueError("broken")), lambda: never.append("begun")],
            workers=2,
            cancelled=cancelled,
        )

    assert cancelled.is_set()
    assert never == []


def test_what_failed_after_the_first_is_in_its_notes() -> None:
    cancelled = threading.Event()

    def fail_as_well() -> None:
        assert cancelled.wait(10)
        raise KeyError("second")

    with pytest.raises(ValueError, match="first") as raised:
        run_jobs([fail_as_well, failing(ValueError("first"))], workers=2, cancelled=cancelled)

    assert raised.value.__notes__ == ["Something else failed as well: KeyError: 'second'"]


def test_jobs_that_somebody_else_has_cancelled_do_not_count_as_done() -> None:
    cancelled = threading.Event()
    cancelled.set()

    with pytest.raises(CancelledError):
        run_jobs([waiting_for(cancelled), waiting_for(cancelled)], workers=2, cancelled=cancelled)


def test_an_interrupted_caller_ends_the_jobs() -> None:
    cancelled = threading.Event()
    ended: list[str] = []
    main = threading.main_thread().ident
    assert main is not None

    both = threading.Barrier(2)

    def interrupt() -> None:
        both.wait(10)
        signal.pthread_kill(main, signal.SIGINT)
        assert cancelled.wait(10)

    def send() -> None:
        both.wait(10)
        waiting_for(cancelled, ended)()

    with pytest.raises(KeyboardInterrupt):
        run_jobs([interrupt, send], workers=2, cancelled=cancelled)

    assert cancelled.is_set()
    for thread in (each for each in threading.enumerate() if each.name.startswith("ecrkit-worker")):
        thread.join(10)  # on a busy machine the farewell may be over before they are
    assert ended == ["done"]


def test_results_are_in_the_order_of_the_items() -> None:
    last_began = threading.Event()

    def double(number: int) -> int:
        if number == 0:
            assert last_began.wait(10)
        else:
            last_began.set()
        return number * 2

    assert map_in_order(double, [0, 1], workers=2) == [0, 2]


def test_no_results_of_no_items() -> None:
    assert map_in_order(str, [], workers=2) == []


def test_a_failed_call_is_raised_instead_of_results() -> None:
    def fail(number: int) -> int:
        if number == 1:
            raise LookupError(number)
        return number

    with pytest.raises(LookupError):
        map_in_order(fail, [0, 1, 2], workers=2)


def test_a_listener_is_told_by_one_thread_at_a_time() -> None:
    inside, most = 0, 0

    def listen(_: int) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.001)
        inside -= 1

    tell = one_at_a_time(listen)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell, range(20)))

    assert most == 1


def test_a_listener_that_has_raised_is_told_nothing_more() -> None:
    told: list[int] = []

    def listen(number: int) -> None:
        told.append(number)
        raise RuntimeError

    tell = one_at_a_time(listen)
    with pytest.raises(RuntimeError):
        tell(1)
    tell(2)

    assert told == [1]
