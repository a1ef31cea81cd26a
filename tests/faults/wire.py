"""HTTP/1.1 as the proxy needs it: read a request, hand it on, write an answer."""

import base64
import hashlib
import http.client
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.faults.faults import Answer

_MAX_HEAD = 64 * 1024
# These speak about one connection, not about the request or the answer.
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "proxy-connection", "expect"}


class ClientGoneError(Exception):
    """The client hung up in the middle of a request."""


@dataclass(frozen=True)
class Request:
    """An HTTP request; the body comes later, as a fault may strike in the middle of it."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Find a header, in any spelling."""
        return next((value for found, value in self.headers if found.lower() == name), None)

    @property
    def operation(self) -> str:
        """The operation of ECR; `PUT blobs` and the like on the registry protocol; else the method and path."""
        target = self.header("x-amz-target")
        if self.is_registry and "/blobs/" in self.path:
            return f"{self.method} blobs"
        return target.rpartition(".")[2] if target else f"{self.method} {self.path.partition('?')[0]}"

    @property
    def is_registry(self) -> bool:
        """Whether it speaks the registry protocol."""
        return self.path.startswith("/v2/")

    @property
    def is_chunked(self) -> bool:
        """Whether the body comes in chunks, and the head does not say how long it is."""
        return (self.header("transfer-encoding") or "").lower() == "chunked"

    def with_body(self, body: bytes) -> "Request":
        """Add a body that came in chunks."""
        return replace(self, headers=(*self.headers, ("Content-Length", str(len(body)))), body=body)

    @property
    def length(self) -> int:
        """How many bytes the body has."""
        return int(self.header("content-length") or 0)

    def with_half_of_its_part(self) -> "Request":
        """Make the first half of an UploadLayerPart a part of its own.

        The hash of the body is brought up to date; the signature cannot be.
        """
        members = json.loads(self.body)
        part = base64.b64decode(members["layerPartBlob"])
        half = part[: len(part) // 2]
        if not half:
            raise ValueError(f"a part of {len(part)} bytes has no first half")
        members["layerPartBlob"] = base64.b64encode(half).decode()
        members["partLastByte"] = members["partFirstByte"] + len(half) - 1
        body = json.dumps(members).encode()
        renewed = {"x-amz-content-sha256": hashlib.sha256(body).hexdigest(), "content-length": str(len(body))}
        headers = tuple((name, renewed.get(name.lower(), value)) for name, value in self.headers)
        return replace(self, headers=headers, body=body)


class ClientSide:
    """The connection to the client."""

    def __init__(
        self, connection: socket.socket, sleep: Callable[[float], object], bytes_per_second: float
    ) -> None:
        self._connection = connection
        self._sleep = sleep
        self._bytes_per_second = bytes_per_second
        self._pending = bytearray()

    def read_request(self) -> Request | None:
        """Read the next request up to its body; None when the client has hung up between two requests."""
        while (end := self._pending.find(b"\r\n\r\n")) < 0:
            if len(self._pending) > _MAX_HEAD:
                raise ClientGoneError("the head of a request does not end")
            if not self._receive_more():
                return None
        head = self._pending[:end].decode("latin-1")
        del self._pending[: end + 4]
        first, *lines = head.split("\r\n")
        method, path, _ = first.split(" ", 2)
        pairs = (line.partition(":") for line in lines)
        return Request(method, path, tuple((name, value.strip()) for name, _, value in pairs))

    def read(self, count: int) -> bytes:
        """Read so many bytes of a body."""
        while len(self._pending) < count:
            if not self._receive_more():
                raise ClientGoneError("the client hung up in the middle of a body")
        data = bytes(self._pending[:count])
        del self._pending[:count]
        return data

    def read_chunks(self, limit: int) -> bytes:
        """Read a body that comes in chunks."""
        chunks: list[bytes] = []
        while size := int(self._read_line(), 16):
            if size + sum(map(len, chunks)) > limit:
                raise ClientGoneError("the chunks do not end")
            chunks.append(self.read(size))
            self.read(2)
        self.read(2)
        return b"".join(chunks)

    def _read_line(self) -> bytes:
        while (end := self._pending.find(b"\r\n")) < 0:
            if not self._receive_more():
                raise ClientGoneError("the client hung up in the middle of a body")
        line = bytes(self._pending[:end])
        del self._pending[: end + 2]
        return line

    def invite_body(self) -> None:
        """Tell a client that waits for it to go on."""
        self._connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def write(self, answer: Answer, *, announced: int | None = None) -> None:
        """Send an answer; `announced` is the length to claim where it is not that of the body (None: it is)."""
        length = len(answer.body) if announced is None else announced
        kept = (pair for pair in answer.headers if pair[0].lower() not in _HOP_BY_HOP | {"content-length"})
        lines = [f"HTTP/1.1 {answer.status} {answer.reason}", *(f"{name}: {value}" for name, value in kept)]
        head = "\r\n".join([*lines, f"Content-Length: {length}", "", ""])
        self._connection.sendall(head.encode("latin-1") + answer.body)

    def _receive_more(self) -> bool:
        data = self._connection.recv(256 * 1024)
        self._sleep(len(data) / self._bytes_per_second)
        self._pending += data
        return bool(data)


def forward(request: Request, upstream: http.client.HTTPConnection) -> Answer:
    """Send the request upstream as it is, and read the whole answer."""
    _send_head(request, upstream)
    upstream.send(request.body)
    with upstream.getresponse() as response:
        body = response.read()
        return Answer(response.status, response.reason, tuple(response.getheaders()), body)


def forward_part_of_body(request: Request, upstream: http.client.HTTPConnection, beginning: bytes) -> None:
    """Send the head and the beginning of the body upstream, then break the connection."""
    _send_head(request, upstream)
    upstream.send(beginning)
    if upstream.sock:
        reset(upstream.sock)


def reset(connection: socket.socket) -> None:
    """Close a connection the hard way: TCP sends a reset instead of an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _send_head(request: Request, upstream: http.client.HTTPConnection) -> None:
    upstream.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
    for name, value in request.headers:
        if name.lower() not in _HOP_BY_HOP:
            upstream.putheader(name, value)
    upstream.putheader("Connection", "close")
    upstream.endheaders()
