"""From what an answer says inside, or fails to say, to the errors that it stands for."""

from collections.abc import Sequence
from typing import TypeVar

from ecrkit.errors import UnreadableAnswerError

FoundT = TypeVar("FoundT")


def the_one(found: Sequence[FoundT], operation: str) -> FoundT:
    """Give the only thing that was asked for; the service reports what it does not have in another way.

    Raises:
        UnreadableAnswerError: It is not there.
    """
    if not found:
        raise UnreadableAnswerError(f"The answer to {operation} has neither what was asked for nor an error")
    return found[0]
