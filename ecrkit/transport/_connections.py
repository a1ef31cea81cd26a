"""Our own connections to ECR and to S3, where layers are stored.

Botocore would send as well, but its connections cannot be reached from another thread. These can: a `Flight` breaks one
off when its scope is cancelled or its response is too slow. A child process gets connections of its own.

Only public names of urllib3 and botocore are used. This module imports both, so import it where they are needed.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from contextvars import ContextVar
from io import BytesIO
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from weakref import WeakSet

from botocore import exceptions as boto
from botocore import httpsession, utils
from botocore.awsrequest import AWSResponse
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Timeout, proxy_from_url
from urllib3 import exceptions as broken
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.retry import Retry
from urllib3.util.ssl_ import is_ipaddress

from ecrkit import errors
from ecrkit.cancellation import cancelled_error, current_scope, unwatch, watch
from ecrkit.transport._pieces import FilePiece

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

SLOWEST = 8 * 1024
"""Bytes per second. A transfer may take as long as one at this rate, and a `read_timeout` more."""


class TooSlowError(boto.HTTPClientError):  # type: ignore[misc]  # botocore ships no types
    """A response, or a part of one, took longer than it may."""

    fmt = "The response took longer than {seconds:.0f} s"


class BrokenOffError(Exception):
    """The connection was broken off by us. It never leaves this package."""


class Flight:
    """One request on its way, until the last byte of its response. Any thread may break it off."""

    def __init__(self, read_timeout: float) -> None:
        self._read_timeout = read_timeout
        self._scope = current_scope()
        self._connection: _Reachable | None = None
        self._deadline = 0.0
        self._seconds = 0.0
        self.is_broken = False
        self.is_too_slow = False

    def __repr__(self) -> str:
        return f"Flight(is_broken={self.is_broken})"

    def begin(self) -> None:
        """Take part in the scope of this context, and be watched."""
        if self._scope is not None:
            self._scope.attach(self)

    def end(self) -> None:
        """Let go of the connection, which may serve another request from now on."""
        unwatch(self)
        if self._scope is not None:
            self._scope.detach(self)
        with _lock:
            connection, self._connection = self._connection, None
            if connection is not None and connection.flight is self:
                connection.flight = None

    def allow(self, size: int) -> None:
        """Allow the time for the next step, which moves this many bytes."""
        self._seconds = self._read_timeout + size / SLOWEST
        self._deadline = monotonic() + self._seconds
        watch(self, within=self._seconds)

    def rest(self) -> None:
        """Let no time count until the next step."""
        unwatch(self)

    def look(self, now: float) -> float:
        """Break the connection off if the time is over; see `ecrkit.cancellation`."""
        left = self._deadline - now
        if left <= 0 and not self.is_broken:
            self.is_too_slow = True
            self.break_off()
        return max(left, 1.0)

    def break_off(self) -> None:
        """Shut the connection down: whoever reads from it or writes to it is woken."""
        with _lock:
            self.is_broken = True
            if self._connection is not None and self._connection.flight is self:
                self._connection.shut_down()

    def check(self) -> None:
        """Raise if the connection was broken off."""
        if self.is_too_slow:
            raise TooSlowError(seconds=self._seconds)
        if self.is_broken:
            raise BrokenOffError

    def take(self, connection: _Reachable) -> None:
        """Use this connection from now on."""
        with _lock:
            self._connection = connection
            connection.flight = self
        self.check()


class _Reachable:
    """A connection that knows the request it is used for, and its socket while TLS is being negotiated."""

    flight: Flight | None = None
    _socket: Any = None
    _underlying: socket.socket | None = None

    @property
    def sock(self) -> Any:
        return self._socket

    @sock.setter
    def sock(self, value: Any) -> None:
        # TLS wraps the socket in a new one that nobody else has before its handshake is over. A duplicate reaches it.
        with _lock:
            previous, self._underlying = self._underlying, None
            self._socket = value
            if self.flight is not None and type(value) is socket.socket:
                if isinstance(self, HTTPSConnection):
                    self._underlying = value.dup()
                if self.flight.is_broken:
                    self.shut_down()
        if previous is not None:
            previous.close()

    def shut_down(self) -> None:
        """Shut the socket down without closing it, which is up to the thread that uses it."""
        for each in (self._underlying, self._socket):
            inner = getattr(each, "socket", each)  # of TLS inside of TLS
            if isinstance(inner, socket.socket):
                with suppress(OSError):  # it is not connected, or no longer
                    socket.socket.shutdown(inner, socket.SHUT_RDWR)  # not that of SSL, which forgets its keys

    def _board(self) -> None:
        flight = _flight.get()
        if flight is not None:
            flight.take(self)

    def _send_file(self, piece: FilePiece) -> None:
        """Let the kernel send a piece of a file, if the connection is not encrypted."""
        if self._socket.sendfile(piece.file, piece.first_byte, piece.size) < piece.size:
            raise errors.SourceChangedError(f"{piece.file.name} became shorter while it was sent")


class _PlainConnection(_Reachable, HTTPConnection):
    def connect(self) -> None:
        self._board()
        super().connect()

    def send(self, data: Any) -> None:
        if isinstance(data, FilePiece):
            self._send_file(data)
        else:
            super().send(data)

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._board()
        super().request(*args, **kwargs)


class _TlsConnection(_Reachable, HTTPSConnection):
    def connect(self) -> None:
        self._board()
        super().connect()

    def send(self, data: Any) -> None:
        if isinstance(data, FilePiece):
            self._send_file(data)
        else:
            super().send(data)

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._board()
        super().request(*args, **kwargs)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection  # pyright: ignore[reportAssignmentType] -- urllib3's own classes do not fit its protocol either


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection  # pyright: ignore[reportAssignmentType] -- as above


_POOLS: dict[str, type[HTTPConnectionPool | HTTPSConnectionPool]] = {"http": _PlainPool, "https": _TlsPool}


class Connections:
    """Pools of connections with the settings of a client of boto3."""

    def __init__(self, settings: Any, trusted: Callable[[], bool | str]) -> None:
        """Open nothing yet.

        Args:
            settings: The `Config` of the client: proxies, timeouts, client certificates.
            trusted: Returns the certificates to trust; called when the first pool is made.
        """
        self._settings = settings
        self._trusted = trusted
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._proxies: dict[str, Any] = {}
        self._managers: dict[tuple[str | None, bool], PoolManager] = {}
        _all.add(self)

    @property
    def read_timeout(self) -> float:
        """Seconds without a byte after which a response is given up."""
        return float(self._settings.read_timeout or _READ_TIMEOUT)

    def send(self, request: Any) -> Any:
        """Send a request of botocore, and return the whole response.

        Raises:
            HTTPClientError: No response arrived; the subclasses are those that botocore raises.
            BrokenOffError: The scope was cancelled.
        """
        flight = Flight(self.read_timeout)
        try:
            response = self.open(request, flight)
            with closing(response):
                body = _whole(response, flight)
        except boto.HTTPClientError:
            raise
        except Exception as error:
            raise _translated(error, request, flight) from error
        finally:
            flight.end()
        return _response(request, response.status, response.headers, body)

    def open(self, request: Any, flight: Flight, *, chunked: bool = False) -> BaseHTTPResponse:
        """Send a request, and return the response before its body has arrived. The flight lasts until its `end`.

        Args:
            request: One of botocore's, or anything with the same `method`, `url`, `headers` and `body`.
            flight: Breaks the request off.
            chunked: Send a body whose length the headers do not state.
        """
        flight.begin()
        token = _flight.set(flight)
        try:
            flight.allow(_size(request.body) + _HEAD)
            url = request.url
            proxy = self._proxy_of(url)
            pool = self._manager(proxy, tls=_has_tls(url, proxy)).connection_from_url(url)
            response = pool.urlopen(
                method=request.method,
                url=_target(url, proxy, self._settings.proxies_config or {}),
                body=request.body,
                headers=_texts(request.headers),
                chunked=chunked,
                retries=Retry(False),  # noqa: FBT003 -- how urllib3 spells none
                assert_same_host=False,
                preload_content=False,
                decode_content=False,
                enforce_content_length=False,
            )
            if flight.is_broken:
                response.close()
            flight.check()
        except Exception as error:
            raise _translated(error, request, flight) from error
        finally:
            _flight.reset(token)
        return response

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            managers, self._managers = self._managers, {}
        for manager in managers.values():
            manager.clear()

    def renew(self) -> None:
        """Drop the connections of the parent process; they stay open there."""
        self._lock = threading.Lock()
        self._managers = {}

    def _proxy_of(self, url: str) -> str | None:
        host = urlsplit(url).netloc
        known = self._proxies.get(host)
        if known is None:
            configured = self._settings.proxies
            proxies = cast("Any", utils).get_environ_proxies(url) if configured is None else configured
            known = cast("Any", httpsession).ProxyConfiguration(proxies, self._settings.proxies_config)
            self._proxies[host] = known
        return cast("str | None", known.proxy_url_for(url))

    def _manager(self, proxy: str | None, *, tls: bool) -> PoolManager:
        with self._lock:
            if (proxy, tls) not in self._managers:
                settings = self._pool_settings() | (self._tls_settings() if tls else {})
                manager = PoolManager(**settings) if proxy is None else self._through(proxy, settings)
                manager.pool_classes_by_scheme = _POOLS
                self._managers[proxy, tls] = manager
            return self._managers[proxy, tls]

    def _through(self, proxy: str, settings: dict[str, Any]) -> PoolManager:
        ours: dict[str, Any] = self._settings.proxies_config or {}
        forwarding = ours.get("proxy_use_forwarding_for_https")
        return proxy_from_url(
            proxy,
            proxy_headers=cast("Any", httpsession).ProxyConfiguration().proxy_headers_for(proxy),
            proxy_ssl_context=_proxy_context(proxy, ours),
            **({} if forwarding is None else {"use_forwarding_for_https": forwarding}),
            **settings,
        )

    def _pool_settings(self) -> dict[str, Any]:
        options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        if self._settings.tcp_keepalive:
            options.append((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1))
        blocks = cast("Any", httpsession).BUFFER_SIZE  # none with an old urllib3
        return {
            "timeout": Timeout(connect=self._settings.connect_timeout, read=self._settings.read_timeout),
            "maxsize": self._settings.max_pool_connections,
            "socket_options": options,
            **({"blocksize": blocks} if blocks else {}),
        }

    def _tls_settings(self) -> dict[str, Any]:
        verify = self._trusted()
        tools = cast("Any", httpsession)
        certificate: str | tuple[str, str] | None = self._settings.client_cert
        cert, key = certificate if isinstance(certificate, tuple) else (certificate, None)
        return {
            "ssl_context": tools.create_urllib3_context(),
            "cert_file": cert,
            "key_file": key,
            "cert_reqs": "CERT_REQUIRED" if verify else "CERT_NONE",
            "ca_certs": tools.get_cert_path(verify) if verify else None,
        }


class Received(BytesIO):
    """A body that has arrived, as `AWSResponse` reads it."""

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.getvalue()


def unavailable_after(send: Callable[[Any], Any], request: Any) -> tuple[Any, Exception | None]:
    """Send a request, and turn a failure of botocore's into a response that all its retry modes try again."""
    try:
        return send(request), None
    except boto.BotoCoreError as error:
        return _response(request, _UNAVAILABLE, {}, b""), error


