"""Pulls an image into an OCI layout: many layers at once, each verified, and the index last."""

import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from io import BufferedReader
from itertools import chain
from pathlib import Path
from typing import Self

from ecrkit import events
from ecrkit.errors import DiskFullError, InvalidImageError, NotEmptyError
from ecrkit.files.locking import locked
from ecrkit.files.outputs import checked_path
from ecrkit.files.safe_folder import SafeFolder
from ecrkit.files.space import disk_full_errors
from ecrkit.files.temporary import appearing_in, is_temporary, remove_leftovers
from ecrkit.oci import Descriptor, ImageManifest, walk
from ecrkit.oci.contents import read_contents
from ecrkit.oci.layout import INDEX_NAME, MARKER_NAME, check_marker, layout_files
from ecrkit.oci.names import names_of
from ecrkit.oci.sources import read_bounded
from ecrkit.pull.download import download_into, has_content
from ecrkit.pull.source import PulledImages
from ecrkit.references import Digest
from ecrkit.transfer import RemoteBlob
from ecrkit.transfer.ranges import DEFAULT_CONNECTIONS
from ecrkit.workers import one_at_a_time, run_jobs


def pull_layout(
    source: PulledImages,
    roots: Sequence[Descriptor],
    folder: Path,
    *,
    foreign_layers: bool = False,
    workers: int,
    connections: int = DEFAULT_CONNECTIONS,
    progress: events.Progress | None = None,
) -> Path:
    """Pull an image into a layout: a new one, or an existing one, whose other images stay.

    Blobs appear under their names when they are verified; existing ones that are right are not fetched again, and the
    index is written last. So an interrupted pull resumes when it is called again, however it was interrupted.

    Args:
        source: Source of the image.
        roots: The image or index, and what refers to it. Names in their annotations are taken away from other images of
            the layout.
        folder: The layout.
        foreign_layers: Whether layers that registries need not have are pulled too.
        workers: Maximum number of concurrent transfers.
        connections: Maximum number of connections for each large layer.
        progress: Called with each event, from several threads but never concurrently.

    Raises:
        NotEmptyError: The folder has something else in it.
        InvalidImageError: What is in the folder is not a proper layout, or not safe to write into.
        DigestMismatchError: The bytes of a layer are wrong.
        DiskFullError: There is no space for the layers; what has arrived is kept.
        TransportError: The server did not deliver a layer.
    """
    with SafeFolder(checked_path(folder), create=True) as opened:
        pull_into(
            source,
            roots,
            opened,
            foreign_layers=foreign_layers,
            workers=workers,
            connections=connections,
            progress=progress,
        )
    return folder


def pull_into(
    source: PulledImages,
    roots: Sequence[Descriptor],
    folder: SafeFolder,
    *,
    foreign_layers: bool = False,
    workers: int,
    connections: int = DEFAULT_CONNECTIONS,
    progress: events.Progress | None = None,
    ours: bool = False,
) -> None:
    """Pull an image into an open folder; see `pull_layout`.

    Args:
        source: Source of the image.
        roots: The image or index, and what refers to it.
        folder: The layout.
        foreign_layers: Whether layers that registries need not have are pulled too.
        workers: Maximum number of concurrent transfers.
        connections: Maximum number of connections for each large layer.
        progress: Called with each event, from several threads but never concurrently.
        ours: Whether whatever is in the folder was left by an earlier run.
    """
    with disk_full_errors(folder.path):
        _prepare(folder, ours=ours)
    emit, cancelled = one_at_a_time(events.listener(progress)), threading.Event()
    with _BlobFolders(folder) as blobs:
        wanted: dict[Digest, RemoteBlob] = {}
        for manifest in chain.from_iterable(walk(source, root) for root in roots):
            with disk_full_errors(folder.path, len(manifest.raw)):
                _write(blobs.of(manifest.digest), manifest.digest.hex, manifest.raw)
            if isinstance(manifest, ImageManifest):
                for blob in manifest.all_blobs if foreign_layers else manifest.blobs:
                    wanted[blob.digest] = RemoteBlob.of(source.origin, blob.digest, blob.size)
        emit(events.planned(source.origin.repository_name, [each.size for each in wanted.values()]))
        largest_first = sorted(wanted.values(), key=lambda each: each.size or 0, reverse=True)
        try:
            run_jobs(
                [
                    partial(_fetch, blobs.of(blob.digest), blob, cancelled, emit, connections)
                    for blob in largest_first
                ],
                workers=workers,
                cancelled=cancelled,
            )
        except DiskFullError as error:
            needed = sum(each.size or 0 for each in largest_first)
            raise DiskFullError(str(folder.path), needed=needed, free=error.free) from error
        blobs.check_unchanged()
        with disk_full_errors(folder.path), locked(folder, _LOCK_NAME):
            _write(folder, INDEX_NAME, layout_files([*_others(folder, roots), *roots])[INDEX_NAME])
        for each in (folder, *blobs.opened):
            remove_leftovers(each, lambda target: _TARGET.fullmatch(target) is not None)


