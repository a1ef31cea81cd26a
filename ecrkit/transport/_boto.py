"""The transport over boto3."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from ecrkit import errors
from ecrkit._arguments import wrong_type
from ecrkit._version import __version__
from ecrkit.references._shown import shown
from ecrkit.transport._events import Exchange, listen, next_exchange
from ecrkit.transport._protocol import Answer, Download, PreparedBody, ResponseMetadata, Secret

if TYPE_CHECKING:
    from boto3 import Session
    from botocore.config import Config

    from ecrkit.transport._connections import Connections
    from ecrkit.transport._http import HttpSession

MAX_POOL_CONNECTIONS = 64
"""Number of connections that a client of ours keeps open, and of requests that are awaited at the same time."""


class BotoTransport:
    """The transport over a client of boto3, which other threads and other code may use at the same time."""

    def __init__(
        self,
        client: object,
        *,
        verify: bool | str | None = None,
        session: Session | None = None,
        is_ours: bool = False,
    ) -> None:
        """Use a client.

        Requests go through connections of our own, which can be broken off from another thread, and which no child process
        shares. An injected client that uses TLS keeps its own connections: nothing tells which certificates it trusts.

        Args:
            client: A client for `ecr`.
            verify: The certificates that downloads trust: a file of authorities, or false for any. If omitted, environment
                and profile decide; a client does not tell what it was created with.
            session: Whose profile counts; that of the environment if omitted.
            is_ours: Whether the client was created with this `verify`, and requests may use it too.
        """
        self._client = cast("Any", client)  # boto3 ships no types
        meta = self._client.meta
        _check_service(meta)
        self.region_name: str = meta.region_name
        self.endpoint_url: str = meta.endpoint_url
        self._methods: dict[str, str] = {name: method for method, name in meta.method_to_api_mapping.items()}
        self._verify = verify
        self._session = session
        self._has_own_connections = is_ours or urlsplit(self.endpoint_url).scheme == "http"
        self._process = os.getpid()
        self._is_closed = False
        listen(client)

    def __repr__(self) -> str:
        return f"BotoTransport({shown(self.endpoint_url)})"

    @property
    def operations(self) -> frozenset[str]:
        """Operations known to the installed botocore."""
        return frozenset(self._methods)

    @property
    def max_connections(self) -> int:
        """Number of connections that are kept open: more threads than that gain nothing."""
        return int(self._client.meta.config.max_pool_connections)

    def call(
        self,
        operation: str,
        parameters: Mapping[str, object],
        *,
        body: PreparedBody | None = None,
        retries: bool = True,
    ) -> bytes:
        """Call one operation through boto3; see `Transport`."""
        return self.exchange(operation, parameters, body=body, retries=retries).raw

    def exchange(
        self,
        operation: str,
        parameters: Mapping[str, object],
        *,
        body: PreparedBody | None = None,
        retries: bool = True,
    ) -> Answer:
        """Call one operation, and tell what HTTP said about the response; see `call`."""
        self._check_usable()
        try:
            method = getattr(self._client, self._methods[operation])
        except KeyError:
            raise _unknown_operation(operation) from None
        send = self._connections.send if self._has_own_connections else None
        exchange = Exchange(operation, body=body, retries=retries, send=send)
        token = next_exchange.set(exchange)
        failure: BaseException | None = None
        try:
            method(**parameters)
        except Exception as error:  # noqa: BLE001 -- raised below, where it has no context with secrets in it
            failure = _typed_error(operation, exchange.failure or error)
            exchange.failure = None  # its text and its frames have what the error of ours leaves out
        finally:
            next_exchange.reset(token)
        if failure is not None:
            raise failure
        if exchange.answer is None:
            raise errors.UnreadableAnswerError(
                f"The answer to {operation} did not come through botocore's parser"
            )
        metadata = ResponseMetadata(
            request_id=exchange.headers.get("x-amzn-requestid"),
            http_status=exchange.http_status,
            http_headers=exchange.headers,
            attempts=exchange.attempts,
        )
        return Answer(exchange.answer, metadata)

    def download(self, url: str, *, first_byte: int = 0) -> AbstractContextManager[Download]:
        """Open the URL of a layer; see `Transport`. Proxies and certificates are those of the client."""
        return self._download(url, first_byte)

    def download_range(self, url: str, first_byte: int, last_byte: int) -> AbstractContextManager[Download]:
        """Open the URL of a layer for a range; see `RangedTransport`."""
        return self._download(url, first_byte, last_byte)

    def close(self) -> None:
        """Close our connections. An injected client stays open: it belongs to its owner."""
        self._is_closed = True
        for each in (self._connections, self._to_storage, self.http):
            each.close()

    @cached_property
    def http(self) -> HttpSession:
        """Plain HTTP with the proxies, certificates and timeouts of the client, for the registry protocol."""
        from ecrkit.transport._http import HttpSession  # noqa: PLC0415 -- for the registry protocol only

        return HttpSession(self._connect())

    def _download(
        self, url: str, first_byte: int, last_byte: int | None = None
    ) -> AbstractContextManager[Download]:
        from ecrkit.transport._storage import LayerDownload  # noqa: PLC0415 -- for downloads only

        self._check_usable()
        return LayerDownload(self._to_storage, Secret(url), first_byte, last_byte)

    @cached_property
    def _connections(self) -> Connections:
        return self._connect()

    @cached_property
    def _to_storage(self) -> Connections:
        return self._connect()

    def _connect(self) -> Connections:
        from ecrkit.transport._connections import Connections  # noqa: PLC0415 -- imports botocore

        return Connections(
            self._client.meta.config,
            lambda: trusted_certificates(self._session) if self._verify is None else self._verify,
        )

    def _check_usable(self) -> None:
        if self._is_closed:
            raise errors.ClosedError("The registry was closed; create another one")
        if not self._has_own_connections and self._process != os.getpid():
            # A client has no other way to drop connections that belong to the parent process.
            self._client.close()
            self._process = os.getpid()


def connect(
    session: Session | None = None,
    *,
    region_name: str | None = None,
    endpoint_url: str | None = None,
    config: Config | None = None,
    verify: bool | str | None = None,
    fips: bool = False,
    dual_stack: bool = False,
) -> BotoTransport:
    """Create a boto3 client with a pool that is large enough for our threads. Sends nothing.

    Args:
        session: A session of boto3; its default session if absent.
        region_name: The region; the session's if absent.
        endpoint_url: Where to send requests; AWS if absent.
        config: What the caller wants to be otherwise.
        verify: The certificates to trust, for requests and for downloads; what environment and profile say if absent.
        fips: Ask the endpoint whose cryptography is validated under FIPS 140; if false, session and config decide.
        dual_stack: Ask the endpoint that has IPv6 addresses too; if false, session and config decide.

    Raises:
        MissingRegionError: Neither the argument, nor the environment, nor the profile names a region.
        InvalidEndpointError: The endpoint is not a URL.
        InvalidArgumentError: `session` is something else, such as the name of a region.
    """
    if session is not None and not callable(getattr(session, "client", None)):
        raise wrong_type("session", session, _A_SESSION)
    import boto3  # noqa: PLC0415 -- boto3 is slow to import
    from botocore.config import Config  # noqa: PLC0415 -- as above

    endpoints = {"use_fips_endpoint": fips, "use_dualstack_endpoint": dual_stack}
    ours: Any = Config(
        max_pool_connections=MAX_POOL_CONNECTIONS,
        user_agent_extra=f"ecrkit/{__version__}",
        **{name: True for name, wanted in endpoints.items() if wanted},
    )
    merged = ours if config is None else ours.merge(config)
    failure: BaseException | None = None
    client: object = None
    try:
        with _creating:
            client = cast("Any", session or boto3).client(
                "ecr", region_name=region_name, endpoint_url=endpoint_url, config=merged, verify=verify
            )
    except Exception as error:  # noqa: BLE001 -- raised below, where it has no context with secrets in it
        failure = _typed_error("Requests", error)
    if failure is not None:
        raise failure
    return BotoTransport(client, verify=verify, session=session or boto3.DEFAULT_SESSION, is_ours=True)


_A_SESSION = "a boto3.Session. Pass region_name='us-east-1' for a region; Registry().repository('team/app') is a repository"


def _typed_error(operation: str, error: Exception) -> BaseException:
    from ecrkit.transport._failures import typed_error  # noqa: PLC0415 -- most programs meet no failure

    return typed_error(operation, error)


def _unknown_operation(operation: str) -> errors.UnsupportedOperationError:
    from ecrkit.transport._failures import unknown_operation  # noqa: PLC0415 -- as above

    return unknown_operation(operation)


def _check_service(meta: Any) -> None:
    model = getattr(meta, "service_model", None)  # doubles of clients may have none
    if model is not None and model.service_name != "ecr":
        raise errors.InvalidInputError(
            f"The client is one for {model.service_name}, but has to be one for ecr: session.client('ecr')"
        )


def trusted_certificates(session: Session | None) -> bool | str:
    """Look for the certificates to trust where botocore does: environment, profile, environment of requests."""
    from botocore.session import Session as Configuration  # noqa: PLC0415 -- boto3 is slow to import

    known: Any = session  # boto3 ships no types
    profile = known.profile_name if known and known.profile_name in known.available_profiles else None
    bundle = cast("Any", Configuration(profile=profile)).get_config_variable("ca_bundle")
    return bundle or os.environ.get("REQUESTS_CA_BUNDLE") or True


_creating = threading.Lock()  # sessions are not thread-safe while they create a client; the clients are