def _response(request: Any, status: int, headers: Any, body: bytes) -> Any:
    return cast("Any", AWSResponse)(request.url, status, headers, Received(body))


def read_some(response: BaseHTTPResponse, size: int, flight: Flight) -> bytes:
    """Read up to this many bytes of a body; fewer at its end.

    Raises:
        HTTPClientError: They did not arrive in time.
        BrokenOffError: The scope was cancelled.
    """
    flight.allow(size)
    try:
        block = response.read(size)
        flight.check()
    finally:
        flight.rest()
    return block


def read_next(
    response: BaseHTTPResponse, size: int, flight: Flight, *, missing: int | None, what: str
) -> bytes:
    """Read up to this many bytes of a body, and raise our own errors.

    Args:
        response: The response.
        size: Maximum number of bytes.
        flight: The request that it belongs to.
        missing: Bytes that have not arrived yet, if known.
        what: What is read, for messages.

    Raises:
        AnswerLostError: The body ended early.
        OperationCancelledError: The scope was cancelled.
    """
    failure: errors.EcrKitError | None = None
    block = b""
    try:
        block = read_some(response, size, flight)
    except Exception as error:  # noqa: BLE001 -- what urllib3 raises here has no common base
        failure = cancelled_error() or errors.AnswerLostError(f"{what} ended early: {type(error).__name__}")
    if failure is not None:
        raise failure  # outside of the handler, so that no context holds a URL
    if not block and size and missing is not None and missing > 0:  # urllib3 was told not to check that
        raise errors.AnswerLostError(f"{what} ended {missing} bytes early")
    return block


