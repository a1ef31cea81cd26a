"""Doubles for tests of code that uses ecrkit: a transport that answers from a list, and time that does not pass."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TypeVar, cast, overload

from ecrkit.errors import SERVICE_ERRORS, ApiError, EcrKitError, InvalidInputError, ServerError, api_error
from ecrkit.models import OPERATIONS, Request, Response, unchecked_requests
from ecrkit.retrying import sleeping_with
from ecrkit.transport import Download, PreparedBody

ResponseT = TypeVar("ResponseT", bound=Response)
RequestT = TypeVar("RequestT", bound=Request[Response])

Answer = Response | bytes | EcrKitError | Callable[[Request[Response]], "Answer"]
"""What a `FakeTransport` can answer: a response, raw JSON, an error to raise, or what a function makes of the request."""


class FakeTransport:
    """Stands in for AWS: gives prepared answers, and remembers what was asked.

    Answers are given in the order in which they were prepared (`answers`), or to the request that they are for, whatever
    comes between (`answers_to`, `always`); the latter first.

    Example:
        >>> fake = FakeTransport()
        >>> fake.answers(models.DescribeRepositoriesResponse(repositories=[]))
        >>> list(Registry(fake).repositories())
        []
        >>> fake.requests[0].operation
        'DescribeRepositories'

        >>> fake.fails(RepositoryNotFoundError)
        >>> Registry(fake).repository("team/app").describe()
        Traceback (most recent call last):
        RepositoryNotFoundError: ...
    """

    def __init__(self, *answers: Answer, region_name: str = "us-east-1") -> None:
        self.region_name = region_name
        self.requests: list[Request[Response]] = []
        """What was asked, oldest first."""

        self.bodies: list[bytes] = []
        """The bodies of the requests that brought one already encoded: the parts of layers."""

        self.blobs: dict[str, bytes] = {}
        """What the URLs lead to that answers have given out."""

        self._answers: deque[Answer] = deque(answers)
        self._answers_to: dict[str, deque[Answer]] = {}
        self._standing: dict[str, Answer] = {}

    def __repr__(self) -> str:
        return f"FakeTransport({len(self.requests)} requests so far)"

    def answers(self, *answers: Answer) -> None:
        """Queue answers behind those that wait already, for whatever is asked."""
        self._answers.extend(answers)

    @overload
    def answers_to(
        self, request: type[Request[ResponseT]], *answers: ResponseT | bytes | EcrKitError
    ) -> None: ...
    @overload
    def answers_to(self, request: type[RequestT], *answers: Callable[[RequestT], Answer]) -> None: ...
    def answers_to(self, request: type[RequestT], *answers: Answer | Callable[[RequestT], Answer]) -> None:
        """Queue answers for one kind of request, each for one time.

        Example:
            >>> fake.answers_to(models.GetAccountSettingRequest, models.GetAccountSettingResponse(name="X", value="Y"))
        """
        waiting = self._answers_to.setdefault(request.operation, deque())
        waiting.extend(cast("tuple[Answer, ...]", answers))

    @overload
    def always(self, request: type[Request[ResponseT]], answer: ResponseT | bytes | EcrKitError) -> None: ...
    @overload
    def always(self, request: type[RequestT], answer: Callable[[RequestT], Answer]) -> None: ...
    def always(self, request: type[RequestT], answer: Answer | Callable[[RequestT], Answer]) -> None:
        """Answer one kind of request in the same way each time, when nothing that was queued for it is left."""
        self._standing[request.operation] = cast("Answer", answer)

    def fails(
        self,
        error: type[ApiError],
        message: str | None = None,
        *,
        to: type[Request[Response]] | None = None,
        **members: object,
    ) -> None:
        """Queue an error of the service, made as a real answer would be read: with its code, operation and hint.

        Args:
            error: Its class, for example `RepositoryNotFoundError` or `ThrottlingError`.
            message: What the service says; something general if absent.
            to: The kind of request to fail; the next one, in the order of `answers`, if absent.
            **members: What else the answer says, under the names of the wire: `lastValidByteReceived=9`.

        Raises:
            InvalidInputError: No answer of ECR is read as this class.
        """
        service_error(error, message, members=members)  # a mistake should show here, not at the request

        def fail(request: Request[Response]) -> Answer:
            return service_error(error, message, operation=request.operation, members=members)

        waiting = self._answers if to is None else self._answers_to.setdefault(to.operation, deque())
        waiting.append(fail)

    def requests_of(self, kind: type[RequestT]) -> list[RequestT]:
        """Return what was asked of one kind, oldest first."""
        return [request for request in self.requests if isinstance(request, kind)]

    @property
    def unused(self) -> int:
        """How many of the queued answers nobody has asked for; a test may want none."""
        return len(self._answers) + sum(map(len, self._answers_to.values()))

    def call(
        self,
        operation: str,
        parameters: Mapping[str, object],
        *,
        body: PreparedBody | None = None,
        retries: bool = True,
    ) -> bytes:
        """Return the answer that is due; see `Transport`."""
        del retries
        with unchecked_requests():
            request = OPERATIONS[operation].model_validate(parameters)
        self.requests.append(request)
        if body is not None:
            self.bodies.append(_whole(body))
        answer = self._due(operation)
        while callable(answer):
            answer = answer(request)
        if isinstance(answer, EcrKitError):
            raise answer
        if isinstance(answer, bytes):
            return answer
        if not isinstance(answer, request.response_type):
            raise AssertionError(  # noqa: TRY004 -- the test is wrong, not a type
                f"FakeTransport was asked for {operation}, but the answer that is due is a {type(answer).__name__}"
            )
        return answer.model_dump_json(by_alias=True, exclude_none=True).encode()

    @contextmanager
    def download(self, url: str, *, first_byte: int = 0) -> Generator[Download]:
        """Open what `blobs` has under the URL; see `Transport`."""
        if url not in self.blobs:
            raise AssertionError("FakeTransport was asked to download a layer whose URL is not in `blobs`")
        yield _FakeDownload(self.blobs[url][first_byte:], status=206 if first_byte else 200)

    def _due(self, operation: str) -> Answer:
        if waiting := self._answers_to.get(operation):
            return waiting.popleft()
        if operation in self._standing:
            return self._standing[operation]
        if self._answers:
            return self._answers.popleft()
        raise AssertionError(f"FakeTransport was asked for {operation} and has no answer left")


def service_error(
    error: type[ApiError],
    message: str | None = None,
    *,
    operation: str = "DescribeImages",
    members: Mapping[str, object] = MappingProxyType({}),
) -> ApiError:
    """Make an error as an answer of the service would be read.

    Args:
        error: Its class, for example `RepositoryNotFoundError`, `ThrottlingError` or `AccessDeniedError`.
        message: What the service says; something general if absent.
        operation: What was asked for.
        members: What else the answer says, under the names of the wire: `{"kmsError": "..."}`.

    Raises:
        InvalidInputError: No answer of ECR is read as this class: it is abstract, or made by ecrkit itself.
    """
    codes = (code for code, kind in SERVICE_ERRORS.items() if kind is error)
    made = api_error(
        next(codes, error.__name__.removesuffix("Error") + "Exception"),
        message or f"a {error.__name__} of a test",
        operation=operation,
        http_status=500 if issubclass(error, ServerError) else 400,
        request_id="00000000-0000-0000-0000-000000000000",
        members=members,
    )
    if type(made) is not error:
        raise InvalidInputError(
            f"ECR has no error that is read as {error.__name__}; pass the class of a specific error"
        )
    return made


class _FakeDownload:
    def __init__(self, content: bytes, *, status: int) -> None:
        self.status = status
        self._content = content

    def read(self, size: int, /) -> bytes:
        block, self._content = self._content[:size], self._content[size:]
        return block


@contextmanager
def no_waiting() -> Generator[list[float]]:
    """Skip the pauses between retries and between polls of a waiter.

    Yields:
        The seconds that would have been slept, pause by pause.

    Example:
        >>> with no_waiting() as pauses:
        ...     image.scan().wait()
        >>> sum(pauses)
        25.0
    """
    pauses: list[float] = []
    with sleeping_with(pauses.append):
        yield pauses


def _whole(body: PreparedBody) -> bytes:
    body.seek(0)
    return b"".join(iter(lambda: bytes(body.read()), b""))
