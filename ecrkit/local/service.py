"""`Service`: the parts of a local ECR. `Call`: one request as its handler sees it."""

import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from ecrkit.errors import ConfigurationError
from ecrkit.local.blobs import Blobs
from ecrkit.local.clock import Clock
from ecrkit.local.credentials import KeyRing
from ecrkit.local.downloads import UrlSigner
from ecrkit.local.events import Events
from ecrkit.local.faults import Faults
from ecrkit.local.logins import Logins
from ecrkit.local.paging import Tokens
from ecrkit.local.recording import Requests
from ecrkit.local.settings import Settings
from ecrkit.local.store import uploads
from ecrkit.local.store.database import Database
from ecrkit.local.store.repositories import Scope
from ecrkit.local.sweeping import reconcile_blobs, sweep_blobs
from ecrkit.local.uploads import Uploads


class Service:
    """The state of a local ECR, in memory and in one folder.

    Args:
        folder: Data folder; defaults to a temporary folder that `close` removes.
        settings: Sizes, limits, lifetimes.
        clock: The time.
        keys: Keys that may sign requests; None only checks the format of signatures.

    Raises:
        ConfigurationError: The folder is in use, or was written by another version.
    """

    def __init__(
        self, folder: Path | None, settings: Settings, clock: Clock, keys: KeyRing | None = None
    ) -> None:
        durable = folder is not None
        self._temporary = None if durable else Path(tempfile.mkdtemp(prefix="ecrkit-local-"))
        self.folder = folder or self._temporary or Path()
        _make_usable(self.folder)
        self.settings = settings
        self.keys = keys
        self.clock = clock
        self.events = Events()
        self.database = Database(
            self.folder / "ecr.sqlite3",
            durable=durable,
            committed=self.events.add,
            released=self.events.deliver,
        )
        self.blobs = Blobs(self.folder / "blobs", durable=durable)
        self.uploads = Uploads(self.folder / "uploads", self.database, self.blobs, clock, settings)
        secret = self.database.secret()
        self.urls = UrlSigner(secret, clock, settings.url_lifetime)
        self.tokens = Tokens(secret)
        self.logins = Logins(secret)
        self.faults = Faults()
        self.requests = Requests()
        self.secrets: dict[str, tuple[str, str]] = {}
        self.principals: set[str] = set()
        self.uploads.reconcile()
        reconcile_blobs(self.database, self.blobs)

    def sweep_blobs(self, digests: Iterable[str]) -> None:
        """Delete the blobs that no repository has."""
        sweep_blobs(self.database, self.blobs, digests)

    def reset(self) -> None:
        """Delete all registries, layers, uploads, faults, secrets and recorded requests. The clock is not reset."""
        with self.database.transaction() as db:
            begun = [upload.id for upload in uploads.every(db)]
            db.execute("DELETE FROM repositories")
            db.execute("DELETE FROM registry_documents")
        self.uploads.drop_files(begun)
        self.sweep_blobs(digest for digest, _ in self.blobs.sizes())
        self.faults.clear()
        self.requests.clear()
        self.events.reset()
        self.secrets.clear()
        self.principals.clear()

    def close(self) -> None:
        """Release the folder; remove it if it is temporary."""
        self.database.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)


def _make_usable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"Cannot keep data in {folder}: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigurationError(f"Cannot keep data in {folder}: the folder is not writable")


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the caller, the registry and the service."""

    service: Service
    account: str
    region: str
    principal: str
    """The ARN of the caller: a user named after the access key."""

    base_url: str
    """Scheme, host and port the caller used, for URLs in responses."""

    def scope(self, registry_id: str | None = None) -> Scope:
        """Return the requested registry, or the caller's own, in the caller's region."""
        return Scope(registry_id or self.account, self.region)

    def transaction(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that may write; see `Database.transaction`."""
        return self.service.database.transaction()

    def reading(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that only reads; see `Database.reading`."""
        return self.service.database.reading()

    @property
    def now(self) -> float:
        """The server's time."""
        return self.service.clock.now()
