"""A newly built image as a source: documents in memory, layers in files, the base's layers in its source."""

import io
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from ecrkit.errors import InvalidImageError, MissingBlobError
from ecrkit.oci._files import WorkFolder, open_regular
from ecrkit.oci.builders import build_index
from ecrkit.oci.configs import ImageConfig
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.layers import Layer
from ecrkit.oci.manifests import ImageManifest, Index
from ecrkit.oci.platforms import Platform
from ecrkit.oci.sources import ImageSource
from ecrkit.references import Digest


class BuiltImage(ImageSource):
    """A newly built image: documents in memory, layers in files. A source for pushing and writing."""

    def __init__(
        self,
        manifest: ImageManifest | Index,
        *,
        documents: Sequence[ImageConfig] = (),
        layers: Sequence[Layer] = (),
        others: Sequence[ImageSource] = (),
        work: WorkFolder | None = None,
        platform: Platform | None = None,
        annotations: Mapping[str, str] | None = None,
    ) -> None:
        self._manifest = manifest
        self._documents = {each.digest: each.raw for each in (manifest, *documents)}
        self._layers = {layer.descriptor.digest: layer for layer in layers}
        self._others = tuple(others)
        self._work = work
        self._roots = (manifest.descriptor(platform=platform, annotations=annotations),)

    def __repr__(self) -> str:
        return f"BuiltImage({self._manifest.digest})"

    @property
    def manifest(self) -> ImageManifest | Index:
        """The manifest of the image, or the index of several."""
        return self._manifest

    @property
    def roots(self) -> tuple[Descriptor, ...]:
        """Descriptor of the image, as an index lists it."""
        return self._roots

    def has_blob(self, digest: Digest) -> bool:
        """Whether the bytes are available; those of a base without a source are not."""
        return digest in self._documents or digest in self._layers or self._other(digest) is not None

    def blob_size(self, digest: Digest) -> int:
        """Return the number of bytes.

        Raises:
            MissingBlobError: They are not available.
        """
        if digest in self._documents:
            return len(self._documents[digest])
        if digest in self._layers:
            return self._layers[digest].descriptor.size
        return self._needed(digest).blob_size(digest)

    def open_blob(self, digest: Digest) -> BinaryIO:
        """Open the bytes for reading.

        Raises:
            MissingBlobError: They are not available.
        """
        if digest in self._documents:
            return io.BytesIO(self._documents[digest])
        if digest in self._layers:
            return self._open_layer(self._layers[digest])
        return self._needed(digest).open_blob(digest)

    def close(self) -> None:
        """Remove the layers, unless the caller chose the folder for them."""
        if self._work is not None:
            self._work.close()

    def _open_layer(self, layer: Layer) -> BinaryIO:
        try:
            return open_regular(layer.path)
        except FileNotFoundError as error:
            closed = self._work is not None and self._work.closed
            reason = (
                "its builder is closed; push or write the image before closing it"
                if closed
                else "the file was removed"
            )
            raise InvalidImageError(f"Layer {layer.descriptor.digest} is gone: {reason}") from error

    def _other(self, digest: Digest) -> ImageSource | None:
        return next((each for each in self._others if each.has_blob(digest)), None)

    def _needed(self, digest: Digest) -> ImageSource:
        other = self._other(digest)
        if other is None:
            raise MissingBlobError(digest, "the built image; it belongs to a base without a source=")
        return other


def join_platforms(
    images: Sequence[BuiltImage], *, annotations: Mapping[str, str] | None = None
) -> BuiltImage:
    """Combine images for several platforms under one index.

    Args:
        images: In order of preference. They must stay open while the result is used.
        annotations: Annotations of the index.
    """
    index = build_index([root for image in images for root in image.roots], annotations=annotations)
    return BuiltImage(index, others=images)
