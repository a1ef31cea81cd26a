"""Layers from folders and files: the same content gives the same bytes on every machine."""

import errno
import io
import os
import stat
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ecrkit._strings import items_of
from ecrkit.errors import InvalidArgumentError, InvalidImageError, SourceChangedError
from ecrkit.oci._file_trees import FileTree, Folder, LayerTree, normalized, parents_of
from ecrkit.oci._files import Window, open_regular
from ecrkit.oci._patterns import matcher
from ecrkit.oci._tar_entries import TarEntry
from ecrkit.oci.compression import Compression
from ecrkit.oci.layers import Layer, layer_writer

Filter = Callable[[tarfile.TarInfo], tarfile.TarInfo | None]
"""Changes the entry of a file, or leaves it out by returning None; as in `tarfile.TarFile.add`."""

Owner = str | int | tuple[int, int]
"""Owner of files: `"1000:1000"`, `(1000, 1000)`, or one number for user and group."""

_CHUNK = 1024 * 1024
_MOST_MODE = 0o7777
_MOST_ID = 2**32 - 1
_XATTR = "SCHILY.xattr."  # where the tar archives of Docker and libarchive keep extended attributes
_ACLS = {"system.posix_acl_access", "system.posix_acl_default"}
_WHITEOUT = ".wh."


# Folders that practically every base has: some as links, some with special permissions. All other folders are
# usually 0755 and owned by root. They are not left out, because Docker before 23 lets only root enter a folder
# without an entry.
_COMMON_FOLDERS = frozenset(
    [
        "bin",
        "boot",
        "dev",
        "etc",
        "home",
        "lib",
        "lib32",
        "lib64",
        "libx32",
        "proc",
        "root",
        "run",
        "sbin",
        "sys",
        "tmp",
        "usr",
        "usr/bin",
        "usr/lib",
        "usr/lib64",
        "usr/sbin",
        "var",
        "var/lib",
        "var/lock",
        "var/log",
        "var/mail",
        "var/run",
        "var/tmp",
    ]
)


@dataclass(frozen=True, slots=True)
class Packing:
    """Path and compression of a new layer."""

    path: Path
    compression: Compression = "gzip"
    level: int | None = None
    threads: int = 1


