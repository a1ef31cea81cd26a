"""`Layer`: one blob of a repository, which an image is made of."""

from __future__ import annotations

from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ecrkit import oci, pull
from ecrkit.errors import MissingBlobError
from ecrkit.files.outputs import Output, output_path
from ecrkit.references import Digest
from ecrkit.resources._endpoints import endpoint_of
from ecrkit.transfer import RemoteBlob

if TYPE_CHECKING:
    from ecrkit.events import Progress
    from ecrkit.resources.repository import Repository


class Layer:
    """A layer, or a config: ECR treats both the same.

    Example:
        >>> layer = repository.push_layer("layer.tar.gz")
        >>> layer.digest, layer.size, layer.uploaded
    """

    def __init__(
        self,
        repository: Repository,
        digest: str,
        *,
        size: int | None = None,
        media_type: str,
        uploaded: bool = False,
    ) -> None:
        self.repository = repository
        """Where the layer is. Layers belong to one repository."""

        self.digest = Digest.parse(digest)
        """What its bytes hash to."""

        self.size = size
        """Its bytes; absent where ECR did not say."""

        self.media_type = media_type
        """What its bytes are, for example `application/vnd.oci.image.layer.v1.tar+gzip`."""

        self.uploaded = uploaded
        """Whether this program sent it; false where ECR had it already."""

    def __repr__(self) -> str:
        return f"Layer({self.repository.name!r}, {str(self.digest)!r}, size={self.size})"

    def descriptor(self) -> oci.Descriptor:
        """Describe the layer to a manifest."""
        return oci.Descriptor(media_type=self.media_type, digest=self.digest, size=self.size or 0)

    def download(self, path: Output, *, progress: Progress | None = None) -> Path:
        """Download the layer into a file, which appears under its name only when every byte is verified.

        An interrupted download resumes when it is called again with the same path. A file object, a pipe or
        `/dev/stdout` is written through instead; its bytes are verified only if no error is raised.

        Args:
            path: The file, replaced if it exists; or a binary file object, which stays open.
            progress: Called with each event, from several threads but never concurrently.

        Returns:
            The path; of a file object, its name.

        Raises:
            InvalidInputError: The path is a folder; nothing was requested.
            DiskFullError: There is no space for the layer; what has arrived is kept.
            LayersNotFoundError: The repository does not have the layer.
            LayerInaccessibleError: No image refers to the layer yet; put the manifest first.
            DigestMismatchError: The bytes are wrong; nothing is left behind.
            TransportError: The storage did not deliver the layer; what has arrived is kept.
        """
        pull.download_blob(self._blob(), path, progress=progress)
        return output_path(path)

    def open(self) -> BinaryIO:
        """Open the layer for reading from ECR, resumed where the connection breaks, and verified as it is read.

        What has been read is known to be right when the end is reached without an error, not before.

        Raises:
            LayersNotFoundError: On the first read: the repository does not have the layer.
            DigestMismatchError: On the last read: the bytes are wrong.
            InvalidImageError: On the last read: there are fewer or more bytes than there should be.
        """
        size = self._known_size()
        expected = self.descriptor().model_copy(update={"size": size})
        return BufferedReader(oci.VerifyingReader(BufferedReader(self._blob(size).open()), expected), _BUFFER)

    def read(self, *, at_most: int = 4 * 1024 * 1024) -> bytes:
        """Fetch a small layer, such as a config, into memory, and verify it.

        Args:
            at_most: More bytes than these are refused, so that a wrong config cannot fill the memory.

        Raises:
            InvalidInputError: The layer is larger.
            DigestMismatchError: The bytes are wrong.
        """
        return pull.read_blob(self._blob(), at_most=at_most)

    def _blob(self, size: int | None = None) -> RemoteBlob:
        return RemoteBlob.of(endpoint_of(self.repository), self.digest, self.size if size is None else size)

    def _known_size(self) -> int:
        if self.size is not None:
            return self.size
        there = endpoint_of(self.repository).available([self.digest]).get(self.digest)
        if there is None or there.size is None:
            raise MissingBlobError(self.digest, f"the repository {self.repository.name}")
        return there.size


_BUFFER = 256 * 1024
