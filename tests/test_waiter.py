"""One policy for `.wait()` and for `await`: when it looks, when it gives up, what it raises."""

import asyncio
import json
import pickle
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ecrkit import Client, models, waiter_conditions
from ecrkit.errors import (
    AccessDeniedError,
    AnswerLostError,
    EcrKitError,
    EndpointUnreachableError,
    InvalidInputError,
    MissingCredentialsError,
    ScanNotFoundError,
    ThrottlingError,
    UnreadableAnswerError,
    WaitCancelledError,
    WaitFailedError,
    WaitTimeoutError,
)
from ecrkit.testing import Answer, FakeTransport, no_waiting
from ecrkit.transport import BotoTransport
from ecrkit.waiter import Polling, Waiter, WaitProgress, begin, remaining_pause
from tests.silent_server import Silent, silent_server
from tests.transport.boto import make_client

BOTO3 = json.loads((Path(__file__).parents[1] / "codegen/model/waiters-2.json").read_text())["waiters"]
REQUEST = models.DescribeImageScanFindingsRequest(
    repository_name="team/app", image_id=models.ImageIdentifier(image_tag="1")
)
PREVIEW = models.GetLifecyclePolicyPreviewRequest(repository_name="team/app")


def scan(status: str) -> models.DescribeImageScanFindingsResponse:
    return models.DescribeImageScanFindingsResponse.model_validate({"imageScanStatus": {"status": status}})


def scan_waiter(fake: FakeTransport) -> Waiter[str]:
    return Waiter(
        Client(fake),
        REQUEST,
        condition=waiter_conditions.scan_complete,
        result=lambda answer: str(answer.image_scan_status.status),
        subject="the scan of team/app:1",
        polling=waiter_conditions.SCAN_POLLING,
    )


def preview_waiter(fake: FakeTransport) -> Waiter[str]:
    return Waiter(
        Client(fake),
        PREVIEW,
        condition=waiter_conditions.lifecycle_preview_complete,
        result=lambda answer: str(answer.status),
        subject="the preview of team/app",
        polling=waiter_conditions.LIFECYCLE_PREVIEW_POLLING,
    )


def refused(kind: type[EcrKitError], code: str) -> EcrKitError:
    return kind("no", code=code, operation="DescribeImageScanFindings", http_status=400)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def awaited(waiter: Waiter[str]) -> str:
    return await waiter


def by_wait(waiter: Waiter[str]) -> str:
    return waiter.wait()


def by_await(waiter: Waiter[str]) -> str:
    return asyncio.run(awaited(waiter))


both_ways = pytest.mark.parametrize("run", [by_wait, by_await])
Run = Callable[[Waiter[str]], str]


@both_ways
def test_a_waiter_looks_until_the_judge_is_content(run: Run) -> None:
    fake = FakeTransport(scan("IN_PROGRESS"), scan("PENDING"), scan("COMPLETE"))

    with no_waiting() as pauses:
        result = run(scan_waiter(fake))

    assert (result, pauses) == ("COMPLETE", [5, 5])


@both_ways
def test_a_status_that_this_release_does_not_know_keeps_one_waiting(run: Run) -> None:
    fake = FakeTransport(scan("ASKING_AN_ORACLE"), scan("COMPLETE"))

    with no_waiting():
        assert run(scan_waiter(fake)) == "COMPLETE"


@both_ways
def test_a_scan_that_is_not_found_right_after_the_push_keeps_one_waiting(run: Run) -> None:
    fake = FakeTransport(refused(ScanNotFoundError, "ScanNotFoundException"), scan("COMPLETE"))

    with no_waiting():
        assert run(scan_waiter(fake)) == "COMPLETE"


@both_ways
def test_a_failure_carries_the_last_answer(run: Run) -> None:
    fake = FakeTransport(scan("IN_PROGRESS"), scan("FAILED"))

    with no_waiting(), pytest.raises(WaitFailedError, match="the scan of team/app:1") as caught:
        run(scan_waiter(fake))

    assert caught.value.last_answer == scan("FAILED")


@both_ways
def test_an_error_that_ends_the_wait_is_raised_as_it_is(run: Run) -> None:
    fake = FakeTransport(refused(AccessDeniedError, "AccessDeniedException"))

    with no_waiting(), pytest.raises(AccessDeniedError):
        run(scan_waiter(fake))


