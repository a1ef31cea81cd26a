"""A repository in memory, as another wire would present one: blobs come and go as streams, and can be mounted."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager

from ecrkit import RetryPolicy, oci
from ecrkit.errors import AnswerLostError, EcrKitError
from ecrkit.oci import Descriptor
from ecrkit.pull import PulledImages
from ecrkit.references import Digest
from ecrkit.transfer import BlobReader, Manifest, Origin, StoredBlob
from ecrkit.transport import Download

PIECE = 1000


class Served:
    status = 206

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self, size: int, /) -> bytes:
        block, self._content = self._content[:size], self._content[size:]
        return block


class MemoryRepository:
    """An `Origin`, a `StreamTarget`, and a `MountTarget` for other repositories in memory."""

    def __init__(self, name: str = "memory/app") -> None:
        self.repository_name = name
        self.retry = RetryPolicy(attempts=4, first_wait=0)
        self.blobs: dict[str, bytes] = {}
        self.stored: dict[Digest, Manifest] = {}
        self.tags: dict[str, Digest] = {}
        self.uploaded: list[Digest] = []
        self.mounted: list[Digest] = []
        self.failures: list[EcrKitError] = []
        """What uploads fail with after their first piece, one after the other."""

    @contextmanager
    def open_blob(self, digest: Digest, first_byte: int = 0) -> Generator[Download]:
        yield Served(self.blobs[digest][first_byte:])

    def manifests(self, digests: Iterable[Digest]) -> dict[Digest, Manifest]:
        return {digest: self.stored[digest] for digest in digests}

    def tagged(self, tags: Iterable[str]) -> Iterator[tuple[str, Manifest]]:
        return ((tag, self.stored[self.tags[tag]]) for tag in tags if tag in self.tags)

    def referrers(self, subject: Digest) -> Iterator[Descriptor]:
        for manifest in self.stored.values():
            if manifest.subject is not None and manifest.subject.digest == subject:
                yield manifest.descriptor()

    def available(self, digests: Iterable[str]) -> dict[str, StoredBlob]:
        return {each: StoredBlob(len(self.blobs[each])) for each in digests if each in self.blobs}

    def missing_images(self, digests: Iterable[str]) -> list[str]:
        return [each for each in digests if each not in self.stored]

    def put_manifest(self, manifest: Manifest, tag: str | None = None) -> None:
        self.stored[manifest.digest] = manifest
        if tag is not None:
            self.tags[tag] = manifest.digest

    def upload_blob(self, content: BlobReader) -> None:
        received = bytearray()
        while block := content.read(PIECE):
            received += block
            if self.failures:
                raise self.failures.pop(0)
        self.blobs[content.digest] = bytes(received)
        self.uploaded.append(content.digest)

    def mount_blob(self, digest: Digest, origin: Origin) -> bool:
        if not isinstance(origin, MemoryRepository):
            return False
        self.blobs[digest] = origin.blobs[digest]
        self.mounted.append(digest)
        return True

    def image(self, tag: str) -> PulledImages:
        [(_, manifest)] = self.tagged([tag])
        return PulledImages(self, manifest.descriptor(annotations={oci.REF_NAME: tag}), manifest)


def broken() -> AnswerLostError:
    return AnswerLostError("The connection broke")
