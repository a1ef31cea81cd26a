"""The base classes of all errors."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar


class EcrKitError(Exception):
    """Anything that ecrkit raises. Every error below it can be pickled."""

    __module__ = "ecrkit.errors"  # so that tracebacks and pickles have the public name

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.__module__.startswith("ecrkit.errors."):
            cls.__module__ = "ecrkit.errors"

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions unpickle by calling their class with `args`, which breaks as soon as a constructor takes more.
        return _revive, (type(self), self.args, self.__dict__)


def _revive(kind: type[EcrKitError], args: tuple[object, ...], state: dict[str, object]) -> EcrKitError:
    error = kind.__new__(kind, *args)
    error.args = args  # subclasses of OSError, such as TimeoutError, do not set them themselves
    error.__dict__.update(state)
    return error


class ApiError(EcrKitError):
    """ECR answered with an error."""

    message: str
    """Message of the service."""

    code: str
    """AWS error code, for example `RepositoryNotFoundException`."""

    operation: str
    """The operation that failed, for example `DescribeImages`."""

    http_status: int
    """The HTTP status of the response."""

    request_id: str | None
    """The id of the request, for AWS Support; None if a proxy responded instead of ECR."""

    hint: str | None
    """Advice, for errors that are hard to understand; part of the error's text."""

    retry_after: float | None = None
    """Seconds to wait before the next attempt, if the response says so."""

    temporary: ClassVar[bool] = False
    """Whether the same request may succeed a little later."""

    def __init__(
        self,
        message: str,
        *,
        code: str,
        operation: str,
        http_status: int,
        request_id: str | None = None,
        hint: str | None = None,
        members: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.operation = operation
        self.http_status = http_status
        self.request_id = request_id
        self.hint = hint
        self.read_members(members)

    def __str__(self) -> str:
        request = f", request {self.request_id}" if self.request_id else ""
        hint = f" Hint: {self.hint}" if self.hint else ""
        return f"{self.message} ({self.code} from {self.operation}{request}){hint}"

    def read_members(self, members: Mapping[str, object]) -> None:
        """Set attributes from the other members of the response; classes that have such members override this.

        Runs at the end of the constructor, even without members, so that the attributes always exist.
        """


def text_member(members: Mapping[str, object], name: str) -> str | None:
    """Read a string member of an error; a malformed member reads as None."""
    value = members.get(name)
    return value if isinstance(value, str) else None


def integer_member(members: Mapping[str, object], name: str) -> int | None:
    """Read an integer member of an error; a malformed member reads as None."""
    value = members.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
