"""`Uploads`: layer uploads, one file each, growing part by part until complete.

The bytes of a part are written before the row that counts them, so after a crash a file may be longer than its row says
(and is truncated), but not shorter. A file keeps its name until the row that makes it a
layer is committed, so an upload whose completion fails can be completed later.
"""

import hashlib
import logging
import os
import threading
import uuid
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from sqlite3 import Connection
from typing import Protocol, Self

from ecrkit.local import refusals
from ecrkit.local.blobs import Blobs
from ecrkit.local.clock import Clock
from ecrkit.local.refusals import Refusal
from ecrkit.local.settings import Settings
from ecrkit.local.store import layers, repositories
from ecrkit.local.store import uploads as rows
from ecrkit.local.store.database import Database
from ecrkit.local.store.repositories import Scope, StoredRepository
from ecrkit.local.store.uploads import StoredUpload
from ecrkit.local.sweeping import sweep_blobs

_READ_SIZE = 1024 * 1024

_log = logging.getLogger(__name__)


class _Hasher(Protocol):
    """What `hashlib` gives, for which it has no public name."""

    def update(self, data: bytes, /) -> None: ...
    def copy(self) -> Self: ...
    def hexdigest(self) -> str: ...


@dataclass(slots=True)
class _Session:
    """Cached state of an upload, so that a part need not read its row first.

    No other process writes the row, and every write checks that it still exists.
    """

    scope: Scope
    repository_name: str
    upload: StoredUpload
    lock: threading.Lock = field(default_factory=threading.Lock)
    hasher: _Hasher | None = None
    """The hash so far; None after a restart."""

    closed: bool = False

    def not_found(self) -> Refusal:
        return refusals.upload_not_found(self.upload.id, self.repository_name, self.scope.account)


