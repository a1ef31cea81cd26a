"""Scopes: cancelled by an event, a deadline, an exception or another thread, and inherited by worker threads."""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from datetime import timedelta
from functools import partial

import pytest

from ecrkit.cancellation import call_interruptibly, cancel_scope, check_cancelled, current_scope
from ecrkit.errors import (
    AnswerLostError,
    InvalidInputError,
    OperationCancelledError,
    OperationTimeoutError,
)
from ecrkit.retrying import pause
from ecrkit.workers import run_jobs

LONG = 30.0


class Part:
    def __init__(self) -> None:
        self.broken = threading.Event()

    def break_off(self) -> None:
        self.broken.set()


def later(action: Callable[[], object]) -> threading.Timer:
    timer = threading.Timer(0.05, action)
    timer.start()
    return timer


def test_without_a_scope_nothing_is_cancelled() -> None:
    check_cancelled()

    assert current_scope() is None


def test_an_open_scope_cancels_nothing() -> None:
    with cancel_scope(cancel=threading.Event(), timeout=LONG) as scope:
        scope.check()

        assert not scope.cancelled


def test_nothing_starts_when_the_event_is_set_already() -> None:
    cancel = threading.Event()
    cancel.set()
    started: list[bool] = []

    with pytest.raises(OperationCancelledError, match="was cancelled"), cancel_scope(cancel=cancel):
        started.append(True)

    assert started == []


def test_check_sees_the_event_at_once() -> None:
    cancel = threading.Event()

    with cancel_scope(cancel=cancel) as scope:
        cancel.set()

        assert scope.cancelled


@pytest.mark.parametrize("timeout", [0.01, timedelta(milliseconds=10)])
def test_the_time_of_a_scope_ends(timeout: float | timedelta) -> None:
    with (
        pytest.raises(OperationTimeoutError, match=r"did not finish within 0\.01 s"),
        cancel_scope(timeout=timeout),
    ):
        pause(LONG)


def test_a_timeout_is_a_timeout_error_of_python() -> None:
    with pytest.raises(TimeoutError), cancel_scope(timeout=0):
        check_cancelled()


def test_what_is_under_way_is_broken_off_when_the_event_is_set() -> None:
    cancel, part = threading.Event(), Part()

    with cancel_scope(cancel=cancel) as scope:
        scope.attach(part)
        cancel.set()

        assert part.broken.wait(LONG)


def test_what_starts_after_the_end_is_broken_off_at_once() -> None:
    part = Part()

    with cancel_scope() as scope:
        scope.cancel()
        scope.attach(part)

    assert part.broken.is_set()


def test_what_is_done_is_left_alone() -> None:
    part = Part()

    with cancel_scope() as scope:
        scope.attach(part)
        scope.detach(part)
        scope.cancel()

    assert not part.broken.is_set()


def test_an_inner_scope_ends_with_the_outer_one() -> None:
    part = Part()

    with cancel_scope() as outer, cancel_scope() as inner:
        inner.attach(part)
        outer.cancel()

        assert inner.cancelled
        assert part.broken.is_set()


def test_an_outer_scope_goes_on_after_the_inner_one_has_ended() -> None:
    with cancel_scope() as outer:
        with pytest.raises(OperationTimeoutError), cancel_scope(timeout=0):
            check_cancelled()

        assert not outer.cancelled


def test_the_closer_deadline_counts() -> None:
    with cancel_scope(timeout=LONG), cancel_scope(timeout=2 * LONG) as inner:
        assert inner.remaining <= LONG


def test_an_interrupt_breaks_off_what_is_under_way() -> None:
    part = Part()

    def interrupted() -> None:
        with cancel_scope() as scope:
            scope.attach(part)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert part.broken.is_set()


@pytest.mark.parametrize("error", [AnswerLostError("x"), CancelledError()])
def test_a_connection_that_was_broken_off_is_told_as_a_cancellation(error: Exception) -> None:
    cancel = threading.Event()

    def fail() -> None:
        cancel.set()
        raise error

    with pytest.raises(OperationCancelledError), cancel_scope(cancel=cancel):
        fail()


def test_other_failures_are_told_as_they_are() -> None:
    with pytest.raises(AnswerLostError), cancel_scope(cancel=threading.Event()):
        raise AnswerLostError("x")


def test_worker_threads_belong_to_the_scope() -> None:
    cancel = threading.Event()

    def job() -> None:
        cancel.set()
        pause(LONG)

    with pytest.raises(OperationCancelledError), cancel_scope(cancel=cancel):
        run_jobs([job, job], workers=2)


def test_the_failure_of_one_worker_ends_the_pauses_of_the_others() -> None:
    def fail() -> None:
        raise AnswerLostError("first")

    with pytest.raises(AnswerLostError, match="first"):
        run_jobs([lambda: pause(LONG), fail], workers=2)


def test_a_caller_does_not_wait_for_what_cannot_be_interrupted() -> None:
    cancel, end = threading.Event(), threading.Event()
    later(cancel.set)

    with pytest.raises(OperationCancelledError), cancel_scope(cancel=cancel):
        call_interruptibly(lambda: end.wait(LONG))

    end.set()


def test_what_a_helper_thread_returns_or_raises_is_the_callers() -> None:
    def fail() -> None:
        raise AnswerLostError("x")

    with cancel_scope(timeout=LONG):
        assert call_interruptibly(lambda: 7) == 7
        with pytest.raises(AnswerLostError):
            call_interruptibly(fail)


def test_without_event_and_deadline_a_call_stays_in_its_thread() -> None:
    with cancel_scope():
        assert call_interruptibly(threading.get_ident) == threading.get_ident()


@pytest.mark.parametrize("cancel", [True, "event", object()])
def test_what_is_no_event_is_refused(cancel: object) -> None:
    with pytest.raises(InvalidInputError, match=r"must be a threading\.Event"), cancel_scope(cancel=cancel):  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # what is tested
        pass


@pytest.mark.parametrize("timeout", [-1, float("nan"), timedelta(seconds=-1)])
def test_a_negative_timeout_is_refused(timeout: float | timedelta) -> None:
    with pytest.raises(InvalidInputError, match="timeout is"), cancel_scope(timeout=timeout):
        pass


def test_the_watcher_ends_events_of_several_scopes_at_once() -> None:
    cancels = [threading.Event() for _ in range(20)]
    parts = [Part() for _ in cancels]

    def job(number: int) -> None:
        with cancel_scope(cancel=cancels[number]) as scope:
            scope.attach(parts[number])
            cancels[number].set()
            parts[number].broken.wait(LONG)

    run_jobs([partial(job, number) for number in range(20)], workers=20)

    assert all(part.broken.is_set() for part in parts)
