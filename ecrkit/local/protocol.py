"""uvicorn's HTTP protocol, with a log message for clients that try TLS first."""

import asyncio
import logging

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_CLIENT_HELLO = b"\x16\x03"  # a TLS handshake record: RFC 8446, section 5.1
# TLS clients recognise the plain response: "server gave HTTP response to HTTPS client", "wrong version number".
_PLAIN_HTTP = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n"
    b"This server speaks HTTP, not HTTPS."
)
_log = logging.getLogger("ecrkit.local.requests")


class HttpProtocol(HttpToolsProtocol):
    """One connection. If it begins with a TLS handshake, it is refused, with an explanation in the log.

    Docker, podman and others try HTTPS before HTTP on registries at loopback addresses. uvicorn would log each attempt as
    "Invalid HTTP request received."
    """

    _first = True

    def data_received(self, data: bytes) -> None:
        """Receive bytes from the client."""
        is_first, self._first = self._first, False
        if is_first and data.startswith(_CLIENT_HELLO):
            _log.info(
                "TLS probe: a client tried HTTPS, and this server speaks HTTP. Docker and others do that first "
                "and then fall back to HTTP, so nothing is wrong."
            )
            transport: asyncio.Transport = self.transport
            transport.write(_PLAIN_HTTP)
            transport.close()
            return
        super().data_received(data)
