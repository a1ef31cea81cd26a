"""Pulls an image into an OCI layout: many layers at once, each verified, and the index last."""

import os
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from ecrkit import events
from ecrkit.errors import InvalidImageError
from ecrkit.oci import REF_NAME, Descriptor, ImageManifest, OciLayout, walk
from ecrkit.oci._files import appearing_file
from ecrkit.oci.layout import INDEX_NAME, MARKER_NAME, blob_name, layout_files
from ecrkit.pull.download import download_blob, has_content
from ecrkit.pull.locking import locked
from ecrkit.pull.source import PulledImages
from ecrkit.transfer import RemoteBlob
from ecrkit.workers import one_at_a_time, run_jobs


def pull_layout(
    source: PulledImages,
    roots: Sequence[Descriptor],
    folder: Path,
    *,
    workers: int,
    progress: events.Progress | None = None,
) -> Path:
    """Pull an image into a layout: a new one, or beside the images of one that is there.

    Blobs appear under their names when they are verified; those that are there and right are not fetched again, and the
    index is written at the end. So an interrupted pull goes on where it was when it is begun again.

    Args:
        source: Where the image is.
        roots: The image or index, and what refers to it. Names in their annotations are taken away from other images of
            the layout.
        folder: The layout.
        workers: How many layers to fetch at the same time, at the most.
        progress: Is told what happens, one call at a time.

    Raises:
        FileExistsError: The folder has something else in it.
        InvalidImageError: What is in the folder is no proper layout.
        DigestMismatchError: The bytes of a layer are wrong.
        TransportError: The storage did not give a layer in the end.
    """
    _prepare(folder)
    blobs: dict[Path, RemoteBlob] = {}
    for manifest in chain.from_iterable(walk(source, root) for root in roots):
        _write(folder / blob_name(manifest.digest), manifest.raw)
        if isinstance(manifest, ImageManifest):
            for blob in manifest.blobs:
                blobs[folder / blob_name(blob.digest)] = RemoteBlob.of(source.origin, blob.digest, blob.size)
    cancelled, emit = threading.Event(), one_at_a_time(progress or events.ignore)
    largest_first = sorted(blobs.items(), key=lambda each: each[1].size or 0, reverse=True)
    run_jobs(
        [partial(_fetch, path, blob, cancelled, emit) for path, blob in largest_first],
        workers=workers,
        cancelled=cancelled,
    )
    with locked(folder / _LOCK_NAME):
        _write(folder / INDEX_NAME, layout_files([*_others(folder, roots), *roots])[INDEX_NAME])
    return folder


def _prepare(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / _LOCK_NAME):  # another pull may be about to make the same layout
        if not (folder / MARKER_NAME).exists():
            if any(each.name != _LOCK_NAME for each in folder.iterdir()):
                raise FileExistsError(
                    f"{folder} is there already and is no OCI layout; give the name of a new or an empty folder"
                )
            _write(folder / MARKER_NAME, layout_files([])[MARKER_NAME])
    blobs = folder / "blobs" / "sha256"
    if not Path(os.path.realpath(blobs)).is_relative_to(os.path.realpath(folder)):
        raise InvalidImageError(f"{blobs} is a link that leads out of the layout")
    blobs.mkdir(parents=True, exist_ok=True)


def _fetch(path: Path, blob: RemoteBlob, cancelled: threading.Event, emit: events.Progress) -> None:
    if has_content(path, blob):
        emit(events.LayerSkipped(blob.digest, blob.size))
    else:
        download_blob(blob, path, cancelled=cancelled, progress=emit)


def _others(folder: Path, new: Sequence[Descriptor]) -> Iterator[Descriptor]:
    """Give the images that stay in the index beside the new ones."""
    if not (folder / INDEX_NAME).exists():
        return
    names = {each.annotations[REF_NAME] for each in new if REF_NAME in each.annotations}
    same = [(each.digest, each.annotations) for each in new]
    for each in OciLayout(folder).roots:
        if (each.digest, each.annotations) not in same and each.annotations.get(REF_NAME) not in names:
            yield each


def _write(path: Path, content: bytes) -> None:
    with appearing_file(path) as file:
        file.write(content)


_LOCK_NAME = f".{INDEX_NAME}.lock"
