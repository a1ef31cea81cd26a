"""Batches: what succeeded and what failed stay together, and nothing is lost."""

import pickle

import pytest

from ecrkit.batching import BatchFailure, BatchResult, cut
from ecrkit.errors import ApiError, BatchFailedError, ImageNotFoundError


def missing(what: str) -> BatchFailure:
    error = ImageNotFoundError(
        "Requested image not found", code="ImageNotFound", operation="BatchGetImage", http_status=200
    )
    return BatchFailure(what, error)


def test_items_are_cut_into_hundreds() -> None:
    assert [len(batch) for batch in cut(range(250))] == [100, 100, 50]


def test_nothing_is_cut_into_nothing() -> None:
    assert list(cut(())) == []


def test_a_batch_without_failures_gives_what_succeeded() -> None:
    assert BatchResult(["a", "b"], []).raise_on_failure() == ["a", "b"]


def test_a_batch_with_failures_raises_them_all() -> None:
    result = BatchResult(["a"], [missing("b"), missing("c")])

    with pytest.raises(BatchFailedError, match="2 of 3 failed") as caught:
        result.raise_on_failure()

    assert caught.value.errors == (result.failures[0].error, result.failures[1].error)
    assert isinstance(caught.value.__cause__, ApiError)


def test_a_message_about_a_thousand_failures_stays_short() -> None:
    result = BatchResult[str]([], [missing(str(number)) for number in range(1000)])

    with pytest.raises(BatchFailedError, match="and 995 more") as caught:
        result.raise_on_failure()

    assert len(str(caught.value)) < 1000


def test_the_error_of_a_batch_survives_a_pickle() -> None:
    error = BatchFailedError([missing("b").error], succeeded=1)

    copy = pickle.loads(pickle.dumps(error))

    assert (str(copy), [each.code for each in copy.errors]) == (str(error), ["ImageNotFound"])
