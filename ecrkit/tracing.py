"""Spans of OpenTelemetry: one for each call that pushes, pulls, copies or waits, and one in it for each request.

Nothing has to be switched on: spans are recorded once the program has set a tracer provider. Nothing is imported here,
because a program that does that has imported the API already. Spans hold names and numbers, and never credentials, URLs,
or the message of an error.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ecrkit._version import __version__
from ecrkit.errors import ApiError

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer, TracerProvider

    from ecrkit.transport import ResponseMetadata


@contextmanager
def operation_span(name: str, repository: str | None = None) -> Generator[None]:
    """Record what the caller asked for as a span, unless it is part of something else that is recorded.

    Args:
        name: Name of the operation, for example `push_image`.
        repository: Name of the repository, if there is one.
    """
    tracer = _tracer()
    if tracer is None or _in_operation.get():
        yield
        return
    attributes = {} if repository is None else {"ecrkit.repository": repository}
    token = _in_operation.set(True)
    try:
        with _span(tracer, f"ecrkit.{name}", attributes, is_request=False):
            yield
    finally:
        _in_operation.reset(token)


@contextmanager
def request_span(operation: str, region_name: str, repository: str | None) -> Generator[RequestSpan | None]:
    """Record a request to ECR as a span; yields what adds to it the facts of the response.

    The attributes are those of OpenTelemetry's semantic conventions for the AWS SDK:
    https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/

    Args:
        operation: Name of the operation, for example `DescribeImages`.
        region_name: Region the request goes to.
        repository: Name of the repository, if the request names one.
    """
    tracer = _tracer()
    if tracer is None:
        yield None
        return
    attributes = {
        "rpc.system": "aws-api",
        "rpc.service": "ECR",
        "rpc.method": operation,
        "cloud.region": region_name,
    }
    if repository is not None:
        attributes["ecrkit.repository"] = repository
    with _span(tracer, f"ECR/{operation}", attributes, is_request=True) as span:
        yield RequestSpan(span)


class RequestSpan:
    """The span of one request."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def add(self, metadata: ResponseMetadata | None) -> None:
        """Add what HTTP said about the response."""
        if metadata is None:
            return
        self._span.set_attribute("http.response.status_code", metadata.http_status)
        if metadata.request_id is not None:
            self._span.set_attribute("aws.request_id", metadata.request_id)
        if metadata.attempts > 1:
            self._span.set_attribute("http.request.resend_count", metadata.attempts - 1)


@contextmanager
def _span(tracer: Tracer, name: str, attributes: Mapping[str, str], *, is_request: bool) -> Generator[Span]:
    kinds: Any = sys.modules["opentelemetry.trace"]
    with tracer.start_as_current_span(
        name,
        kind=kinds.SpanKind.CLIENT if is_request else kinds.SpanKind.INTERNAL,
        attributes=attributes,
        record_exception=False,  # messages may name what is nobody's business
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except BaseException as error:
            span.set_status(kinds.StatusCode.ERROR)
            span.set_attribute("error.type", type(error).__qualname__)
            if is_request and isinstance(error, ApiError):
                span.set_attribute("http.response.status_code", error.http_status)
                if error.request_id is not None:
                    span.set_attribute("aws.request_id", error.request_id)
            raise


def _tracer() -> Tracer | None:
    """Return the tracer of the program; None unless it has set a provider."""
    global _known  # noqa: PLW0603 -- a cache of the last one: making a tracer costs more than a span
    trace: Any = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return None
    try:
        provider: TracerProvider = trace.get_tracer_provider()
        if isinstance(provider, trace.ProxyTracerProvider):
            return None
    except AttributeError:  # another thread is just importing it
        return None
    if _known is None or _known[0] is not provider:
        _known = (provider, provider.get_tracer("ecrkit", __version__))
    return _known[1]


_known: tuple[TracerProvider, Tracer] | None = None
_in_operation: ContextVar[bool] = ContextVar("ecrkit_in_operation", default=False)
