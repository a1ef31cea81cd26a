"""Errors of botocore as errors of ours."""

from __future__ import annotations

import re
from traceback import walk_tb
from typing import Any

from ecrkit import errors
from ecrkit.cancellation import current_scope
from ecrkit.errors import api_error
from ecrkit.transport._advice import advice
from ecrkit.transport._events import AnsweredError


def typed_error(operation: str, error: Exception) -> BaseException:
    """Return the error of ours that says what happened, to be raised outside of the `except` block.

    What botocore raised holds the headers of the request, and its frames hold signatures and tokens. So it is not kept as
    the cause, and the text has what it says.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- boto3 is slow to import

    from ecrkit.transport._connections import BrokenOffError  # noqa: PLC0415 -- imports botocore

    scope = current_scope()
    if isinstance(error, BrokenOffError) or (scope is not None and scope.cancelled):
        return errors.OperationCancelledError("The call was cancelled") if scope is None else scope.error()
    if isinstance(error, AnsweredError):
        return _from_response(operation, error.response)
    if isinstance(error, ClientError):
        # Its cause says nothing more, save a session token where a signature is refused.
        refused: Any = error
        said = _from_response(refused.operation_name, refused.response)
        return said if refused.operation_name == operation else _unsigned(operation, said)
    if isinstance(error, BotoCoreError):
        return _without_answer(operation, error)
    return _unexpected(operation, error)


def _unexpected(operation: str, error: Exception) -> BaseException:
    if isinstance(error, ValueError) and "Invalid endpoint" in str(error):
        if "//api.ecr.." in str(error) or "//api.ecr-fips.." in str(error):  # a region of no letters
            return errors.MissingRegionError(_NO_REGION)
        return errors.InvalidEndpointError(
            f"{_said(error)}. An endpoint is a URL with its scheme, for example http://127.0.0.1:5005"
        )
    if _raised_in_a_library(error):
        return errors.UnreadableAnswerError(
            f"The answer to {operation} cannot be read: {type(error).__name__}: {_said(error)}"
        )
    return error


def _raised_in_a_library(error: Exception) -> bool:
    """Return whether an error comes from botocore or its dependencies, not from a handler of the caller."""
    frames = list(walk_tb(error.__traceback__))
    origin = str(frames[-1][0].f_globals.get("__name__", "")) if frames else ""
    return origin.partition(".")[0] in _LIBRARIES


def _said(error: Exception) -> str:
    """Return the text of an error without the passwords of the URLs in it."""
    return _without_passwords(str(error))


def _without_passwords(text: str) -> str:
    return _CREDENTIALS.sub("//***@", text)


_CREDENTIALS = re.compile(r"//[^/\s\"'@]*(?:@[^/\s\"'@]*)*@(?=[^/\s])")
_LIBRARIES = frozenset(
    {
        "boto3",
        "botocore",
        "urllib3",
        "http",
        "ssl",
        "socket",
        "json",
        "email",
        "codecs",
        "encodings",
        "dateutil",
        "urllib",
    }
)


def _unsigned(operation: str, said: errors.EcrKitError) -> errors.MissingCredentialsError:
    """Say that it was STS or SSO that refused, which botocore asks for credentials on the way."""
    why = f"{said.message} ({said.code} from {said.operation})" if isinstance(said, errors.ApiError) else said
    return errors.MissingCredentialsError(f"{operation} could not be signed: {why}")


def _without_answer(operation: str, error: Exception) -> errors.EcrKitError:
    """Translate botocore's reason for a missing response."""
    from botocore import exceptions as boto  # noqa: PLC0415 -- as above

    if isinstance(error, boto.ParamValidationError) and "Unknown parameter" in str(error):
        return _unsupported(f"all of this {operation} ({_said(error)})")
    meanings: list[tuple[tuple[type[Exception], ...], type[errors.EcrKitError], str]] = [
        ((boto.NoRegionError,), errors.MissingRegionError, _NO_REGION),
        (
            (boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError),
            errors.MissingCredentialsError,
            f"{operation} could not be signed: {_said(error)}. {_HOW_TO_SIGN}",
        ),
        (
            (boto.SSOError, boto.TokenRetrievalError),
            errors.MissingCredentialsError,
            f"{operation} could not be signed: {_said(error)}. Sign in again with `aws sso login`",
        ),
        (
            (boto.LoginError, boto.RefreshWithMFAUnsupportedError, boto.MetadataRetrievalError),
            errors.MissingCredentialsError,
            f"{operation} could not be signed: {_said(error)}",
        ),
        (
            (
                boto.ProfileNotFound,
                boto.ConfigNotFound,
                boto.ConfigParseError,
                boto.InvalidConfigError,
                boto.InvalidRetryConfigurationError,
                boto.InvalidProxiesConfigError,
                boto.UnknownCredentialError,
                boto.UnknownRegionError,
                boto.ValidationError,  # of a region, among others
                boto.BaseEndpointResolverError,
                boto.EndpointProviderError,
            ),
            errors.ConfigurationError,
            f"The configuration of AWS cannot be used: {_said(error)}",
        ),
        ((boto.ParamValidationError,), errors.InvalidInputError, f"{operation}: {_said(error)}"),
        (
            (
                boto.EndpointConnectionError,
                boto.ConnectTimeoutError,
                boto.ProxyConnectionError,
                boto.SSLError,
            ),
            errors.EndpointUnreachableError,
            f"{operation} could not be sent: {_said(error)}",
        ),
        (
            (boto.HTTPClientError,),
            errors.AnswerLostError,
            f"No answer to {operation} arrived: {_said(error)}",
        ),
    ]
    for kinds, meaning, words in meanings:
        if isinstance(error, kinds):
            is_unreachable = meaning is errors.EndpointUnreachableError
            hint = f". {advice(_endpoint(error), str(error))}" if is_unreachable else ""
            return meaning(_without_passwords(f"{words}{hint}"))
    return errors.TransportError(f"{operation} failed in botocore: {_said(error)}")


