"""The entries of a tar stream, read forwards and within bounds; contents are skipped."""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ecrkit.errors import InvalidImageError

_BLOCK = 512
_LONGEST_EXTENDED_HEADER = 1024 * 1024
_SKIPPED_AT_ONCE = 1024 * 1024
_MAP_CONTINUES = 482  # flag in the header of a sparse file: a block of its hole map follows
_MAP_CONTINUES_AGAIN = 504  # flag in such a block: another one follows
_LONG_NAMES = {tarfile.GNUTYPE_LONGNAME: "path", tarfile.GNUTYPE_LONGLINK: "linkpath"}
_PAX = {tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE}
_WITHOUT_CONTENT = {
    tarfile.LNKTYPE,
    tarfile.SYMTYPE,
    tarfile.DIRTYPE,
    tarfile.CHRTYPE,
    tarfile.BLKTYPE,
    tarfile.FIFOTYPE,
}


@dataclass(frozen=True, slots=True)
class TarEntry:
    """A file, folder, link or device in a tar archive."""

    name: str
    kind: bytes
    """Type flag, as in `tarfile`."""

    target: str
    mode: int
    uid: int
    gid: int


def entries(stream: BinaryIO, where: str) -> Iterator[TarEntry]:
    """Yield the entries in their order.

    Args:
        stream: The uncompressed archive.
        where: Name of the archive in errors.

    Raises:
        InvalidImageError: It is not a tar archive, or is damaged or truncated.
    """
    extended: dict[str, str] = {}
    while (block := _read(stream, _BLOCK, where, may_end=True)).strip(b"\0"):
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            raise InvalidImageError(f"{where} is not a tar archive, or is damaged: {error}") from error
        if header.type in _LONG_NAMES or header.type in _PAX:
            extended |= _extended(_read_padded(stream, header.size, where), header.type, where)
            continue
        more = header.type == tarfile.GNUTYPE_SPARSE and block[_MAP_CONTINUES]
        while more:
            more = _read(stream, _BLOCK, where)[_MAP_CONTINUES_AGAIN]
        _skip(stream, _content_size(header, extended, where), where)
        if header.type == tarfile.XGLTYPE:
            continue
        yield TarEntry(
            name=extended.get("path", header.name),
            kind=header.type,
            target=extended.get("linkpath", header.linkname),
            mode=header.mode,
            uid=_number(extended.get("uid"), header.uid, where),
            gid=_number(extended.get("gid"), header.gid, where),
        )
        extended = {}


def _content_size(header: tarfile.TarInfo, extended: dict[str, str], where: str) -> int:
    if header.type in _WITHOUT_CONTENT:
        return 0
    size = (
        header.size if header.type == tarfile.XGLTYPE else _number(extended.get("size"), header.size, where)
    )
    if size < 0:
        raise InvalidImageError(f"{where} has a file of {size} bytes")
    return size


def _extended(content: bytes, kind: bytes, where: str) -> dict[str, str]:
    if kind in _LONG_NAMES:
        return {_LONG_NAMES[kind]: _text(content.rstrip(b"\0"))}
    found: dict[str, str] = {}
    position = 0
    while position < len(content):
        digits, space, _ = content[position : position + 20].partition(b" ")
        length = int(digits) if digits.isdigit() else 0
        record = content[position + len(digits) + 1 : position + length]
        key, equals, value = record.partition(b"=")
        if not space or not equals or not record.endswith(b"\n"):
            raise InvalidImageError(f"{where} has a malformed extended header")
        found[_text(key)] = _text(value[:-1])
        position += length
    return found


def _number(text: str | None, plain: int, where: str) -> int:
    if text is None:
        return plain
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(2**63))):
        raise InvalidImageError(f"{where} has an extended header with the number {text[:30]!r}")
    return int(text)


def _read_padded(stream: BinaryIO, size: int, where: str) -> bytes:
    if not 0 <= size <= _LONGEST_EXTENDED_HEADER:
        raise InvalidImageError(f"{where} has an extended header of {size} bytes")
    return _read(stream, -(-size // _BLOCK) * _BLOCK, where)[:size]


def _skip(stream: BinaryIO, size: int, where: str) -> None:
    left = -(-size // _BLOCK) * _BLOCK
    while left:
        left -= len(_read(stream, min(left, _SKIPPED_AT_ONCE), where))


def _read(stream: BinaryIO, size: int, where: str, *, may_end: bool = False) -> bytes:
    """Read exactly this many bytes; a raw stream may return fewer per read."""
    pieces: list[bytes] = []
    left = size
    while left and (piece := stream.read(left)):
        pieces.append(piece)
        left -= len(piece)
    if left and (pieces or not may_end):
        raise InvalidImageError(f"{where} is truncated")
    return b"".join(pieces)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
