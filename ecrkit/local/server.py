"""`LocalECR`: an ECR on localhost, as a context manager."""

import asyncio
import socket
import threading
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import uvicorn
from starlette.types import ASGIApp, Scope

from ecrkit.errors import ConfigurationError
from ecrkit.local.app import make_app
from ecrkit.local.clock import Clock
from ecrkit.local.controls import Findings, Signatures
from ecrkit.local.credentials import AccessKey, KeyRing
from ecrkit.local.dated import Dated
from ecrkit.local.events import Events
from ecrkit.local.faults import Faults
from ecrkit.local.front import Front
from ecrkit.local.hosts import AllowedHosts
from ecrkit.local.housekeeping import Housekeeper, run_lifecycle
from ecrkit.local.lifecycle import Outcome
from ecrkit.local.protocol import HttpProtocol
from ecrkit.local.recording import Requests
from ecrkit.local.seed_files import read_seed
from ecrkit.local.seeding import plant
from ecrkit.local.service import Service
from ecrkit.local.settings import Settings
from ecrkit.local.webhook import Webhook

if TYPE_CHECKING:
    from ecrkit import Registry

_LOOPBACK = "127.0.0.1"
_BACKLOG = 128
_PORTS = 65536
_KEEP_ALIVE_SECONDS = 75  # longer than connections of botocore's pool are idle between the steps of a test
_STOP_SECONDS = 5


class LocalECR:
    """A local ECR: it speaks the protocols of ECR, and refuses what ECR refuses.

    Args:
        data_dir: Data folder; defaults to a temporary folder that is removed at the end.
        port: Port to listen on; 0 for any free port.
        host: Address to listen on. On other addresses than loopback, anyone who can reach this machine can use it.
        settings: Sizes, limits and lifetimes, for tests that need small ones.
        keys: Keys that may sign requests; signatures are then verified. None only checks their format.
        seed: A YAML or JSON file with the initial content of the registry; see the guide.
        events_to: URL on this machine to post each EventBridge event to, for example `http://127.0.0.1:9000/`.

    Example:
        >>> with LocalECR() as ecr:
        ...     client = boto3.client("ecr", endpoint_url=ecr.endpoint_url)
    """

    def __init__(
        self,
        data_dir: str | Path | None = None,
        port: int = 0,
        *,
        host: str = _LOOPBACK,
        settings: Settings | None = None,
        keys: Iterable[AccessKey] | None = None,
        seed: str | Path | None = None,
        events_to: str | None = None,
    ) -> None:
        self._data_dir = None if data_dir is None else Path(data_dir)
        self._address = (host, port)
        self.settings = settings or Settings()
        self.clock = Clock()
        self._keys = None if keys is None else KeyRing(keys)
        self._seed = None if seed is None else Path(seed)
        self._events_to = events_to
        self._running: _Running | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({repr(self.endpoint_url) if self._running else 'not running'})"

    @property
    def endpoint_url(self) -> str:
        """URL of the server, for `endpoint_url=` of boto3 and `--endpoint-url` of the AWS CLI."""
        host, port = self._run().socket.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self._run().service.folder

    @property
    def faults(self) -> Faults:
        """Faults to inject; see `Faults.add`."""
        return self._run().service.faults

    @property
    def events(self) -> Events:
        """The EventBridge events emitted so far; `ecr.events.subscribe(handler)` calls a function with each."""
        return self._run().service.events

    @property
    def requests(self) -> Requests:
        """Requests received so far."""
        return self._run().service.requests

    def reset(self) -> None:
        """Delete all data, faults and recorded requests. The clock is not reset."""
        self._run().service.reset()

    @property
    def findings(self) -> Findings:
        """Scan findings, to be set by tests."""
        return Findings(self._run().service)

    @property
    def signatures(self) -> Signatures:
        """Statuses of managed signing, to be set by tests."""
        return Signatures(self._run().service)

    @property
    def secrets(self) -> dict[str, tuple[str, str]]:
        """User and password for pull-through caches, by the ARN of a rule's secret."""
        return self._run().service.secrets

    @property
    def principals(self) -> set[str]:
        """IAM principals that exist: ARNs of users and roles, and account ids.

        While it is empty, policies may name any. As soon as a test adds one, policies that name another are refused
        with "Principal not found", as ECR refuses roles that IAM does not know yet. The account of the registry, and
        the accounts of added users and roles, exist.
        """
        return self._run().service.principals

    def run_lifecycle(self) -> list[Outcome]:
        """Run all lifecycle policies now, and return the results. Advancing the clock by a day also runs them."""
        return run_lifecycle(self._run().service)

    def registry(self) -> "Registry":
        """Return an SDK registry connected to this server."""
        import boto3  # noqa: PLC0415 -- slow to import, and the server does without

        from ecrkit import Registry  # noqa: PLC0415 -- a door for tests; the server itself knows no SDK

        session = boto3.Session("local", "local", region_name=self.settings.region)  # no credentials
        return Registry(session, region_name=self.settings.region, endpoint_url=self.endpoint_url)

    def start(self) -> Self:
        """Start to listen, and wait until requests are accepted.

        Raises:
            ConfigurationError: The port is taken, the data folder cannot be used, or `events_to` is not on this machine.
            InvalidInputError: Part of the seed cannot be created.
        """
        if self._running is not None:
            raise ConfigurationError("This local ECR is already running")
        listener = _listen(*self._address)
        with ExitStack() as undo:
            undo.callback(listener.close)
            service = Service(self._data_dir, self.settings, self.clock, self._keys)
            undo.callback(service.close)
            webhook = None if self._events_to is None else Webhook(self._events_to)
            if webhook is not None:
                undo.callback(webhook.stop)
                service.events.sink = webhook.send
            if self._seed is not None:
                plant(service, read_seed(self._seed), files_in=self._seed.parent)
            undo.pop_all()
        self._running = _Running(listener, service, webhook)
        return self

    def stop(self) -> None:
        """Finish running requests, then close. Does nothing if it was never started."""
        if self._running is not None:
            self._running.stop()
            self._running = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)

    def _run(self) -> "_Running":
        if self._running is None:
            raise ConfigurationError("This local ECR is not running; use it as `with LocalECR() as ecr:`")
        return self._running