class EntryRules:
    """Decides the attributes of an entry."""

    def __init__(
        self,
        *,
        mtime: int = 0,
        filter: Filter | None = None,  # noqa: A002 -- the name that tarfile has for it
        exclude: str | Iterable[str] = (),
        owner: Owner | None = None,
        mode: int | None = None,
        preserve_permissions: bool = False,
    ) -> None:
        if mode is not None and (type(mode) is not int or not 0 <= mode <= _MOST_MODE):
            raise InvalidArgumentError(f"mode={mode!r} is not a mode; pass an octal number such as 0o644")
        if mode is not None and preserve_permissions:
            raise InvalidArgumentError("mode= and preserve_permissions=True are mutually exclusive; pass one")
        self.excludes = matcher(patterns) if (patterns := items_of(exclude)) else None
        self._mtime = mtime
        self._filter = filter
        self._given_owner = parse_owner(owner)
        self._mode = mode
        self._preserve = preserve_permissions

    @property
    def about_folders(self) -> bool:
        """Whether they set attributes of folders."""
        return self._given_owner is not None or self._mode is not None or self._preserve

    def new_entry(self, name: str, kind: bytes = tarfile.REGTYPE, mode: int = 0o644) -> tarfile.TarInfo:
        """Create an entry that has no file on disk."""
        member = tarfile.TarInfo(name)
        member.type = kind
        member.mode = self._mode_of(kind, mode)
        member.mtime = self._mtime
        member.uid, member.gid = self._given_owner or (0, 0)
        return member

    def entry_of(self, path: Path, status: os.stat_result, name: str) -> tarfile.TarInfo:
        """Create the entry of a file, folder or link.

        Raises:
            InvalidImageError: It is of another type, or has an access control list that should be preserved.
        """
        if stat.S_ISDIR(status.st_mode):
            kind = tarfile.DIRTYPE
        elif stat.S_ISLNK(status.st_mode):
            kind = tarfile.SYMTYPE
        elif stat.S_ISREG(status.st_mode):
            kind = tarfile.REGTYPE
        else:
            raise InvalidImageError(f"{path} is a device, a pipe or a socket, which cannot go into a layer")
        member = self.new_entry(name, kind, stat.S_IMODE(status.st_mode))
        member.pax_headers = self._attributes(path)
        if kind == tarfile.SYMTYPE:
            member.linkname = text_of(path.readlink())
        return member

    def filtered(self, member: tarfile.TarInfo) -> tarfile.TarInfo | None:
        """Apply the caller's filter to an entry.

        Raises:
            InvalidArgumentError: The filter returned something else.
            InvalidImageError: The filter moved the entry out of the image.
        """
        if self._filter is None:
            return member
        changed = self._filter(member)
        if changed is None:
            return None
        if not isinstance(changed, tarfile.TarInfo):  # pyright: ignore[reportUnnecessaryIsInstance] -- for untyped callers
            raise InvalidArgumentError(f"filter= must return a TarInfo or None, not {changed!r}")
        changed.name = inside_image(changed.name)
        return changed

    def _mode_of(self, kind: bytes, mode: int) -> int:
        if kind == tarfile.SYMTYPE:
            return 0o777
        is_folder = kind == tarfile.DIRTYPE
        if self._mode is not None:
            return self._mode | (self._mode & 0o444) >> 2 if is_folder else self._mode
        if self._preserve:
            return mode
        if is_folder:
            return 0o1777 if mode & stat.S_ISVTX else 0o755
        special = mode & (stat.S_ISUID | stat.S_ISGID)
        return special | (0o755 if mode & stat.S_IXUSR else 0o644)

    def _attributes(self, path: Path) -> dict[str, str]:
        """Read extended attributes that are part of the content; SELinux labels belong to the machine."""
        found: dict[str, str] = {}
        for name in extended_attributes(path):
            if name in _ACLS and self._preserve:
                raise InvalidImageError(
                    f"{path} has an access control list, which layers cannot store; remove it with setfacl -b,"
                    " or omit preserve_permissions=True"
                )
            if name == "security.capability" or name.startswith("user."):
                value = os.getxattr(path, name, follow_symlinks=False)
                found[_XATTR + name] = value.decode("utf-8", "surrogateescape")
        return found


class EntryWriter:
    """Writes the entries of one layer, and remembers which folders and links it has."""

    def __init__(self, archive: tarfile.TarFile, tree: FileTree) -> None:
        self._archive = archive
        self._tree = tree
        self.made = LayerTree()

    def put(self, member: tarfile.TarInfo, content: BinaryIO | None = None) -> None:
        """Write one entry."""
        self._archive.addfile(member, content)
        self.made.add(
            TarEntry(member.name, member.type, member.linkname, member.mode, member.uid, member.gid)
        )

    def put_folder(self, member: tarfile.TarInfo, rules: EntryRules) -> bool:
        """Write a folder, unless the image has it.

        Returns:
        Whether to add its content.
        """
        name = member.name
        existing = self._tree.find(name)
        if isinstance(existing, Folder) and not rules.about_folders:
            member.mode, member.uid, member.gid = existing.mode, existing.uid, existing.gid
        filtered = rules.filtered(member)
        if filtered is None:
            return False
        if existing is None and self._is_common(name) and not rules.about_folders:
            return True
        says = Folder(filtered.mode, filtered.uid, filtered.gid)
        if not (existing == says == Folder() and filtered.name == name and not filtered.pax_headers):
            self.put(filtered)
        return True

    def _is_common(self, name: str) -> bool:
        """Whether a base with unknown layers very likely has this folder, perhaps as a link."""
        return not self._tree.complete and name in _COMMON_FOLDERS

    def put_parents(self, folder: str, rules: EntryRules) -> None:
        """Create a folder and those above it, where the image lacks them."""
        for name in [*parents_of(folder), folder] if folder else ():
            existing = self._tree.find(name)
            member = rules.new_entry(name, tarfile.DIRTYPE, 0o755)
            if isinstance(existing, Folder):
                # Docker's overlay2 driver creates a folder without an entry as 0755 and owned by root, which hides its state in
                # the layers below: https://github.com/moby/moby/blob/v28.0.0/pkg/archive/archive.go
                # So folders that differ are written again.
                if existing == Folder():
                    continue
                member.mode, member.uid, member.gid = existing.mode, existing.uid, existing.gid
            elif self._is_common(name):
                continue
            elif name != folder:
                member.mode, member.uid, member.gid = 0o755, 0, 0
            self.put(member)


