"""Archives with two indexes: `index.json` of an OCI layout, and `manifest.json` of `docker save`.

Both list images, and Docker has written either of them wrong: without an entry (moby#51389), as null (moby#47210), with the
layers in the wrong order (moby#47150), with none at all (moby#47065), or with members that registries refuse (moby#47661).
So every image of `manifest.json` is compared with the manifest of the same config in the layout.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Self

from ecrkit.errors import InvalidInputError
from ecrkit.manifest_rules import refused_members
from ecrkit.oci.archive import ArchiveFile, OciArchive
from ecrkit.oci.configs import parse_config
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.docker_archive import DockerArchive, SavedImage, read_saved_images
from ecrkit.oci.manifests import ImageManifest
from ecrkit.oci.media_types import DOCKER_LAYER, OCI_LAYER
from ecrkit.oci.names import IMAGE_NAME, names_of, normalize
from ecrkit.oci.sources import walk
from ecrkit.references import Digest


class ImageArchive:
    """Images in an archive, from both of its indexes. A manifest of the layout is used unchanged.

    One is generated from `manifest.json` if the layout's is wrong: if its number of layers or an uncompressed layer
        differs from the config, or if ECR would refuse it.
    """

    def __init__(self, archive: ArchiveFile) -> None:
        """Read and compare both indexes.

        Raises:
            InvalidImageError: It is not such an archive, or is unsafe to read.
            InvalidManifestError: A document is malformed.
        """
        self._layout = OciArchive(archive)
        self._name = archive.name
        try:
            self._compare(archive)
        except BaseException:
            self._layout.close()
            raise

    def _compare(self, archive: ArchiveFile) -> None:
        known = list(_images(self._layout))
        by_config: dict[Digest, list[_Image]] = {}
        for each in known:
            by_config.setdefault(each.manifest.config.digest, []).append(each)
        pairs = [(saved, *_match(archive, saved, by_config)) for saved in _saved(archive, self._layout)]
        self._saved = DockerArchive(archive, images=[saved for saved, found, _ in pairs if found is None])
        wrong = {digest for _, _, digests in pairs for digest in digests}
        names: dict[Digest, list[str]] = {}
        for saved, found, _ in pairs:
            if found is not None:
                names.setdefault(found.digest, []).extend(saved.repo_tags)
        readable = {each.root.digest for each in known}
        elsewhere = {normalize(name) for saved, _, _ in pairs for name in saved.repo_tags}
        roots = [
            root
            for root in self._layout.roots
            if root.digest not in wrong
            # Unreadable entries are ignored if the other index has them.
            and (
                not pairs
                or root.digest in readable
                or not set(map(normalize, names_of(root)[:1])) <= elsewhere
            )
        ]
        self._roots = (*_with_names(roots, names), *self._saved.roots)

    def __repr__(self) -> str:
        return f"ImageArchive({self._name!r})"

    @property
    def roots(self) -> tuple[Descriptor, ...]:
        """Images of both indexes, once for each name."""
        return self._roots

    def has_blob(self, digest: Digest) -> bool:
        """Whether the archive has these bytes, or they are a generated manifest."""
        return self._saved.has_blob(digest) or self._layout.has_blob(digest)

    def blob_size(self, digest: Digest) -> int:
        """Return the number of bytes.

        Raises:
            MissingBlobError: The archive has no such blob.
        """
        return self._holder(digest).blob_size(digest)

    def open_blob(self, digest: Digest) -> BinaryIO:
        """Open a blob for reading.

        Raises:
            MissingBlobError: The archive has no such blob.
        """
        return self._holder(digest).open_blob(digest)

    def close(self) -> None:
        """Remove temporary files."""
        self._saved.close()
        self._layout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _holder(self, digest: Digest) -> DockerArchive | OciArchive:
        return self._saved if self._saved.has_blob(digest) else self._layout


@dataclass(frozen=True, slots=True)
class _Image:
    """An image in the layout, and the root that leads to it."""

    root: Descriptor
    manifest: ImageManifest


def _images(layout: OciArchive) -> Iterator[_Image]:
    """Find the images in a layout. Unreadable ones are skipped here; selecting one raises the error."""
    for root in layout.roots:
        if not layout.has_blob(root.digest):
            continue
        try:
            manifests = list(walk(layout, root))
        except InvalidInputError:
            continue
        yield from (_Image(root, each) for each in manifests if isinstance(each, ImageManifest))


def _saved(archive: ArchiveFile, layout: OciArchive) -> list[SavedImage]:
    try:
        return read_saved_images(archive)
    except InvalidInputError:
        if layout.roots:  # the layout is enough then, and the file may be unrelated
            return []
        raise


def _match(
    archive: ArchiveFile, saved: SavedImage, by_config: Mapping[Digest, Sequence[_Image]]
) -> tuple[Descriptor | None, Sequence[Digest]]:
    """Find the root of a saved image, and the wrong manifests of that image."""
    raw = archive.document(saved.config)
    same = by_config.get(Digest.of(raw), ())
    right = [each for each in same if _is_right(each.manifest, raw)]
    wrong = [each.manifest.digest for each in same if each not in right]
    return (right[0].root if right else None), wrong


def _is_right(manifest: ImageManifest, raw: bytes) -> bool:
    if any(refused_members(manifest.members())):
        return False
    config = parse_config(raw)
    return len(manifest.layers) == len(config.diff_ids) and all(
        layer.digest == diff_id or layer.media_type not in {OCI_LAYER, DOCKER_LAYER}
        for layer, diff_id in zip(manifest.layers, config.diff_ids, strict=True)
    )


def _with_names(roots: Sequence[Descriptor], names: Mapping[Digest, Sequence[str]]) -> Iterator[Descriptor]:
    """Return every root once for each name, from both indexes."""
    for digest in dict.fromkeys(root.digest for root in roots):
        own = [root for root in roots if root.digest == digest]
        known = {normalize(name) for root in own for name in names_of(root)}
        new = [name for name in dict.fromkeys(names.get(digest, ())) if normalize(name) not in known]
        tags = {name.rpartition(":")[2] for name in new}
        yield from (root for root in own if not new or (names_of(root) and not set(names_of(root)) <= tags))
        for name in new:
            yield own[0].model_copy(update={"annotations": {**own[0].annotations, IMAGE_NAME: name}})
