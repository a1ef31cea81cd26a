"""Temporary files: created beside their target, reused by a later run, and removed when their process is dead."""

import hashlib
import os
import re
import stat
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from io import BufferedWriter, FileIO
from pathlib import Path
from typing import BinaryIO

from ecrkit.errors import InvalidImageError
from ecrkit.files.locking import claim, claim_folder, create_claimed
from ecrkit.files.safe_folder import SafeFolder, random_tail


def hidden_name(name: str, tail: str) -> str:
    """Return the name of a hidden file beside another one, within the length limit of file systems.

    Args:
        name: Name of the other file.
        tail: Suffix.
    """
    return f"{_hidden(name)}.{tail}"


@contextmanager
def appearing_in(folder: SafeFolder, name: str) -> Generator[BinaryIO]:
    """Write a file under a temporary name; it is renamed on success.

    Raises:
        InvalidImageError: A folder has the name.
    """
    temporary, file = create_claimed(folder, lambda random: hidden_name(name, f"{random[:12]}.partial"))
    with file:
        try:
            writer = BufferedWriter(file, _BUFFER)
            yield writer
            writer.flush()
            if sys.platform == "win32":
                writer.close()  # Windows renames no open file
            folder.replace(temporary, name)
        except BaseException:
            if sys.platform == "win32":
                file.close()
            folder.remove(temporary)
            raise
        with suppress(ValueError):  # closed already
            writer.detach()


@contextmanager
def growing_file(folder: SafeFolder, name: str, tag: str) -> Generator[tuple[str, FileIO]]:
    """Open the file that collects bytes until complete, keeping what an earlier run left in it.

    While another process or thread is collecting the same, or something else has its name, the file is a private one,
    which is removed unless it is renamed.

    Args:
        folder: Folder of the file.
        name: Its final name.
        tag: Distinguishes contents for the same name.
    """
    shared = hidden_name(name, f"{tag}.part")
    file = claim(folder, shared)
    if file is not None:
        with file:
            yield shared, file
        return
    private, file = create_claimed(folder, lambda random: hidden_name(name, f"{random}.part"))
    with file:
        try:
            yield private, file
        finally:
            if sys.platform == "win32":
                file.close()
            if sys.platform == "win32" or folder.is_at(private, file.fileno()):
                folder.remove(private)


@contextmanager
def work_folder(folder: SafeFolder, name: str, tag: str) -> Generator[SafeFolder]:
    """Open the folder in which the parts of a file are collected, keeping what an earlier run left in it.

    It is removed on success, otherwise kept for the next run. While another process or thread uses it, or
    something else has its name, the folder is a private one, which is always removed.

    Args:
        folder: Folder of the file.
        name: The name of the file.
        tag: Distinguishes contents for the same name.
    """
    chosen = hidden_name(name, f"{tag}.pull")
    work = claim_folder(folder, chosen)
    private = work is None
    if work is None:
        chosen = hidden_name(name, f"{random_tail()}.pull")
        work = claim_folder(folder, chosen) or folder.own_folder(chosen, create=True)
    with work:
        try:
            yield work
        except BaseException:
            if private:
                _remove_folder(folder, chosen)
            raise
        _remove_folder(folder, chosen)


@contextmanager
def private_folder(folder: SafeFolder, name: str) -> Generator[Path]:
    """Create a folder under a temporary name, to be renamed when it is complete; removed on failure.

    Args:
        folder: Parent folder.
        name: Its final name.
    """
    chosen = hidden_name(name, f"{random_tail()[:12]}.partial")
    inner = claim_folder(folder, chosen) or folder.own_folder(chosen, create=True)
    with inner:
        try:
            yield inner.path
        except BaseException:
            _remove_folder(folder, chosen)
            raise


def is_temporary(name: str, is_target: Callable[[str], bool]) -> bool:
    """Return whether this is the name of one of our temporary files for a target; see `remove_leftovers`."""
    found = _OURS.fullmatch(name)
    return found is not None and is_target(found[1])


def remove_leftovers(folder: SafeFolder, is_target: Callable[[str], bool]) -> None:
    """Remove leftovers of dead processes: our temporary files that are not locked.

    Without locks (Windows), nothing is removed.

    Args:
        folder: Folder to clean.
        is_target: Whether to remove the temporary files of a target; called with their hidden name prefix.
    """
    for name in folder.names():
        if not is_temporary(name, is_target):
            continue
        with suppress(OSError, InvalidImageError):
            status = folder.status(name)
            if status is None:
                continue
            if stat.S_ISDIR(status.st_mode):
                dead = claim_folder(folder, name, create=False)
                if dead is not None:
                    with dead:
                        folder.remove_folder(name)
            elif stat.S_ISREG(status.st_mode):
                file = claim(folder, name, create=False)
                if file is not None:
                    with file:
                        folder.remove(name)


def remove_leftovers_of(folder: SafeFolder, name: str) -> None:
    """Remove leftovers of dead processes for one file."""
    hidden = _hidden(name)
    remove_leftovers(folder, lambda found: found == hidden)


def _hidden(name: str) -> str:
    raw = os.fsencode(name)
    if len(raw) <= _LONGEST:
        return f".{name}"
    head = raw[: _LONGEST - _HASH - 1].decode(errors="ignore")
    return f".{head}~{hashlib.sha256(raw).hexdigest()[:_HASH]}"


def _remove_folder(folder: SafeFolder, name: str) -> None:
    # New files of other processes, and files that cannot be removed, are left to the next run.
    with suppress(OSError, InvalidImageError):
        folder.remove_folder(name)


_OURS = re.compile(r"(\..+)\.(?:[0-9a-f]{12}\.partial|[0-9a-f]{16}\.(?:part|pull))", re.DOTALL)
_BUFFER = 256 * 1024

_HASH = 16
_LONGEST = 255 - len(f"..{'0' * 16}.part")
"""Bytes of a name that still fits with what is added; 255 is the limit of almost every file system."""