def layer_from_folder(
    folder: str | Path,
    path: Path,
    *,
    to: str = "/",
    mtime: int = 0,
    compression: Compression = "gzip",
    level: int | None = None,
    threads: int = 1,
    filter: Filter | None = None,  # noqa: A002 -- the name that tarfile has for it
    exclude: str | Iterable[str] = (),
    owner: Owner | None = None,
    mode: int | None = None,
    preserve_permissions: bool = False,
) -> Layer:
    """Write a layer with the content of a folder.

    The base is unknown here, as for an `ImageBuilder` whose base has no source.

    Args:
        folder: Folder with the content.
        path: The new file.
        to: Folder of the image that the content goes to.
        mtime: Modification time of every entry, in seconds since 1970.
        compression: Compression of the layer.
        level: Level of the compression; see [`Compression`][ecrkit.oci.Compression].
        threads: Threads of zstd.
        filter: As in `ImageBuilder.add_layer`.
        exclude: As in `ImageBuilder.add_layer`.
        owner: As in `ImageBuilder.add_layer`.
        mode: As in `ImageBuilder.add_layer`.
        preserve_permissions: As in `ImageBuilder.add_layer`.

    Raises:
        InvalidImageError: The folder has a device, pipe or socket, or `to` leads out of the image.
        SourceChangedError: A file changed while it was read.
        FileExistsError: The new file exists.
    """
    rules = EntryRules(
        mtime=mtime,
        filter=filter,
        exclude=exclude,
        owner=owner,
        mode=mode,
        preserve_permissions=preserve_permissions,
    )
    packing = Packing(path, compression, level, threads)
    return write_folder(Path(folder), packing, to, rules, FileTree(complete=False))[0]


def write_folder(
    root: Path, packing: Packing, to: str, rules: EntryRules, tree: FileTree
) -> tuple[Layer, LayerTree]:
    """Write a layer with the content of a folder, following the links of the image below it."""
    target = tree.resolve(inside_image(to))

    def fill(writer: EntryWriter) -> None:
        writer.put_parents(target, rules)
        waiting = _children(root, target)
        while waiting:
            path, name = waiting.pop()
            status = path.lstat()
            is_folder = stat.S_ISDIR(status.st_mode)
            if rules.excludes is not None and rules.excludes(text_of(path.relative_to(root)), is_folder):
                continue
            if is_folder:
                name = tree.resolve(name)
                if writer.put_folder(rules.entry_of(path, status, name), rules):
                    waiting += _children(path, name)
            elif (member := rules.filtered(rules.entry_of(path, status, name))) is not None:
                _put_file(writer, member, path, status)

    return _write(packing, tree, fill)


def write_file(
    content: Path | bytes, packing: Packing, to: str, rules: EntryRules, tree: FileTree
) -> tuple[Layer, LayerTree]:
    """Write a layer with one file.

    Raises:
        InvalidArgumentError: `to` names a folder, and the content has no name of its own.
        InvalidImageError: `to` leads out of the image, or the path is not a regular file.
    """
    name = inside_image(to)
    if to.endswith("/") or not name:
        if isinstance(content, bytes):
            raise InvalidArgumentError(f"to={to!r} is a folder; name the file, such as {to.rstrip('/')}/file")
        name = f"{name}/{text_of(Path(content.name))}".lstrip("/")
    folder, _, last = name.rpartition("/")
    folder = tree.resolve(folder)
    name = f"{folder}/{last}".lstrip("/")

    def fill(writer: EntryWriter) -> None:
        writer.put_parents(folder, EntryRules())
        if isinstance(content, bytes):
            member = rules.new_entry(name)
            member.size = len(content)
            writer.put(member, io.BytesIO(content))
            return
        path = content.resolve()
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise InvalidImageError(f"{content} is not a regular file; add_layer takes folders")
        _put_file(writer, rules.entry_of(path, status, name), path, status)

    return _write(packing, tree, fill)


