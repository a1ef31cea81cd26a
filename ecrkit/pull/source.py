"""`PulledImages`: an image in a repository as an image source, to write, build on, and push elsewhere."""

import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import BinaryIO

from ecrkit.errors import MissingBlobError
from ecrkit.oci import IMAGE_NAME, REF_NAME, Descriptor, ImageSource, Index
from ecrkit.oci.digest_tags import cosign_tags
from ecrkit.oci.referring import all_referrers
from ecrkit.references import Digest
from ecrkit.transfer.blobs import RemoteBlob
from ecrkit.transfer.manifests import MOST_REQUESTS
from ecrkit.transfer.protocol import Manifest, Origin
from ecrkit.workers import map_in_order


class PulledImages(ImageSource):
    """One image or index in a repository, and what it consists of. Manifests are read once, blobs on demand."""

    def __init__(
        self, origin: Origin, root: Descriptor, manifest: Manifest, *, read_ahead: bool = True
    ) -> None:
        """Describe an image; nothing is read.

        Args:
            origin: The repository.
            root: The image.
            manifest: Its manifest.
            read_ahead: Whether all images of an index are read with the first of them. ECR returns a hundred per request.
        """
        self._read_ahead = read_ahead
        self.origin = origin
        """The repository."""

        self._root = root
        self._lock = threading.Lock()
        self._manifests: dict[Digest, Manifest] = {}
        self._children: dict[Digest, None] = {}  # listed by an index, not read yet
        self._blobs: dict[Digest, Descriptor] = {}
        self._take({root.digest: manifest})

    def __repr__(self) -> str:
        return f"PulledImages({self.origin.repository_name}@{self._root.digest})"

    @property
    def roots(self) -> tuple[Descriptor, ...]:
        """The image."""
        return (self._root,)

    def has_blob(self, digest: Digest) -> bool:
        """Whether the image contains this. A repository that accepted its manifest has all of it."""
        with self._lock:
            return digest in self._manifests or digest in self._children or digest in self._blobs

    def blob_size(self, digest: Digest) -> int:
        """Return the number of bytes.

        Raises:
            MissingBlobError: The image does not contain this.
        """
        return self._find(digest).size

    def open_blob(self, digest: Digest) -> BinaryIO:
        """Open the bytes for reading, resumed where a connection breaks. They are not verified.

        Raises:
            MissingBlobError: The image does not contain this.
        """
        found = self._find(digest)
        if isinstance(found, Descriptor):
            return io.BufferedReader(RemoteBlob.of(self.origin, found.digest, found.size).open(), _BUFFER)
        return io.BytesIO(found.raw)

    def referrers_of(self, subjects: Sequence[Digest]) -> Iterator[Descriptor]:
        """List what refers to images, and what cosign keeps under tags made of their digests.

        Archived ones are left out: they could not be read.
        """
        found = map_in_order(self._referrers_of, subjects, workers=MOST_REQUESTS)
        listed = {each.digest: each for each in chain.from_iterable(found)}
        with self._lock:
            self._children.update(dict.fromkeys(digest for digest in listed if digest not in self._manifests))
        for digest, each in listed.items():
            yield each.model_copy(
                update={"size": self.blob_size(digest)}
            )  # ECR names the size of the artifact
        tags = chain.from_iterable(map(cosign_tags, subjects))
        for tag, manifest in self.origin.tagged(tags):
            with self._lock:
                self._take({manifest.digest: manifest})
            yield manifest.descriptor(annotations=self._names(tag))

    def _referrers_of(self, subject: Digest) -> list[Descriptor]:
        return list(self.origin.referrers(subject))

    def _names(self, tag: str) -> dict[str, str]:
        repository = self._root.annotations.get(IMAGE_NAME, "").rpartition(":")[0]
        return {REF_NAME: tag, **({IMAGE_NAME: f"{repository}:{tag}"} if repository else {})}

    def with_referrers(self) -> list[Descriptor]:
        """List the image, what refers to it or to what it lists, and what refers to that in turn."""
        return [self._root, *all_referrers(self, self.roots, self.referrers_of)]

    def close(self) -> None:
        """Do nothing: connections belong to whoever reads."""

    def _find(self, digest: Digest) -> Manifest | Descriptor:
        with self._lock:
            if digest in self._children:
                # Of a large index, a hundred children cost one request to ECR.
                self._take(self.origin.manifests(self._children if self._read_ahead else [digest]))
            found = self._manifests.get(digest) or self._blobs.get(digest)
        if found is None:
            raise MissingBlobError(digest, f"the image {self._root.digest} in {self.origin.repository_name}")
        return found

    def _take(self, manifests: Mapping[Digest, Manifest]) -> None:
        self._manifests.update(manifests)
        for manifest in manifests.values():
            if isinstance(manifest, Index):
                self._children.update(
                    dict.fromkeys(
                        each.digest for each in manifest.manifests if each.digest not in self._manifests
                    )
                )
            else:
                self._blobs.update({blob.digest: blob for blob in manifest.all_blobs})
        for digest in manifests:
            self._children.pop(digest, None)


_BUFFER = 64 * 1024