class _Running:
    """A server in its own thread."""

    def __init__(self, listener: socket.socket, service: Service, webhook: Webhook | None) -> None:
        self.socket = listener
        self.service = service
        self._webhook = webhook
        self._housekeeper = Housekeeper(service)
        allowed = AllowedHosts(listener.getsockname()[0], service.settings.allowed_hosts)
        app = Front(make_app(service), allowed, service.faults, service.requests, self._hang_up)
        self._server = uvicorn.Server(server_config(Dated(app, service.clock)))
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="ecrkit-local", daemon=True
        )
        self._thread.start()

    def _hang_up(self, scope: Scope, after_flush: bool) -> None:  # noqa: FBT001 -- called by `Front` only
        for connection in tuple(self._server.server_state.connections):
            transport = connection.transport
            if transport.get_extra_info("peername")[:2] == tuple(scope["client"]):
                transport.close() if after_flush else transport.abort()

    def stop(self) -> None:
        self._housekeeper.stop()
        self._server.should_exit = True
        self._thread.join()
        self.socket.close()
        if self._webhook is not None:
            self._webhook.stop()
        self.service.close()


def server_config(app: ASGIApp) -> uvicorn.Config:
    """Configure uvicorn: quiet, without features a registry does not need."""
    return uvicorn.Config(
        app,
        http=HttpProtocol,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,  # `Dated` adds it
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )


def _listen(host: str, port: int) -> socket.socket:
    if port not in range(_PORTS):
        raise ConfigurationError(
            f"There is no port {port}; choose one from 1 to {_PORTS - 1}, or 0 for any free port"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only if the protocol is named; without it each response waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise ConfigurationError(f"Cannot listen on {host}:{port}: {error.strerror or error}") from error
    return listener
