"""What botocore raises, in our words and our classes."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from ecrkit import errors
from ecrkit.errors import api_error
from ecrkit.transport._advice import advice
from ecrkit.transport._events import AnsweredError


@contextmanager
def typed_errors(operation: str) -> Generator[None]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- boto3 is slow to import

    try:
        yield
    except AnsweredError as error:
        raise _from_response(operation, error.response) from None
    except ClientError as error:
        # Without its cause, which says nothing more, save a session token where a signature is refused.
        refused: Any = error
        said = _from_response(refused.operation_name, refused.response)
        raise (said if refused.operation_name == operation else _unsigned(operation, said)) from None
    except BotoCoreError as error:
        raise _without_answer(operation, error) from error
    except ValueError as error:
        if "Invalid endpoint" not in str(error):
            raise
        if "//api.ecr.." in str(error) or "//api.ecr-fips.." in str(error):  # a region of no letters
            raise errors.MissingRegionError(_NO_REGION) from error
        raise errors.InvalidEndpointError(
            f"{error}. An endpoint is a URL with its scheme, for example http://127.0.0.1:5005"
        ) from error


def _unsigned(operation: str, said: errors.EcrKitError) -> errors.MissingCredentialsError:
    """Say that it was STS or SSO that refused, which botocore asks for credentials on the way."""
    why = f"{said.message} ({said.code} from {said.operation})" if isinstance(said, errors.ApiError) else said
    return errors.MissingCredentialsError(f"{operation} could not be signed: {why}")


def _without_answer(operation: str, error: Exception) -> errors.EcrKitError:
    """Say in our words why botocore brings no answer."""
    from botocore import exceptions as boto  # noqa: PLC0415 -- as above

    if isinstance(error, boto.ParamValidationError) and "Unknown parameter" in str(error):
        return _unsupported(f"all of this {operation} ({error})")
    meanings: list[tuple[tuple[type[Exception], ...], type[errors.EcrKitError], str]] = [
        ((boto.NoRegionError,), errors.MissingRegionError, _NO_REGION),
        (
            (boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError),
            errors.MissingCredentialsError,
            f"{operation} could not be signed: {error}. {_HOW_TO_SIGN}",
        ),
        (
            (boto.SSOError, boto.TokenRetrievalError),
            errors.MissingCredentialsError,
            f"{operation} could not be signed: {error}. Sign in again with `aws sso login`",
        ),
        (
            (boto.LoginError, boto.RefreshWithMFAUnsupportedError, boto.MetadataRetrievalError),
            errors.MissingCredentialsError,
            f"{operation} could not be signed: {error}",
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
            f"The configuration of AWS cannot be used: {error}",
        ),
        ((boto.ParamValidationError,), errors.InvalidInputError, f"{operation}: {error}"),
        (
            (
                boto.EndpointConnectionError,
                boto.ConnectTimeoutError,
                boto.ProxyConnectionError,
                boto.SSLError,
            ),
            errors.EndpointUnreachableError,
            f"{operation} could not be sent: {error}",
        ),
        ((boto.HTTPClientError,), errors.AnswerLostError, f"No answer to {operation} arrived: {error}"),
    ]
    for kinds, meaning, words in meanings:
        if isinstance(error, kinds):
            hint = (
                f". {advice(_endpoint(error), str(error))}"
                if meaning is errors.EndpointUnreachableError
                else ""
            )
            return meaning(f"{words}{hint}")
    return errors.TransportError(f"{operation} failed in botocore: {error}")


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
