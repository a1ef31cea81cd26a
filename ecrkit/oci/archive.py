"""The OCI archive: a layout in a tar file, read in place and written in the same order every time."""

import io
import os
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from ecrkit.errors import InvalidImageError, MissingBlobError
from ecrkit.files.outputs import Output, open_output
from ecrkit.files.space import disk_full_errors
from ecrkit.oci._files import Window, WorkFolder, open_regular
from ecrkit.oci._tar import Place, TarIndex
from ecrkit.oci.compression import DEFAULT_MAX_EXPANDED, detect, expand
from ecrkit.oci.contents import read_contents
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.layout import (
    INDEX_NAME,
    MARKER_NAME,
    blob_name,
    check_marker,
    layout_files,
    needed_blobs,
)
from ecrkit.oci.sources import ImageSource, open_verified, read_bounded
from ecrkit.references import Digest

_COPIED_AT_ONCE = 1024 * 1024


class ArchiveFile:
    """A tar file read in place. A compressed one is first expanded to a temporary file."""

    def __init__(self, path: str | Path, max_expanded: int = DEFAULT_MAX_EXPANDED) -> None:
        """Find the members.

        Raises:
            InvalidImageError: It is not a tar archive, is unsafe to read, or expands to too many bytes.
        """
        self.name = str(path)
        self._path = Path(path)
        self._work: WorkFolder | None = None
        try:
            self._expand(max_expanded)
            with open_regular(self._path) as file:
                size = file.seek(0, io.SEEK_END)
                self._index = TarIndex(file, size, self.name)
        except BaseException:
            self.close()
            raise

    @property
    def names(self) -> Iterable[str]:
        """Names of the files."""
        return self._index.names

    def find(self, name: str) -> Place | None:
        """Find a file by its name."""
        return self._index.find(name)

    def open(self, place: Place) -> BinaryIO:
        """Open a file for reading; files may be open at the same time."""
        cut_short = InvalidImageError(f"{self.name} was truncated while it was being read")
        return io.BufferedReader(Window(open_regular(self._path), place.offset, place.size, cut_short))

    def document(self, name: str) -> bytes:
        """Read a small file.

        Raises:
            InvalidImageError: It is missing, or too large.
        """
        place = self.find(name)
        if place is None:
            raise InvalidImageError(f"There is no {name[:200]} in {self.name}")
        with self.open(place) as file:
            return read_bounded(file, name)

    def close(self) -> None:
        """Remove the temporary file, if there is one."""
        if self._work is not None:
            self._work.close()

    def _expand(self, limit: int) -> None:
        with open_regular(self._path) as file:
            compression = detect(file.read(16))
            if compression == "none":
                return
            file.seek(0)
            self._work = WorkFolder()
            self._path = self._work.new_file()
            with disk_full_errors(self._path), self._path.open("wb") as expanded:
                for chunk in expand(file, compression, limit):
                    expanded.write(chunk)


class OciArchive(ImageSource):
    """Images in a tar file with an OCI layout, as current versions of `docker save` write it."""

    def __init__(self, path: str | Path | ArchiveFile, *, max_expanded: int = DEFAULT_MAX_EXPANDED) -> None:
        """Read the index.

        Args:
            path: The file. It must not change while it is in use.
            max_expanded: Maximum number of bytes it may expand to if compressed.

        Raises:
            InvalidImageError: It is not such an archive, or is unsafe to read.
            InvalidManifestError: Its index is malformed.
        """
        self._archive = path if isinstance(path, ArchiveFile) else ArchiveFile(path, max_expanded)
        try:
            check_marker(self._archive.document(MARKER_NAME))
            self._contents = read_contents(self._archive.document(INDEX_NAME))
        except BaseException:
            self._archive.close()
            raise

    def __repr__(self) -> str:
        return f"OciArchive({self._archive.name!r})"

    @property
    def roots(self) -> tuple[Descriptor, ...]:
        """Entries of `index.json`; or `index.json` itself if it is a multi-platform image."""
        return self._contents.roots

    def has_blob(self, digest: Digest) -> bool:
        """Whether there is a file for this digest."""
        return (
            self._contents.document(digest) is not None or self._archive.find(blob_name(digest)) is not None
        )

    def blob_size(self, digest: Digest) -> int:
        """Return the size of the file in bytes.

        Raises:
            MissingBlobError: There is no such file.
        """
        document = self._contents.document(digest)
        return self._place(digest).size if document is None else len(document)

    def open_blob(self, digest: Digest) -> BinaryIO:
        """Open the file for reading.

        Raises:
            MissingBlobError: There is no such file.
        """
        if (document := self._contents.document(digest)) is not None:
            return io.BytesIO(document)
        return self._archive.open(self._place(digest))

    def close(self) -> None:
        """Remove the temporary file, if the archive was a compressed one."""
        self._archive.close()

    def _place(self, digest: Digest) -> Place:
        place = self._archive.find(blob_name(digest))
        if place is None:
            raise MissingBlobError(digest, self._archive.name)
        return place


def write_oci_archive(
    source: ImageSource,
    path: Output,
    roots: Sequence[Descriptor] | None = None,
    *,
    allow_missing: bool = False,
    foreign_layers: bool = False,
) -> None:
    """Write images into an OCI archive, verifying every byte. The same images give the same file.

    Args:
        source: Where the images come from.
        path: The file, which appears when it is complete and replaces an existing one; or a binary file object, a pipe
            or a character device, which is written from front to back.
        roots: Images of the source to write; defaults to all. Their annotations are copied to the index.
        allow_missing: Whether to leave out blobs that the source does not have, such as the layers of a base image.
        foreign_layers: Whether to write layers that registries need not have, such as the base of a Windows image.

    Raises:
        MissingBlobError: The source lacks a blob.
    DigestMismatchError: The content of a blob does not match its digest.
        InvalidImageError: The size of a blob differs from its descriptor.
    """
    wanted = source.roots if roots is None else tuple(roots)
    blobs = needed_blobs(source, wanted, allow_missing=allow_missing, foreign_layers=foreign_layers)
    write_archive(source, path, layout_files(wanted), blobs)


def write_archive(
    source: ImageSource, target: Output, files: dict[str, bytes], blobs: Sequence[Descriptor]
) -> None:
    """Write a tar file of some small files and, sorted by digest, verified blobs."""
    needed = sum(blob.size for blob in blobs) + sum(map(len, files.values()))
    named = str(target) if isinstance(target, str | os.PathLike) else repr(target)
    with (
        disk_full_errors(named, needed),
        open_output(target) as file,
        tarfile.TarFile(
            fileobj=file, mode="w", format=tarfile.PAX_FORMAT, copybufsize=_COPIED_AT_ONCE
        ) as archive,
    ):
        for name, content in files.items():
            archive.addfile(_member(name, len(content)), io.BytesIO(content))
        for blob in blobs:
            with open_verified(source, blob) as stream:
                archive.addfile(_member(blob_name(blob.digest), blob.size), stream)


def _member(name: str, size: int) -> tarfile.TarInfo:
    # Owned by root, dated 1970, world-readable: independent of this machine.
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o644
    return member
