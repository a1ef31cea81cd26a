"""`Origin`: the repository that images are pulled from, as much of it as pulling needs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ecrkit import oci
from ecrkit.batching import cut
from ecrkit.client import Client
from ecrkit.errors import DigestMismatchError, api_error
from ecrkit.models import (
    BatchGetImageRequest,
    GetDownloadUrlForLayerRequest,
    Image,
    ImageIdentifier,
    ImageReferrer,
    ListImageReferrersRequest,
    SubjectIdentifier,
)
from ecrkit.oci import media_types
from ecrkit.pull.blobs import RemoteBlob
from ecrkit.references import Digest
from ecrkit.retrying import RetryPolicy


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
        found: dict[Digest, oci.ImageManifest | oci.Index] = {}
        for batch in cut(dict.fromkeys(digests)):
            for image in self._ask(batch):
                raw = image.image_manifest.encode()
                stored = image.image_id.image_digest or Digest.of(raw)
                if (actual := Digest.of(raw)) != stored:
                    raise DigestMismatchError("A manifest from ECR", expected=stored, actual=actual)
                found[actual] = oci.parse_manifest(raw, image.image_manifest_media_type)
        return found

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

    def _ask(self, digests: list[Digest]) -> Iterator[Image]:
        request = BatchGetImageRequest(
            registry_id=self.registry_id,
            repository_name=self.repository_name,
            image_ids=[ImageIdentifier(image_digest=digest) for digest in digests],
            accepted_media_types=sorted(media_types.MANIFESTS),
        )
        answer = self.client.send(request)
        for failure in answer.failures:
            raise api_error(
                failure.failure_code,
                f"{failure.image_id.image_digest}: {failure.failure_reason or ''}",
                operation=request.operation,
                http_status=200,
            )
        yield from answer.images