@both_ways
def test_throttling_keeps_one_waiting(run: Run) -> None:
    fake = FakeTransport(refused(ThrottlingError, "ThrottlingException"), scan("COMPLETE"))

    with no_waiting():
        assert run(scan_waiter(fake)) == "COMPLETE"


@both_ways
def test_no_answer_at_all_is_raised(run: Run) -> None:
    fake = FakeTransport(EndpointUnreachableError("nobody is there"))

    with no_waiting(), pytest.raises(EndpointUnreachableError):
        run(scan_waiter(fake))


ACCEPTORS = [
    (name, acceptor["argument"], acceptor["expected"], acceptor["state"])
    for name, waiter in BOTO3.items()
    for acceptor in waiter["acceptors"]
]
WAITERS: dict[str, Callable[[FakeTransport], Waiter[str]]] = {
    "ImageScanComplete": scan_waiter,
    "LifecyclePolicyPreviewComplete": preview_waiter,
}


def wire(path: str, value: object) -> bytes:
    for name in reversed(path.split(".")):
        value = {name: value}
    return json.dumps(value).encode()


@both_ways
@pytest.mark.parametrize(("name", "path", "status", "outcome"), ACCEPTORS)
def test_every_acceptor_of_boto3s_waiters_has_the_same_outcome(
    run: Run, name: str, path: str, status: str, outcome: str
) -> None:
    waiter = WAITERS[name](FakeTransport(wire(path, "IN_PROGRESS"), wire(path, status)))

    def end() -> str:
        try:
            run(waiter)
        except WaitFailedError:
            return "failure"
        return "success"

    with no_waiting():
        assert end() == outcome


@both_ways
@pytest.mark.parametrize("name", BOTO3)
def test_patience_is_that_of_boto3s_waiters(run: Run, name: str) -> None:
    numbers, path = BOTO3[name], BOTO3[name]["acceptors"][0]["argument"]
    fake = FakeTransport(*[wire(path, "IN_PROGRESS")] * (numbers["maxAttempts"] + 1))

    with no_waiting() as pauses, pytest.raises(WaitTimeoutError):
        run(WAITERS[name](fake))

    assert len(fake.requests) == numbers["maxAttempts"]
    assert pauses == [numbers["delay"]] * (numbers["maxAttempts"] - 1)


def never(times: int = 1000) -> list[Answer]:
    return [scan("IN_PROGRESS")] * times


def test_at_the_timeout_there_is_a_last_look() -> None:
    fake = FakeTransport(*never())

    with no_waiting() as pauses, pytest.raises(WaitTimeoutError):
        scan_waiter(fake).wait(timeout=10.5)

    assert (pauses, len(fake.requests)) == ([5, 5, 0.5], 4)


def test_a_timeout_of_zero_is_one_look() -> None:
    fake = FakeTransport(scan("COMPLETE"))

    assert scan_waiter(fake).wait(timeout=0) == "COMPLETE"


def test_a_timeout_is_not_cut_short_by_the_usual_number_of_attempts() -> None:
    with no_waiting() as pauses, pytest.raises(WaitTimeoutError):
        scan_waiter(FakeTransport(*never())).wait(timeout=1000)

    assert sum(pauses) == 1000


def test_whichever_of_timeout_and_attempts_comes_first_ends_the_wait() -> None:
    fake = FakeTransport(*never())

    with no_waiting(), pytest.raises(WaitTimeoutError):
        scan_waiter(fake).wait(timeout=1000, max_attempts=3)

    assert len(fake.requests) == 3


def test_a_delay_of_ones_own_keeps_the_number_of_attempts_as_in_boto3() -> None:
    with no_waiting() as pauses, pytest.raises(WaitTimeoutError):
        scan_waiter(FakeTransport(*never())).wait(delay=0.5)

    assert pauses == [0.5] * 59


def test_real_time_counts_towards_the_timeout() -> None:
    with pytest.raises(WaitTimeoutError):
        scan_waiter(FakeTransport(*never(100_000))).wait(timeout=0.05, delay=0)


