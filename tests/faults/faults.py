"""What a network and a service can do to a request, as data: which call of which operation, and what happens to it."""

from dataclasses import dataclass, replace
from enum import Enum, auto

_JSON = "application/x-amz-json-1.1"


class Effect(Enum):
    """What happens to one request. BEFORE: upstream never sees it. AFTER: upstream has handled it."""

    DROP_BEFORE = auto()
    """The connection is closed instead of an answer."""
    DROP_AFTER = auto()
    """The answer is lost: the connection is closed when upstream has done its work."""
    RESET_BEFORE = auto()
    """As DROP_BEFORE, with a TCP reset."""
    RESET_AFTER = auto()
    """As DROP_AFTER, with a TCP reset."""
    RESET_IN_BODY = auto()
    """Half of the body reaches upstream, then both connections are reset."""
    DELAY_BEFORE = auto()
    """Upstream sees the request `seconds` late, even when the client has given up on it by then."""
    DELAY_AFTER = auto()
    """The client sees the answer `seconds` late."""
    ERROR_500_BEFORE = auto()
    """A ServerException."""
    ERROR_500_AFTER = auto()
    ERROR_503_BEFORE = auto()
    """A page of HTML, as from a load balancer."""
    ERROR_503_AFTER = auto()
    THROTTLE_BEFORE = auto()
    """A ThrottlingException: status 400."""
    THROTTLE_AFTER = auto()
    EXPIRED_CREDENTIALS = auto()
    """An ExpiredTokenException: status 400; upstream never sees the request."""
    TRUNCATE = auto()
    """Half of the answer's body, with a Content-Length that says that this is all."""
    TRUNCATE_AND_CLOSE = auto()
    """Half of the answer's body, with the Content-Length of the whole; then the connection is closed."""
    EMPTY_BEFORE = auto()
    """A 200 with `{}` that upstream knows nothing about."""
    EMPTY_AFTER = auto()
    """A 200 with `{}` in place of upstream's answer."""
    DUPLICATE = auto()
    """Upstream gets the request twice; its second answer goes back."""
    PARTIAL_PART = auto()
    """Upstream gets the first half of the part as a whole, shorter part; its answer is lost."""


