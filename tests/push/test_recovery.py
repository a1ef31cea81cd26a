"""The recovery table, row by row."""

import pytest

from ecrkit.errors import AnswerLostError, EcrKitError, api_error
from ecrkit.push.recovery import (
    Done,
    GiveUp,
    GoOn,
    PartRange,
    Restart,
    TryAgain,
    decide_completion,
    decide_part,
)

PART = PartRange(100, 199)
FIRST = PartRange(0, 99)


def of_code(code: str, **members: object) -> EcrKitError:
    return api_error(code, "no", operation="UploadLayerPart", http_status=400, members=members)


def misplaced(last_valid: int | None) -> EcrKitError:
    members = {} if last_valid is None else {"lastValidByteReceived": last_valid}
    return of_code("InvalidLayerPartException", **members)


def judged(
    error: EcrKitError, part: PartRange = PART, *, passing: bool = False, is_last: bool = False
) -> GoOn | Restart | TryAgain | GiveUp:
    return decide_part(error, part, is_last=lambda: is_last, min_part_size=50, retryable=passing)


@pytest.mark.parametrize("error", [AnswerLostError("x"), of_code("ThrottlingException")], ids=str)
def test_what_passes_is_sent_again(error: EcrKitError) -> None:
    assert judged(error, passing=True) == TryAgain()
    assert decide_completion(error, retryable=True) == TryAgain()


@pytest.mark.parametrize("error", [AnswerLostError("x"), of_code("RepositoryNotFoundException")], ids=str)
def test_what_does_not_pass_is_given_up(error: EcrKitError) -> None:
    assert judged(error) == GiveUp()
    assert decide_completion(error, retryable=False) == GiveUp()


@pytest.mark.parametrize(
    ("last_valid", "received"),
    [(199, 200), (149, 150), (100, 101), (299, 300)],
    ids=["the whole part", "its half", "one byte", "more than the part"],
)
def test_what_ecr_has_of_a_part_is_not_sent_again(last_valid: int, received: int) -> None:
    assert judged(misplaced(last_valid)) == GoOn(received)


@pytest.mark.parametrize(("last_valid", "said"), [(150, "49 bytes"), (198, "1 bytes")])
def test_a_rest_that_is_too_small_to_be_a_part_restarts_the_layer(last_valid: int, said: str) -> None:
    verdict = judged(misplaced(last_valid))

    assert isinstance(verdict, Restart)
    assert said in verdict.reason


def test_a_rest_of_the_smallest_size_is_gone_on_with() -> None:
    assert judged(misplaced(149)) == GoOn(150)


@pytest.mark.parametrize("last_valid", [99, 199, 299, 149, 49, None])
def test_whether_a_part_is_the_last_is_asked_only_where_it_matters(last_valid: int | None) -> None:
    def is_last() -> bool:
        raise AssertionError("a slow stream would have to be read on for this")

    decide_part(misplaced(last_valid), PART, is_last=is_last, min_part_size=50, retryable=False)


def test_the_last_part_may_leave_a_rest_of_any_size() -> None:
    assert judged(misplaced(198), is_last=True) == GoOn(199)


def test_a_part_that_ecr_has_nothing_of_is_sent_again() -> None:
    assert judged(misplaced(99)) == TryAgain()


@pytest.mark.parametrize(("last_valid", "said"), [(49, "50 bytes"), (0, "1 bytes"), (-1, "0 bytes")])
def test_bytes_that_ecr_has_lost_restart_the_layer(last_valid: int, said: str) -> None:
    verdict = judged(misplaced(last_valid))

    assert isinstance(verdict, Restart)
    assert said in verdict.reason
    assert "100" in verdict.reason


@pytest.mark.parametrize("part", [PART, FIRST])
def test_an_unknown_position_restarts_the_layer(part: PartRange) -> None:
    assert isinstance(judged(misplaced(None), part), Restart)


@pytest.mark.parametrize("last_valid", [-1, 0])
def test_a_position_before_the_first_byte_restarts_the_layer(last_valid: int) -> None:
    assert isinstance(judged(misplaced(last_valid), FIRST), Restart)


def test_a_second_byte_is_a_beginning_to_go_on_from() -> None:
    assert judged(misplaced(1), FIRST) == GoOn(2)


@pytest.mark.parametrize("passing", [True, False])
def test_a_position_counts_whether_or_not_the_error_passes(passing: bool) -> None:  # noqa: FBT001 -- a column
    assert judged(misplaced(199), passing=passing) == GoOn(200)


def test_an_upload_that_has_expired_restarts_the_layer() -> None:
    assert isinstance(judged(of_code("UploadNotFoundException")), Restart)


def completed(code: str) -> Done | Restart | TryAgain | GiveUp:
    return decide_completion(of_code(code), retryable=False)


def test_an_upload_that_is_gone_at_the_end_may_be_done() -> None:
    assert completed("UploadNotFoundException") == Restart(
        "ECR no longer knows the upload", unless_stored=True
    )


def test_a_layer_that_somebody_else_has_pushed_is_done() -> None:
    assert completed("LayerAlreadyExistsException") == Done()


def test_a_part_that_was_counted_as_too_small_restarts_the_layer() -> None:
    assert isinstance(completed("LayerPartTooSmallException"), Restart)


def test_bytes_that_changed_on_the_way_are_given_up() -> None:
    assert completed("InvalidLayerException") == GiveUp()