async def test_await_takes_options_too() -> None:
    fake = FakeTransport(*never())

    with no_waiting() as pauses, pytest.raises(WaitTimeoutError):
        await scan_waiter(fake).with_options(timeout=3, delay=2)

    assert pauses == [2, 1]


def test_options_stay_where_a_wait_names_others() -> None:
    with no_waiting() as pauses, pytest.raises(WaitTimeoutError):
        scan_waiter(FakeTransport(*never())).with_options(timeout=3).wait(delay=2)

    assert pauses == [2, 1]


def test_options_leave_the_waiter_they_were_made_from_alone() -> None:
    waiter = scan_waiter(FakeTransport(*never()))
    _ = waiter.with_options(max_attempts=1)

    with no_waiting() as pauses, pytest.raises(WaitTimeoutError):
        waiter.wait()

    assert len(pauses) == 59


@pytest.mark.parametrize("options", [{"timeout": -1}, {"delay": -0.1}, {"max_attempts": 0}])
def test_impossible_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match=f"^{next(iter(options))} is"):
        scan_waiter(FakeTransport()).wait(**options)


@pytest.mark.parametrize(("looks", "said"), [(1, "1 attempt"), (2, "2 attempts")])
def test_a_timeout_is_a_timeout_error_that_says_how_things_stand(looks: int, said: str) -> None:
    with (
        no_waiting(),
        pytest.raises(TimeoutError, match=f"timed out after {said}; the scan is IN_PROGRESS") as caught,
    ):
        scan_waiter(FakeTransport(*never())).wait(max_attempts=looks)

    assert isinstance(caught.value, WaitTimeoutError)
    assert caught.value.last_answer == scan("IN_PROGRESS")


@pytest.mark.parametrize("kind", [WaitTimeoutError, WaitFailedError, WaitCancelledError])
def test_errors_of_waiters_survive_a_pickle_with_the_last_answer(
    kind: type[WaitTimeoutError | WaitFailedError | WaitCancelledError],
) -> None:
    copy = pickle.loads(pickle.dumps(kind("gave up", scan("PENDING"))))

    assert (type(copy), str(copy), copy.last_answer) == (kind, "gave up", scan("PENDING"))


@both_ways
def test_progress_hears_of_each_look_that_does_not_end_the_wait(run: Run) -> None:
    fake, heard = FakeTransport(scan("PENDING"), scan("IN_PROGRESS"), scan("COMPLETE")), list[WaitProgress]()

    with no_waiting():
        run(scan_waiter(fake).with_options(progress=heard.append))

    assert [(each.attempt, each.what, each.next_look) for each in heard] == [
        (1, "the scan is PENDING", 5),
        (2, "the scan is IN_PROGRESS", 5),
    ]
    assert heard[-1].answer == scan("IN_PROGRESS")


def test_another_thread_can_end_a_wait() -> None:
    cancel, fake = threading.Event(), FakeTransport(*never())

    with pytest.raises(WaitCancelledError) as caught:
        scan_waiter(fake).wait(
            delay=60, cancel=cancel, progress=lambda _: threading.Timer(0.01, cancel.set).start()
        )

    assert caught.value.last_answer == scan("IN_PROGRESS")
    assert len(fake.requests) == 1


@both_ways
def test_ctrl_c_ends_a_wait_at_once(run: Run) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with no_waiting(), pytest.raises(KeyboardInterrupt):
        run(scan_waiter(FakeTransport(*never())).with_options(progress=interrupt))


async def test_a_task_that_waits_can_be_cancelled_during_a_pause() -> None:
    looked = asyncio.Event()
    waiter = scan_waiter(FakeTransport(*never())).with_options(delay=3600, progress=lambda _: looked.set())
    task = asyncio.create_task(awaited(waiter))
    await looked.wait()

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_task_that_waits_can_be_cancelled_during_a_look() -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow(_: object) -> Answer:
        asked.set()
        go_on.wait(30)
        return scan("COMPLETE")

    task = asyncio.create_task(awaited(scan_waiter(FakeTransport(slow))))
    await asyncio.to_thread(asked.wait, 30)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()


async def test_many_waits_run_at_the_same_time_in_one_event_loop() -> None:
    fakes = [FakeTransport(scan("IN_PROGRESS"), scan("COMPLETE")) for _ in range(20)]

    with no_waiting():
        results = await asyncio.gather(*(awaited(scan_waiter(fake)) for fake in fakes))

    assert results == ["COMPLETE"] * 20


