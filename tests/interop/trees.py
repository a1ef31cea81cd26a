"""File systems as values: what an unpacked image has, told the same way for a folder and for a tar archive."""

import hashlib
import os
import stat
import tarfile
from pathlib import Path
from typing import NamedTuple

CAPABILITY = "security.capability"
MADE_BY_ENGINES = (
    ".dockerenv",
    "dev",
    "proc",
    "sys",
    "run",
    "etc/hostname",
    "etc/hosts",
    "etc/mtab",
    "etc/resolv.conf",
)
"""What Docker and podman put into a container that has never run."""


class Entry(NamedTuple):
    """One file, folder or link."""

    kind: str
    mode: int
    uid: int
    gid: int
    target: str = ""
    """Where a symbolic link leads."""

    content: str = ""
    """SHA-256 of a file."""

    modified: int = 0
    """Time of a file, in seconds. Tools differ on the times of folders."""

    capability: str = ""
    """File capabilities, in hexadecimal."""


def folder_tree(folder: Path) -> dict[str, Entry]:
    """Tell what is in a folder."""
    found: dict[str, Entry] = {}
    for path in folder.rglob("*"):
        state = path.lstat()
        name = os.fspath(path.relative_to(folder))
        owner = (stat.S_IMODE(state.st_mode), state.st_uid, state.st_gid)
        if stat.S_ISLNK(state.st_mode):
            found[name] = Entry("link", 0o777, state.st_uid, state.st_gid, target=os.fspath(path.readlink()))
        elif stat.S_ISDIR(state.st_mode):
            found[name] = Entry("folder", *owner)
        else:
            capability = os.getxattr(path, CAPABILITY).hex() if CAPABILITY in os.listxattr(path) else ""
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found[name] = Entry(
                "file", *owner, content=content, modified=int(state.st_mtime), capability=capability
            )
    return found


def tar_tree(path: Path) -> dict[str, Entry]:
    """Tell what is in a tar archive, such as `docker export` writes it."""
    found: dict[str, Entry] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            name = member.name.removeprefix("./").strip("/")
            owner = (stat.S_IMODE(member.mode), member.uid, member.gid)
            if member.issym():
                found[name] = Entry("link", 0o777, member.uid, member.gid, target=member.linkname)
            elif member.isdir():
                found[name] = Entry("folder", *owner)
            elif member.islnk():
                found[name] = found[member.linkname.removeprefix("./").strip("/")]
            else:
                content = archive.extractfile(member)
                assert content is not None
                header = member.pax_headers.get(f"SCHILY.xattr.{CAPABILITY}", "")
                found[name] = Entry(
                    "file",
                    *owner,
                    content=hashlib.sha256(content.read()).hexdigest(),
                    modified=int(member.mtime),
                    capability=header.encode("utf-8", "surrogateescape").hex(),
                )
    found.pop("", None)
    return found


def without_what_engines_make(tree: dict[str, Entry]) -> dict[str, Entry]:
    """Leave out the files that Docker and podman put into every container."""
    return {
        name: entry
        for name, entry in tree.items()
        if not any(name == made or name.startswith(f"{made}/") for made in MADE_BY_ENGINES)
    }
