"""A proxy for HTTPS: it is told where to, and leads to one server on this machine whatever it is told."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit


@dataclass
class Tunnel:
    url: str
    leads_to: tuple[str, int]
    asked: list[str] = field(default_factory=list[str])
    """The hosts and ports that clients asked for."""

    logins: list[str | None] = field(default_factory=list[str | None])
    """The `Proxy-Authorization` of each."""


@contextmanager
def tunnel_to(url: str) -> Generator[Tunnel]:
    """Run such a proxy."""
    place = urlsplit(url)
    assert place.hostname is not None
    assert place.port is not None
    tunnel = Tunnel("", (place.hostname, place.port))

    class Handler(_Handler):
        of = tunnel

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    tunnel.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield tunnel
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    of: ClassVar[Tunnel]

    def do_CONNECT(self) -> None:
        self.of.asked.append(self.path)
        self.of.logins.append(self.headers.get("Proxy-Authorization"))
        with socket.create_connection(self.of.leads_to) as upstream:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_relay, args=(upstream, self.connection), daemon=True)
            back.start()
            _relay(self.connection, upstream)
            back.join()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- its name in the base class
        pass


def _relay(one: socket.socket, other: socket.socket) -> None:
    try:
        while block := one.recv(65536):
            other.sendall(block)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # either side hung up, which ends the tunnel
