"""`Layer`: one blob of a repository, a layer or a config of an image."""

from __future__ import annotations

from collections.abc import Mapping
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ecrkit import files, oci, pull, transfer
from ecrkit.cancellation import cancel_scope
from ecrkit.errors import MissingBlobError
from ecrkit.references import Digest
from ecrkit.resources._endpoints import endpoint_of
from ecrkit.tables import Displayed, Size, Table, card
from ecrkit.tracing import operation_span

if TYPE_CHECKING:
    import threading
    from datetime import timedelta

    from ecrkit.events import Progress
    from ecrkit.files.outputs import Output
    from ecrkit.resources.repository import Repository
    from ecrkit.retrying import RetryPolicy


class Layer(Displayed):
    """A layer, or a config, which ECR treats alike. Methods call ECR; attributes never do.

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
        """The repository that has the layer."""

        self.digest = Digest.parse(digest)
        """Digest of its bytes."""

        self.size = size
        """Size in bytes; None if ECR did not report it."""

        self.media_type = media_type
        """Media type, for example `application/vnd.oci.image.layer.v1.tar+gzip`."""

        self.uploaded = uploaded
        """Whether this program uploaded it; false if ECR already had it."""

    def __repr__(self) -> str:
        return f"Layer({self.repository.name!r}, {str(self.digest)!r}, size={self.size})"

    def __table_row__(self) -> Mapping[str, object]:
        return {
            "layer": self.digest,
            "size": None if self.size is None else Size(self.size),
            "media type": self.media_type,
        }

    def __table__(self) -> Table:
        return card({"repository": self.repository.name, **self.__table_row__()})

    def __record__(self) -> Mapping[str, object]:
        return {"digest": self.digest, "size": self.size, "media_type": self.media_type}

    def descriptor(self) -> oci.Descriptor:
        """Return a descriptor of the layer for a manifest."""
        return oci.Descriptor(media_type=self.media_type, digest=self.digest, size=self.size or 0)

    def download(
        self,
        path: Output,
        *,
        progress: Progress | None = None,
        retry: RetryPolicy | None = None,
        connections: int = 4,
        cancel: threading.Event | None = None,
        timeout: float | timedelta | None = None,
    ) -> Path:
        """Download the layer into a file. The file gets its name when every byte is verified.

        Calling this again with the same path resumes an interrupted download. A file object, a pipe or `/dev/stdout` is
        written to directly; its bytes are verified only if no error is raised.

        Args:
            path: Path of the file, which is replaced if it exists, or a binary file object, which stays open.
            progress: Called with each event, from several threads but never concurrently.
            retry: Retry policy; the default retries for up to five minutes.
            connections: Maximum number of connections for a layer of 32 MiB or more. Slow ones are replaced.
            cancel: A `threading.Event`; setting it cancels the call.
            timeout: Seconds, or a `timedelta`, after which the call is cancelled.

        Returns:
            The path; for a file object, its name.

        Raises:
            InvalidInputError: The path is a folder; nothing was sent.
            DiskFullError: The disk is full; the bytes received are kept for the next call.
            LayersNotFoundError: The repository does not have the layer.
            LayerInaccessibleError: No image refers to the layer yet; store its manifest first.
            DigestMismatchError: The bytes do not match the digest; nothing is kept.
            TransportError: The download failed after all retries; the bytes received are kept for the next call.
            OperationCancelledError: `cancel` was set.
            OperationTimeoutError: The call did not finish within `timeout`; also a `TimeoutError`.
        """
        with cancel_scope(cancel=cancel, timeout=timeout), operation_span("download", self.repository.name):
            pull.download_blob(self._blob(retry), path, progress=progress, connections=connections)
            return files.output_path(path)

    def open(self, *, retry: RetryPolicy | None = None) -> BinaryIO:
        """Open the layer for reading from ECR. Broken connections are resumed, and the bytes are verified while reading.

        The bytes are only known to be correct once the end is reached without an error.

        Args:
            retry: Retry policy; the default retries for up to five minutes.

        Raises:
            LayersNotFoundError: On the first read: the repository does not have the layer.
            DigestMismatchError: On the last read: the bytes do not match the digest.
            InvalidImageError: On the last read: the size does not match.
        """
        size = self._known_size(retry)
        expected = self.descriptor().model_copy(update={"size": size})
        blob = self._blob(retry, size)
        return BufferedReader(oci.VerifyingReader(BufferedReader(blob.open()), expected), _BUFFER)

    def read(self, *, at_most: int = 4 * 1024 * 1024, retry: RetryPolicy | None = None) -> bytes:
        """Return the bytes of a small layer, such as a config, and verify them.

        Args:
            at_most: Maximum size in bytes; protects against unexpectedly large layers.
            retry: Retry policy; the default retries for up to five minutes.

        Raises:
            InvalidInputError: The layer is larger than `at_most`.
            DigestMismatchError: The bytes do not match the digest.
        """
        return pull.read_blob(self._blob(retry), at_most=at_most)

    def _blob(self, retry: RetryPolicy | None, size: int | None = None) -> transfer.RemoteBlob:
        size = self.size if size is None else size
        return transfer.RemoteBlob.of(endpoint_of(self.repository, retry), self.digest, size)

    def _known_size(self, retry: RetryPolicy | None) -> int:
        if self.size is not None:
            return self.size
        there = endpoint_of(self.repository, retry).available([self.digest]).get(self.digest)
        if there is None or there.size is None:
            raise MissingBlobError(self.digest, f"the repository {self.repository.name}")
        return there.size


_BUFFER = 256 * 1024
