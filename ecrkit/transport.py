"""The way to ECR and back: the one module that knows boto3 and botocore.

Botocore keeps what it is good at: credentials, regions, endpoints, signatures, proxies, retries, connections. What goes
through it differs from a plain boto3 call in three places, all of them events that botocore documents:

- `before-parse` hands over the raw bytes of a success, because pydantic reads them faster than botocore's parser;
- `before-call` exchanges the body of a layer part for one that is encoded and hashed already;
- `needs-retry` ends retries that the caller asked to decide on, and those of a quota that waiting does not lift.

The handlers act only while a call of ecrkit is under way in the same context, so a client that the caller passed in
behaves as ever for the caller's own calls.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

from ecrkit import errors
from ecrkit._version import __version__
from ecrkit.errors import api_error

if TYPE_CHECKING:
    from boto3 import Session as Session  # noqa: PLC0414 -- for the annotations of others, who do not import boto3
    from botocore.config import Config as Config  # noqa: PLC0414 -- as above

MAX_POOL_CONNECTIONS = 64
"""Connections a client of ours keeps at the most: as many as the threads of `asyncio.to_thread` and of several pushes."""


class PreparedBody(Protocol):
    """A request body that is encoded and hashed already. It can be read from the start any number of times."""

    sha256: str
    """The hash that goes into the signature, in hexadecimal."""

    def __len__(self) -> int: ...

    def read(self, size: int = -1, /) -> bytes | memoryview:
        """Give the next bytes, at least as many as asked for unless the body ends."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a position, as in any file."""
        ...

    def tell(self) -> int:
        """Give the position."""
        ...


@runtime_checkable
class Transport(Protocol):
    """Takes one request to ECR and brings the raw JSON of the answer back, or raises an `EcrKitError`."""

    region_name: str

    def call(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        body: PreparedBody | None = None,
        retries: bool = True,
    ) -> bytes:
        """Carry out one operation.

        Args:
            operation: Its name, for example `DescribeImages`.
            parameters: The members of the request under the service's names.
            body: Sent in place of the serialised parameters.
            retries: Whether the transport may try again by itself; `False` where the caller decides on that.
        """
        ...

    def download(self, url: str, *, first_byte: int = 0) -> AbstractContextManager[Download]:
        """Open the URL of a layer, which carries its own authorisation, from a byte of it on."""
        ...


class Download(Protocol):
    """An answer of the storage behind ECR, read as it arrives."""

    @property
    def status(self) -> int:
        """200 for the whole, 206 for the range that was asked for; else an error."""
        ...

    def read(self, size: int, /) -> bytes:
        """Give the next bytes; none at the end.

        Raises:
            AnswerLostError: The connection broke.
        """
        ...


class BotoTransport:
    """The transport over a client of boto3, which other threads and other code may use at the same time."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._storage: Any = None  # the connections to where the layers lie, opened with the first download
        self.region_name: str = client.meta.region_name
        self.endpoint_url: str = client.meta.endpoint_url
        self._methods: dict[str, str] = {
            name: method for method, name in client.meta.method_to_api_mapping.items()
        }
        events = client.meta.events
        # The ids make a second transport over the same client find the handlers in place.
        events.register("before-call.ecr", _exchange_body, unique_id="ecrkit-exchange-body")
        events.register("before-parse.ecr", _take_answer, unique_id="ecrkit-take-answer")
        events.register_first("needs-retry.ecr", _end_retries, unique_id="ecrkit-end-retries")

    def __repr__(self) -> str:
        return f"BotoTransport({self.endpoint_url!r})"

    def call(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        body: PreparedBody | None = None,
        retries: bool = True,
    ) -> bytes:
        """Carry out one operation through boto3; see `Transport`."""
        try:
            method = getattr(self._client, self._methods[operation])
        except KeyError:
            raise _unknown_operation(operation) from None
        exchange = _Exchange(body=body, retries=retries)
        token = _exchange.set(exchange)
        try:
            with _typed_errors(operation):
                method(**parameters)
        finally:
            _exchange.reset(token)
        if exchange.answer is None:
            raise errors.UnreadableAnswerError(
                f"The answer to {operation} did not come through botocore's parser"
            )
        return exchange.answer

    @contextmanager
    def download(self, url: str, *, first_byte: int = 0) -> Generator[Download]:
        """Open the URL of a layer; see `Transport`. Proxies and certificates are those of the client."""
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415 -- boto3 is slow to import
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415 -- as above

        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={first_byte}-"} if first_byte else {})
        request = AWSRequest(method="GET", url=url, headers=headers, stream_output=True).prepare()
        try:
            response = self._storage_session(url).send(request)
        except BotoCoreError as error:
            # Without its cause, whose text has the URL, and with it the right to read the layer.
            raise errors.AnswerLostError(f"A layer could not be downloaded: {type(error).__name__}") from None
        try:
            yield _BotoDownload(response)
        finally:
            response.raw.close()

    def _storage_session(self, url: str) -> Any:
        from botocore import httpsession, utils  # noqa: PLC0415 -- boto3 is slow to import

        with self._lock:
            if self._storage is None:
                settings = self._client.meta.config
                bundle = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE")
                self._storage = cast("Any", httpsession).URLLib3Session(
                    verify=bundle or True,
                    proxies=settings.proxies or cast("Any", utils).get_environ_proxies(url),
                    timeout=(settings.connect_timeout, settings.read_timeout),
                    max_pool_connections=settings.max_pool_connections,
                )
            return self._storage


class _BotoDownload:
    def __init__(self, response: Any) -> None:
        self._raw = response.raw
        self._missing = int(response.headers.get("Content-Length", 0))
        self.status: int = response.status_code

    def read(self, size: int, /) -> bytes:
        try:
            block = cast("bytes", self._raw.read(size))
        except Exception as error:  # noqa: BLE001 -- as the next line says
            # What urllib3 raises here is not named by anything that botocore makes public.
            raise errors.AnswerLostError(
                f"The download of a layer broke off: {type(error).__name__}"
            ) from None
        self._missing -= len(block)
        if not block and size and self._missing > 0:  # botocore tells urllib3 not to look at that
            raise errors.AnswerLostError(f"The download of a layer broke off {self._missing} bytes early")
        return block


def connect(
    session: Session | None = None,
    *,
    region_name: str | None = None,
    endpoint_url: str | None = None,
    config: Config | None = None,
    fips: bool = False,
    dual_stack: bool = False,
) -> BotoTransport:
    """Make a client as boto3 would, with a pool that is large enough for our threads. Sends nothing.

    Args:
        session: A session of boto3; its default session if absent.
        region_name: The region; the session's if absent.
        endpoint_url: Where to send requests; AWS if absent.
        config: What the caller wants to be otherwise.
        fips: Ask the endpoint whose cryptography is validated under FIPS 140; if false, session and config decide.
        dual_stack: Ask the endpoint that has IPv6 addresses too; if false, session and config decide.

    Raises:
        MissingRegionError: Neither the argument, nor the environment, nor the profile names a region.
        InvalidEndpointError: The endpoint is not a URL.
    """
    import boto3  # noqa: PLC0415 -- boto3 is slow to import
    from botocore.config import Config  # noqa: PLC0415 -- as above

    endpoints = {"use_fips_endpoint": fips, "use_dualstack_endpoint": dual_stack}
    ours: Any = Config(
        max_pool_connections=MAX_POOL_CONNECTIONS,
        user_agent_extra=f"ecrkit/{__version__}",
        **{name: True for name, wanted in endpoints.items() if wanted},
    )
    merged = ours if config is None else ours.merge(config)
    with _typed_errors("the creation of a client"), _creating:
        client = cast("Any", session or boto3).client(
            "ecr", region_name=region_name, endpoint_url=endpoint_url, config=merged
        )
    return BotoTransport(client)


_creating = threading.Lock()  # sessions are not thread-safe while they create a client; the clients are


@dataclass(slots=True)
class _Exchange:
    """What goes through botocore's events during one call."""

    body: PreparedBody | None
    retries: bool
    answer: bytes | None = None


