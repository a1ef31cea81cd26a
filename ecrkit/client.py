"""`Client`: one typed request in, one typed response out."""

import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self, cast

from pydantic import ValidationError
from typing_extensions import TypeVar

from ecrkit._arguments import expect
from ecrkit._logging import get_logger
from ecrkit.cancellation import call_interruptibly
from ecrkit.errors import ApiError, ClosedError, EcrKitError, ExpiredTokenError, UnreadableAnswerError
from ecrkit.models import PagedRequest, PagedResponse, Request, Response
from ecrkit.references._shown import shown
from ecrkit.retrying import RetryPolicy
from ecrkit.threads import Threads
from ecrkit.tracing import request_span
from ecrkit.transport import MAX_POOL_CONNECTIONS, Answer, PreparedBody, Transport

ResponseT = TypeVar("ResponseT", bound=Response)
PagedResponseT = TypeVar("PagedResponseT", bound=PagedResponse)


class Client:
    """Sends the requests of `ecrkit.models`. Threads may share one, and so may event loops.

    Example:
        >>> registry.client.send(models.DescribeImagesRequest(repository_name="team/app")).image_details
    """

    def __init__(self, transport: Transport) -> None:
        """Use a transport; it is closed with the client.

        Args:
            transport: Sends the requests.
        """
        self.transport = transport
        self._is_closed = False

    @cached_property
    def threads(self) -> Threads:
        """The threads for what is awaited: at most as many as the transport has connections."""
        return Threads(getattr(self.transport, "max_connections", MAX_POOL_CONNECTIONS))

    def close(self) -> None:
        """Release connections and threads. Calls after it raise `ClosedError`; calls under way come to their end.

        A client of boto3 that was injected stays open: it belongs to its owner.
        """
        self._is_closed = True
        self.threads.close()
        close: object = getattr(self.transport, "close", None)
        if callable(close):
            close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self.transport!r})"

    @property
    def region_name(self) -> str:
        """The region that requests go to."""
        return self.transport.region_name

    def send(self, request: Request[ResponseT]) -> ResponseT:
        """Send one request and wait for its answer.

        Throttling, failures of the server and broken connections are retried as the boto3 client is configured to do.
        Two things more are tried up to three times: a success that cannot be read, and credentials that have just expired,
        because botocore fetches new ones for the next request.

        Raises:
            ApiError: ECR refuses the request; the exact class tells why.
            TransportError: No usable answer arrived.
            MissingCredentialsError: The request could not be signed.
            InvalidArgumentError: `request` is not a request of `ecrkit.models`.
            UnsupportedOperationError: The installed botocore does not know the operation; the message names one that does.
        """
        expect("request", request, Request, _A_REQUEST)
        return _AGAIN.run(
            lambda: self.send_once(request, retries=True),
            again=lambda error: isinstance(error, UnreadableAnswerError | ExpiredTokenError),
        )

    async def asend(self, request: Request[ResponseT]) -> ResponseT:
        """Send one request without blocking the event loop; otherwise like `send`.

        Cancelling the task breaks the connection and prevents retries. ECR may have received the request by then.
        """
        return await self.threads.call(self.send, request)

    def send_once(
        self, request: Request[ResponseT], *, body: PreparedBody | None = None, retries: bool = False
    ) -> ResponseT:
        """Send one request exactly once, for callers that handle failures themselves, such as the push engine.

        Args:
            request: The request.
            body: A body that is encoded and hashed already, sent in place of the serialised request.
            retries: Let botocore try again by itself.
        """
        if self._is_closed:
            raise ClosedError("The registry was closed; create another one")
        begun = time.monotonic()
        name = getattr(request, "repository_name", None)
        try:
            with request_span(request.operation, self.region_name, name) as span:
                answer = call_interruptibly(lambda: self._exchange(request, body, retries=retries))
                if span is not None:
                    span.add(answer.metadata)
        except EcrKitError as error:
            _log.debug("%s: %s after %.3f s", _described(request), _summary(error), time.monotonic() - begun)
            raise
        size = len(answer.raw)
        request_id = None if answer.metadata is None else answer.metadata.request_id
        _last_response.set(ResponseOrigin(self.region_name, request_id))
        _log.debug("%s: %d bytes after %.3f s", _described(request), size, time.monotonic() - begun)
        return read_answer(request, answer, getattr(self.transport, "endpoint_url", None))

    def _exchange(self, request: Request[Any], body: PreparedBody | None, *, retries: bool) -> Answer:
        exchange: Callable[..., Answer] | None = getattr(self.transport, "exchange", None)
        if exchange is not None:
            return exchange(request.operation, request.to_wire(), body=body, retries=retries)
        return Answer(self.transport.call(request.operation, request.to_wire(), body=body, retries=retries))

    def paginate(
        self,
        request: PagedRequest[PagedResponseT],
        *,
        send: Callable[[Request[PagedResponseT]], PagedResponseT] | None = None,
    ) -> Iterator[PagedResponseT]:
        """Send a request for each page until a response has no token, and yield the pages.

        An empty page does not end the listing.

        Args:
            request: Asks for the first page.
            send: Sends each request; `Client.send` if omitted.

        Raises:
            UnreadableAnswerError: A token leads back to a page that was there before, or is empty: there would be no end.
        """
        expect("request", request, PagedRequest, _A_REQUEST)
        seen = {"", request.next_token}
        while True:
            page = (send or self.send)(request)
            yield page
            if page.next_token is None:
                return
            if page.next_token in seen:
                raise UnreadableAnswerError(
                    f"The answer to {request.operation} has the token {page.next_token[:80]!r}, "
                    "which leads to no further page"
                )
            seen.add(page.next_token)
            request = request.model_copy(update={"next_token": page.next_token})

    @staticmethod
    def can_paginate(operation: str) -> bool:
        """Whether the answer to an operation comes in pages. Eleven of them do, two more than boto3 knows."""
        from ecrkit.models import OPERATIONS  # noqa: PLC0415 -- loads the models of all operations

        return issubclass(OPERATIONS[operation], PagedRequest)