def _whole(response: BaseHTTPResponse, flight: Flight) -> bytes:
    blocks: list[bytes] = []
    # To the very end: urllib3 gives the connection back to the pool when there is nothing left to read.
    while block := read_some(response, min(_BLOCK, response.length_remaining or _BLOCK), flight):
        blocks.append(block)
    return blocks[0] if len(blocks) == 1 else b"".join(blocks)


def _translated(error: Exception, request: Any, flight: Flight) -> Exception:
    """Make of what urllib3 raised what botocore's own session would raise: its retries go by that."""
    if isinstance(error, BrokenOffError | boto.BotoCoreError | errors.EcrKitError):
        return error
    try:
        flight.check()
    except (BrokenOffError, boto.BotoCoreError) as broken_off:
        return broken_off
    url = request.url
    meanings: list[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[], Exception]]] = [
        (broken.SSLError, lambda: boto.SSLError(endpoint_url=url, error=error)),
        (
            (broken.NewConnectionError, socket.gaierror),
            lambda: boto.EndpointConnectionError(endpoint_url=url, error=error),
        ),
        (broken.ProxyError, lambda: boto.ProxyConnectionError(proxy_url="the proxy", error=error)),
        (broken.ConnectTimeoutError, lambda: boto.ConnectTimeoutError(endpoint_url=url, error=error)),
        (broken.ReadTimeoutError, lambda: boto.ReadTimeoutError(endpoint_url=url, error=error)),
        (
            broken.ProtocolError,
            lambda: boto.ConnectionClosedError(error=error, request=request, endpoint_url=url),
        ),
    ]
    for kinds, make in meanings:
        if isinstance(error, kinds):
            return make()
    return cast("Exception", boto.HTTPClientError(error=error))


