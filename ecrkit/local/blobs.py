"""`Blobs`: files that are named by the SHA-256 of what is in them, below one folder.

A file is complete and synced before it gets its name, so whatever has a name here is whole, also after a power cut.
Only digests become paths, and only after they were matched against the one form that they have.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")


class Blobs:
    """A content-addressed folder.

    Args:
        folder: Where the files go; made if it is not there.
        durable: Whether `adopt` waits until the bytes are on the disk.
    """

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._folder = folder
        self._durable = durable
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, digest: str) -> Path:
        """Name the file for a digest, which need not be there.

        Raises:
            ValueError: It is not a lower-case sha256 digest.
        """
        match = _DIGEST.fullmatch(digest)
        if match is None:
            raise ValueError(f"not a sha256 digest: {digest[:80]!r}")
        return self._folder / match[1][:2] / match[1]

    def sync(self, source: Path) -> None:
        """Wait until a file's bytes are on the disk; the slow half of `adopt`, to be called outside any lock."""
        if self._durable:
            with source.open("rb") as file:
                os.fsync(file.fileno())

    def adopt(self, source: Path, digest: str) -> None:
        """Move a synced file, whose digest the caller has computed, to its name. One that is there already stays."""
        target = self.path(digest)
        if target.exists():
            source.unlink()
            return
        target.parent.mkdir(exist_ok=True)
        source.replace(target)
        if self._durable:
            _sync_folder(target.parent)
            _sync_folder(self._folder)

    def remove(self, digest: str) -> None:
        """Delete the bytes of a digest; fine if they are gone."""
        self.path(digest).unlink(missing_ok=True)

    def digests(self) -> Iterator[str]:
        """List what is there."""
        for file in self._folder.glob("??/*"):
            yield f"sha256:{file.name}"


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there, and its entries are journaled
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
