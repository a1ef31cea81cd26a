"""`Waiter`: looks again and again until a judge is content, with `.wait()` or with `await`."""

from dataclasses import dataclass

from ecrkit.errors import ApiError


@dataclass(frozen=True, slots=True)
class Waiting:
    """Not yet."""

    what: str
    """How it stands, for the message of whoever runs out of patience."""


@dataclass(frozen=True, slots=True)
class Done:
    """It is so."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It will never be so."""

    reason: str
    error: ApiError | None = None
    """The error that says so, if it was one: the best thing to raise."""


Verdict = Waiting | Done | Failed


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look, and when to give up."""

    delay: float
    """Seconds between two looks."""

    max_attempts: int
