"""Translate error responses of ECR, or of something in front of it, to error classes."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from ecrkit.errors._base import ApiError
from ecrkit.errors._families import (
    AccessDeniedError,
    AccessError,
    AlreadyExistsError,
    ConflictError,
    ExpiredTokenError,
    InvalidRequestError,
    InvalidSignatureError,
    NotFoundError,
    ServerError,
    ThrottlingError,
    UnrecognizedClientError,
    UpstreamError,
)
from ecrkit.errors._judged import ImageInaccessibleError, ImageReferencedError
from ecrkit.errors._service import (
    SERVICE_ERRORS,
    ImageNotFoundError,
    KmsError,
    RepositoryNotFoundError,
)

_LONGEST_TEXT = 2_000
_LONGEST_CODE = 200
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b."
)
"""Terminal escape sequences: colors, cursor movements, titles."""


def api_error(
    code: str,
    message: str,
    *,
    operation: str,
    http_status: int,
    request_id: str | None = None,
    members: Mapping[str, object] = MappingProxyType({}),
) -> ApiError:
    """Return the error for a response.

    Args:
        code: As received, with its namespace; empty if the response has none. The failure codes of batch operations
            (`ImageReferencedByManifestList`, ...) are understood as well.
        message: Message of the response; may be HTML from a proxy.
        operation: Name of the operation, for example `DescribeImages`.
        http_status: Status of the response.
        request_id: Id of the request, if the response has one.
        members: All other members of the response, with wire names.
    """
    bare = _bare(shortened(code, _LONGEST_CODE))
    from ecrkit.errors._hints import hint  # noqa: PLC0415 -- most programs meet no error

    text = _readable(message)
    return _error_class(bare, http_status)(
        text or f"HTTP {http_status} without a message",
        code=bare or str(http_status),
        operation=operation,
        http_status=http_status,
        request_id=None if request_id is None else shortened(request_id, _LONGEST_CODE),
        hint=hint(bare, text, operation),
        members=members,
    )


def shortened(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Return untrusted text as one line for a terminal or log: without escape codes, and shortened.

    Args:
        text: The untrusted text.
        longest: Maximum number of characters.
    """
    head = _ESCAPES.sub("", text[: 4 * longest])
    line = " ".join("".join(each if each.isprintable() else " " for each in head).split())
    if len(text) <= longest and len(line) <= longest:
        return line
    return f"{line[:longest]}... ({len(text):,} characters)"


def _bare(code: str) -> str:
    """Strip namespace and URL from a code: `com.amazonaws.ecr#X:http://...` is `X`."""
    return code.partition(":")[0].rpartition("#")[2].strip()


def _readable(message: str) -> str:
    # The canonical string repeats the headers, including the session token.
    text = message.partition("The Canonical String for this request")[0].strip()
    if not text.startswith("<"):
        return shortened(text)
    title = re.search(r"<title>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    said = f": {' '.join(title[1].split())}" if title else ""
    return shortened(f"Received HTML instead of a response{said}")


def _error_class(code: str, http_status: int) -> type[ApiError]:
    known = SERVICE_ERRORS.get(code) or _UNMODELLED.get(code) or _FAILURES.get(code)
    return known or _by_ending(code) or _by_status(http_status)


def _by_ending(code: str) -> type[ApiError] | None:
    """Guess the family of an exception unknown to this release."""
    return next((family for ending, family in _ENDINGS.items() if code.endswith(ending)), None)


def _by_status(http_status: int) -> type[ApiError]:
    if http_status in _STATUSES:
        return _STATUSES[http_status]
    return ServerError if http_status >= 500 else ApiError  # noqa: PLR2004 -- where HTTP's server errors begin


_UNMODELLED: Mapping[str, type[ApiError]] = {
    "AccessDenied": AccessDeniedError,
    "AccessDeniedException": AccessDeniedError,
    "BandwidthLimitExceeded": ThrottlingError,
    "ExpiredToken": ExpiredTokenError,
    "ExpiredTokenException": ExpiredTokenError,
    "IncompleteSignature": InvalidSignatureError,
    "IncompleteSignatureException": InvalidSignatureError,
    "InternalFailure": ServerError,
    "InternalServerError": ServerError,
    "InternalServerException": ServerError,
    "InvalidAction": InvalidRequestError,
    "InvalidClientTokenId": UnrecognizedClientError,
    "InvalidSignatureException": InvalidSignatureError,
    "MissingAuthenticationToken": AccessError,
    "MissingAuthenticationTokenException": AccessError,
    "NotAuthorized": AccessDeniedError,
    "OptInRequired": AccessError,
    "RequestExpired": InvalidSignatureError,
    "RequestLimitExceeded": ThrottlingError,
    "RequestThrottled": ThrottlingError,
    "RequestThrottledException": ThrottlingError,
    "RequestTimeTooSkewed": InvalidSignatureError,
    "RequestTimeout": ServerError,
    "RequestTimeoutException": ServerError,
    "SerializationException": InvalidRequestError,
    "ServiceUnavailable": ServerError,
    "ServiceUnavailableException": ServerError,
    "SignatureDoesNotMatch": InvalidSignatureError,
    "SlowDown": ThrottlingError,
    "ThrottledException": ThrottlingError,
    "Throttling": ThrottlingError,
    "ThrottlingException": ThrottlingError,
    "TooManyRequestsException": ThrottlingError,
    "UnknownOperationException": InvalidRequestError,
    "UnrecognizedClientException": UnrecognizedClientError,
}
"""Errors of AWS's front end, which are not in the service model and have no botocore classes."""

_FAILURES: Mapping[str, type[ApiError]] = {
    "ImageInaccessible": ImageInaccessibleError,
    "ImageNotFound": ImageNotFoundError,
    "ImageReferencedByManifestList": ImageReferencedError,
    "ImageTagDoesNotMatchDigest": ConflictError,
    "InvalidImageDigest": InvalidRequestError,
    "InvalidImageTag": InvalidRequestError,
    "InvalidLayerDigest": InvalidRequestError,
    "KmsError": KmsError,
    "MissingDigestAndTag": InvalidRequestError,
    "MissingLayerDigest": InvalidRequestError,
    "REPOSITORY_NOT_FOUND": RepositoryNotFoundError,
    "UpstreamAccessDenied": UpstreamError,
    "UpstreamTooManyRequests": UpstreamError,
    "UpstreamUnavailable": UpstreamError,
}
"""Failure codes of items of a batch operation; these come with HTTP 200."""

_ENDINGS: Mapping[str, type[ApiError]] = {
    "NotFoundException": NotFoundError,
    "AlreadyExistsException": AlreadyExistsError,
    "InProgressException": ConflictError,
}

_STATUSES: Mapping[int, type[ApiError]] = {
    401: AccessError,
    403: AccessError,
    408: ServerError,
    429: ThrottlingError,
}
