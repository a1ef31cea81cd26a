"""What a registry answers when it refuses a request, as the errors of `ecrkit.errors`. Pure."""

import json
import re
from collections.abc import Mapping
from typing import cast

from ecrkit.errors import (
    AccessDeniedError,
    AccessError,
    ApiError,
    EcrKitError,
    EmptyUploadError,
    ExpiredTokenError,
    ImageNotFoundError,
    ImageTagAlreadyExistsError,
    InvalidLayerError,
    InvalidLayerPartError,
    InvalidParameterError,
    InvalidRequestError,
    LayersNotFoundError,
    LimitExceededError,
    NotFoundError,
    ReferencedImagesNotFoundError,
    RepositoryNotFoundError,
    ServerError,
    ThrottlingError,
    UnsupportedWireError,
    UploadNotFoundError,
)
from ecrkit.errors._translate import shortened


def refusal(request: str, status: int, headers: Mapping[str, str], body: bytes) -> EcrKitError:
    """Return the error that a response stands for.

    Args:
        request: The request, for messages: method, host and path.
        status: Status of the response.
        headers: Its headers.
        body: Its body.
    """
    said = _first_error(body)
    if said is None and status in _FOREIGN and not _is_registry(headers):
        return unsupported_wire(request, status, headers, body)
    code, message = said or ("", "")
    error = _kind(code, status, message)(
        message or f"HTTP {status} {'without a message' if not body else shortened(_text(body), 200)}",
        code=code or str(status),
        operation=request,
        http_status=status,
        request_id=headers.get("x-amzn-requestid") or headers.get("x-request-id"),
    )
    error.retry_after = retry_after(headers)
    return error


def unsupported_wire(request: str, status: int, headers: Mapping[str, str], body: bytes) -> EcrKitError:
    """Return the error for a response that no registry would send."""
    kind = shortened(headers.get("Content-Type", "no content type"), 80)
    shown = f": it begins with {shortened(_text(body), 80)!r}" if body else ""
    return UnsupportedWireError(
        f"{request} was answered with HTTP {status}, {kind}{shown}. The endpoint does not speak the OCI registry protocol; "
        "check its URL, or, for a registry of ECR, use wire='api'"
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a registry asks to wait; a date is ignored."""
    value = headers.get("Retry-After", "").strip()
    return float(value) if re.fullmatch(r"[0-9]{1,6}", value, re.ASCII) else None


def _first_error(body: bytes) -> tuple[str, str] | None:
    try:
        said: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    errors = cast("dict[str, object]", said).get("errors")
    if not isinstance(errors, list) or not errors:
        return None
    first = cast("list[object]", errors)[0]
    if not isinstance(first, dict):
        return None
    members = cast("dict[str, object]", first)
    code, message = members.get("code"), members.get("message")
    return shortened(str(code or ""), 100), shortened(str(message or ""))


def _kind(code: str, status: int, message: str) -> type[ApiError]:
    # ECR refuses an expired login with 403 and without a challenge; ECR Public with 400.
    if "token has expired" in message.lower():
        return ExpiredTokenError
    if code == "TAG_INVALID" and "immutable" in message.lower():
        return ImageTagAlreadyExistsError
    if code == "DENIED" and "not authorized" not in message.lower() and "limit" in message.lower():
        return LimitExceededError
    known = _BY_CODE_AND_STATUS.get((code, status)) or _BY_STATUS.get(status)
    if known is None and status < _SERVER_FAILURE:
        known = _BY_CODE.get(code) or _OTHERWISE.get(status, InvalidRequestError)
    return known or ServerError


def _is_registry(headers: Mapping[str, str]) -> bool:
    return headers.get("Docker-Distribution-Api-Version", "").startswith("registry/2")


def _text(body: bytes) -> str:
    return body[:400].decode("utf-8", "replace")


_FOREIGN = frozenset({400, 404, 405, 410, 501})
"""Statuses that other servers answer for paths they do not know."""

_SERVER_FAILURE = 500

_BY_STATUS: Mapping[int, type[ApiError]] = {
    401: AccessError,
    408: ServerError,
    429: ThrottlingError,
}

_BY_CODE_AND_STATUS: Mapping[tuple[str, int], type[ApiError]] = {
    ("BLOB_UPLOAD_INVALID", 416): InvalidLayerPartError,
    ("UNSUPPORTED", 405): InvalidParameterError,
}

_BY_CODE: Mapping[str, type[ApiError]] = {
    "BLOB_UNKNOWN": LayersNotFoundError,
    "BLOB_UPLOAD_INVALID": InvalidLayerError,
    "BLOB_UPLOAD_UNKNOWN": UploadNotFoundError,
    "DENIED": AccessDeniedError,
    "DIGEST_INVALID": InvalidLayerError,
    "EMPTY_UPLOAD": EmptyUploadError,
    "MANIFEST_BLOB_UNKNOWN": ReferencedImagesNotFoundError,
    "MANIFEST_UNKNOWN": ImageNotFoundError,
    "NAME_UNKNOWN": RepositoryNotFoundError,
    "RANGE_INVALID": InvalidLayerPartError,
    "SIZE_INVALID": InvalidLayerError,
    "TOOMANYREQUESTS": ThrottlingError,
    "UNAUTHORIZED": AccessError,
}
"""Codes of the OCI distribution specification; ECR uses them as its knowledge base lists them."""

_OTHERWISE: Mapping[int, type[ApiError]] = {403: AccessDeniedError, 404: NotFoundError}
