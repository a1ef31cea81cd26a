"""Blobs that concurrent pushes share."""

import threading

import pytest

from ecrkit.cancellation import cancel_scope
from ecrkit.errors import InvalidInputError, OperationTimeoutError
from ecrkit.push.in_flight import BlobsInFlight
from ecrkit.references import Digest

A, B = Digest.of(b"a"), Digest.of(b"b")


def test_a_blob_is_claimed_by_one_push() -> None:
    shared = BlobsInFlight(workers=1)
    shared.claim([A])

    assert shared.claim([A, B]) == ({B}, {A})


def test_a_blob_that_was_sent_is_not_sent_again() -> None:
    shared = BlobsInFlight(workers=1)
    shared.release(shared.claim([A])[0], present=True)

    assert shared.claim([A]) == (set(), set())


def test_a_blob_that_could_not_be_sent_is_left_to_another_push() -> None:
    shared = BlobsInFlight(workers=1)
    shared.release(shared.claim([A])[0], present=False)

    assert shared.claim([A]) == ({A}, set())


def test_a_blob_that_the_repository_lost_is_sent_again() -> None:
    shared = BlobsInFlight(workers=1)
    shared.release(shared.claim([A])[0], present=True)

    shared.forget([A])

    assert shared.claim([A]) == ({A}, set())


def test_waiting_ends_when_the_blob_was_sent() -> None:
    shared = BlobsInFlight(workers=1)
    mine, _ = shared.claim([A])
    thread = threading.Thread(target=shared.wait, args=([A],))
    thread.start()

    shared.release(mine, present=True)

    thread.join(10)
    assert not thread.is_alive()


def test_waiting_ends_at_the_deadline() -> None:
    shared = BlobsInFlight(workers=1)
    shared.claim([A])

    with pytest.raises(OperationTimeoutError), cancel_scope(timeout=0.05):
        shared.wait([A])


def test_waiting_for_a_transfer_ends_at_the_deadline() -> None:
    shared = BlobsInFlight(workers=1)

    with (
        pytest.raises(OperationTimeoutError),
        cancel_scope(timeout=0.05),
        shared.transfer(),
        shared.transfer(),
    ):
        pytest.fail("two transfers at once")


def test_no_workers_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="workers is 0"):
        BlobsInFlight(workers=0)
