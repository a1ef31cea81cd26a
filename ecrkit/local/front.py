"""The outermost middleware: refuses foreign hosts, injects faults, records and logs requests."""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ecrkit.local.control_api import PREFIX
from ecrkit.local.faults import Fault, Faults
from ecrkit.local.hosts import AllowedHosts
from ecrkit.local.recording import Requests, SeenRequest
from ecrkit.local.refusals import Refusal
from ecrkit.local.registry_wire.problems import problem_answer
from ecrkit.local.wire import TARGET_PREFIX, error_answer

HangUp = Callable[[Scope, bool], None]
"""Closes the connection of a request: at once, or (True) after flushing what was sent."""

_KINDS = frozenset({"manifests", "blobs", "tags", "referrers"})
_REFUSED = frozenset({"throttle", "error", "refuse"})
_BROKEN_OFF = frozenset({"drop-before", "drop-after", "truncate"})
_FORBIDDEN = 403
_log = logging.getLogger("ecrkit.local.requests")


class Front:
    """ASGI middleware."""

    def __init__(
        self, app: ASGIApp, allowed: AllowedHosts, faults: Faults, requests: Requests, hang_up: HangUp
    ) -> None:
        self._app = app
        self._allowed = allowed
        self._faults = faults
        self._requests = requests
        self._hang_up = hang_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        problem = self._allowed.problem(headers.getlist("host"), headers.getlist("origin"))
        if problem is None and is_control(scope):
            await self._app(scope, receive, send)
            return
        operation = operation_of(scope)
        fault = None if problem else self._faults.next_for(operation)
        started_at, started = time.time(), time.perf_counter()

        def record(status: int | None) -> None:
            seen = SeenRequest(
                operation=operation,
                method=scope["method"],
                path=scope["path"],
                status=status,
                seconds=time.perf_counter() - started,
                fault=fault.effect if fault else None,
                started_at=started_at,
            )
            self._requests.add(seen)
            _log_request(seen)

        answer = _Answer(send, fault, record)
        try:
            if problem:
                await PlainTextResponse(problem, _FORBIDDEN)(scope, receive, answer)
            else:
                await self._let_happen(fault, scope, receive, answer)
        finally:
            answer.end()
        if fault and fault.effect in _BROKEN_OFF:  # already recorded, so a client that sees it break finds it
            self._hang_up(scope, fault.effect == "truncate")
            await asyncio.sleep(0.05)  # so the server notices that the client is gone

    async def _let_happen(
        self, fault: Fault | None, scope: Scope, receive: Receive, answer: "_Answer"
    ) -> None:
        effect = fault.effect if fault else None
        if effect in _REFUSED or effect == "drop-before":
            await _read_all(receive)  # a client that is still sending would not see the response
        if fault and effect == "delay":
            await asyncio.sleep(fault.seconds)
        if fault and effect in _REFUSED:
            await _refuse(scope, receive, answer, _refusal(fault))
        elif effect != "drop-before":
            await self._app(scope, receive, answer)


class _Answer:
    """A response being sent, which a fault may cut short.

    It is recorded before the client can see its end, so a test finds the request it has just made.
    """

    def __init__(self, send: Send, fault: Fault | None, record: Callable[[int | None], None]) -> None:
        self._status: int | None = None
        self._send = send
        self._effect = fault.effect if fault else None
        self._record = record
        self._cut = False
        self._recorded = False

    async def __call__(self, message: Message) -> None:
        if self._effect == "drop-after":
            return
        if message["type"] == "http.response.start":
            self._status = message["status"]
        elif self._effect == "truncate":
            if self._cut:
                return
            self._cut = True
            message = {**message, "body": _half(message.get("body", b"")), "more_body": True}
        elif self._effect == "corrupt":
            message = {**message, "body": _flipped(message.get("body", b""))}
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self.end()
        await self._send(message)

    def end(self) -> None:
        """Record the response, unless already recorded."""
        if not self._recorded:
            self._recorded = True
            self._record(self._status)


def _log_request(seen: SeenRequest) -> None:
    _log.info(
        "%s %s %s %.1f ms%s",
        seen.operation,
        printable(seen.path),
        seen.status or "-",
        seen.seconds * 1000,
        f" [{seen.fault}]" if seen.fault else "",
    )


def is_control(scope: Scope) -> bool:
    """Return whether a request is for the control API, which is not recorded or affected by faults."""
    return str(scope["path"]).startswith(f"{PREFIX}/")


def operation_of(scope: Scope) -> str:
    """Return the operation of a request."""
    target = Headers(scope=scope).get("x-amz-target", "")
    if target.startswith(TARGET_PREFIX):
        return printable(target.removeprefix(TARGET_PREFIX))
    path, method = str(scope["path"]), str(scope["method"])
    if path.startswith("/layers/"):
        return "Download"
    if path.startswith("/v2/"):
        kinds = [part for part in path.split("/")[3:] if part in _KINDS]
        return f"{method} {kinds[-1]}" if kinds else f"{method} v2"
    return f"{method} {printable(path)}"


def printable(text: str) -> str:
    """Escape untrusted text for one line of a log."""
    shown = "".join(each if each.isprintable() else "?" for each in text[:200])
    return shown + ("..." if len(text) > len(shown) else "")


async def _refuse(scope: Scope, receive: Receive, answer: _Answer, refusal: Refusal) -> None:
    is_registry = str(scope["path"]).startswith("/v2/")
    response = problem_answer(refusal) if is_registry else error_answer(refusal, str(uuid.uuid4()))
    await response(scope, receive, answer)


def _refusal(fault: Fault) -> Refusal:
    if fault.effect == "throttle":
        return Refusal("ThrottlingException", "Rate exceeded")
    if fault.effect == "error":
        return Refusal("ServerException", "An internal error occurred", status=500)
    return Refusal(fault.code, fault.message, status=fault.status)


async def _read_all(receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            return


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _flipped(body: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in body[:1]) + body[1:]