class Uploads:
    """The state machine behind InitiateLayerUpload, UploadLayerPart and CompleteLayerUpload.

    Args:
        folder: Folder of the files; created if missing.
        database: The store.
        blobs: Destination of completed layers.
        clock: Clock for the expiry of uploads.
        settings: Sizes, limits, lifetimes.
    """

    def __init__(
        self, folder: Path, database: Database, blobs: Blobs, clock: Clock, settings: Settings
    ) -> None:
        self.folder = folder
        self._database = database
        self._blobs = blobs
        self._clock = clock
        self._settings = settings
        self._sessions: dict[str, _Session] = {}
        self._sessions_lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def begin(self, find: Callable[[Connection], StoredRepository]) -> str:
        """Start an upload and return its id.

        Args:
            find: Finds the repository, in the transaction that adds the upload to it.
        """
        upload_id = str(uuid.uuid4())
        with self._database.transaction() as db:
            repository = find(db)
            upload = rows.add(db, upload_id, repository.id, now=self._clock.now())
        with self._sessions_lock:
            self._sessions[upload_id] = _Session(repository.scope, repository.name, upload)
        return upload_id

    def received(self, scope: Scope, repository_name: str, upload_id: str) -> int:
        """Return the number of received bytes of an upload.

        Raises:
            Refusal: The repository or the upload does not exist.
        """
        with self._held(scope, repository_name, upload_id) as session:
            return session.upload.received

    def append(
        self,
        scope: Scope,
        repository_name: str,
        upload_id: str,
        first: int | None,
        last: int | None,
        part: bytes,
    ) -> int:
        """Add the next part, in one transaction.

        Args:
            scope: The registry.
            repository_name: The repository in it.
            upload_id: What `begin` returned.
            first: Position of the part's first byte; None for the end of the upload.
            last: Position of its last byte; None for the length of the part.
            part: The bytes.

        Returns:
            The position of the last byte received.

        Raises:
            Refusal: The upload does not exist, the part is not the next one, or a limit is reached.
        """
        with self._held(scope, repository_name, upload_id) as session:
            upload = session.upload
            self._check_part(session, first, last, len(part))
            hasher = self._hasher(session).copy()
            self._write(upload, part)
            hasher.update(part)
            grown = self._grown(upload, len(part))
            with self._database.transaction() as db:
                gone = None if rows.record(db, grown) else _gone(db, session)
            if gone is not None:
                self.drop_files([upload_id])
                raise gone
            session.upload, session.hasher = grown, hasher
        return grown.received - 1

    def complete(self, scope: Scope, repository_name: str, upload_id: str, digests: Sequence[str]) -> str:
        """Complete an upload as a layer.

        Args:
            scope: The registry.
            repository_name: The repository in it.
            upload_id: What `begin` returned.
            digests: Candidate digests of the layer; one must match.

        Returns:
            The computed digest.

        Raises:
            Refusal: The upload does not exist, is empty, has parts that are too small, does not match, or its
                layer already exists in the repository. The last two end the upload.
        """
        with self._held(scope, repository_name, upload_id) as session:
            upload = session.upload
            if upload.parts == 0:
                raise refusals.upload_is_empty(upload_id, repository_name, scope.account)
            if upload.too_small:
                raise refusals.part_too_small(self._settings.min_part_size)
            digest = f"sha256:{self._hasher(session).hexdigest()}"
            if digest not in digests:
                self._discard(upload_id)
                raise refusals.layer_digest_differs()
            refusal = self._store(session, digest)
            self.drop_files([upload_id])
            if refusal is not None:
                raise refusal
        return digest

    def sweep(self) -> None:
        """Remove expired uploads."""
        with self._database.reading() as db:
            expired = [upload.id for upload in rows.every(db) if self._expired(upload)]
        for upload_id in expired:
            self._discard(upload_id)

    def drop_files(self, upload_ids: Iterable[str]) -> None:
        """Remove the files of uploads whose rows are gone. Failures are retried at the next start."""
        for upload_id in upload_ids:
            self._forget(upload_id)
            with suppress(OSError):
                self._path(upload_id).unlink(missing_ok=True)

    def reconcile(self) -> None:
        """Compare files with rows at start.

        A file without a row is left by a crash and is removed. An upload without its bytes (after a power cut) cannot
        continue, so its row is removed: clients learn that it does not exist, and start another one.
        """
        with self._database.reading() as db:
            known = {upload.id: upload for upload in rows.every(db)}
        for file in self.folder.iterdir():
            if file.name not in known:
                file.unlink()
        for upload in known.values():
            if not self._has_bytes(upload):
                self._discard(upload.id)

    def _store(self, session: _Session, digest: str) -> Refusal | None:
        upload = session.upload
        path = self._path(upload.id)
        self._blobs.sync(path)
        try:
            with self._database.transaction() as db:
                if not rows.remove(db, upload.id):
                    return _gone(db, session)
                if layers.find(db, upload.repository_id, digest) is not None:
                    return refusals.layer_exists(digest, session.repository_name, session.scope.account)
                self._blobs.link(path, digest)
                layers.add(db, upload.repository_id, digest, upload.received, now=self._clock.now())
        except BaseException:
            sweep_blobs(self._database, self._blobs, [digest])  # the link, unless another repository needs it
            raise
        return None

    @contextmanager
    def _held(self, scope: Scope, repository_name: str, upload_id: str) -> Generator[_Session]:
        """Lock an existing upload, so that its requests run one at a time."""
        while True:
            session = self._session(scope, repository_name, upload_id)
            with session.lock:
                if session.closed:
                    continue  # completed or dropped while this request waited for the lock
                if self._expired(session.upload):
                    self._discard(upload_id)
                    raise session.not_found()
                yield session
                return

    def _session(self, scope: Scope, repository_name: str, upload_id: str) -> _Session:
        session = self._sessions.get(upload_id)
        if session is not None and (session.scope, session.repository_name) == (scope, repository_name):
            return session
        with self._database.reading() as db:
            repository = repositories.find(db, scope, repository_name)
            upload = None if repository is None else rows.find(db, repository.id, upload_id)
        if repository is None:
            raise refusals.repository_not_found(repository_name, scope.account)
        if upload is None:
            raise refusals.upload_not_found(upload_id, repository_name, scope.account)
        with self._sessions_lock:
            return self._sessions.setdefault(upload_id, _Session(scope, repository_name, upload))

    def _expired(self, upload: StoredUpload) -> bool:
        return self._clock.now() > upload.touched_at + self._settings.upload_lifetime

    def _check_part(self, session: _Session, first: int | None, last: int | None, size: int) -> None:
        upload = session.upload
        if first is not None and first != upload.received:
            raise _invalid_part(
                session, f"First byte of the layer part is {first} instead of {upload.received}"
            )
        if size == 0 or (first is not None and last is not None and last != first + size - 1):
            raise _invalid_part(session, "Layer part size is invalid: it is not what the byte range says")
        if size > self._settings.max_part_size:
            raise refusals.invalid_parameter(
                "layerPartBlob",
                f"Member must have length less than or equal to {self._settings.max_part_size}",
            )
        if upload.parts >= self._settings.max_layer_parts:
            raise refusals.limit_exceeded(f"A layer may have at most {self._settings.max_layer_parts} parts")
        if upload.received + size > self._settings.max_layer_size:
            raise refusals.limit_exceeded(f"A layer may have at most {self._settings.max_layer_size} bytes")

    def _grown(self, upload: StoredUpload, size: int) -> StoredUpload:
        return replace(
            upload,
            received=upload.received + size,
            parts=upload.parts + 1,
            too_small=upload.too_small or 0 < upload.last_part < self._settings.min_part_size,
            last_part=size,
            touched_at=self._clock.now(),
        )

    def _write(self, upload: StoredUpload, part: bytes) -> None:
        path = self._path(upload.id)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            rest = memoryview(part)
            try:
                file.seek(upload.received)
                while rest:
                    rest = rest[file.write(rest) :]
            finally:
                # Also truncates what an earlier failed attempt wrote, or this one if the disk is full.
                file.truncate(upload.received if rest else None)

    def _hasher(self, session: _Session) -> _Hasher:
        if session.hasher is None:
            upload = session.upload
            if not self._has_bytes(upload):
                _log.warning("The bytes of the upload %s are gone; its client must restart it", upload.id)
                self._discard(upload.id)
                raise session.not_found()
            session.hasher = self._hash(upload)
        return session.hasher

    def _hash(self, upload: StoredUpload) -> _Hasher:
        hasher, left = hashlib.sha256(), upload.received
        if left == 0:
            return hasher
        with self._path(upload.id).open("rb") as file:
            while left and (chunk := file.read(min(_READ_SIZE, left))):
                hasher.update(chunk)
                left -= len(chunk)
        return hasher

    def _has_bytes(self, upload: StoredUpload) -> bool:
        if upload.received == 0:
            return True  # the first part creates the file
        try:
            return self._path(upload.id).stat().st_size >= upload.received
        except FileNotFoundError:
            return False

    def _forget(self, upload_id: str) -> None:
        with self._sessions_lock:
            session = self._sessions.pop(upload_id, None)
        if session is not None:
            session.closed = True

    def _discard(self, upload_id: str) -> None:
        with self._database.transaction() as db:
            rows.remove(db, upload_id)
        self.drop_files([upload_id])

    def _path(self, upload_id: str) -> Path:
        return self.folder / str(uuid.UUID(upload_id))  # always a generated id


def _gone(db: Connection, session: _Session) -> Refusal:
    """Return why an upload has just disappeared."""
    if repositories.find(db, session.scope, session.repository_name) is None:
        return refusals.repository_not_found(session.repository_name, session.scope.account)
    return session.not_found()


def _invalid_part(session: _Session, message: str) -> Refusal:
    return Refusal(
        "InvalidLayerPartException",
        message,
        registryId=session.scope.account,
        repositoryName=session.repository_name,
        uploadId=session.upload.id,
        lastValidByteReceived=session.upload.received - 1,
    )