def _target(url: str, proxy: str | None, proxies_config: Mapping[str, Any]) -> str:
    """Return what stands in the request line: a proxy for plain HTTP wants the whole URL."""
    parts = urlsplit(url)
    forwards = proxy is not None and (
        parts.scheme == "http"
        or (urlsplit(proxy).scheme == "https" and bool(proxies_config.get("proxy_use_forwarding_for_https")))
    )
    if forwards:
        return url
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _proxy_context(proxy: str, proxies_config: Mapping[str, Any]) -> Any:
    authorities = proxies_config.get("proxy_ca_bundle")
    certificate = proxies_config.get("proxy_client_cert")
    if authorities is None and certificate is None:
        return None
    context = cast("Any", httpsession).create_urllib3_context()
    try:
        context.check_hostname = not is_ipaddress(urlsplit(proxy).hostname or "")
        if authorities is not None:
            context.load_verify_locations(cafile=authorities)
        if certificate is not None:
            context.load_cert_chain(*((certificate,) if isinstance(certificate, str) else certificate))
    except (OSError, ValueError) as error:
        raise boto.InvalidProxiesConfigError(error=error) from error
    return context


def _has_tls(url: str, proxy: str | None) -> bool:
    return any(each is not None and urlsplit(each).scheme == "https" for each in (url, proxy))


def _size(body: Any) -> int:
    return 0 if body is None else len(body) if hasattr(body, "__len__") else 0


def _texts(headers: Any) -> dict[str, Any]:
    return dict(headers.items())


def _renew_all() -> None:
    """Return a forked child connections and a lock of its own."""
    global _lock  # noqa: PLW0603 -- one per process
    _lock = threading.RLock()
    for each in tuple(_all):
        each.renew()


_lock = threading.RLock()  # of all flights: which request a connection serves
_flight: ContextVar[Flight | None] = ContextVar("ecrkit_flight", default=None)
_all: WeakSet[Connections] = WeakSet()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)

_UNAVAILABLE = 503
_READ_TIMEOUT = 60.0  # botocore's own
_BLOCK = 64 * 1024  # bytes of a response that are read at a time
_HEAD = 16 * 1024  # bytes that the heads of a request and of its response may have
