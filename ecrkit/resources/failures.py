"""From what an answer says inside, or fails to say, to the errors that it stands for."""

from collections.abc import Sequence
from typing import TypeVar

from ecrkit.batching import BatchFailure
from ecrkit.errors import ApiError, UnreadableAnswerError, api_error
from ecrkit.models import ImageFailure

FoundT = TypeVar("FoundT")


def the_one(found: Sequence[FoundT], operation: str) -> FoundT:
    """Give the only thing that was asked for; the service reports what it does not have in another way.

    Raises:
        UnreadableAnswerError: It is not there.
    """
    if not found:
        raise UnreadableAnswerError(f"The answer to {operation} has neither what was asked for nor an error")
    return found[0]


def image_error(failure: ImageFailure, operation: str) -> ApiError:
    """Make the error that this failure would have been if it had been the only thing asked for."""
    code, reason = failure.failure_code or "", failure.failure_reason or ""
    return api_error(code, reason, operation=operation, http_status=200)


def image_failure(failure: ImageFailure, operation: str) -> BatchFailure:
    """Make an entry of a `BatchResult`."""
    named = failure.image_id
    return BatchFailure(named.image_digest or named.image_tag or "", image_error(failure, operation))
