"""`Blobs`: files in one folder, named by the SHA-256 of their content.

A file is complete and synced before it gets its name, so every file here is whole, even after a power cut.
Only validated digests become paths.
"""

import errno
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

# Errors of file systems without hard links (FAT, some network and container mounts).
_WITHOUT_LINKS = frozenset(
    {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}
)
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")


class Blobs:
    """A content-addressed folder.

    Args:
        folder: Where the files go; created if missing.
        durable: Whether `sync` and `link` wait until the bytes are on the disk.
        link: Creates a hard link; files are copied if the file system does not support it.
    """

    def __init__(self, folder: Path, *, durable: bool, link: Callable[[Path, Path], None] = os.link) -> None:
        self._folder = folder
        self._durable = durable
        self._link = link
        folder.mkdir(parents=True, exist_ok=True)
        for partial in folder.glob("*.partial"):  # left by an interrupted copy
            partial.unlink()

    def path(self, digest: str) -> Path:
        """Return the path of a digest's file, which need not exist.

        Raises:
            ValueError: It is not a lower-case sha256 digest.
        """
        match = _DIGEST.fullmatch(digest)
        if match is None:
            raise ValueError(f"Not a sha256 digest: {digest[:80]!r}")
        return self._folder / match[1][:2] / match[1]

    def sync(self, source: Path) -> None:
        """Sync a file to disk: the slow part of `link`, to be called outside any lock."""
        if self._durable:
            with source.open("rb") as file:
                os.fsync(file.fileno())

    def link(self, source: Path, digest: str) -> None:
        """Link a synced file, whose digest the caller has computed, under its digest.

        The source keeps its name, so a later failure of the transaction loses nothing.
        """
        target = self.path(digest)
        if target.exists():
            return
        is_new_folder = not target.parent.exists()
        target.parent.mkdir(exist_ok=True)
        try:
            self._link(source, target)
        except OSError as error:
            if error.errno not in _WITHOUT_LINKS:
                raise
            self._copy(source, target)
        if self._durable:
            _sync_folder(target.parent)
            if is_new_folder:
                _sync_folder(self._folder)

    def _copy(self, source: Path, target: Path) -> None:
        partial = source.with_name(
            str(uuid.uuid4())
        )  # after a crash a stray file remains, which the next start removes
        try:
            shutil.copyfile(source, partial)
            self.sync(partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)

    def remove(self, digest: str) -> None:
        """Delete the file of a digest, if it exists."""
        self.path(digest).unlink(missing_ok=True)

    def sizes(self) -> Iterator[tuple[str, int]]:
        """List digests and sizes in bytes."""
        for file in self._folder.glob("??/*"):
            digest = f"sha256:{file.name}"
            if _DIGEST.fullmatch(digest) and file.is_file():
                yield digest, file.stat().st_size


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder, and journals its entries
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
