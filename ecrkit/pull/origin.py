"""`Origin`: the repository that images are pulled from, as much of it as pulling needs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ecrkit import oci
from ecrkit.batching import BatchResult
from ecrkit.client import Client
from ecrkit.errors import (
    DigestMismatchError,
    ImageInaccessibleError,
    ImageNotFoundError,
    UnableToGetUpstreamImageError,
)
from ecrkit.models import (
    GetDownloadUrlForLayerRequest,
    Image,
    ImageIdentifier,
    ImageReferrer,
    ListImageReferrersRequest,
    SubjectIdentifier,
)
from ecrkit.pull.blobs import RemoteBlob
from ecrkit.references import Digest
from ecrkit.retrying import RetryPolicy
from ecrkit.stored_images import read_images


@dataclass(frozen=True, slots=True)
class Origin:
    """A repository to pull from."""

    client: Client
    repository_name: str
    registry_id: str | None
    retry: RetryPolicy = field(default_factory=RetryPolicy)

    def manifests(self, digests: Iterable[Digest]) -> dict[Digest, oci.ImageManifest | oci.Index]:
        """Read manifests by their digests, a hundred in one request, with the exact bytes that were pushed.

        Raises:
            ImageNotFoundError: One is not there.
            ImageInaccessibleError: One is archived.
            DigestMismatchError: The bytes of one are wrong.
        """
        result = self._read(ImageIdentifier(image_digest=digest) for digest in dict.fromkeys(digests))
        for failure in result.failures:
            raise failure.error
        return {manifest.digest: manifest for manifest in map(_verified, result.ok)}

    def tagged(self, tags: Iterable[str]) -> Iterator[tuple[str, oci.ImageManifest | oci.Index]]:
        """Read those of these tags that are there, archived images excepted."""
        try:
            result = self._read(ImageIdentifier(image_tag=tag) for tag in tags)
        except UnableToGetUpstreamImageError:
            return  # a pull-through cache has looked for them in its upstream
        for failure in result.failures:
            if not isinstance(failure.error, ImageNotFoundError | ImageInaccessibleError):
                raise failure.error
        for image in result.ok:
            yield image.image_id.image_tag or "", _verified(image)

    def blob(self, digest: Digest, size: int | None) -> RemoteBlob:
        """Describe a layer or config for reading; sends nothing."""
        return RemoteBlob(self.client.transport, lambda: self.url(digest), digest, size, self.retry)

    def url(self, digest: Digest) -> str:
        """Ask for a URL of a layer. It is good for about an hour, and for whoever has it.

        Raises:
            LayersNotFoundError: The repository does not have the layer.
            LayerInaccessibleError: No image refers to it yet.
        """
        request = GetDownloadUrlForLayerRequest(
            registry_id=self.registry_id, repository_name=self.repository_name, layer_digest=digest
        )
        return self.client.send(request).download_url

    def referrers(self, subject: Digest) -> Iterator[ImageReferrer]:
        """List what refers to an image, archived artifacts excepted: they could not be read."""
        request = ListImageReferrersRequest(
            registry_id=self.registry_id,
            repository_name=self.repository_name,
            subject_id=SubjectIdentifier(image_digest=subject),
        )
        for page in self.client.paginate(request):
            yield from page.referrers

    def _read(self, identifiers: Iterable[ImageIdentifier]) -> BatchResult[Image]:
        return read_images(self.client.send, self.repository_name, self.registry_id, identifiers)


def _verified(image: Image) -> oci.ImageManifest | oci.Index:
    raw = image.image_manifest.encode()
    actual = Digest.of(raw)
    stored = image.image_id.image_digest or actual
    if actual != stored:
        raise DigestMismatchError("A manifest from ECR", expected=stored, actual=actual)
    return oci.parse_manifest(raw, image.image_manifest_media_type)
