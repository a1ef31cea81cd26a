"""`Faults`: fault injection: `ecr.faults.add("drop-after", "UploadLayerPart", nth=2)`."""

import difflib
import functools
import inspect
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, Literal, ParamSpec, get_args

from ecrkit import models
from ecrkit.errors import InvalidInputError

Effect = Literal["throttle", "error", "refuse", "drop-before", "drop-after", "delay", "truncate", "corrupt"]
"""Effect on a request:

- `throttle`: refused as too frequent (ThrottlingException, or 429 on the registry protocol); not carried out.
- `error`: answered with ServerException and status 500; not carried out.
- `refuse`: answered with an error of your choice (`code`, `message`, `status`); not carried out.
- `drop-before`: the connection breaks; not carried out.
- `drop-after`: carried out, then the connection breaks, so the response is lost.
- `delay`: carried out `seconds` later.
- `truncate`: carried out, and the connection breaks in the middle of the response body.
- `corrupt`: carried out, and the first byte of the response body is changed.
"""

REGISTRY_OPERATIONS = (
    "GET v2",
    *(f"{method} manifests" for method in ("GET", "HEAD", "PUT", "DELETE")),
    *(f"{method} blobs" for method in ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE")),
    *(f"{method} tags" for method in ("GET", "HEAD")),
    *(f"{method} referrers" for method in ("GET", "HEAD")),
)
"""Operations of the registry protocol: method and resource."""

DOWNLOAD = "Download"
_ERRORS = range(400, 600)

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault to inject.

    Raises:
        InvalidInputError: There is no such effect or operation, or a number is out of range.
    """

    effect: Effect
    operation: str | None = None
    """An operation of ECR (`PutImage`), `Download` for the bytes of a layer, or an operation of the registry protocol
    (`PATCH blobs`, `GET manifests`, `GET tags`). Defaults to every request."""

    nth: int = 1
    """The first matching request to hit, counted from 1 and from when the fault was added."""

    times: int | None = 1
    """Number of consecutive requests to hit; None for all that follow."""

    seconds: float = 1.0
    """Duration of a `delay`."""

    code: str = "AccessDeniedException"
    """Error code of a `refuse`, for example RepositoryNotFoundException."""

    message: str = "A fault of the test refused this request"
    """Error message of a `refuse`."""

    status: int = 400
    """HTTP status of a `refuse`."""

    def __post_init__(self) -> None:
        check_names(self.effect, self.operation)
        if self.nth < 1 or (self.times is not None and self.times < 1):
            raise InvalidInputError(
                f"nth and times count from 1, so nth={self.nth}, times={self.times} never hits"
            )
        if not 0 <= self.seconds < math.inf:
            raise InvalidInputError(f"A delay must be a finite number of seconds, not {self.seconds}")
        if self.status not in _ERRORS:
            raise InvalidInputError(f"{self.status} is not the HTTP status of an error (400 to 599)")

    def hits(self, operation: str, number: int) -> bool:
        """Return whether the fault applies to a request.

        Args:
            operation: Operation of the request.
            number: Position among the requests that match, counted from 1.
        """
        wanted = self.operation in (None, operation)
        return wanted and number >= self.nth and (self.times is None or number < self.nth + self.times)


def _with_parameters_of(
    build: Callable[P, Fault],
) -> Callable[[Callable[["Faults", Fault], None]], Callable[Concatenate["Faults", P], Fault]]:
    """Return a method the parameters of `Fault`, so they are declared once."""

    def decorate(method: Callable[["Faults", Fault], None]) -> Callable[Concatenate["Faults", P], Fault]:
        @functools.wraps(method)
        def called(self: "Faults", /, *args: P.args, **kwargs: P.kwargs) -> Fault:
            fault = build(*args, **kwargs)
            method(self, fault)
            return fault

        own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
        signature = inspect.signature(build)
        shown = signature.replace(parameters=[own, *signature.parameters.values()], return_annotation=Fault)
        vars(called)["__signature__"] = shown
        return called

    return decorate


class Faults:
    """The faults of a server. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: list[tuple[Fault, int]] = []

    @_with_parameters_of(Fault)
    def add(self, fault: Fault) -> None:
        """Make requests fail; takes the parameters of `Fault` and returns the fault.

        Example:
            >>> ecr.faults.add("drop-after", "UploadLayerPart", nth=2)

        Raises:
            InvalidInputError: There is no such effect or operation, or a number is out of range.
        """
        with self._lock:
            self._counts.append((fault, 0))

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._counts.clear()

    def active(self) -> list[Fault]:
        """List the faults, oldest first, including those that have already applied."""
        with self._lock:
            return [fault for fault, _ in self._counts]

    def next_for(self, operation: str) -> Fault | None:
        """Count a request, and return the fault that applies to it; the oldest one if several do."""
        with self._lock:
            self._counts = [
                (fault, count + (fault.operation in (None, operation))) for fault, count in self._counts
            ]
            hits = (fault for fault, count in self._counts if fault.hits(operation, count))
            return next(hits, None)


def check_names(effect: object, operation: object) -> None:
    """Refuse unknown effects and operations, suggesting the closest one.

    Raises:
        InvalidInputError: There is no such effect or operation.
    """
    _check_name("effect", effect, get_args(Effect))
    if operation is not None:
        _check_name("operation", operation, (*models.OPERATIONS, DOWNLOAD, *REGISTRY_OPERATIONS))


def _check_name(kind: str, name: object, known: tuple[str, ...]) -> None:
    if name in known:
        return
    by_lower_case = {each.lower(): each for each in known}
    close = difflib.get_close_matches(str(name).lower(), by_lower_case, n=1, cutoff=0.4)
    advice = (
        f"did you mean {by_lower_case[close[0]]!r}?"
        if close
        else f"for example {known[0]!r} or {known[-1]!r}"
    )
    raise InvalidInputError(f"There is no {kind} {name!r} of faults; {advice}")