class _BlobFolders:
    """The folders of a layout that hold its blobs, one for each algorithm, open for the whole pull."""

    def __init__(self, layout: SafeFolder) -> None:
        self._layout = layout
        self._stack = ExitStack()
        self._folders: dict[str, SafeFolder] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    @property
    def opened(self) -> list[SafeFolder]:
        return list(self._folders.values())

    def of(self, digest: Digest) -> SafeFolder:
        """Return the folder for a blob, created if it does not exist."""
        if digest.algorithm not in self._folders:
            opened = self._layout.folder(f"blobs/{digest.algorithm}", create=True)
            self._folders[digest.algorithm] = self._stack.enter_context(opened)
        return self._folders[digest.algorithm]

    def check_unchanged(self) -> None:
        """Make sure that the blobs are where a reader will look for them.

        Raises:
            InvalidImageError: A folder was replaced during the pull.
        """
        for algorithm, folder in self._folders.items():
            if folder.descriptor is None:
                continue
            name = f"blobs/{algorithm}"
            try:
                with self._layout.folder(name) as now:
                    if now.descriptor is not None and os.path.sameopenfile(now.descriptor, folder.descriptor):
                        continue
            except FileNotFoundError:
                pass
            raise InvalidImageError(f"{name} in {self._layout.path} was replaced during the pull")


def _prepare(folder: SafeFolder, *, ours: bool) -> None:
    with locked(folder, _LOCK_NAME):  # another pull may be about to create the same layout
        if folder.status(MARKER_NAME) is not None:
            with BufferedReader(folder.read(MARKER_NAME)) as file:
                check_marker(read_bounded(file, MARKER_NAME))
        else:
            if not ours and not all(_is_ours(name) for name in folder.names()):
                raise NotEmptyError(
                    f"{folder.path} exists and is not an OCI layout; pass the path of a new or empty folder"
                )
            _write(folder, MARKER_NAME, layout_files([])[MARKER_NAME])


def _is_ours(name: str) -> bool:
    return name == _LOCK_NAME or is_temporary(name, lambda target: _TARGET.fullmatch(target) is not None)


def _fetch(
    folder: SafeFolder, blob: RemoteBlob, cancelled: threading.Event, emit: events.Progress, connections: int
) -> None:
    if has_content(folder, blob.digest.hex, blob):
        emit(events.LayerSkipped(blob.digest, blob.size))
    else:
        with disk_full_errors(folder.path, blob.size):
            download_into(
                folder, blob.digest.hex, blob, cancelled=cancelled, progress=emit, connections=connections
            )


def _others(folder: SafeFolder, new: Sequence[Descriptor]) -> Iterator[Descriptor]:
    """Return the images that stay in the index beside the new ones."""
    if folder.status(INDEX_NAME) is None:
        return
    names = {name for each in new for name in names_of(each)}
    same = [(each.digest, each.annotations) for each in new]
    with BufferedReader(folder.read(INDEX_NAME)) as file:
        index = read_contents(read_bounded(file, INDEX_NAME)).index
    for each in index.manifests:
        # The whole name counts if there is one: the same tag of another repository is another image.
        if (each.digest, each.annotations) not in same and names.isdisjoint(names_of(each)[:1]):
            yield each


def _write(folder: SafeFolder, name: str, content: bytes) -> None:
    with appearing_in(folder, name) as file:
        file.write(content)


_LOCK_NAME = f".{INDEX_NAME}.lock"
_TARGET = re.compile(rf"\.(?:{re.escape(INDEX_NAME)}|{re.escape(MARKER_NAME)}|[0-9a-f]{{64,128}})")
"""The hidden names of what a pull writes."""
