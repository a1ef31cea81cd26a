"""Keeps the state of each upload in a folder, so that another process can resume a push of several layers."""

import hashlib
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from ecrkit._logging import get_logger
from ecrkit.errors import InvalidImageError, InvalidInputError
from ecrkit.files.locking import claim
from ecrkit.files.outputs import checked_path
from ecrkit.files.safe_folder import SafeFolder
from ecrkit.files.temporary import appearing_in, remove_leftovers_of
from ecrkit.push.sources import LayerSource
from ecrkit.push.state import UploadState, fingerprint_of

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class KeptUpload:
    """An upload whose state is kept."""

    state: UploadState | None
    """What an earlier process left; None to begin."""

    save: Callable[[UploadState], object]
    """Keeps another state."""


class ResumeFolder:
    """A folder with one state file for each layer that is under way to a repository."""

    def __init__(self, path: str | os.PathLike[str], address: str) -> None:
        """Open nothing yet.

        Args:
            path: The folder; it is created when first needed. Pushes to several repositories may share it.
            address: Tells repositories apart, across endpoints and accounts.
        """
        self._path = checked_path(path)
        self._address = address

    @contextmanager
    def upload(self, source: LayerSource, digest: str | None) -> Generator[KeptUpload | None]:
        """Find the state of an upload, and remove it if all goes well.

        Yields None for a stream of unknown digest, which nothing can recognize, and while another process or thread is
        pushing the same layer with this folder: two writers would get in each other's way.

        Args:
            source: The layer.
            digest: Its digest, if known.
        """
        identity = digest or fingerprint_of(source)
        if identity is None:
            yield None
            return
        name = self._file_name(identity)
        with self._opened() as folder:
            lock = claim(folder, f".{name}.lock")
            if lock is None and sys.platform != "win32":
                _log.info(
                    "Another process is pushing %s with %s; starting an upload", source.name, self._path
                )
                yield None
                return
            try:
                yield KeptUpload(_read(folder, name), lambda state: _write(folder, name, state))
                folder.remove(name)
                remove_leftovers_of(folder, name)
            finally:
                _unlock(folder, f".{name}.lock", lock)

    def forget(self, digest: str) -> None:
        """Remove the state of a layer that the repository has, unless another process is pushing it."""
        name = self._file_name(digest)
        if not (self._path / name).exists():
            return
        with self._opened() as folder:
            lock = claim(folder, f".{name}.lock")
            if lock is None and sys.platform != "win32":
                return
            folder.remove(name)
            _unlock(folder, f".{name}.lock", lock)

    def _file_name(self, identity: str) -> str:
        key = hashlib.sha256(f"{self._address}\n{identity}".encode()).hexdigest()
        return f"{key[:32]}.upload.json"

    def _opened(self) -> SafeFolder:
        try:
            return SafeFolder(Path(self._path), create=True)
        except InvalidImageError as error:
            raise InvalidInputError(f"resume cannot be used: {error}; pass the path of a folder") from error


def _unlock(folder: SafeFolder, name: str, lock: FileIO | None) -> None:
    if lock is None:
        return
    if sys.platform != "win32":  # where an open file cannot be removed
        folder.remove(name)
    lock.close()


def _read(folder: SafeFolder, name: str) -> UploadState | None:
    try:
        with folder.read(name) as file:
            return UploadState.from_json(file.read(_LONGEST).decode())
    except FileNotFoundError:
        return None
    except (UnicodeDecodeError, InvalidInputError) as error:
        _log.warning("%s is ignored: %s", folder.path / name, error)
        return None


def _write(folder: SafeFolder, name: str, state: UploadState) -> None:
    with appearing_in(folder, name) as file:
        file.write(state.to_json().encode())


_LONGEST = 64 * 1024  # bytes of a state file