def write_removals(paths: Iterable[str], packing: Packing, tree: FileTree) -> tuple[Layer, LayerTree]:
    """Write a layer that hides files and folders of the layers below.

    Raises:
        InvalidImageError: A path leads out of the image, or is its root.
    """
    rules = EntryRules()
    names: set[str] = set()
    for path in paths:
        folder, _, last = inside_image(path).rpartition("/")
        if not last:
            raise InvalidImageError(f"{path!r} cannot be removed: it is the root of the image")
        names.add(f"{tree.resolve(folder)}/{_WHITEOUT}{last}".lstrip("/"))

    def fill(writer: EntryWriter) -> None:
        for name in sorted(names, key=lambda each: each.encode("utf-8", "surrogateescape")):
            writer.put(rules.new_entry(name))

    return _write(packing, tree, fill)


def parse_owner(owner: Owner | None) -> tuple[int, int] | None:
    """Parse an owner; a single number is the user and the group.

    Raises:
        InvalidArgumentError: It contains a name, or is out of range.
    """
    if owner is None:
        return None
    parts = owner.split(":") if isinstance(owner, str) else owner if isinstance(owner, tuple) else (owner,)
    try:
        numbers = [int(each) for each in parts]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) not in {1, 2} or not all(0 <= each < _MOST_ID for each in numbers):
        raise InvalidArgumentError(
            f"owner={owner!r} is not an owner; pass numbers, such as '1000:1000'"
            " (names would need the /etc/passwd of the base)"
        )
    return numbers[0], numbers[-1]


def inside_image(to: str) -> str:
    """Normalize a path of the image to one without a leading slash.

    Raises:
        InvalidImageError: It leads out of the image.
    """
    if ".." in to.split("/"):
        raise InvalidImageError(f"{to[:200]!r} leads out of the image")
    return normalized(to)


def text_of(path: Path) -> str:
    """Decode a path as UTF-8, whatever the locale of this process."""
    return _utf8(path.as_posix())


def _utf8(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "surrogateescape")


def extended_attributes(path: Path) -> list[str]:
    """List the names of extended attributes, sorted; none if Python or the file system lacks support."""
    if not hasattr(os, "listxattr"):  # available on Linux
        return []
    try:
        return sorted(os.listxattr(path, follow_symlinks=False))
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return []
        raise


def _write(packing: Packing, tree: FileTree, fill: Callable[[EntryWriter], None]) -> tuple[Layer, LayerTree]:
    with (
        layer_writer(packing.path, packing.compression, packing.level, packing.threads) as out,
        tarfile.TarFile(
            fileobj=out,
            mode="w",
            format=tarfile.PAX_FORMAT,
            encoding="utf-8",
            errors="surrogateescape",
            copybufsize=_CHUNK,
        ) as archive,
    ):
        writer = EntryWriter(archive, tree)
        fill(writer)
    return out.layer(), writer.made


def _children(folder: Path, name: str) -> list[tuple[Path, str]]:
    """List a folder with its names in the image, in reverse byte order, to be popped."""
    found = sorted(folder.iterdir(), key=lambda each: os.fsencode(each.name), reverse=True)
    prefix = f"{name}/" if name else ""
    return [(each, prefix + _utf8(each.name)) for each in found]


def _put_file(writer: EntryWriter, member: tarfile.TarInfo, path: Path, status: os.stat_result) -> None:
    if not member.isreg() or not stat.S_ISREG(status.st_mode):
        member.size = 0
        writer.put(member)
        return
    member.size = status.st_size
    cut_short = SourceChangedError(f"{path} became shorter while it was read")
    file = open_regular(path)
    with io.BufferedReader(Window(file, 0, member.size, cut_short), _CHUNK) as content:
        before = os.fstat(file.fileno())
        writer.put(member, content)
        after = os.fstat(file.fileno())
    if (member.size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise SourceChangedError(f"{path} changed while it was read")
