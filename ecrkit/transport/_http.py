"""`HttpSession`: plain HTTP to registries, over connections that can be broken off from another thread.

Proxies, certificates and timeouts are those of a boto3 client. Nothing here follows redirects, retries or authenticates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeAlias
from urllib.parse import urlsplit

from ecrkit import errors
from ecrkit._version import __version__
from ecrkit.cancellation import call_interruptibly, cancelled_error
from ecrkit.transport._pieces import FilePiece
from ecrkit.transport._ranges import content_length, stated_size

if TYPE_CHECKING:
    from botocore.config import Config

    from ecrkit.transport._connections import Connections

BodyPiece: TypeAlias = bytes | memoryview | FilePiece


@dataclass(frozen=True, slots=True)
class HttpBody:
    """The body of a request, read once from front to back."""

    pieces: Iterator[BodyPiece]
    size: int | None = None
    """Bytes; None sends the body in chunks."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One HTTP request."""

    method: str
    url: str = field(repr=False)  # the query of an upload or of a download may be secret
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes | HttpBody | None = field(default=None, repr=False)
    first_byte: int = 0
    """First byte of the range to request."""

    last_byte: int | None = None
    """Last byte of the range to request, inclusive; the last of all if None."""

    @property
    def label(self) -> str:
        """The request in messages: its method, host and path."""
        return f"{self.method} {without_query(self.url)}"


