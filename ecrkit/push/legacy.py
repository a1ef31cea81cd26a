"""Copies an image of Docker's schema 1: its layers, and its manifest as bytes."""

import io
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager

from ecrkit import events
from ecrkit.errors import MissingBlobError
from ecrkit.oci.legacy import LegacyManifest
from ecrkit.oci.media_types import DOCKER_SCHEMA_1_LAYER
from ecrkit.push.image import PushReport
from ecrkit.push.layers import LayerToPush, push_layers
from ecrkit.push.sources import BlockReader, Reader, readinto_of
from ecrkit.references import Digest, check_tag
from ecrkit.transfer import EcrApi, RemoteBlob
from ecrkit.transfer.manifests import put_manifest


def copy_legacy(
    manifest: LegacyManifest,
    origin: EcrApi,
    target: EcrApi,
    *,
    tags: Iterable[str],
    workers: int = 4,
    progress: events.Progress | None = None,
) -> tuple[Digest, PushReport]:
    """Copy an image of schema 1; see `Image.copy_to`.

    Raises:
        MissingBlobError: The repository that is copied from lacks a layer.
        LayersNotFoundError: ECR lost a layer during the copy.
        TagImmutableError: A tag names another image and cannot be moved.
    """
    started = time.monotonic()
    names = [check_tag(tag) for tag in tags]
    there, found = target.available(manifest.layers), origin.available(manifest.layers)
    missing = [digest for digest in manifest.layers if digest not in there]
    for digest in missing:
        if digest not in found:
            raise MissingBlobError(digest, f"the repository {origin.repository_name}")
    sources = [_RemoteLayer(origin, digest, found[digest].size) for digest in missing]
    pushed = push_layers(
        target,
        [LayerToPush(each, each.name, DOCKER_SCHEMA_1_LAYER) for each in sources],
        workers=workers,
        skip_existing=False,
        progress=progress,
    )
    stored = [
        put_manifest(target.send, target.repository_name, target.registry_id, manifest, tag)
        for tag in names or (None,)
    ]
    report = PushReport(
        sent=tuple(missing),
        skipped=tuple(digest for digest in manifest.layers if digest in there),
        bytes_sent=sum(each.size or 0 for each in pushed),
        manifests=1,
        seconds=time.monotonic() - started,
        tags=tuple(dict.fromkeys(names)),
    )
    return stored[0], report


class _RemoteLayer:
    """A layer of a repository, for the engine to send. Schema 1 names no sizes."""

    rereadable = True

    def __init__(self, origin: EcrApi, digest: Digest, size: int | None) -> None:
        self._origin = origin
        self._digest = digest
        self.name = str(digest)
        self.size = size

    @contextmanager
    def open(self) -> Generator[Reader]:
        """Open the layer; it is resumed where a connection breaks."""
        with io.BufferedReader(RemoteBlob.of(self._origin, self._digest, self.size).open()) as file:
            reader = BlockReader(readinto_of(file), self.name, self.size)
            yield reader
            reader.check_size()
