"""`RegistryClient`: requests to one registry over the OCI distribution protocol."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ecrkit.errors import (
    EndpointUnreachableError,
    ExpiredTokenError,
    RefusedRedirectError,
    UnreadableAnswerError,
)
from ecrkit.retrying import RetryPolicy, is_retryable
from ecrkit.transfer.oci_registry.authentication import Authenticator
from ecrkit.transfer.oci_registry.links import origin_of, resolved
from ecrkit.transfer.oci_registry.logins import Anonymous, Login
from ecrkit.transfer.oci_registry.refusals import refusal, unsupported_wire
from ecrkit.transport._http import HttpBody, HttpExchange, HttpRequest, HttpSession

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class RegistryResponse:
    """A successful response."""

    url: str = field(repr=False)
    """Where it came from, after redirects."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class RegistryClient:
    """Sends requests to one registry: authenticates, follows safe redirects, and raises typed errors.

    Threads may share one. Secrets are in no message and in no repr.
    """

    def __init__(
        self,
        base_url: str,
        session: HttpSession,
        login: Login | None = None,
        *,
        eager: bool = False,
    ) -> None:
        """Prepare a client; nothing is sent.

        Args:
            base_url: Scheme and host, for example `https://registry-1.docker.io`.
            session: Sends the requests; it stays open.
            login: Credentials; anonymous if omitted.
            eager: Whether Basic credentials are sent with the first request, without waiting for a challenge.
        """
        self.base_url = base_url.rstrip("/")
        self._session = session
        self._authenticator = Authenticator(session, self.base_url, login or Anonymous(), eager=eager)

    def __repr__(self) -> str:
        return f"RegistryClient({self.base_url!r})"

    def url(self, path: str) -> str:
        """Return the URL of a path such as `team/app/tags/list`."""
        return f"{self.base_url}/v2/{path}"

    def send(
        self, request: HttpRequest, *, scope: str, limit: int, expected: frozenset[int]
    ) -> RegistryResponse:
        """Send a request once, and return its whole response.

        Args:
            request: The request; without credentials.
            scope: What it needs, for example `repository:team/app:pull`.
            limit: Maximum size of the response in bytes.
            expected: Statuses of a success.

        Raises:
            ApiError: The registry refuses.
            AccessError: It refuses the credentials, or wants some.
            TransportError: No usable response arrived.
            UnsupportedWireError: The endpoint is not a registry.
            RefusedRedirectError: A redirect is not safe to follow.
        """
        with self.open(request, scope=scope) as response:
            body = response.read_all(limit)
            if response.status not in expected or _is_foreign(response):
                raise _unexpected(response, body)
            return RegistryResponse(response.request.url, response.status, response.headers, body)

    @contextmanager
    def open(
        self, request: HttpRequest, *, scope: str, passing: frozenset[int] = frozenset()
    ) -> Generator[HttpExchange]:
        """Send a request once, follow redirects, and hold the response before its body has been read.

        Args:
            request: See `send`.
            scope: See `send`.
            passing: Statuses that are returned, although they are errors. Those of storage that the registry redirects to
                are all returned.

        Raises:
            ApiError: See `send`; this and all other errors are raised on entering.
        """
        follows = 0
        attempts = 0
        while True:
            is_ours = origin_of(request.url) == origin_of(self.base_url)
            header = self._authenticator.header(scope) if is_ours else None
            with self._session.open(_with_header(request, header)) as response:
                target = _redirect(request, response)
                if target is None and (
                    _is_final(response.status) or response.status in passing or not is_ours
                ):
                    yield response
                    return
                body = b"" if target is not None else response.read_all(_LONGEST_ERROR)
                challenge = response.headers.get("WWW-Authenticate")
            if target is not None:
                follows += 1
                if follows > _MOST_REDIRECTS:
                    raise RefusedRedirectError(f"{request.label} redirects more than {_MOST_REDIRECTS} times")
                request = replace(request, url=target)
                continue
            error = refusal(request.label, response.status, response.headers, body)
            attempts += 1
            if attempts > _MOST_ATTEMPTS:
                raise error
            if response.status == _UNAUTHORIZED:
                is_worth_it = self._authenticator.respond(
                    challenge, scope, header
                ) or self._authenticator.renew(scope)
            else:
                is_worth_it = _may_be_expired(error, response.status, body) and self._authenticator.renew(
                    scope
                )
            if not is_worth_it or isinstance(request.body, HttpBody):
                raise error


def retrying(retry: RetryPolicy, attempt: Callable[[], ResultT]) -> ResultT:
    """Attempt something as often as a policy allows; a host that cannot be reached is tried three times.

    A login that is refused as expired has been renewed by then, so the refusal is final.
    """
    unreachable = 0

    def again(error: BaseException) -> bool:
        nonlocal unreachable
        unreachable += isinstance(error, EndpointUnreachableError)
        is_final = isinstance(error, ExpiredTokenError) or unreachable >= _MOST_UNREACHABLE
        return is_retryable(error) and not is_final

    return retry.run(attempt, again=again)


def _with_header(request: HttpRequest, header: str | None) -> HttpRequest:
    if header is None:
        return request
    return replace(request, headers={**request.headers, "Authorization": header})


def _redirect(request: HttpRequest, response: HttpExchange) -> str | None:
    """Return where a response redirects a request to.

    Raises:
        RefusedRedirectError: The place is not safe, or the request would have to send its body there.
    """
    location = response.headers.get("Location")
    if response.status not in _REDIRECTS or location is None:
        return None
    if request.method == "HEAD":
        target = resolved(request.url, location)
        return target if origin_of(target) == origin_of(request.url) else None  # storage does not answer HEAD
    if request.method != "GET":
        raise RefusedRedirectError(
            f"{request.label} was redirected; what is pushed is sent to the registry itself only. Check the host of the registry"
        )
    return resolved(request.url, location)


def _is_final(status: int) -> bool:
    return status < _ERROR


def _may_be_expired(error: Exception, status: int, body: bytes) -> bool:
    """Whether a login has, or may have, expired: responses to HEAD do not say it."""
    return isinstance(error, ExpiredTokenError) or (status == _FORBIDDEN and not body)


def _is_foreign(response: HttpExchange) -> bool:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind == "text/html" or kind.startswith("application/x-amz-json")


def _unexpected(response: HttpExchange, body: bytes) -> Exception:
    """Return the error for a success that is none: a proxy's, or that of another kind of server."""
    request = response.request
    if _is_foreign(response):
        return unsupported_wire(request.label, response.status, response.headers, body)
    return UnreadableAnswerError(
        f"{request.label} was answered with HTTP {response.status}, which does not fit the request"
    )


_ERROR = 400
_FORBIDDEN = 403
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_MOST_ATTEMPTS = 2
"""Answers to a challenge: a token may be refused once more, if it has expired meanwhile."""

_MOST_UNREACHABLE = 3
_UNAUTHORIZED = 401
_LONGEST_ERROR = 64 * 1024
