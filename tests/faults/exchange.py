"""One client's connection to the proxy: take request after request through the course that is set for it."""

import http.client
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from tests.faults.faults import Answer, Course, Ending, Fault, course_of, in_registry_form
from tests.faults.wire import ClientGoneError, ClientSide, Request, forward, forward_part_of_body, reset


@dataclass(frozen=True)
class Upstream:
    """The server that requests go to, and what it is trusted with."""

    host: str
    port: int
    max_body: int
    timeout: float
    bytes_per_second: float
    """How fast requests are read from each client."""


class Exchange:
    """Serve one client until it hangs up, a fault cuts it off, or `hang_up` is called."""

    def __init__(
        self,
        client: socket.socket,
        upstream: Upstream,
        note: Callable[[str], Fault | None],
        closing: threading.Event,
    ) -> None:
        self._client = client
        self._side = ClientSide(client, closing.wait, upstream.bytes_per_second)
        self._upstream = upstream
        self._note = note
        self._closing = closing
        self._towards_upstream: socket.socket | None = None

    def serve(self) -> None:
        """Handle requests one after the other; errors of sockets end the connection, as they do anywhere."""
        try:
            while (request := self._side.read_request()) and self._handle(request):
                pass
        except (ClientGoneError, OSError):
            return  # clients give up, time out and are hung up on: that is what the proxy is for
        finally:
            self._client.close()

    def hang_up(self) -> None:
        """Wake whoever waits for one of the two sockets; called from another thread."""
        for connection in (self._client, self._towards_upstream):
            if connection:
                _shut_down(connection)

    def _handle(self, request: Request) -> bool:
        """Take one request through its course; say whether the connection goes on."""
        course = course_of(self._note(request.operation))
        refusal = self._refusal(request)
        if refusal:
            self._side.write(refusal)
            return False
        if request.header("expect"):
            self._side.invite_body()
        if request.is_chunked:
            request = request.with_body(self._side.read_chunks(self._upstream.max_body))
        if course.break_body:
            beginning = request.body or self._side.read(request.length)
            self._break_off(request, beginning[: len(beginning) // 2])
        elif not request.is_chunked:
            request = replace(request, body=self._side.read(request.length))
        return self._end(course.ending, self._travel(request, course), request)

    def _refusal(self, request: Request) -> Answer | None:
        if request.header("transfer-encoding") and not request.is_chunked:
            return Answer(411, "Length Required")
        if request.length > self._upstream.max_body:
            return Answer(413, "Content Too Large")
        return None

    def _travel(self, request: Request, course: Course) -> Answer | None:
        self._closing.wait(course.delay_before)
        if course.halve_part:
            request = request.with_half_of_its_part()
        answer = None
        for _ in range(course.forwards):
            answer = self._forward(request)
        self._closing.wait(course.delay_after)
        instead = in_registry_form(course.instead) if request.is_registry else course.instead
        return instead or answer

    def _end(self, ending: Ending, answer: Answer | None, request: Request) -> bool:
        if ending is Ending.RESET:
            reset(self._client)
            return False
        if answer is None or ending is Ending.CLOSE:
            return False
        match ending:
            case Ending.SHORT_ANSWER:
                self._side.write(answer.halved())
            case Ending.BROKEN_ANSWER:
                self._side.write(answer.halved(), announced=len(answer.body))
                return False
            case _:
                self._side.write(answer, announced=answer.length if request.method == "HEAD" else None)
        return (request.header("connection") or "").lower() != "close"

    def _forward(self, request: Request) -> Answer:
        try:
            with self._connected() as upstream:
                return forward(request, upstream)
        except (OSError, http.client.HTTPException) as error:
            text = f"the proxy got no answer from upstream: {error}".encode()
            return Answer(502, "Bad Gateway", (("Content-Type", "text/plain"),), text)

    def _break_off(self, request: Request, beginning: bytes) -> None:
        with self._connected() as upstream:
            forward_part_of_body(request, upstream, beginning)

    @contextmanager
    def _connected(self) -> Generator[http.client.HTTPConnection]:
        place = self._upstream
        upstream = http.client.HTTPConnection(place.host, place.port, timeout=place.timeout)
        try:
            upstream.connect()
            self._towards_upstream = upstream.sock
            if self._closing.is_set():  # `hang_up` may have come too early to see this socket
                raise ClientGoneError("the proxy is closing")
            yield upstream
        finally:
            self._towards_upstream = None
            upstream.close()


def _shut_down(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already
