"""Our handlers in botocore's events, which act only on the very calls that ecrkit makes.

Botocore gives each call a dictionary, its context, that most of its events hand on. `Exchange` is put into it by the first
event of a call, so that a call which a handler of the caller's makes in the middle of one of ours is not taken for ours.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

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


@dataclass(slots=True)
class Exchange:
    """What goes through botocore's events during one call."""

    operation: str
    body: PreparedBody | None
    retries: bool
    answer: bytes | None = None
    request_id: str | None = None


next_exchange: ContextVar[Exchange | None] = ContextVar("ecrkit_next_exchange", default=None)
"""The exchange of the call that begins now."""

_ours_was_sent: ContextVar[bool] = ContextVar("ecrkit_ours_was_sent", default=False)
"""Whether the request that was sent last is one of ours."""


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
    _ours_was_sent.set(_OURS in request.context)


def _spare_the_parser(response_dict: dict[str, Any], **_: object) -> None:
    # This event says nothing about the call. After one that was made in between, botocore just parses for nothing.
    ours = _ours_was_sent.get()
    _ours_was_sent.set(False)
    if ours and response_dict["status_code"] < _FIRST_ERROR_STATUS:
        response_dict["body"] = b"{}"


def _take_answer(response_dict: dict[str, Any] | None, context: dict[str, Any], **_: object) -> None:
    exchange: Exchange | None = context.get(_OURS)
    if (
        exchange is not None
        and response_dict is not None
        and response_dict["status_code"] < _FIRST_ERROR_STATUS
    ):
        exchange.answer = response_dict["body"]
        exchange.request_id = response_dict["headers"].get("x-amzn-requestid")


def _end_retries(
    response: tuple[Any, dict[str, Any]] | None,
    caught_exception: Exception | None,
    request_dict: dict[str, Any],
    **_: object,
) -> None:
    exchange: Exchange | None = request_dict["context"].get(_OURS)
    if exchange is None:
        return
    if response is None:
        if not exchange.retries and caught_exception is not None:
            raise caught_exception
        return
    parsed = response[1]
    if "Error" not in parsed:
        return
    # Botocore's standard mode takes this quota for throttling and asks again, which cannot help (T55).
    if not exchange.retries or parsed["Error"].get("Code") == "LimitExceededException":
        raise AnsweredError(parsed)


_OURS = "ecrkit_exchange"  # its place in the context of a call
_FIRST_ERROR_STATUS = 300
