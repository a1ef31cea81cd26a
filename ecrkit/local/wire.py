"""The JSON 1.1 protocol of the service, with ECR's headers, errors and times.

The event loop is never blocked: it reads bodies, and everything else runs in a worker thread.
"""

import json
import logging
import re
import uuid
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from ecrkit import models
from ecrkit.local.credentials import SignedRequest
from ecrkit.local.dispatch import Operation, find_route
from ecrkit.local.failures import is_disk_full, server_failure
from ecrkit.local.names import user_arn
from ecrkit.local.part_body import Body, parse_json, parse_part
from ecrkit.local.refusals import Refusal, serialization
from ecrkit.local.service import Call, Service
from ecrkit.local.signature import Signature, read_signature
from ecrkit.models._base import Response as Answer

CONTENT_TYPE = "application/x-amz-json-1.1"
TARGET_PREFIX = "AmazonEC2ContainerRegistry_V20150921."
_HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9a-f:]{2,45}\](:\d{1,5})?", re.ASCII)
# In JSON, a quote that ends a member's name has no backslash before it; one inside a string has.
_LARGE_NUMBER = re.compile(r'(?<!\\)":([1-9][0-9]{7,})\.([0-9]+)(?=[,}])')
_TOO_LARGE = 413

_log = logging.getLogger(__name__)


class Wire:
    """Handle requests of the JSON protocol.

    Args:
        routes: Handlers by name of the operation.
    """

    def __init__(self, service: Service, routes: Mapping[str, Operation]) -> None:
        self._service = service
        self._routes = routes

    async def answer(self, request: Request) -> Response:
        """Handle one request."""
        request_id = str(uuid.uuid4())
        try:
            body = await read_body(request, self._service.settings.max_body_size)
            return await run_in_threadpool(self._answer, request, body, request_id)
        except Refusal as refusal:
            return error_answer(refusal, request_id)

    def _answer(self, request: Request, body: Body, request_id: str) -> Response:
        try:
            return json_answer(self._carry_out(request, body), request_id)
        except Refusal as refusal:
            return error_answer(refusal, request_id)
        except Exception as error:  # noqa: BLE001 -- the outermost frame: logged, and answered as the service would
            _log.error(
                "Request %s failed: %s", request_id, error, exc_info=None if is_disk_full(error) else error
            )
            return error_answer(server_failure(error), request_id)

    def _carry_out(self, request: Request, body: Body) -> Answer:
        target = request.headers.get("x-amz-target", "")
        if not target.startswith(TARGET_PREFIX):
            raise Refusal("UnknownOperationException", "")
        operation = target.removeprefix(TARGET_PREFIX)
        signature = read_signature(request.headers.get("authorization"))
        own_account = self._verify(request, body, signature)
        route = find_route(self._routes, models.OPERATIONS, operation)
        members = parse_part(body) if operation == "UploadLayerPart" else parse_json(body)
        account = own_account or signature.account(self._service.settings.account)
        call = Call(
            service=self._service,
            account=account,
            region=signature.region,
            principal=user_arn(account, signature.region, signature.access_key),
            base_url=base_url(request),
        )
        return route.run(call, members)

    def _verify(self, request: Request, body: Body, signature: Signature) -> str | None:
        """Verify the signature if keys are configured, and return the account of the key, if it has one."""
        keys = self._service.keys
        if keys is None:
            return None
        signed = SignedRequest(
            method=request.method,
            path=request.url.path,
            query=request.url.query,
            headers=dict(request.headers),
            body=body,
        )
        return keys.verify(signed, signature, self._service.clock.now()).account


async def read_body(request: Request, limit: int) -> Body:
    """Read a body into one buffer.

    Raises:
        Refusal: It is longer than the limit, or ended early.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise _too_large(limit)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise _too_large(limit)
    except ClientDisconnect:
        raise serialization("The request ended before its body did") from None
    return body


def base_url(request: Request) -> str:
    """Return scheme, host and port as the caller used them, for URLs in responses."""
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        host = "{}:{}".format(*(request.scope.get("server") or ("127.0.0.1", 80)))
    return f"{request.url.scheme}://{host}"


def json_answer(answer: Answer, request_id: str) -> Response:
    """Return a success response."""
    # Unset members are omitted, so a handler decides whether an empty list is present.
    content = answer.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True)
    content = _LARGE_NUMBER.sub(_in_exponent_form, content)
    return Response(content, headers={"x-amzn-RequestId": request_id}, media_type=CONTENT_TYPE)


def error_answer(refusal: Refusal, request_id: str) -> Response:
    """Return an error response."""
    # Without spaces and without an x-amzn-ErrorType header, as recorded (cloud-custodian's placebo files, 2017-2019).
    content = {"__type": refusal.code, "message": refusal.message, **refusal.members}
    body = json.dumps(content, separators=(",", ":"))
    return Response(body, refusal.status, {"x-amzn-RequestId": request_id}, CONTENT_TYPE)


def _in_exponent_form(match: re.Match[str]) -> str:
    """Format a number as Java does from 10^7: `1.563223656E9`, which is how ECR writes times.

    Source: the Content-Length values of the recorded responses, and the samples of the API reference.
    """
    whole, fraction = match[1], match[2]
    digits = (whole[1:] + fraction).rstrip("0") or "0"
    return f'":{whole[0]}.{digits}E{len(whole) - 1}'


def _too_large(limit: int) -> Refusal:
    return Refusal(
        "RequestEntityTooLargeException",
        f"The request body is longer than {limit} bytes",
        status=_TOO_LARGE,
    )
