"""Our handlers in botocore's events, which act only while a call of ecrkit is under way in the same context."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ecrkit.transport._protocol import PreparedBody


def listen(client: Any) -> None:
    """Put the handlers into a client; once, however often it is asked."""
    events = client.meta.events
    events.register("before-call.ecr", _exchange_body, unique_id="ecrkit-exchange-body")
    events.register("before-parse.ecr", _take_answer, unique_id="ecrkit-take-answer")
    events.register_first("needs-retry.ecr", _end_retries, unique_id="ecrkit-end-retries")


@dataclass(slots=True)
class Exchange:
    """What goes through botocore's events during one call."""

    body: PreparedBody | None
    retries: bool
    answer: bytes | None = None


exchange_under_way: ContextVar[Exchange | None] = ContextVar("ecrkit_exchange", default=None)


class AnsweredError(Exception):
    """Carries an error answer past botocore's retries."""

    def __init__(self, response: dict[str, Any]) -> None:
        super().__init__()
        self.response = response


def _exchange_body(params: dict[str, Any], **_: object) -> None:
    exchange = exchange_under_way.get()
    if exchange is not None and exchange.body is not None:
        params["body"] = exchange.body
        params["headers"]["X-Amz-Content-SHA256"] = exchange.body.sha256  # the signer takes it as it is


def _take_answer(response_dict: dict[str, Any], **_: object) -> None:
    exchange = exchange_under_way.get()
    if exchange is not None and response_dict["status_code"] < _FIRST_ERROR_STATUS:
        exchange.answer = response_dict["body"]
        response_dict["body"] = b"{}"


def _end_retries(
    response: tuple[Any, dict[str, Any]] | None, caught_exception: Exception | None, **_: object
) -> None:
    exchange = exchange_under_way.get()
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


_FIRST_ERROR_STATUS = 300