@dataclass(frozen=True, slots=True)
class ResponseOrigin:
    """Where a response came from: for errors about single items in it."""

    region_name: str
    request_id: str | None


_last_response: ContextVar[ResponseOrigin | None] = ContextVar("ecrkit_last_response", default=None)


def last_response() -> ResponseOrigin | None:
    """Return the origin of the response that this thread or task received last."""
    return _last_response.get()


_AGAIN = RetryPolicy(attempts=3, seconds=60)
_log = get_logger(__name__)
_A_REQUEST = "a request such as models.DescribeImagesRequest(repository_name='team/app')"


def _described(request: Request[Any]) -> str:
    """Say what is asked of which repository; other members of a request may be secret."""
    name = getattr(request, "repository_name", None)
    return f"{request.operation} {name}" if name else request.operation


def _summary(error: EcrKitError) -> str:
    if isinstance(error, ApiError):
        return f"{error.code} ({error.http_status}, request id {error.request_id})"
    return type(error).__name__


def read_answer(request: Request[ResponseT], answer: Answer, url: str | None = None) -> ResponseT:
    """Read the body of a success.

    Args:
        request: The request.
        answer: The response.
        url: Where it came from, if known.

    Raises:
        UnreadableAnswerError: It is not JSON, cut short, lacks what the service always sends, or answers another request.
    """
    kind = cast("type[ResponseT]", request.response_type)
    problem: str | None = None
    try:
        response = kind.model_validate_json(answer.raw if answer.raw or kind.model_fields else b"{}")
    except ValidationError as error:
        problem = _first_problem(error)
    else:
        if answer.metadata is not None:
            response.attach_metadata(answer.metadata)
        problem = mismatch(request, response)
        if problem is None:
            return response
    # Outside of the handler, so that nobody finds what ECR said in the context of the error.
    raise UnreadableAnswerError(
        f"The response to {request.operation} cannot be read ({problem}, {len(answer.raw)} bytes{_from(url)})"
        f"{_beginning(answer)}"
    )


def mismatch(request: Request[Any], response: Response) -> str | None:
    """Say how a response does not belong to its request: proxies and shared connections can mix them up."""
    wanted = getattr(request, "repository_name", None)
    upload = getattr(request, "upload_id", None)
    for name, expected in (("repository_name", wanted), ("upload_id", upload)):
        actual = getattr(response, name, None)
        if isinstance(expected, str) and isinstance(actual, str) and actual != expected:
            return f"{name} is {actual[:_MOST_SHOWN]!r}, not {expected[:_MOST_SHOWN]!r}"
    names = getattr(request, "repository_names", None)
    if names and (other := _repository_of(getattr(response, "repositories", None))) not in {None, *names}:
        return f"repositories has {str(other)[:_MOST_SHOWN]!r}, which was not requested"
    if isinstance(wanted, str):
        for member in _WITH_REPOSITORY & type(response).model_fields.keys():
            actual = _repository_of(getattr(response, member))
            if actual is not None and actual != wanted:
                return f"{member} is of {actual[:_MOST_SHOWN]!r}, not of {wanted[:_MOST_SHOWN]!r}"
    return None


def _repository_of(value: object) -> str | None:
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    first = items[0] if items else None
    name: object = getattr(first, "repository_name", None)
    return name if isinstance(name, str) else None


_WITH_REPOSITORY = frozenset({"image", "images", "image_details", "repository"})
_MOST_SHOWN = 80  # characters of a name


def _from(url: str | None) -> str:
    return f" from {shown(url)}" if url else ""


def _beginning(answer: Answer) -> str:
    """Show how a body begins that ECR cannot have sent; ECR's own may hold secrets."""
    if not answer.raw or answer.raw.lstrip().startswith(b"{"):
        return ""
    return f": it begins with {answer.raw[:_SHOWN].decode('utf-8', 'replace')!r}. Is the endpoint one of ECR?"


_SHOWN = 60  # bytes of a foreign response


def _first_problem(error: ValidationError) -> str:
    problem: Any = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else str(problem["msg"])
