"""From the failures inside of an answer to the errors that they stand for."""

from ecrkit.batching import BatchFailure
from ecrkit.errors import ApiError, api_error
from ecrkit.models import ImageFailure


def image_error(failure: ImageFailure, operation: str) -> ApiError:
    """Make the error that this failure would have been if it had been the only thing asked for."""
    code, reason = failure.failure_code or "", failure.failure_reason or ""
    return api_error(code, reason, operation=operation, http_status=200)


def image_failure(failure: ImageFailure, operation: str) -> BatchFailure:
    """Make an entry of a `BatchResult`."""
    named = failure.image_id
    return BatchFailure(named.image_digest or named.image_tag or "", image_error(failure, operation))