_exchange: ContextVar[_Exchange | None] = ContextVar("ecrkit_exchange", default=None)


class _AnsweredError(Exception):
    """Carries an error answer past botocore's retries."""

    def __init__(self, response: dict[str, Any]) -> None:
        super().__init__()
        self.response = response


def _exchange_body(params: dict[str, Any], **_: object) -> None:
    exchange = _exchange.get()
    if exchange is not None and exchange.body is not None:
        params["body"] = exchange.body
        params["headers"]["X-Amz-Content-SHA256"] = exchange.body.sha256  # the signer takes it as it is


def _take_answer(response_dict: dict[str, Any], **_: object) -> None:
    exchange = _exchange.get()
    if exchange is not None and response_dict["status_code"] < _FIRST_ERROR_STATUS:
        exchange.answer = response_dict["body"]
        response_dict["body"] = b"{}"


def _end_retries(
    response: tuple[Any, dict[str, Any]] | None, caught_exception: Exception | None, **_: object
) -> None:
    exchange = _exchange.get()
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
        raise _AnsweredError(parsed)


_FIRST_ERROR_STATUS = 300
_REFUSED = 400  # the status of all errors of ECR but its own failures


@contextmanager
def _typed_errors(operation: str) -> Generator[None]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- boto3 is slow to import

    try:
        yield
    except _AnsweredError as error:
        raise _from_response(operation, error.response) from None
    except ClientError as error:
        # Without its cause, which says nothing more, save a session token where a signature is refused.
        raise _from_response(operation, cast("dict[str, Any]", error.response)) from None
    except BotoCoreError as error:
        raise _without_answer(operation, error) from error
    except ValueError as error:
        if "Invalid endpoint" not in str(error):
            raise
        raise errors.InvalidEndpointError(
            f"{error}. An endpoint is a URL with its scheme, for example http://127.0.0.1:5005"
        ) from error


def _without_answer(operation: str, error: Exception) -> errors.EcrKitError:
    """Say in our words why botocore brings no answer."""
    from botocore import exceptions as boto  # noqa: PLC0415 -- as above

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
            return meaning(words)
    return errors.TransportError(f"{operation} failed in botocore: {error}")


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


def _unknown_operation(operation: str) -> errors.UnsupportedOperationError:
    import botocore  # noqa: PLC0415 -- as above

    from ecrkit.models._operations import BOTOCORE_VERSION  # noqa: PLC0415 -- loads the models of all operations

    return errors.UnsupportedOperationError(
        f"The installed botocore {botocore.__version__} does not know {operation}; botocore {BOTOCORE_VERSION}, which ecrkit "
        f"follows, does: pip install --upgrade 'boto3>={BOTOCORE_VERSION}'"
    )
