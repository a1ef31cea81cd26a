"""Images in memory, as sources, and what the tests do with them again and again."""

import io
import random
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Self

from ecrkit import oci
from ecrkit.errors import MissingBlobError
from ecrkit.oci import Descriptor, ImageManifest, Index, media_types
from ecrkit.references import Digest

Manifest = ImageManifest | Index


class MemoryImages:
    """An image source whose every byte is in a dictionary."""

    def __init__(self, blobs: Mapping[Digest, bytes], roots: Iterable[Descriptor]) -> None:
        self.blobs = dict(blobs)
        self.roots = tuple(roots)
        self.opened: list[Digest] = []

    def has_blob(self, digest: Digest) -> bool:
        return digest in self.blobs

    def blob_size(self, digest: Digest) -> int:
        return len(self._find(digest))

    def open_blob(self, digest: Digest) -> BinaryIO:
        self.opened.append(digest)
        return io.BytesIO(self._find(digest))

    def close(self) -> None:
        """Do nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def root(self) -> Manifest:
        return oci.read_manifest(self, self.roots[0])

    def without(self, *digests: Digest) -> "MemoryImages":
        """Leave some blobs out."""
        return MemoryImages(
            {digest: raw for digest, raw in self.blobs.items() if digest not in digests}, self.roots
        )

    def _find(self, digest: Digest) -> bytes:
        if digest not in self.blobs:
            raise MissingBlobError(digest, "the memory")
        return self.blobs[digest]


def noise(size: int, seed: int = 0) -> bytes:
    return random.Random(f"{seed}/{size}").randbytes(size)


def image(
    *layers: bytes,
    platform: str = "linux/amd64",
    media_type: str = media_types.OCI_MANIFEST,
    name: str | None = None,
    **members: Any,
) -> MemoryImages:
    """Make an image of layers; `members` are those of `build_manifest`."""
    contents = layers or (noise(1000),)
    config = oci.build_config(oci.Platform.parse(platform), [Digest.of(each) for each in contents])
    docker = media_type == media_types.DOCKER_MANIFEST
    types = (
        (media_types.DOCKER_CONFIG, media_types.DOCKER_LAYER)
        if docker
        else (media_types.OCI_CONFIG, media_types.OCI_LAYER)
    )
    manifest = oci.build_manifest(
        config.descriptor().model_copy(update={"media_type": types[0]}),
        [blob(each, types[1]) for each in contents],
        media_type=media_type,
        **members,
    )
    blobs = {Digest.of(each): each for each in (*contents, config.raw, manifest.raw)}
    annotations = {} if name is None else {oci.REF_NAME: name}
    return MemoryImages(
        blobs, [manifest.descriptor(platform=oci.Platform.parse(platform), annotations=annotations)]
    )


def join(*images: MemoryImages, name: str | None = None, **members: Any) -> MemoryImages:
    """Put images under one index; `members` are those of `build_index`."""
    index = oci.build_index([root for each in images for root in each.roots], **members)
    blobs = {digest: raw for each in images for digest, raw in each.blobs.items()} | {index.digest: index.raw}
    annotations = {} if name is None else {oci.REF_NAME: name}
    return MemoryImages(blobs, [index.descriptor(annotations=annotations)])


def by_cosign(subject: Digest, suffix: str) -> str:
    """Name the tag under which cosign keeps what belongs to an image."""
    return f"sha256-{subject.hex}.{suffix}"


def together(*images: MemoryImages) -> MemoryImages:
    """Put images beside each other, without an index."""
    return MemoryImages(
        {digest: raw for each in images for digest, raw in each.blobs.items()},
        [root for each in images for root in each.roots],
    )


def blob(content: bytes, media_type: str) -> Descriptor:
    return Descriptor(media_type=media_type, digest=Digest.of(content), size=len(content))


def layout_blobs(folder: Path) -> dict[Digest, bytes]:
    """Read every file of a layout that is named after a digest."""
    return {
        Digest(f"sha256:{path.name}"): path.read_bytes()
        for path in (folder / "blobs" / "sha256").iterdir()
        if not path.name.startswith(".")
    }
