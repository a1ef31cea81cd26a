"""Files and folders that one thread of one process has at a time. A lock ends with its process, however that ends."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from io import FileIO

from ecrkit.errors import InvalidImageError
from ecrkit.files.safe_folder import SafeFolder, random_tail

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, wait: bool) -> bool:
        """Lock a file, waiting up to ten seconds. Not without waiting: what is locked there cannot be renamed."""
        if wait:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        return wait

else:
    import errno
    import fcntl

    def _lock(descriptor: int, *, wait: bool) -> bool:
        """Lock a file or folder; false if somebody else has it, or if the file system has no locks."""
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
    """Open and lock a file of ours; None if somebody else has it, or if something else has its name.

    Args:
        folder: Where it is.
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
        file.close()  # whoever had the lock has renamed or removed the file since it was opened here


def create_claimed(folder: SafeFolder, name_for: Callable[[str], str]) -> tuple[str, FileIO]:
    """Create and lock a file under a name that nobody else chooses; unlocked where there are no locks."""
    while True:
        name = name_for(random_tail())
        file = folder.new(name)
        try:
            # Between the two lines, somebody may have taken it for a file that a dead process left.
            if not _lock(file.fileno(), wait=sys.platform != "win32") or folder.is_at(name, file.fileno()):
                return name, file
        except BaseException:
            file.close()
            folder.remove(name)
            raise
        file.close()


def claim_folder(folder: SafeFolder, name: str, *, create: bool = True) -> SafeFolder | None:
    """Open and lock a folder of ours; None if somebody else has it, or if something else has its name.

    Without directory descriptors (Windows), it is always None.
    """
    while folder.descriptor is not None:
        try:
            inner = folder.own_folder(name, create=create)
        except InvalidImageError:
            return None
        except FileNotFoundError:  # somebody else has just removed it
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
    """Keep everybody else waiting who locks this name. The file exists only meanwhile.

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
        with suppress(PermissionError):  # somebody else has it open
            folder.remove(name)
