"""Sources of images: a protocol for folders, archives and builders, and verified reading from them."""

import io
from collections.abc import Iterator
from typing import BinaryIO, Protocol, Self

from typing_extensions import Buffer

from ecrkit.errors import DigestMismatchError, InvalidImageError
from ecrkit.oci import media_types
from ecrkit.oci._json import MAX_MANIFEST_CHARACTERS
from ecrkit.oci.artifacts import check_is_image
from ecrkit.oci.configs import ImageConfig, parse_config
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.manifests import ImageManifest, Index, parse_manifest
from ecrkit.references import Digest

MAX_INDEX_DEPTH = 8  # real images have two levels: platforms, and sometimes images below them
_MOST_MANIFESTS = 10_000
_BUILDKIT_CACHE = "application/vnd.buildkit.cacheconfig.v0"


class ImageSource(Protocol):
    """Images and their blobs; blobs may be missing.

    Your own source need not inherit from this, but gets `with` if it does.
    """

    @property
    def roots(self) -> tuple[Descriptor, ...]:
        """Images and indexes of the source, with their names in the annotations."""
        ...

    def has_blob(self, digest: Digest) -> bool:
        """Whether the source has this blob or manifest. Those of a base image may be missing."""
        ...

    def blob_size(self, digest: Digest) -> int:
        """Return the number of bytes.

        Raises:
            MissingBlobError: They are not available.
        """
        ...

    def open_blob(self, digest: Digest) -> BinaryIO:
        """Open the bytes for reading. Several may be open at once, also in several threads. The caller closes the stream.

        The bytes are not verified; use `VerifyingReader`.

        Raises:
            MissingBlobError: They are not available.
        """
        ...

    def close(self) -> None:
        """Close files, and remove temporary ones."""
        ...

    def __enter__(self) -> Self:
        """Return the source."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the source."""
        self.close()


class VerifyingReader(io.RawIOBase):
    """Reads bytes and verifies them against a descriptor; raises before the end if they differ."""

    def __init__(self, stream: BinaryIO, expected: Descriptor) -> None:
        super().__init__()
        self._stream = stream
        self._expected = expected
        self._hash = expected.digest.new_hash()
        self._count = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Read up to `size` bytes.

        Raises:
            InvalidImageError: The number of bytes differs from the descriptor.
            DigestMismatchError: The digest differs from the descriptor.
        """
        with memoryview(buffer) as view:
            if not view:
                return 0
            chunk = self._stream.read(len(view))
            view[: len(chunk)] = chunk
        self._hash.update(chunk)
        self._count += len(chunk)
        if self._count > self._expected.size or (not chunk and self._count < self._expected.size):
            raise InvalidImageError(
                f"The blob {self._expected.digest} has {'at least' if chunk else 'only'} {self._count} bytes; its"
                f" descriptor says {self._expected.size}"
            )
        if (
            self._count == self._expected.size
            and (actual := Digest.from_hash(self._hash)) != self._expected.digest
        ):
            raise DigestMismatchError("A blob", expected=self._expected.digest, actual=actual)
        return len(chunk)

    def close(self) -> None:
        """Close the underlying stream as well."""
        self._stream.close()
        super().close()


def open_verified(source: ImageSource, expected: Descriptor) -> BinaryIO:
    """Open the blob or manifest of a descriptor; reading to the end verifies its size and digest.

    Raises:
        MissingBlobError: The source does not have it.
    """
    return io.BufferedReader(VerifyingReader(source.open_blob(expected.digest), expected))


def read_manifest(source: ImageSource, expected: Descriptor) -> ImageManifest | Index:
    """Read and verify the manifest of a descriptor.

    Raises:
        MissingBlobError: The source does not have it.
        DigestMismatchError: The bytes do not match the digest.
        InvalidManifestError: It is too long, or not a manifest.
    """
    return parse_manifest(_read_document(source, expected), expected.media_type)


def read_config(source: ImageSource, manifest: ImageManifest) -> ImageConfig:
    """Read and verify the config of an image.

    Raises:
        MissingBlobError: The source does not have it.
        DigestMismatchError: The bytes do not match the digest.
        InvalidManifestError: It is too long, or not the config of a runnable image.
        NotAnImageError: The manifest is that of an artifact.
    """
    if manifest.config.media_type not in media_types.IMAGE_CONFIGS:
        check_is_image(manifest)
    return parse_config(_read_document(source, manifest.config), manifest.config.media_type)


def walk(source: ImageSource, root: Descriptor) -> Iterator[ImageManifest | Index]:
    """Read a manifest and everything below it, each once: children before their parents, as ECR requires.

    Children that the source lacks are skipped: the repository may have them.

    Raises:
        MissingBlobError: The source does not have the root.
        DigestMismatchError: A manifest does not match its digest. So none can contain itself, either.
        InvalidImageError: Indexes are nested too deep, or there are too many manifests.
        InvalidManifestError: An entry is not a manifest.
    """
    return _walk(source, root, set(), MAX_INDEX_DEPTH)


def total_size(source: ImageSource, root: Descriptor) -> int:
    """Return the bytes of a manifest and everything below it: manifests, configs and layers, each counted once."""
    sizes: dict[str, int] = {}
    for manifest in walk(source, root):
        sizes[manifest.digest] = manifest.size
        if isinstance(manifest, ImageManifest):
            sizes |= {blob.digest: blob.size for blob in manifest.blobs}
    return sum(sizes.values())


def read_bounded(stream: BinaryIO, what: str) -> bytes:
    """Read a document of at most the size of a manifest.

    Raises:
        InvalidImageError: It is longer.
    """
    most = MAX_MANIFEST_CHARACTERS * 4  # a character has at most four bytes
    raw = stream.read(most + 1)
    if len(raw) > most:
        raise InvalidImageError(f"{what} is longer than {most:,} bytes")
    return raw


def _read_document(source: ImageSource, expected: Descriptor) -> bytes:
    with open_verified(source, expected) as stream:
        return read_bounded(stream, f"the document {expected.digest}")


def _walk(
    source: ImageSource, expected: Descriptor, seen: set[Digest], levels: int
) -> Iterator[ImageManifest | Index]:
    if expected.digest in seen:
        return
    seen.add(expected.digest)
    if len(seen) > _MOST_MANIFESTS:
        raise InvalidImageError(f"The image has more than {_MOST_MANIFESTS:,} manifests")
    manifest = read_manifest(source, expected)
    if isinstance(manifest, Index):
        if not levels:
            raise InvalidImageError(f"Indexes are nested deeper than {MAX_INDEX_DEPTH} levels")
        for child in manifest.manifests:
            if not child.is_manifest and child.media_type not in media_types.SCHEMA_1:
                raise InvalidImageError(_not_a_manifest(manifest, child))
            if source.has_blob(child.digest):
                yield from _walk(source, child, seen, levels - 1)
    yield manifest


def _not_a_manifest(index: Index, child: Descriptor) -> str:
    cache = any(each.media_type == _BUILDKIT_CACHE for each in index.manifests)
    advice = (
        "; this is a BuildKit cache, export it with image-manifest=true,oci-mediatypes=true" if cache else ""
    )
    return (
        f"The index {index.digest} lists {child.digest} of the type {child.media_type[:200]!r}, which is a blob, not a"
        f" manifest{advice}"
    )
