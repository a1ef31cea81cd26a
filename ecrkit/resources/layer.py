"""`Layer`: one blob of a repository, which an image is made of."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ecrkit import oci
from ecrkit.models import GetDownloadUrlForLayerRequest
from ecrkit.pull.download import download_layer, read_layer
from ecrkit.references import Digest

if TYPE_CHECKING:
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

    def download(self, path: str | os.PathLike[str]) -> Path:
        """Download the layer into a file, which appears under its name only when every byte is verified.

        An interrupted download goes on where it was when it is called again with the same path.

        Args:
            path: The file; replaced if it is there.

        Raises:
            LayersNotFoundError: The repository does not have the layer.
            LayerInaccessibleError: No image refers to the layer yet; put the manifest first.
            DigestMismatchError: The bytes are wrong; nothing is left behind.
        """
        transport = self.repository.client.transport
        return download_layer(transport, self._url, Path(path), digest=self.digest, size=self.size)

    def read(self, *, at_most: int = 4 * 1024 * 1024) -> bytes:
        """Fetch a small layer, such as a config, into memory, and verify it.

        Args:
            at_most: More bytes than these are refused, so that a wrong config cannot fill the memory.

        Raises:
            InvalidInputError: The layer is larger.
            DigestMismatchError: The bytes are wrong.
        """
        return read_layer(self.repository.client.transport, self._url, digest=self.digest, at_most=at_most)

    def _url(self) -> str:
        request = GetDownloadUrlForLayerRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            layer_digest=self.digest,
        )
        return self.repository.client.send(request).download_url