def _endpoint(error: Exception) -> str:
    details: dict[str, object] = getattr(error, "kwargs", {})
    return str(details.get("endpoint_url", ""))


_NO_REGION = (
    "No region is configured: pass region_name=, set AWS_DEFAULT_REGION, or put a region into the profile"
)
_HOW_TO_SIGN = "Configure credentials as for boto3, for example AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"


def _from_response(operation: str, response: dict[str, Any]) -> errors.EcrKitError:
    said = response.get("Error", {})
    metadata = response.get("ResponseMetadata", {})
    code, status = str(said.get("Code", "")), int(metadata.get("HTTPStatusCode", 0))
    if status == _REFUSED and code in {"", str(status)}:
        # ECR names every error of its own. Where the name is missing, botocore could not read the answer to its end.
        return errors.UnreadableAnswerError(f"{operation} was answered with an error that cannot be read")
    return api_error(
        code,
        str(said.get("Message", "")),
        operation=operation,
        http_status=status,
        request_id=metadata.get("RequestId"),
        members={
            name: value for name, value in response.items() if name not in {"Error", "ResponseMetadata"}
        },
    )


def unknown_operation(operation: str) -> errors.UnsupportedOperationError:
    """Say what to do about an operation that is newer than botocore."""
    return _unsupported(operation)


def _unsupported(what: str) -> errors.UnsupportedOperationError:
    import botocore  # noqa: PLC0415 -- as above

    from ecrkit.models._operations import BOTOCORE_VERSION  # noqa: PLC0415 -- loads the models of all operations

    return errors.UnsupportedOperationError(
        f"The installed botocore {botocore.__version__} does not know {what}; botocore {BOTOCORE_VERSION}, which ecrkit "
        f"follows, does: pip install --upgrade 'boto3>={BOTOCORE_VERSION}'"
    )


_REFUSED = 400  # the status of all errors of ECR but its own failures