def test_a_waiter_can_be_waited_for_again() -> None:
    waiter = scan_waiter(FakeTransport(scan("COMPLETE"), scan("IN_PROGRESS"), scan("COMPLETE")))
    waiter.wait()

    with no_waiting() as pauses:
        assert waiter.wait() == "COMPLETE"

    assert pauses == [5]


def polls(response_time: float, *, delay: float = 1, timeout: float = 20) -> int:
    """Count the polls of a wait by a clock that only pauses and responses move."""
    now, count = 0.0, 0
    while now < timeout:
        now, count = now + response_time, count + 1
        now += remaining_pause(delay, taken=response_time, left=max(0.0, timeout - now))
    return count


@pytest.mark.parametrize(("response_time", "count"), [(0, 20), (0.1, 20), (0.5, 20), (0.75, 16), (10, 2)])
def test_slow_responses_do_not_make_polls_rarer(response_time: float, count: int) -> None:
    assert polls(response_time) == count


@pytest.mark.parametrize(
    ("taken", "left", "pause"), [(0, 100, 4), (1, 100, 3), (3, 100, 2), (60, 100, 2), (1, 2, 2), (1, 0, 0)]
)
def test_a_pause_is_what_the_poll_left_of_the_delay_but_at_least_half_of_it(
    taken: float, left: float, pause: float
) -> None:
    assert remaining_pause(4, taken=taken, left=left) == pause


def slow_scan(_: object) -> Answer:
    time.sleep(0.2)
    return scan("IN_PROGRESS")


@both_ways
def test_a_wait_polls_as_often_as_is_due_where_responses_are_slow(run: Run) -> None:
    fake = FakeTransport(*[slow_scan] * 100)

    with pytest.raises(WaitTimeoutError):
        run(scan_waiter(fake).with_options(timeout=3, delay=0.3))

    assert len(fake.requests) >= 8  # 10 are due; with whole pauses after the responses there would be 7


def test_nothing_is_asked_before_somebody_waits() -> None:
    fake = FakeTransport(scan("COMPLETE"))

    _ = scan_waiter(fake)

    assert fake.requests == []


def begun(fake: FakeTransport, action: Callable[[], models.DescribeImageScanFindingsRequest]) -> Waiter[str]:
    return Waiter(
        Client(fake),
        begin(action),
        condition=waiter_conditions.scan_complete,
        result=lambda answer: str(answer.image_scan_status.status),
        subject="what was begun",
        polling=Polling(interval=1, max_attempts=2),
    )


def test_what_is_begun_is_begun_at_once() -> None:
    threads = list[str]()

    def action() -> models.DescribeImageScanFindingsRequest:
        threads.append(threading.current_thread().name)
        return REQUEST

    _ = begun(FakeTransport(), action)

    assert threads == [threading.current_thread().name]


async def test_in_an_event_loop_what_is_begun_does_not_block_it() -> None:
    threads = list[str]()

    def action() -> models.DescribeImageScanFindingsRequest:
        threads.append(threading.current_thread().name)
        return REQUEST

    await begun(FakeTransport(scan("COMPLETE")), action)

    assert len(threads) == 1
    assert threads[0].startswith("ecrkit-call")


async def test_in_an_event_loop_what_is_begun_need_not_be_over_to_wait_for_it() -> None:
    go_on = threading.Event()

    def action() -> models.DescribeImageScanFindingsRequest:
        assert go_on.wait(30)
        return REQUEST

    waiter = begun(FakeTransport(scan("COMPLETE")), action)
    go_on.set()

    assert await waiter == "COMPLETE"


async def test_in_an_event_loop_what_goes_wrong_at_the_beginning_is_raised_by_await() -> None:
    def action() -> models.DescribeImageScanFindingsRequest:
        raise EndpointUnreachableError("nobody is there")

    waiter = begun(FakeTransport(), action)

    with pytest.raises(EndpointUnreachableError):
        await waiter


def test_a_waiter_shows_what_it_is_for() -> None:
    assert repr(scan_waiter(FakeTransport())) == "Waiter(the scan of team/app:1)"


# Failures during a wait


