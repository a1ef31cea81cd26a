"""Find the files in an untrusted tar archive without unpacking it.

`tarfile` would read whatever length an extended header claims into memory, so headers are walked here, each within
bounds; `tarfile` only reads the 512 bytes of one.
"""

import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import BinaryIO

from ecrkit.errors import InvalidImageError

_BLOCK = 512
_LONGEST_EXTENDED_HEADER = 1024 * 1024
_MOST_ENTRIES = 100_000
_MOST_LINKS = 10

_ROOT = PurePosixPath()

_REGULAR = {tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE}
_KINDS = {
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a pipe",
    tarfile.GNUTYPE_SPARSE: "a sparse file",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Position of the bytes of a file in the archive."""

    offset: int
    size: int


class TarIndex:
    """The files of a tar archive, by name."""

    def __init__(
        self, file: BinaryIO, archive_size: int, where: str, most_entries: int = _MOST_ENTRIES
    ) -> None:
        """Walk the headers; contents are skipped.

        Args:
            file: The uncompressed archive, at its start; seekable.
            archive_size: Its size in bytes.
            where: Name of the archive in errors.
            most_entries: Maximum number of entries: files, links, folders, and headers that belong to another entry.

        Raises:
            InvalidImageError: It is not a tar archive, is truncated, or has entries that lead out of it or
                are devices or pipes.
        """
        self._where = where
        self._most_entries = most_entries
        self._files: dict[str, Place] = {}
        self._links: dict[str, str] = {}
        self._walk(file, archive_size)

    @property
    def names(self) -> Iterable[str]:
        """The names of the files and links."""
        return chain(self._files, self._links)

    def find(self, name: str) -> Place | None:
        """Find a file, following the links inside the archive.

        Raises:
            InvalidImageError: The name leads out of the archive, or links form a cycle.
        """
        name = self._safe(name)
        for _ in range(_MOST_LINKS):
            if name not in self._links:
                return self._files.get(name)
            name = self._links[name]
        raise InvalidImageError(f"The links from {name!r} in {self._where} form a cycle")

    def _walk(self, file: BinaryIO, archive_size: int) -> None:
        position = 0
        extended: dict[str, str] = {}  # what an extended header says about the next entry
        entries = 0
        while (header := self._header(file, position)) is not None:
            entries += 1
            if entries > self._most_entries:
                raise InvalidImageError(f"{self._where} has more than {self._most_entries:,} entries")
            start = position + _BLOCK
            size = header.size if header.type != tarfile.DIRTYPE else 0
            if header.type in _REGULAR:
                size = self._size(extended.get("size"), size)
            if header.type in {tarfile.LNKTYPE, tarfile.SYMTYPE}:
                size = 0
            if size < 0 or start + size > archive_size:
                raise InvalidImageError(
                    f"{self._where} is truncated: {header.name[:100]!r} should have {size} bytes"
                )
            position = start + -(-size // _BLOCK) * _BLOCK
            if header.type in _EXTENDED:
                extended |= self._extended(file, header, size)
                continue
            if header.type == tarfile.XGLTYPE:
                continue  # a global header; nothing in it matters here
            self._take(header, extended, Place(start, size))
            extended = {}

    def _header(self, file: BinaryIO, position: int) -> tarfile.TarInfo | None:
        file.seek(position)
        block = file.read(_BLOCK)
        if not block.strip(b"\0"):
            if position == 0:
                raise InvalidImageError(f"{self._where} is empty")
            return None
        try:
            return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            raise InvalidImageError(
                f"{self._where} is not a tar archive, or is damaged at byte {position}"
            ) from error

    def _extended(self, file: BinaryIO, header: tarfile.TarInfo, size: int) -> dict[str, str]:
        if size > _LONGEST_EXTENDED_HEADER:
            raise InvalidImageError(f"{self._where} has an extended header of {size} bytes")
        content = file.read(size)
        if header.type == tarfile.GNUTYPE_LONGNAME:
            return {"path": _text(content.rstrip(b"\0"))}
        if header.type == tarfile.GNUTYPE_LONGLINK:
            return {"linkpath": _text(content.rstrip(b"\0"))}
        records = dict(self._records(content))
        if any(key.startswith("GNU.sparse.") for key in records):
            raise InvalidImageError(
                f"{self._where} contains a sparse file; write the archive without --sparse"
            )
        return records

    def _records(self, content: bytes) -> list[tuple[str, str]]:
        records: list[tuple[str, str]] = []
        position = 0
        while position < len(content):
            digits, space, _ = content[position : position + 20].partition(b" ")
            length = int(digits) if digits.isdigit() else 0
            record = content[position + len(digits) + 1 : position + length]
            key, equals, value = record.partition(b"=")
            if not space or not equals or not record.endswith(b"\n") or position + length > len(content):
                raise InvalidImageError(f"{self._where} has a malformed extended header")
            records.append((_text(key), _text(value[:-1])))
            position += length
        return records

    def _size(self, extended: str | None, plain: int) -> int:
        if extended is None:
            return plain
        if not (extended.isascii() and extended.isdigit() and len(extended) <= len(str(2**63))):
            raise InvalidImageError(f"{self._where} has a file of {extended[:30]!r} bytes")
        return int(extended)

    def _take(self, header: tarfile.TarInfo, extended: dict[str, str], place: Place) -> None:
        name = self._safe(extended.get("path", header.name))
        if header.type == tarfile.DIRTYPE:
            return
        # Of a name that occurs twice, the last one counts, as for tar itself; blobs are verified anyway.
        self._files.pop(name, None)
        self._links.pop(name, None)
        target = extended.get("linkpath", header.linkname)
        if header.type in _REGULAR:
            self._files[name] = place
        elif header.type == tarfile.SYMTYPE:
            self._links[name] = self._safe(target, PurePosixPath(name).parent)
        elif header.type == tarfile.LNKTYPE:
            self._links[name] = self._safe(target)
        else:
            kind = _KINDS.get(header.type, "of an unknown kind")
            raise InvalidImageError(
                f"{name!r} in {self._where} is {kind}; only files, folders and links are allowed"
            )

    def _safe(self, name: str, folder: PurePosixPath = _ROOT) -> str:
        """Normalize a name, and check that it stays inside the archive."""
        parts: list[str] = []
        if not name.startswith("/") and "\0" not in name:
            for part in (folder / name).parts:
                if part != "..":
                    parts.append(part)
                elif parts and folder.parts:  # only links may go up, no further than the root
                    parts.pop()
                else:
                    break
            else:
                return "/".join(parts)
        raise InvalidImageError(f"{name[:100]!r} in {self._where} leads out of the archive")


_EXTENDED = {tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
