"""An HTTP server that answers from a list, for what no ECR would ever answer."""

import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar


@dataclass(frozen=True)
class Answer:
    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    claimed_length: int | None = None
    """What Content-Length says, where that is a lie; the connection is closed after the body then."""


HANG_UP = Answer(status=0)
"""Close the connection without a word."""


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Stub:
    url: str
    answers: list[Answer]
    asked: list[Asked] = field(default_factory=list[Asked])

    def answer(self, *answers: Answer) -> None:
        self.answers.extend(answers)


@contextmanager
def stub_server(*answers: Answer, tls: ssl.SSLContext | None = None) -> Generator[Stub]:
    """Give the answers in their order, the last one for ever."""
    stub = Stub("", list(answers))

    class Handler(_Handler):
        of = stub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    stub.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def error(code: str, message: str = "no", *, status: int = 400, request_id: str = "id-1") -> Answer:
    body = f'{{"__type": "{code}", "message": "{message}"}}'
    return Answer(body.encode(), status, {"x-amzn-RequestId": request_id})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    of: ClassVar[Stub]

    def do_POST(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self._body()
        self.of.asked.append(Asked(self.command, self.path, dict(self.headers.items()), body))
        answer = self.of.answers.pop(0) if len(self.of.answers) > 1 else self.of.answers[0]
        if answer is HANG_UP:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        length = len(answer.body) if answer.claimed_length is None else answer.claimed_length
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.close_connection = answer.claimed_length is not None

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks: list[bytes] = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- its name in the base class
        pass
