"""Which failures deserve another try, and how often it is made."""

import asyncio
import threading
import time
from typing import Any

import pytest

from ecrkit import RetryPolicy
from ecrkit.cancellation import cancel_scope
from ecrkit.errors import (
    AnswerLostError,
    EcrKitError,
    EndpointUnreachableError,
    InvalidInputError,
    MissingCredentialsError,
    OperationCancelledError,
    UnreadableAnswerError,
    api_error,
)
from ecrkit.retrying import apause, is_retryable, pause, sleeping_with
from ecrkit.testing import no_waiting


def of_code(code: str, status: int = 400) -> EcrKitError:
    return api_error(code, "no", operation="PutImage", http_status=status)


class Failing:
    """Fails so many times, then succeeds."""

    def __init__(self, times: int, error: Exception) -> None:
        self.left = times
        self.error = error
        self.tries = 0

    def __call__(self) -> str:
        self.tries += 1
        self.left -= 1
        if self.left >= 0:
            raise self.error
        return "done"


@pytest.mark.parametrize(
    "error",
    [
        AnswerLostError("x"),
        EndpointUnreachableError("x"),
        UnreadableAnswerError("x"),
        of_code("ThrottlingException"),
        of_code("ServerException", 500),
        of_code("", 503),
        of_code("ExpiredTokenException"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_pass_deserves_another_try(error: EcrKitError) -> None:
    assert is_retryable(error)


@pytest.mark.parametrize(
    "error",
    [
        of_code("RepositoryNotFoundException"),
        of_code("LimitExceededException"),
        of_code("AccessDeniedException"),
        InvalidInputError("x"),
        MissingCredentialsError("x"),
        ValueError("x"),
        KeyboardInterrupt(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_will_not_get_better_deserves_none(error: BaseException) -> None:
    assert not is_retryable(error)


def test_attempts_go_on_until_one_succeeds() -> None:
    attempt = Failing(3, AnswerLostError("x"))

    with no_waiting() as pauses:
        result = RetryPolicy(attempts=5).run(attempt, again=is_retryable)

    assert result == "done"
    assert (attempt.tries, len(pauses)) == (4, 3)


def test_the_last_failure_is_raised_as_it_is_when_the_attempts_are_used_up() -> None:
    error = AnswerLostError("the last")
    attempt = Failing(9, error)

    with no_waiting(), pytest.raises(AnswerLostError) as raised:
        RetryPolicy(attempts=3).run(attempt, again=is_retryable)

    assert raised.value is error
    assert attempt.tries == 3


def test_a_failure_that_deserves_no_other_try_is_raised_at_once() -> None:
    attempt = Failing(9, InvalidInputError("no"))

    with no_waiting() as pauses, pytest.raises(InvalidInputError):
        RetryPolicy().run(attempt, again=is_retryable)

    assert (attempt.tries, pauses) == (1, [])


def test_no_pause_is_longer_than_the_longest() -> None:
    with no_waiting() as pauses, pytest.raises(AnswerLostError):
        RetryPolicy(attempts=30, longest_wait=2.0).run(Failing(99, AnswerLostError("x")), again=is_retryable)

    assert len(pauses) == 29
    assert 0 < max(pauses) <= 2.0


def test_the_first_pause_is_as_short_as_wanted_and_no_further_one_more_than_twice_as_long() -> None:
    with no_waiting() as pauses, pytest.raises(AnswerLostError):
        RetryPolicy(attempts=4, first_wait=0.001).run(Failing(99, AnswerLostError("x")), again=is_retryable)

    assert all(pause <= longest for pause, longest in zip(pauses, (0.001, 0.002, 0.004), strict=True))


def test_no_attempt_begins_after_the_time_is_over() -> None:
    attempt = Failing(99, AnswerLostError("x"))

    with no_waiting(), pytest.raises(AnswerLostError):
        RetryPolicy(attempts=99, seconds=0).run(attempt, again=is_retryable)

    assert attempt.tries == 1


def test_a_pause_ends_when_its_event_is_set() -> None:
    ended = threading.Event()
    ended.set()

    pause(3600, unless=ended)

    assert ended.is_set()


def test_a_pause_sleeps_where_nobody_wants_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)

    pause(3600)

    assert slept == [3600]


async def test_a_pause_in_an_event_loop_lasts() -> None:
    task = asyncio.create_task(apause(3600))

    for _ in range(10):
        await asyncio.sleep(0)

    assert not task.done()
    task.cancel()


async def test_a_pause_that_takes_no_time_lets_other_tasks_have_their_turn() -> None:
    done: list[str] = []
    task = asyncio.create_task(asyncio.to_thread(done.append, "other"))

    with no_waiting():
        while not task.done():
            await apause(3600)

    assert done == ["other"]


def test_the_innermost_context_makes_the_pauses() -> None:
    outer: list[float] = []
    inner: list[float] = []

    with sleeping_with(outer.append):
        with sleeping_with(inner.append):
            pause(1)
        pause(2)

    assert (outer, inner) == ([2], [1])


@pytest.mark.parametrize("attempts", [0, -1])
def test_a_policy_without_an_attempt_is_refused(attempts: int) -> None:
    with pytest.raises(InvalidInputError, match=f"attempts is {attempts}; it must be 1 or more"):
        RetryPolicy(attempts=attempts)


@pytest.mark.parametrize("field", ["seconds", "first_wait", "longest_wait"])
@pytest.mark.parametrize("value", [-1.0, float("nan")])
def test_a_policy_with_a_negative_time_is_refused(field: str, value: float) -> None:
    fields: dict[str, Any] = {field: value}
    with pytest.raises(InvalidInputError, match=f"{field} is {value}"):
        RetryPolicy(**fields)


def test_nothing_is_attempted_again_in_a_scope_that_was_cancelled() -> None:
    cancel = threading.Event()
    tries: list[int] = []

    def attempt() -> None:
        tries.append(1)
        cancel.set()
        raise AnswerLostError("x")

    with pytest.raises(OperationCancelledError), cancel_scope(cancel=cancel):
        RetryPolicy().run(attempt, again=is_retryable)

    assert len(tries) == 1
