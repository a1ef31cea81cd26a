"""A server that accepts pushes and discards the bytes, so that a benchmark measures only the client.

It speaks as much of ECR's JSON protocol as a push and a listing need, and as much of the registry's `/v2/` as skopeo,
oras and python-dxf need to upload a blob. It stores and checks nothing; it counts, and `GET /counters` tells.

    python -m benchmarks.discard_server --bandwidth 104857600 --round-trip 0.05
"""

import argparse
import json
import re
import socket
import sys
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.canned_images import images_answer
from benchmarks.simulated_link import SimulatedLink

PART_SIZE = 10_485_760
_BLOCK = 1024 * 1024
_LINK_BLOCK = 64 * 1024
# The members around a blob (ids, names, byte positions) take less than this; the blob between them is never looked at.
_HEAD = 4096
_TAIL = 2048
# Linux's TCP drops bytes without copying them when asked to; elsewhere the flag means something else.
_DISCARD = socket.MSG_TRUNC if sys.platform == "linux" else 0
_TLS_HANDSHAKE = 0x16
_JSON = "application/x-amz-json-1.1"
_LAST_BYTE = re.compile(rb'"partLastByte"\s*:\s*(\d+)')


class Counters:
    """Number of requests, and bytes of their bodies."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[str, int] = {}
        self._body_bytes = 0

    def add(self, operation: str, body_bytes: int) -> None:
        """Count one request."""
        with self._lock:
            self._requests[operation] = self._requests.get(operation, 0) + 1
            self._body_bytes += body_bytes

    def as_json(self) -> bytes:
        """Return the counts so far."""
        with self._lock:
            return json.dumps({"body_bytes": self._body_bytes, "requests": self._requests}).encode()


@dataclass(frozen=True)
class Request:
    """A request with only the start and end of its body."""

    method: str
    path: str
    headers: dict[str, str]
    body_bytes: int
    edges: bytes

    @property
    def operation(self) -> str:
        """The ECR operation, else the HTTP method and the kind of thing it is asked of."""
        target = self.headers.get("x-amz-target")
        if target:
            return target.rpartition(".")[2]
        kind = next((word for word in ("blobs", "manifests", "counters") if word in self.path), "v2")
        return f"{self.method} {kind}"


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: str = "200 OK"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def encode(self, *, with_body: bool = True) -> bytes:
        """Return the response as HTTP/1.1."""
        lines = [f"HTTP/1.1 {self.status}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
        return head + self.body if with_body else head


class Connection:
    """One client's connection: requests come in one after the other and are answered in order."""

    def __init__(self, client: socket.socket, link: SimulatedLink, counters: Counters) -> None:
        self._client = client
        self._link = link
        self._counters = counters
        self._pending = bytearray()
        self._scratch = memoryview(bytearray(_LINK_BLOCK if link.bytes_per_second else _BLOCK))

    def serve(self) -> None:
        """Handle requests until the client disconnects."""
        self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._link.travel()  # the handshake of TCP
        with self._client:
            try:
                while request := self._read_request():
                    self._link.travel()
                    answer = answer_to(request, self._counters)
                    self._client.sendall(answer.encode(with_body=request.method != "HEAD"))
            except (ConnectionError, EOFError):
                return  # clients of a benchmark may disconnect at any time

    def _read_request(self) -> Request | None:
        head = self._read_head()
        if head is None:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if headers.get("expect", "").lower() == "100-continue":
            self._client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body_bytes, edges = self._discard_chunks(), b""
        else:
            body_bytes = int(headers.get("content-length", "0"))
            edges = self._read_edges(body_bytes)
        request = Request(method, path, headers, body_bytes, edges)
        self._counters.add(request.operation, body_bytes)
        return request

    def _read_head(self) -> bytes | None:
        if not self._pending and not self._receive_more():
            return None
        if self._pending[0] == _TLS_HANDSHAKE:
            raise EOFError  # skopeo tries https first, and would wait for an answer to that
        while (end := self._pending.find(b"\r\n\r\n")) < 0:
            if not self._receive_more():
                return None
        head = bytes(self._pending[:end])
        del self._pending[: end + 4]
        return head

    def _receive_more(self) -> bool:
        data = self._client.recv(_LINK_BLOCK)
        self._link.carry(len(data))
        self._pending += data
        return bool(data)

    def _read_edges(self, body_bytes: int) -> bytes:
        if body_bytes <= _HEAD + _TAIL:
            return self._read_exactly(body_bytes)
        head = self._read_exactly(_HEAD)
        self._discard(body_bytes - _HEAD - _TAIL)
        return head + self._read_exactly(_TAIL)

    def _read_exactly(self, count: int) -> bytes:
        while len(self._pending) < count:
            if not self._receive_more():
                raise EOFError
        data = bytes(self._pending[:count])
        del self._pending[:count]
        return data

    def _discard(self, count: int) -> None:
        known = min(count, len(self._pending))
        del self._pending[:known]
        left = count - known
        while left:
            got = self._client.recv_into(self._scratch, min(left, len(self._scratch)), _DISCARD)
            if not got:
                raise EOFError
            self._link.carry(got)
            left -= got

    def _discard_chunks(self) -> int:
        total = 0
        while size := int(self._read_line().partition(b";")[0], 16):
            self._discard(size)
            self._read_line()
            total += size
        while self._read_line():
            pass  # trailers
        return total

    def _read_line(self) -> bytes:
        while (end := self._pending.find(b"\r\n")) < 0:
            if not self._receive_more():
                raise EOFError
        line = bytes(self._pending[:end])
        del self._pending[: end + 2]
        return line


