"""Our handlers in botocore's events, which act only on the very calls that ecrkit makes.

Botocore gives each call a dictionary, its context, that most of its events hand on. `Exchange` is put into it by the first
event of a call, so that a call which a handler of the caller's makes in the middle of one of ours is not taken for ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast

from ecrkit.cancellation import check_cancelled
from ecrkit.transport._protocol import PreparedBody


def listen(client: Any) -> None:
    """Put the handlers into a client; once, however often it is asked."""
    events = client.meta.events
    events.register_first("provide-client-params.ecr", _begin, unique_id="ecrkit-begin")
    events.register("before-call.ecr", _exchange_body, unique_id="ecrkit-exchange-body")
    events.register_last("request-created.ecr", _note_what_is_sent, unique_id="ecrkit-note-what-is-sent")
    events.register("before-parse.ecr", _spare_the_parser, unique_id="ecrkit-spare-the-parser")
    events.register_first("response-received.ecr", _take_answer, unique_id="ecrkit-take-answer")
    events.register_first("needs-retry.ecr", _end_retries, unique_id="ecrkit-end-retries")
    events.register_last(
        "before-send", _send, unique_id="ecrkit-send"
    )  # behind those of mocks, such as moto's


@dataclass(slots=True)
class Exchange:
    """What goes through botocore's events during one call."""

    operation: str
    body: PreparedBody | None = None
    retries: bool = True
    send: Callable[[Any], Any] | None = None
    """Sends a request of botocore over our own connections; the client sends if absent."""

    answer: bytes | None = field(default=None, repr=False)
    failure: Exception | None = field(default=None, repr=False)
    """Why the last request has no response."""

    attempts: int = 0
    http_status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


next_exchange: ContextVar[Exchange | None] = ContextVar("ecrkit_next_exchange", default=None)
"""The exchange of the call that begins now."""

_sent: ContextVar[Exchange | None] = ContextVar("ecrkit_sent", default=None)
"""The exchange that the request created last belongs to, if it is one of ours."""


class AnsweredError(Exception):
    """Carries an error answer past botocore's retries."""

    def __init__(self, response: dict[str, Any]) -> None:
        super().__init__()
        self.response = response


def _begin(model: Any, context: dict[str, Any], **_: object) -> None:
    # A handler for this very operation comes before those for all; what it asks is another operation.
    exchange = next_exchange.get()
    if exchange is not None and exchange.operation == model.name:
        next_exchange.set(None)
        context[_OURS] = exchange


def _exchange_body(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    exchange: Exchange | None = context.get(_OURS)
    if exchange is not None and exchange.body is not None:
        params["body"] = exchange.body
        params["headers"]["X-Amz-Content-SHA256"] = exchange.body.sha256  # the signer takes it as it is


def _note_what_is_sent(request: Any, **_: object) -> None:
    exchange: Exchange | None = request.context.get(_OURS)
    _sent.set(exchange)
    if exchange is not None:
        exchange.attempts += 1


def _send(request: Any, **_: object) -> Any:
    # This event says nothing about the call either. A handler of the caller's may have made one of its own meanwhile, so
    # what is created and what is sent need not be the same; then the client sends.
    exchange = _sent.get()
    if exchange is None or exchange.send is None:
        return None
    return _LazyResponse(request, exchange, exchange.send)


class _LazyResponse:
    """Sends the request when botocore looks at the response: it does not if an earlier handler has made one up.

    Botocore treats what goes wrong from then on as its own failure, without trying again. So a failure is handed on as a
    response that every retry mode of botocore tries again, and `Exchange.failure` says what it was.
    """

    def __init__(self, request: Any, exchange: Exchange, send: Callable[[Any], Any]) -> None:
        self._request = request
        self._exchange = exchange
        self._send = send
        self._received: Any = None

    @property
    def _response(self) -> Any:
        # Not a `cached_property`: until Python 3.12 its lock would let one request be sent at a time.
        from ecrkit.transport._connections import unavailable_after  # noqa: PLC0415 -- imports botocore

        if self._received is None:
            self._received, self._exchange.failure = unavailable_after(self._send, self._request)
        return self._received

    def __getattr__(self, name: str) -> Any:
        return getattr(self._response, name)


def _spare_the_parser(response_dict: dict[str, Any], **_: object) -> None:
    # After a call that a handler made, botocore parses needlessly.
    exchange = _sent.get()
    _sent.set(None)
    if exchange is not None:
        is_success = response_dict["status_code"] < _FIRST_ERROR_STATUS
        response_dict["body"] = b"{}" if is_success else readable_error(response_dict["body"])


def readable_error(body: bytes) -> bytes:
    """Return the body of an error as botocore can read it: gateways send JSON that is no object, and other things."""
    text = body.decode("utf-8", "replace")
    try:
        said: object = json.loads(text)
    except RecursionError:
        return b"{}"
    except ValueError:
        return text.encode()
    if isinstance(said, str):
        return json.dumps({"message": said}).encode()
    if not isinstance(said, dict):
        return b"{}"
    members = cast("dict[str, object]", said)
    texts = {name: value for name, value in members.items() if name not in _TEXTS or isinstance(value, str)}
    return body if len(texts) == len(members) else json.dumps(texts).encode()


def _take_answer(response_dict: dict[str, Any] | None, context: dict[str, Any], **_: object) -> None:
    exchange: Exchange | None = context.get(_OURS)
    if (
        exchange is not None
        and response_dict is not None
        and response_dict["status_code"] < _FIRST_ERROR_STATUS
    ):
        exchange.answer = response_dict["body"]
        exchange.http_status = response_dict["status_code"]
        exchange.headers = response_dict["headers"]


def _end_retries(
    response: tuple[Any, dict[str, Any]] | None,
    caught_exception: Exception | None,
    request_dict: dict[str, Any],
    **_: object,
) -> None:
    exchange: Exchange | None = request_dict["context"].get(_OURS)
    if exchange is None:
        return
    check_cancelled()
    if response is None:
        if not exchange.retries and caught_exception is not None:
            raise caught_exception
        return
    parsed = response[1]
    if "Error" not in parsed:
        return
    # Botocore's standard mode takes this quota for throttling and asks again, which cannot help.
    if not exchange.retries or parsed["Error"].get("Code") == "LimitExceededException":
        raise AnsweredError(parsed)


_OURS = "ecrkit_exchange"  # its place in the context of a call
_FIRST_ERROR_STATUS = 300
_TEXTS = frozenset(
    {"__type", "code", "message", "Message"}
)  # members of an error that botocore takes for texts