@dataclass(frozen=True)
class Fault:
    """One planned accident.

    Args:
        operation: An operation of ECR (`UploadLayerPart`), or for a request without one its method and path
            (`GET /v2/`).
        nth: Which request for that operation, counted from 1 over all connections.
        effect: What happens.
        times: How many in a row, beginning with the nth.
        seconds: How long a delay takes; for DELAY_BEFORE and DELAY_AFTER only.
    """

    operation: str
    nth: int
    effect: Effect
    times: int = 1
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.nth < 1 or self.times < 1:
            raise ValueError(f"{self}: calls are counted from 1")
        if (self.effect in _DELAYS) != (self.seconds > 0):
            raise ValueError(f"{self}: seconds belong to a delay, and a delay needs them")
        if self.effect is Effect.PARTIAL_PART and self.operation != "UploadLayerPart":
            raise ValueError(f"{self}: only UploadLayerPart has a part")

    def strikes(self, operation: str, nth: int) -> bool:
        """Say whether this call is meant."""
        return operation == self.operation and self.nth <= nth < self.nth + self.times


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def length(self) -> int:
        """The Content-Length that it came with, which an answer to HEAD has without a body; else the body's."""
        return next(
            (int(value) for name, value in self.headers if name.lower() == "content-length"), len(self.body)
        )

    def halved(self) -> "Answer":
        """Keep the first half of the body."""
        return replace(self, body=self.body[: len(self.body) // 2])


class Ending(Enum):
    """How the proxy ends its part in a request."""

    ANSWER = auto()
    SHORT_ANSWER = auto()
    BROKEN_ANSWER = auto()
    CLOSE = auto()
    RESET = auto()


@dataclass(frozen=True)
class Course:
    """The steps that a request takes through the proxy."""

    delay_before: float = 0.0
    break_body: bool = False
    halve_part: bool = False
    forwards: int = 1
    delay_after: float = 0.0
    instead: Answer | None = None
    ending: Ending = Ending.ANSWER


def course_of(fault: Fault | None) -> Course:
    """Say which steps a request takes that is struck by a fault, or by none."""
    if fault is None:
        return Course()
    course = _COURSES[fault.effect]
    if fault.effect is Effect.DELAY_BEFORE:
        return replace(course, delay_before=fault.seconds)
    if fault.effect is Effect.DELAY_AFTER:
        return replace(course, delay_after=fault.seconds)
    return course


def _error(status: int, reason: str, code: str, message: str) -> Answer:
    body = f'{{"__type":"{code}","message":"{message}"}}'.encode()
    return Answer(status, reason, (("Content-Type", _JSON),), body)


def in_registry_form(answer: Answer | None) -> Answer | None:
    """Word an answer of the API as the registry protocol does."""
    return None if answer is None else _IN_REGISTRY_FORM.get(answer, answer)


def _registry_error(status: int, reason: str, code: str, message: str) -> Answer:
    body = f'{{"errors":[{{"code":"{code}","message":"{message}"}}]}}'.encode()
    return Answer(status, reason, (("Content-Type", "application/json"),), body)


_DELAYS = {Effect.DELAY_BEFORE, Effect.DELAY_AFTER}
_SERVER_ERROR = _error(
    500, "Internal Server Error", "ServerException", "Something failed on the server side."
)
_THROTTLED = _error(400, "Bad Request", "ThrottlingException", "Rate exceeded")
_EXPIRED = _error(
    400, "Bad Request", "ExpiredTokenException", "The security token included in the request is expired"
)
_UNAVAILABLE = Answer(
    503,
    "Service Unavailable",
    (("Content-Type", "text/html"),),
    b"<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>",
)
_EMPTY = Answer(200, "OK", (("Content-Type", _JSON),), b"{}")

_IN_REGISTRY_FORM = {
    _SERVER_ERROR: _registry_error(500, "Internal Server Error", "UNKNOWN", "Something failed."),
    _THROTTLED: _registry_error(429, "Too Many Requests", "TOOMANYREQUESTS", "Rate exceeded"),
    _EXPIRED: _registry_error(
        403, "Forbidden", "DENIED", "Your authorization token has expired. Reauthenticate and try again."
    ),
    _EMPTY: Answer(200, "OK", (("Content-Type", "application/json"),), b"{}"),
}

_COURSES = {
    Effect.DROP_BEFORE: Course(forwards=0, ending=Ending.CLOSE),
    Effect.DROP_AFTER: Course(ending=Ending.CLOSE),
    Effect.RESET_BEFORE: Course(forwards=0, ending=Ending.RESET),
    Effect.RESET_AFTER: Course(ending=Ending.RESET),
    Effect.RESET_IN_BODY: Course(break_body=True, forwards=0, ending=Ending.RESET),
    Effect.DELAY_BEFORE: Course(),
    Effect.DELAY_AFTER: Course(),
    Effect.ERROR_500_BEFORE: Course(forwards=0, instead=_SERVER_ERROR),
    Effect.ERROR_500_AFTER: Course(instead=_SERVER_ERROR),
    Effect.ERROR_503_BEFORE: Course(forwards=0, instead=_UNAVAILABLE),
    Effect.ERROR_503_AFTER: Course(instead=_UNAVAILABLE),
    Effect.THROTTLE_BEFORE: Course(forwards=0, instead=_THROTTLED),
    Effect.THROTTLE_AFTER: Course(instead=_THROTTLED),
    Effect.EXPIRED_CREDENTIALS: Course(forwards=0, instead=_EXPIRED),
    Effect.TRUNCATE: Course(ending=Ending.SHORT_ANSWER),
    Effect.TRUNCATE_AND_CLOSE: Course(ending=Ending.BROKEN_ANSWER),
    Effect.EMPTY_BEFORE: Course(forwards=0, instead=_EMPTY),
    Effect.EMPTY_AFTER: Course(instead=_EMPTY),
    Effect.DUPLICATE: Course(forwards=2),
    Effect.PARTIAL_PART: Course(halve_part=True, ending=Ending.CLOSE),
}
