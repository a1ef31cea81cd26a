"""`SafeFolder`: a folder that is read and written relative to its descriptor, and never outside it."""

import errno
import os
import secrets
import stat
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import Self

from ecrkit.errors import InvalidImageError

HAS_DESCRIPTORS = {os.open, os.mkdir, os.readlink, os.rename, os.stat, os.unlink} <= os.supports_dir_fd
"""Whether the operating system opens files relative to a folder (Windows does not)."""


class SafeFolder:
    """A folder that is untrusted, or may change while it is used.

    - Files are opened relative to the descriptor of the folder, so replacing the folder or its parents with a link has
      no effect.
    - Links are followed for reading while they stay inside the folder, and never for writing.
    - Only regular files are opened; pipes and devices are refused without being opened. Files that have a second name
      (hard links) are not written.

    Without directory descriptors (Windows), paths are checked before each use. That refuses the same prepared folders,
    but does not protect against changes between the check and the use.
    """

    def __init__(
        self,
        path: Path,
        *,
        create: bool = False,
        hint: str = "",
        descriptors: bool = HAS_DESCRIPTORS,
        _opened: int | None = None,
    ) -> None:
        """Open a folder. Links in the path itself are followed: the caller chose it.

        Args:
            path: The folder.
            create: Whether to create it, and its parents, if it does not exist.
            hint: Added to the message for a link that leads outside.
            descriptors: Whether to use directory descriptors.

        Raises:
            InvalidImageError: It is not a folder.
            FileNotFoundError: It does not exist.
        """
        self.path = path
        """The path for messages."""

        self._hint = hint

        if create:
            try:
                path.mkdir(parents=True, exist_ok=True)
            except (FileExistsError, NotADirectoryError) as error:
                raise InvalidImageError(f"{path} is not a folder") from error
        self._descriptor = _opened
        if descriptors and _opened is None:
            with _refusals(path):
                self._descriptor = os.open(path, _FOLDER)
        elif not descriptors and not path.is_dir():
            raise (
                InvalidImageError(f"{path} is not a folder")
                if path.exists()
                else FileNotFoundError(str(path))
            )

    def __repr__(self) -> str:
        return f"SafeFolder({str(self.path)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the descriptor."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    @property
    def descriptor(self) -> int | None:
        """The descriptor; None where there are none."""
        return self._descriptor

    def folder(self, name: str, *, create: bool = False) -> "SafeFolder":
        """Open a folder inside this one; `name` may have several parts.

        Raises:
            InvalidImageError: It is not a folder, or a link that leads outside.
            FileNotFoundError: It does not exist.
        """
        path = self.path / name
        if self._descriptor is None:
            self._resolved_path(name)
            return SafeFolder(path, create=create, hint=self._hint, descriptors=False)
        holder, last = self._resolve(name, create=create)
        try:
            with _refusals(path):
                return SafeFolder(path, hint=self._hint, _opened=_enter(holder, last, create=create))
        finally:
            os.close(holder)

    def own_folder(self, name: str, *, create: bool = False) -> "SafeFolder":
        """Open one of our folders; no link is followed, not even inside.

        Raises:
            InvalidImageError: Something else has the name.
            FileNotFoundError: It does not exist.
        """
        path = self.path / name
        if self._descriptor is None:
            if path.is_symlink():
                raise InvalidImageError(f"{path} cannot be used: it is a link")
            return SafeFolder(path, create=create, hint=self._hint, descriptors=False)
        with _refusals(path):
            return SafeFolder(path, hint=self._hint, _opened=_enter(self._descriptor, name, create=create))

    def read(self, name: str) -> FileIO:
        """Open a regular file for reading; `name` may have several parts.

        Raises:
            InvalidImageError: It is not a regular file, or a link that leads outside.
            FileNotFoundError: It does not exist.
        """
        path = self.path / name
        if self._descriptor is None:
            with _refusals(path):
                return _regular(os.open(self._resolved_path(name), os.O_RDONLY | _CAREFULLY), "rb", path)
        holder, last = self._resolve(name)
        try:
            with _refusals(path):
                return _regular(os.open(last, os.O_RDONLY | _CAREFULLY, dir_fd=holder), "rb", path)
        finally:
            os.close(holder)

    def own(self, name: str, *, create: bool = True) -> FileIO:
        """Open one of our files for reading and writing, keeping its content.

        Args:
            name: A name in this folder.
            create: Whether to create it if it does not exist.

        Raises:
            InvalidImageError: Something else has the name: a link, a folder, a pipe, a file with a second name.
            FileNotFoundError: It does not exist.
        """
        status = self.status(name)
        if status is not None and not stat.S_ISREG(status.st_mode):
            raise InvalidImageError(f"{self.path / name} is not a regular file")
        flags = os.O_RDWR | _CAREFULLY | (os.O_CREAT if create else 0)
        with _refusals(self.path / name):
            file = _regular(self._open(name, flags), "r+b", self.path / name)
        if os.fstat(file.fileno()).st_nlink > 1:
            file.close()
            raise InvalidImageError(f"{self.path / name} is a hard link: the same file has another name")
        return file

    def new(self, name: str) -> FileIO:
        """Create a file for reading and writing.

        Raises:
            FileExistsError: The name is taken.
        """
        return FileIO(self._open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | _CAREFULLY), "r+b")

    def replace(self, old: str, new: str) -> None:
        """Rename a file, replacing whatever has the new name, even a link or a pipe.

        Raises:
            InvalidImageError: A folder has the new name.
        """
        with _refusals(self.path / new):
            os.replace(self._at(old), self._at(new), src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)

    def remove(self, name: str) -> None:
        """Remove a file; succeeds if it does not exist."""
        with suppress(FileNotFoundError):
            os.unlink(self._at(name), dir_fd=self._descriptor)

    def remove_folder(self, name: str) -> None:
        """Remove a folder inside this one with everything in it. Links are removed, not followed."""
        with self.own_folder(name) as inner:
            for each in inner.names():
                status = inner.status(each)
                if status is not None and stat.S_ISDIR(status.st_mode):
                    inner.remove_folder(each)
                else:
                    inner.remove(each)
        os.rmdir(self._at(name), dir_fd=self._descriptor)

    def names(self) -> list[str]:
        """List what is in the folder."""
        listed: Path | int = self.path if self._descriptor is None else self._descriptor
        return os.listdir(listed)  # noqa: PTH208 -- a descriptor has no path

    def status(self, name: str) -> os.stat_result | None:
        """Return the status of a name, without following links; None if it does not exist."""
        try:
            return os.stat(self._at(name), dir_fd=self._descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def is_at(self, name: str, descriptor: int) -> bool:
        """Whether an open file, or folder, still has this name."""
        status = self.status(name)
        return status is not None and os.path.samestat(status, os.fstat(descriptor))

    def is_file(self, name: str) -> bool:
        """Whether this is a regular file, links inside the folder followed.

        Raises:
            InvalidImageError: It is a link that leads outside.
        """
        try:
            with self.read(name):
                return True
        except FileNotFoundError:
            return False

    def _open(self, name: str, flags: int) -> int:
        return os.open(self._at(name), flags, 0o666, dir_fd=self._descriptor)

    def _at(self, name: str) -> str:
        return str(self.path / name) if self._descriptor is None else name

    def _resolved_path(self, name: str) -> Path:
        real = Path(os.path.realpath(self.path / name))
        if not real.is_relative_to(os.path.realpath(self.path)):
            raise self._leads_out(name)
        return real

    def _resolve(self, name: str, *, create: bool = False) -> tuple[int, str]:
        """Find the folder that holds something, links followed while they stay inside; its descriptor is the caller's."""
        assert self._descriptor is not None  # noqa: S101 -- see the callers
        way = [os.dup(self._descriptor)]
        waiting, links = deque(name.split("/")), 0
        try:
            while True:
                part = waiting.popleft() if waiting else "."
                target = _link(way[-1], part)
                if target is not None:
                    links += 1
                    waiting.extendleft(reversed(self._parts(target, name, way, links)))
                elif part == "..":
                    if len(way) == 1:
                        raise self._leads_out(name)
                    os.close(way.pop())
                elif not waiting:
                    return way.pop(), part
                elif part != ".":
                    with _refusals(self.path / name):
                        way.append(_enter(way[-1], part, create=create))
        finally:
            for each in way:
                os.close(each)

    def _leads_out(self, name: str) -> InvalidImageError:
        return InvalidImageError(f"{self.path / name} is a link that leads out of the layout{self._hint}")

    def _parts(self, target: str, name: str, way: list[int], links: int) -> list[str]:
        """Return the parts of a link's target; an absolute one begins at this folder again."""
        if links > _MOST_LINKS:
            raise InvalidImageError(f"The links from {self.path / name} form a cycle")
        if target.startswith("/"):
            root = os.path.realpath(self.path)
            if not Path(target).is_relative_to(root):
                raise self._leads_out(name)
            target = str(Path(target).relative_to(root))
            while len(way) > 1:
                os.close(way.pop())
        return [each for each in target.split("/") if each]


def random_tail() -> str:
    """Return a unique part of a name."""
    return secrets.token_hex(8)


def _link(holder: int, name: str) -> str | None:
    try:
        return os.readlink(name, dir_fd=holder)
    except OSError:  # not a link, or missing; opening it raises the error
        return None


def _enter(holder: int, name: str, *, create: bool) -> int:
    try:
        return os.open(name, _FOLDER | _NOFOLLOW, dir_fd=holder)
    except FileNotFoundError:
        if not create:
            raise
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=holder)
    return os.open(name, _FOLDER | _NOFOLLOW, dir_fd=holder)


def _regular(descriptor: int, mode: str, path: Path) -> FileIO:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InvalidImageError(f"{path} is not a regular file")
    return FileIO(descriptor, mode)


@contextmanager
def _refusals(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        raise InvalidImageError(f"{path} cannot be used: {_REFUSALS[error.errno]}") from error


_REFUSALS = {
    errno.EISDIR: "it is a folder",
    errno.ELOOP: "it is a link",
    errno.EMLINK: "it is a link",  # on BSD
    errno.ENOTDIR: "it is not a folder, or inside something that is not one",
    errno.ENOTEMPTY: "it is a folder that is not empty",
    errno.ENXIO: "it is a pipe or a device",
    errno.EOPNOTSUPP: "it is a socket",
}

_MOST_LINKS = 10
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_CLOEXEC = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _CLOEXEC
_CAREFULLY = _NOFOLLOW | _CLOEXEC | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