@both_ways
@pytest.mark.parametrize(
    "error",
    [
        EndpointUnreachableError("gone"),
        AnswerLostError("lost"),
        UnreadableAnswerError("garbled"),
        refused(ThrottlingError, "ThrottlingException"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_once_a_poll_was_answered_a_failure_that_may_pass_does_not_end_the_wait(
    run: Run, error: EcrKitError
) -> None:
    fake = FakeTransport(scan("IN_PROGRESS"), *[error] * 9, scan("COMPLETE"))

    with no_waiting():
        assert run(scan_waiter(fake)) == "COMPLETE"


def test_the_last_failure_is_reported_when_the_time_is_over() -> None:
    fake = FakeTransport(scan("IN_PROGRESS"), *[EndpointUnreachableError("gone")] * 9)

    with (
        no_waiting(),
        pytest.raises(WaitTimeoutError, match="after 3 attempts; the last attempt failed: gone") as caught,
    ):
        scan_waiter(fake).wait(max_attempts=3)

    assert isinstance(caught.value.last_answer, EndpointUnreachableError)


@both_ways
def test_an_error_of_ecr_counts_as_an_answer(run: Run) -> None:
    fake = FakeTransport(
        refused(ScanNotFoundError, "ScanNotFoundException"), AnswerLostError("lost"), scan("COMPLETE")
    )

    with no_waiting():
        assert run(scan_waiter(fake)) == "COMPLETE"


@both_ways
def test_credentials_that_are_missing_end_a_wait_at_any_time(run: Run) -> None:
    fake = FakeTransport(scan("IN_PROGRESS"), MissingCredentialsError("none"))

    with no_waiting(), pytest.raises(MissingCredentialsError):
        run(scan_waiter(fake))


# A server that never answers


def silent_waiter(silent: Silent) -> Waiter[str]:
    return Waiter(
        Client(BotoTransport(make_client(silent.url))),
        REQUEST,
        condition=waiter_conditions.scan_complete,
        result=lambda answer: str(answer.image_scan_status.status),
        subject="the scan of team/app:1",
        polling=waiter_conditions.SCAN_POLLING,
    )


def wait_until(run: str, waiter: Waiter[str], **options: Any) -> str:
    return waiter.wait(**options) if run == "wait" else asyncio.run(waiter.wait_async(**options))


@pytest.mark.parametrize("run", ["wait", "await"])
@pytest.mark.parametrize("timeout", [0.05, timedelta(milliseconds=50)])
def test_a_silent_server_does_not_hold_a_wait_beyond_its_time(run: str, timeout: float | timedelta) -> None:
    with silent_server() as silent:
        with pytest.raises(WaitTimeoutError, match="timed out after 1 attempt; no response arrived"):
            wait_until(run, silent_waiter(silent), timeout=timeout)

        assert silent.is_left.wait(10)
        assert len(silent.accepted) == 1


@pytest.mark.parametrize("run", ["wait", "await"])
def test_a_silent_server_does_not_hold_a_wait_that_is_cancelled(run: str) -> None:
    cancel = threading.Event()
    with silent_server() as silent:

        def cancel_when_asked() -> None:
            silent.is_asked.wait(10)
            cancel.set()

        threading.Thread(target=cancel_when_asked).start()

        with pytest.raises(WaitCancelledError, match="cancelled after 1 attempt"):
            wait_until(run, silent_waiter(silent), cancel=cancel)

        assert silent.is_left.wait(10)
        assert len(silent.accepted) == 1


async def test_a_task_that_is_cancelled_breaks_its_poll_off() -> None:
    with silent_server() as silent:
        task = asyncio.create_task(silent_waiter(silent).wait_async())
        await asyncio.to_thread(silent.is_asked.wait, 10)
        task.cancel()

        with pytest.raises(asyncio.CancelledError):
            await task

        assert await asyncio.to_thread(silent.is_left.wait, 10)
        assert len(silent.accepted) == 1


async def test_waits_run_in_a_task_group() -> None:
    fake = FakeTransport(scan("COMPLETE"), scan("COMPLETE"))

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(scan_waiter(fake).wait_async(timeout=60)) for _ in range(2)]

    assert [task.result() for task in tasks] == ["COMPLETE", "COMPLETE"]
