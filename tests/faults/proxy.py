"""A proxy that stands between a client and an HTTP server on this machine, and makes planned accidents happen.

    with FaultProxy(ecr.endpoint_url) as proxy:
        proxy.faults = [Fault("UploadLayerPart", nth=2, effect=Effect.DROP_AFTER)]
        push_to(proxy.url)
        assert proxy.count("UploadLayerPart") == 3
        assert proxy.fired == proxy.faults

Real sockets, one thread a connection; every request goes upstream over a connection of its own.
"""

import socket
import threading
from collections import Counter
from collections.abc import Iterable
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.faults.exchange import Exchange, Upstream
from tests.faults.faults import Effect, Fault

__all__ = ["Effect", "Fault", "FaultProxy"]

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_POLL_SECONDS = 0.05
_JOIN_SECONDS = 10.0


class FaultProxy:
    """Hand requests on to one server, except where a fault strikes.

    Args:
        upstream_url: `http://127.0.0.1:PORT`; nothing but this machine is ever reached.
        faults: What is planned; may be set anew at any time.
        max_body: The largest request body that is handed on, in bytes.
        max_connections: How many clients may be connected at once; others are hung up on.
        upstream_timeout: How long upstream may be silent, in seconds.
        bytes_per_second: How fast requests are read from each client.
    """

    def __init__(
        self,
        upstream_url: str,
        faults: Iterable[Fault] = (),
        *,
        max_body: int = 64 * 1024 * 1024,
        max_connections: int = 64,
        upstream_timeout: float = 30.0,
        bytes_per_second: float = float("inf"),
    ) -> None:
        place = urlsplit(upstream_url)
        if place.scheme != "http" or place.hostname not in _LOOPBACK or place.port is None:
            raise ValueError(f"{upstream_url!r} is not http://127.0.0.1:PORT")
        self._upstream = Upstream(place.hostname, place.port, max_body, upstream_timeout, bytes_per_second)
        self._max_connections = max_connections
        self._lock = threading.Lock()
        self._faults = list(faults)
        self._fired: list[Fault] = []
        self._counts: Counter[str] = Counter()
        self._closing = threading.Event()
        self._listener: socket.socket | None = None
        self._acceptor: threading.Thread | None = None
        self._exchanges: dict[threading.Thread, Exchange] = {}
        self._failures: list[Exception] = []

    @property
    def url(self) -> str:
        """Where clients connect to."""
        if self._listener is None:
            raise RuntimeError("the proxy is not running: use it in a `with` block")
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def faults(self) -> list[Fault]:
        """What is planned. Calls keep being counted from the start, or from the last `start_over`."""
        with self._lock:
            return list(self._faults)

    @faults.setter
    def faults(self, faults: Iterable[Fault]) -> None:
        with self._lock:
            self._faults = list(faults)

    @property
    def fired(self) -> list[Fault]:
        """The faults that did strike, in order, each as often as it did."""
        with self._lock:
            return list(self._fired)

    @property
    def counts(self) -> dict[str, int]:
        """How many requests came from clients, by operation; those that upstream never saw are among them."""
        with self._lock:
            return dict(self._counts)

    def count(self, operation: str) -> int:
        """How many requests came from clients for an operation."""
        return self.counts.get(operation, 0)

    def start_over(self, *faults: Fault) -> None:
        """Forget what was counted and what fired, and plan anew."""
        with self._lock:
            self._faults = list(faults)
            self._fired.clear()
            self._counts.clear()

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=self._max_connections)
        self._listener.settimeout(_POLL_SECONDS)  # closing a listener wakes nobody who waits for it
        self._acceptor = threading.Thread(target=self._accept, args=(self._listener,), name="fault-proxy")
        self._acceptor.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
        if self._failures and error is None:
            raise ExceptionGroup("the proxy itself failed", self._failures)

    def close(self) -> None:
        """Hang up on everybody and wait for the threads to end; delays end early."""
        self._closing.set()
        if self._acceptor:
            self._acceptor.join(_JOIN_SECONDS)
        if self._listener:
            self._listener.close()
        with self._lock:
            exchanges = dict(self._exchanges)
        for exchange in exchanges.values():
            exchange.hang_up()
        for thread in exchanges:
            thread.join(_JOIN_SECONDS)
        alive = [thread.name for thread in exchanges if thread.is_alive()]
        if alive:
            raise RuntimeError(f"threads of the proxy do not end: {alive}")

    def _accept(self, listener: socket.socket) -> None:
        while not self._closing.is_set():
            try:
                client, _ = listener.accept()
            except TimeoutError:
                continue
            client.settimeout(None)
            exchange = Exchange(client, self._upstream, self._note, self._closing)
            thread = threading.Thread(target=self._serve, args=(exchange,), name="fault-proxy-connection")
            with self._lock:
                welcome = len(self._exchanges) < self._max_connections
                if welcome:
                    self._exchanges[thread] = exchange
            if welcome:
                thread.start()
            else:
                client.close()

    def _serve(self, exchange: Exchange) -> None:
        try:
            exchange.serve()
        except Exception as error:  # noqa: BLE001 -- a thread has no caller to tell; __exit__ raises it
            self._failures.append(error)
        finally:
            with self._lock:
                self._exchanges.pop(threading.current_thread())

    def _note(self, operation: str) -> Fault | None:
        """Count a request, and say which fault strikes it."""
        with self._lock:
            self._counts[operation] += 1
            nth = self._counts[operation]
            fault = next((fault for fault in self._faults if fault.strikes(operation, nth)), None)
            if fault:
                self._fired.append(fault)
            return fault