def answer_to(request: Request, counters: Counters) -> Answer:
    """Return the response of an empty registry that accepts everything."""
    if request.path == "/counters":
        return Answer(body=counters.as_json())
    if "x-amz-target" in request.headers:
        return _answer_of_ecr(request)
    return _answer_of_registry(request)


def _answer_of_ecr(request: Request) -> Answer:
    if request.operation == "GetAuthorizationToken":
        return _log_in(request.headers["host"])
    answer = _ECR.get(request.operation)
    if answer is None:
        return _refusal(
            "UnknownOperationException", f"the discarding server does not know {request.operation}"
        )
    return answer(request.edges)


def _log_in(host: str) -> Answer:
    data = {
        "authorizationToken": "QVdTOm5vbmU=",
        "expiresAt": 4_000_000_000,
        "proxyEndpoint": f"http://{host}",
    }
    return _ok({"authorizationData": [data]})


def _take_part(edges: bytes) -> Answer:
    found = _LAST_BYTE.search(edges)
    if found is None:
        return _refusal("InvalidParameterException", "partLastByte is neither before nor after the blob")
    return _ok({"lastByteReceived": int(found[1])})


def _have_nothing(body: bytes) -> Answer:
    digests: list[str] = json.loads(body)["layerDigests"]
    layers = [{"layerDigest": digest, "layerAvailability": "UNAVAILABLE"} for digest in digests]
    return _ok({"layers": layers, "failures": []})


def _begin_upload(_: bytes) -> Answer:
    return _ok({"uploadId": str(uuid.uuid4()), "partSize": PART_SIZE})


def _believe_digest(body: bytes) -> Answer:
    return _ok({"layerDigest": json.loads(body)["layerDigests"][0]})


def _list_images(body: bytes) -> Answer:
    return Answer(body=images_answer(json.loads(body)), headers={"Content-Type": _JSON})


_ECR: dict[str, Callable[[bytes], Answer]] = {
    "BatchCheckLayerAvailability": _have_nothing,
    "InitiateLayerUpload": _begin_upload,
    "UploadLayerPart": _take_part,
    "CompleteLayerUpload": _believe_digest,
    "DescribeImages": _list_images,
}


def _ok(members: dict[str, object]) -> Answer:
    return Answer(body=json.dumps(members).encode(), headers={"Content-Type": _JSON})


def _refusal(code: str, message: str) -> Answer:
    body = json.dumps({"__type": code, "message": message}).encode()
    return Answer("400 Bad Request", body, {"Content-Type": _JSON})


def _answer_of_registry(request: Request) -> Answer:
    path, _, query = request.path.partition("?")
    name = path.removeprefix("/v2/").partition("/blobs/")[0]
    where = {"Location": f"/v2/{name}/blobs/uploads/{uuid.uuid4()}", "Range": "0-0"}
    digest = re.search(r"digest=([^&]+)", query)
    named = {"Docker-Content-Digest": digest[1].replace("%3A", ":")} if digest else {}
    match request.method:
        case "POST":
            return Answer("202 Accepted", headers=where)
        case "PATCH":
            last = max(request.body_bytes - 1, 0)
            return Answer("202 Accepted", headers=where | {"Location": path, "Range": f"0-{last}"})
        case "PUT":
            return Answer("201 Created", headers=named | {"Location": path})
        case "GET" | "HEAD" if path == "/v2/":
            return Answer(headers={"Docker-Distribution-Api-Version": "registry/2.0"})
        case _:
            return Answer("404 Not Found")


def main() -> None:
    """Serve on a free port of 127.0.0.1, print the port in the first line, and run until killed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--bandwidth", type=float, default=0.0, help="bytes a second (0: as fast as loopback)"
    )
    parser.add_argument("--round-trip", type=float, default=0.0, help="seconds")
    options = parser.parse_args()
    link, counters = SimulatedLink(options.bandwidth, options.round_trip), Counters()
    with socket.create_server(("127.0.0.1", options.port), backlog=64) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            client, _ = listener.accept()
            threading.Thread(target=Connection(client, link, counters).serve, daemon=True).start()


if __name__ == "__main__":
    main()
