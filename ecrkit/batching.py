"""`BatchResult`: the result of a batch request, with a hundred ids per request."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from ecrkit.client import Client
from ecrkit.errors import ApiError, BatchFailedError, UnreadableAnswerError
from ecrkit.models import Request, Response

ItemT = TypeVar("ItemT")
OkT = TypeVar("OkT")
AnswerT = TypeVar("AnswerT", bound=Response)

MOST_IDS = 100
"""How many images, or layers, the service takes in one request."""


@dataclass(frozen=True, slots=True)
class BatchFailure:
    """One part of a batch that failed. The service says so in an answer that is otherwise a success."""

    what: str
    """The digest, tag or name that was asked for."""

    error: ApiError
    """Why, as the error that it would have been alone; `error.code` is the service's failure code."""


@dataclass(frozen=True)  # no slots: Python 3.11 cannot call BatchResult[str](...) with them
class BatchResult(Generic[OkT]):
    """Result of a batch: what succeeded, and a failure for each item that did not.

    Example:
        >>> result = repository.get_images(["1.4.2", "1.4.3"])
        >>> for failure in result.failures:
        ...     print(failure.what, failure.error.code)
        >>> images = result.raise_on_failure()
    """

    ok: list[OkT]
    """What succeeded, in no particular order."""

    failures: list[BatchFailure]

    def __repr__(self) -> str:
        return f"BatchResult({len(self.ok)} ok, {len(self.failures)} failed)"

    def raise_on_failure(self) -> list[OkT]:
        """Return what succeeded, if everything did.

        Raises:
            BatchFailedError: Something failed; its `errors` say what.
        """
        if self.failures:
            errors = [failure.error for failure in self.failures]
            raise BatchFailedError(errors, succeeded=len(self.ok)) from errors[0]
        return self.ok


def cut(items: Iterable[ItemT], size: int = MOST_IDS) -> Iterator[list[ItemT]]:
    """Cut items into lists of as many as one request may carry."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


def send_all(
    client: Client,
    requests: Iterable[Request[AnswerT]],
    *,
    ok: Callable[[AnswerT], Iterable[OkT]],
    failures: Callable[[AnswerT], Iterable[BatchFailure]],
) -> BatchResult[OkT]:
    """Send the requests that a batch was cut into, and put their answers together."""
    result: BatchResult[OkT] = BatchResult([], [])
    for request in requests:
        answer = client.send(request)
        result.ok.extend(ok(answer))
        result.failures.extend(failures(answer))
    return result


def only_item(found: Sequence[ItemT], operation: str) -> ItemT:
    """Return the only item that was requested.

    Raises:
        UnreadableAnswerError: The response has neither the item nor an error.
    """
    if not found:
        raise UnreadableAnswerError(
            f"The response to {operation} has neither what was requested nor an error"
        )
    return found[0]