class HttpSession:
    """Sends requests one by one. Threads may share one."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._is_closed = False

    def open(self, request: HttpRequest) -> HttpExchange:
        """Return a context manager that sends the request, and holds the response until it is left.

        Raises:
            EndpointUnreachableError: On entering: no connection could be made.
            AnswerLostError: On entering: the connection broke, or the response took too long.
            OperationCancelledError: On entering: the call was cancelled.
        """
        if self._is_closed:
            raise errors.ClosedError("The registry was closed; create another one")
        return HttpExchange(self._connections, request)

    def close(self) -> None:
        """Close the idle connections. Later requests raise `ClosedError`."""
        self._is_closed = True
        self._connections.close()


def http_session(config: Config | None = None, *, verify: bool | str | None = None) -> HttpSession:
    """Return a session with the settings that a boto3 client would have.

    Args:
        config: botocore configuration: timeouts, proxies, client certificates.
        verify: Path of a CA bundle, or false to trust any certificate; environment and profile decide if omitted.
    """
    from botocore.config import Config  # noqa: PLC0415 -- slow to import

    from ecrkit.transport._boto import MAX_POOL_CONNECTIONS, trusted_certificates  # noqa: PLC0415 -- cyclic
    from ecrkit.transport._connections import Connections  # noqa: PLC0415 -- imports botocore

    settings: Any = Config(max_pool_connections=MAX_POOL_CONNECTIONS)
    return HttpSession(
        Connections(
            settings if config is None else settings.merge(config),
            lambda: trusted_certificates(None) if verify is None else verify,
        )
    )


class HttpExchange:
    """A request and its response; a `Download` once it is entered."""

    status = 0
    """The HTTP status."""

    headers: Mapping[str, str]
    """The headers of the response; names are in no particular case."""

    total: int | None = None
    """The size of the whole resource, if the response states it."""

    def __init__(self, connections: Connections, request: HttpRequest) -> None:
        self.request = request
        self.headers = {}
        self._connections = connections
        self._missing: int | None = None
        self._response: Any = None
        self._flight: Any = None
        self._body_failure: Exception | None = None

    def __repr__(self) -> str:
        return f"HttpExchange({self.request.label})"

    def __enter__(self) -> Self:
        failure: Exception | None = None
        try:
            call_interruptibly(self._open)
        except Exception as error:  # noqa: BLE001 -- raised below, without a context that has secrets in it
            failure = self._body_failure or self._typed(error).with_traceback(None)
        if failure is not None:
            self._hang_up()
            raise failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def read(self, size: int, /) -> bytes:
        """Return the next bytes of the response; see `Download`."""
        from ecrkit.transport._connections import read_next  # noqa: PLC0415 -- imports botocore

        if self._missing == 0:
            return b""  # so that the connection can be used again
        block = read_next(
            self._response,
            size,
            self._flight,
            missing=self._missing,
            what=f"The response to {self.request.label}",
        )
        if self._missing is not None:
            self._missing -= len(block)
        return block

    def read_all(self, limit: int) -> bytes:
        """Return the whole body.

        Args:
            limit: Maximum number of bytes.

        Raises:
            UnreadableAnswerError: It is longer.
        """
        blocks: list[bytes] = []
        size = 0
        while block := self.read(min(_BLOCK, limit + 1)):
            blocks.append(block)
            size += len(block)
            if size > limit:
                raise errors.UnreadableAnswerError(
                    f"The response to {self.request.label} has more than {limit:,} bytes"
                )
        return b"".join(blocks)

    def _open(self) -> None:
        from ecrkit.transport._connections import Flight  # noqa: PLC0415 -- imports botocore

        request = self.request
        self._flight = Flight(self._connections.read_timeout)
        headers = self._all_headers()
        body: bytes | Iterator[BodyPiece] | None
        if isinstance(request.body, HttpBody):
            body = self._pieces(request.body, self._flight)
            chunked = request.body.size is None
        else:
            body, chunked = request.body, False
        sent = _Sent(request.method, request.url, headers, body)
        self._response = self._connections.open(sent, self._flight, chunked=chunked)
        self._flight.rest()
        self.status = self._response.status
        self.headers = self._response.headers
        if request.method == "HEAD" or self.status == _NO_CONTENT:
            self._missing = 0
            return
        self.total = stated_size(
            self.status, self.headers, first_byte=request.first_byte, last_byte=request.last_byte
        )
        self._missing = content_length(self.headers.get("Content-Length"))

    def _all_headers(self) -> dict[str, str]:
        request = self.request
        headers = {"Accept-Encoding": "identity", "User-Agent": f"ecrkit/{__version__}", **request.headers}
        if request.first_byte or request.last_byte is not None:
            last = "" if request.last_byte is None else request.last_byte
            headers["Range"] = f"bytes={request.first_byte}-{last}"
        if isinstance(request.body, HttpBody) and request.body.size is not None:
            headers["Content-Length"] = str(request.body.size)
        return headers

    def _pieces(self, body: HttpBody, flight: Any) -> Iterator[BodyPiece]:
        """Hand out the body. The time counts while a piece is sent, not while the source produces it."""
        sent = 0
        while True:
            flight.rest()
            try:
                piece = next(body.pieces, None)
                if not piece:
                    _check_size(sent, body.size)
            except Exception as error:
                self._body_failure = error
                raise
            flight.allow(len(piece or b""))
            if not piece:
                return
            sent += len(piece)
            yield piece

    def _hang_up(self) -> None:
        if self._flight is not None:
            self._flight.end()
        if self._response is not None:
            if self._missing == 0:
                self._response.drain_conn()  # otherwise http.client takes the response for unread
                self._response.release_conn()
            else:
                self._response.close()

    def _typed(self, error: Exception) -> Exception:
        from botocore import exceptions as boto  # noqa: PLC0415 -- boto3 is slow to import

        if (cancelled := cancelled_error()) is not None:
            return cancelled
        if isinstance(error, errors.EcrKitError):
            return error
        if not isinstance(error, boto.BotoCoreError):
            return errors.UnreadableAnswerError(
                f"{self.request.label} cannot be sent, or its response cannot be read: {type(error).__name__}"
            )
        unreachable = (
            boto.EndpointConnectionError,
            boto.ConnectTimeoutError,
            boto.ProxyConnectionError,
            boto.SSLError,
        )
        if isinstance(error, unreachable):
            return errors.EndpointUnreachableError(
                f"{self.request.label} could not be sent: {type(error).__name__}. {_advice(error, self.request.url)}"
            )
        return errors.AnswerLostError(f"No response to {self.request.label} arrived: {type(error).__name__}")


@dataclass(frozen=True, slots=True)
class _Sent:
    """A request as `Connections` takes it."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | Iterator[BodyPiece] | None


def _check_size(sent: int, stated: int | None) -> None:
    if stated not in {None, sent}:
        raise errors.SourceChangedError(f"The source of a request ended after {sent} of {stated} bytes")


def without_query(url: str) -> str:
    """Return host and path of a URL; the rest may be secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "a URL that cannot be read"
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}"


def _advice(error: Exception, url: str) -> str:
    text = str(error)
    host = urlsplit(url).netloc
    for found, advice in _ADVICE:
        if found in text or found in type(error).__name__:
            return advice.format(host=host)
    return f"Check the name of the host {host}, and HTTPS_PROXY if there is a proxy"


_BLOCK = 64 * 1024
_NO_CONTENT = 204
_ADVICE = (
    ("WRONG_VERSION_NUMBER", "{host} does not speak TLS"),
    ("RECORD_LAYER_FAILURE", "{host} does not speak TLS"),
    (
        "SSLError",
        "Its certificate is not trusted; AWS_CA_BUNDLE, or verify=, names a file of those that are",
    ),
    ("ProxyConnectionError", "See HTTPS_PROXY and NO_PROXY, or proxies= of the client's Config"),
)
