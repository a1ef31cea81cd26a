"""`Uploads`: layers on their way in, one file each, growing part by part until they are complete.

What was answered is on record: the bytes of a part are written before the row that counts them, so after a crash a
file may be longer than its row says (and is cut back), but never shorter.
"""

import hashlib
import threading
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, Self

from ecrkit.local import refusals
from ecrkit.local.blobs import Blobs
from ecrkit.local.clock import Clock
from ecrkit.local.refusals import Refusal
from ecrkit.local.settings import Settings
from ecrkit.local.store import layers
from ecrkit.local.store import uploads as rows
from ecrkit.local.store.database import Database
from ecrkit.local.store.repositories import StoredRepository
from ecrkit.local.store.uploads import StoredUpload

_READ_SIZE = 1024 * 1024


class _Hasher(Protocol):
    """What `hashlib` gives, for which it has no public name."""

    def update(self, data: bytes, /) -> None: ...
    def copy(self) -> Self: ...
    def hexdigest(self) -> str: ...


@dataclass(slots=True)
class _Session:
    """What the process knows of an upload besides its row: the hash so far. Made anew after a restart."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    hasher: _Hasher | None = None
    position: int = 0


class Uploads:
    """The state machine behind InitiateLayerUpload, UploadLayerPart and CompleteLayerUpload.

    Args:
        folder: Where the growing files are; made if it is not there.
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

    def begin(self, repository: StoredRepository) -> str:
        """Start an upload and give its id."""
        upload_id = str(uuid.uuid4())
        with self._database.transaction() as db:
            self._path(upload_id).touch()  # before the row is there: a row without its file could not go on
            rows.add(db, upload_id, repository.id, now=self._clock.now())
        return upload_id

    def received(self, repository: StoredRepository, upload_id: str) -> int:
        """Tell how many bytes an upload has."""
        return self._require(repository, upload_id).received

    def append(
        self, repository: StoredRepository, upload_id: str, first: int | None, last: int | None, part: bytes
    ) -> int:
        """Add the next part.

        Args:
            repository: Where the layer shall go.
            upload_id: What `begin` gave.
            part: The bytes.
            first: Position of the part's first byte; None for "wherever the upload stands".
            last: Position of its last byte; None for "as long as the part is".

        Returns:
            The position of the last byte that is now there.

        Raises:
            Refusal: The upload is not there, the part is not the next one, or a limit is reached.
        """
        self._require(repository, upload_id)
        session = self._session(upload_id)
        with session.lock:
            upload = self._require(repository, upload_id)
            self._check_part(repository, upload, first, last, len(part))
            hasher = self._hasher(session, upload).copy()
            self._write(upload, part)
            hasher.update(part)
            with self._database.transaction() as db:
                rows.record(db, self._grown(upload, len(part)))
            session.hasher, session.position = hasher, upload.received + len(part)
        return session.position - 1

    def complete(self, repository: StoredRepository, upload_id: str, digests: Sequence[str]) -> str:
        """Turn an upload into a layer.

        Args:
            repository: Where the layer shall go.
            upload_id: What `begin` gave.
            digests: What the layer may have as its digest; one has to match.

        Returns:
            The digest that was computed.

        Raises:
            Refusal: The upload is not there, empty, cut into parts that are too small, does not match, or is of
                a layer that the repository has already. The last two end the upload.
        """
        self._require(repository, upload_id)
        session = self._session(upload_id)
        with session.lock:
            upload = self._require(repository, upload_id)
            account = repository.scope.account
            if upload.parts == 0:
                raise refusals.upload_is_empty(upload_id, repository.name, account)
            if upload.too_small:
                raise refusals.part_too_small(self._settings.min_part_size)
            digest = f"sha256:{self._hasher(session, upload).hexdigest()}"
            if digest not in digests:
                self._discard(upload_id)
                raise refusals.layer_digest_differs()
            if not self._store(repository, upload, digest):
                self._discard(upload_id)
                raise refusals.layer_exists(digest, repository.name, account)
        self._forget(upload_id)
        return digest

    def sweep(self) -> None:
        """Drop uploads that nobody has touched for too long."""
        with self._database.transaction() as db:
            expired = [upload.id for upload in rows.every(db) if self._expired(upload)]
            for upload_id in expired:
                rows.remove(db, upload_id)
        self.drop_files(expired)

    def drop_files(self, upload_ids: Iterable[str]) -> None:
        """Drop what is left of uploads whose rows are gone."""
        for upload_id in upload_ids:
            self._path(upload_id).unlink(missing_ok=True)
            self._forget(upload_id)

    def drop_strays(self) -> None:
        """Drop files that no row speaks of, as a crash leaves them; only right before the first request."""
        with self._database.transaction() as db:
            known = {upload.id for upload in rows.every(db)}
        for file in self.folder.iterdir():
            if file.name not in known:
                file.unlink()

    def _store(self, repository: StoredRepository, upload: StoredUpload, digest: str) -> bool:
        path = self._path(upload.id)
        self._blobs.sync(path)
        with self._database.transaction() as db:
            if layers.find(db, repository.id, digest) is not None:
                return False
            layers.add(db, repository.id, digest, upload.received, now=self._clock.now())
            rows.remove(db, upload.id)
            # Last: a crash before the commit leaves a blob without a row, which the next sweep removes.
            self._blobs.adopt(path, digest)
        return True

    def _require(self, repository: StoredRepository, upload_id: str) -> StoredUpload:
        with self._database.transaction() as db:
            upload = rows.find(db, repository.id, upload_id)
        if upload is not None and self._expired(upload):
            self._discard(upload_id)
            upload = None
        if upload is None:
            raise refusals.upload_not_found(upload_id, repository.name, repository.scope.account)
        return upload

    def _expired(self, upload: StoredUpload) -> bool:
        return self._clock.now() > upload.touched_at + self._settings.upload_lifetime

    def _check_part(
        self,
        repository: StoredRepository,
        upload: StoredUpload,
        first: int | None,
        last: int | None,
        size: int,
    ) -> None:
        if first is not None and first != upload.received:
            raise _invalid_part(
                repository,
                upload,
                f"First byte of the layer part is {first} instead of {upload.received}",
            )
        if size == 0 or (first is not None and last is not None and last != first + size - 1):
            raise _invalid_part(
                repository, upload, "Layer part size is invalid: it is not what the byte range says"
            )
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
        with self._path(upload.id).open("r+b", buffering=0) as file:
            file.seek(upload.received)
            rest = memoryview(part)
            while rest:
                rest = rest[file.write(rest) :]
            file.truncate()  # whatever a part left behind whose writing was cut short

    def _hasher(self, session: _Session, upload: StoredUpload) -> _Hasher:
        if session.hasher is None or session.position != upload.received:
            session.hasher, session.position = hashlib.sha256(), 0
            with self._path(upload.id).open("rb") as file:
                while session.position < upload.received:
                    chunk = file.read(min(_READ_SIZE, upload.received - session.position))
                    if not chunk:
                        raise OSError(f"the file of the upload {upload.id} is shorter than recorded")
                    session.hasher.update(chunk)
                    session.position += len(chunk)
        return session.hasher

    def _session(self, upload_id: str) -> _Session:
        with self._sessions_lock:
            return self._sessions.setdefault(upload_id, _Session())

    def _forget(self, upload_id: str) -> None:
        with self._sessions_lock:
            self._sessions.pop(upload_id, None)

    def _discard(self, upload_id: str) -> None:
        with self._database.transaction() as db:
            rows.remove(db, upload_id)
        self._path(upload_id).unlink(missing_ok=True)
        self._forget(upload_id)

    def _path(self, upload_id: str) -> Path:
        return self.folder / str(uuid.UUID(upload_id))  # never anything but an id of our own


def _invalid_part(repository: StoredRepository, upload: StoredUpload, message: str) -> Refusal:
    return Refusal(
        "InvalidLayerPartException",
        message,
        registryId=repository.scope.account,
        repositoryName=repository.name,
        uploadId=upload.id,
        lastValidByteReceived=upload.received - 1,
    )
