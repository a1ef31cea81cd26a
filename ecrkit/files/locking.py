"""Locks on files and folders, exclusive to one thread of one process. A lock ends with its process."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from io import FileIO

from ecrkit.errors import InvalidImageError
from ecrkit.files.safe_folder import SafeFolder, random_tail

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, wait: bool) -> bool:
        """Lock a file, waiting up to ten seconds, because locked files cannot be renamed there."""
        if wait:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        return wait

else:
    import errno
    import fcntl

    def _lock(descriptor: int, *, wait: bool) -> bool:
        """Lock a file or folder; return false if it is locked, or if the file system has no locks."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP}:
                raise
            return False  # such as folders over NFS
        return True


def claim(folder: SafeFolder, name: str, *, create: bool = True) -> FileIO | None:
    """Open and lock one of our files; None if it is locked, or if something else has its name.

    Args:
        folder: Its folder.
        name: Its name.
        create: Whether to create it if it does not exist.
    """
    while True:
        try:
            file = folder.own(name, create=create)
        except (InvalidImageError, FileNotFoundError):
            return None
        try:
            if not _lock(file.fileno(), wait=False):
                file.close()
                return None
            if folder.is_at(name, file.fileno()):
                return file
        except BaseException:
            file.close()
            raise
        file.close()  # the previous holder of the lock has renamed or removed the file since it was opened here


def create_claimed(folder: SafeFolder, name_for: Callable[[str], str]) -> tuple[str, FileIO]:
    """Create and lock a file under a unique name; unlocked where locks are not supported."""
    while True:
        name = name_for(random_tail())
        file = folder.new(name)
        try:
            # Between the two lines, another process may have taken it for a leftover.
            if not _lock(file.fileno(), wait=sys.platform != "win32") or folder.is_at(name, file.fileno()):
                return name, file
        except BaseException:
            file.close()
            folder.remove(name)
            raise
        file.close()


def claim_folder(folder: SafeFolder, name: str, *, create: bool = True) -> SafeFolder | None:
    """Open and lock one of our folders; None if it is locked, or if something else has its name.

    Without directory descriptors (Windows), it is always None.
    """
    while folder.descriptor is not None:
        try:
            inner = folder.own_folder(name, create=create)
        except InvalidImageError:
            return None
        except FileNotFoundError:  # another process has just removed it
            if create:
                continue
            return None
        try:
            descriptor = inner.descriptor
            if descriptor is None or not _lock(descriptor, wait=False):
                inner.close()
                return None
            if folder.is_at(name, descriptor):
                return inner
        except BaseException:
            inner.close()
            raise
        inner.close()
    return None


@contextmanager
def locked(folder: SafeFolder, name: str) -> Generator[None]:
    """Hold an exclusive lock on this name. The lock file exists only while it is held.

    Raises:
        InvalidImageError: Something else has the name.
    """
    while True:
        file = folder.own(name)
        try:
            got = _lock(file.fileno(), wait=True)
            if not got or folder.is_at(name, file.fileno()):
                break
        except BaseException:
            file.close()
            raise
        file.close()
    with file:
        try:
            yield
        finally:
            if sys.platform != "win32":
                folder.remove(name)
    if sys.platform == "win32":
        with suppress(PermissionError):  # another process has it open
            folder.remove(name)
