"""`EcrOverOci`: a repository of ECR whose layers are pushed over the registry protocol."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from ecrkit.errors import AnswerLostError, ApiError
from ecrkit.oci import Descriptor
from ecrkit.references import Digest
from ecrkit.retrying import RetryPolicy
from ecrkit.transfer.ecr_api import EcrApi
from ecrkit.transfer.oci_registry.client import RegistryClient, retrying
from ecrkit.transfer.oci_registry.uploads import BlobUploads
from ecrkit.transfer.protocol import BlobReader, Manifest, Origin, StoredBlob
from ecrkit.transport import Download


@dataclass(frozen=True, slots=True)
class EcrOverOci:
    """An `Origin`, a `StreamTarget` and a `MountTarget`. Everything but the bytes of layers to push goes over the API."""

    api: EcrApi
    connect: Callable[[], RegistryClient] = field(repr=False)
    """Returns the client of the registry; called when the first layer is pushed, because it requests a login."""

    _mountable: dict[str, bool] = field(default_factory=dict[str, bool], repr=False, compare=False)
    """Whether layers of other repositories could be mounted so far."""

    @property
    def repository_name(self) -> str:
        """Name of the repository."""
        return self.api.repository_name

    @property
    def retry(self) -> RetryPolicy:
        """How often and for how long each request is retried."""
        return self.api.retry

    def open_blob(self, digest: Digest, first_byte: int = 0) -> AbstractContextManager[Download]:
        """Open a layer; see `EcrApi`. On both wires, its bytes come from S3."""
        return self.api.open_blob(digest, first_byte)

    def ranges(self, digest: Digest) -> Callable[[int, int], AbstractContextManager[Download]] | None:
        """Return what opens a range of a layer; see `EcrApi`."""
        return self.api.ranges(digest)

    def manifests(self, digests: Iterable[Digest]) -> dict[Digest, Manifest]:
        """Read manifests; see `EcrApi`."""
        return self.api.manifests(digests)

    def tagged(self, tags: Iterable[str]) -> Iterator[tuple[str, Manifest]]:
        """Read the manifests that tags name; see `EcrApi`."""
        return self.api.tagged(tags)

    def referrers(self, subject: Digest) -> Iterator[Descriptor]:
        """List what refers to an image; see `EcrApi`."""
        return self.api.referrers(subject)

    def available(self, digests: Iterable[str]) -> dict[str, StoredBlob]:
        """Return those of these layers that the repository has; see `EcrApi`."""
        return self.api.available(digests)

    def missing_images(self, digests: Iterable[str]) -> Iterator[str]:
        """Return those of these images that the repository does not have; see `EcrApi`."""
        return self.api.missing_images(digests)

    def put_manifest(self, manifest: Manifest, tag: str | None = None) -> None:
        """Store the exact bytes of a manifest; see `EcrApi`."""
        self.api.put_manifest(manifest, tag)

    def upload_blob(self, content: BlobReader) -> None:
        """Send a layer once; see `StreamTarget`.

        Raises:
            RepositoryNotFoundError: The repository does not exist; ECR may just close the connection then
                (aws/containers-roadmap#1970), so the API is asked.
        """
        try:
            self._uploads.upload(content)
        except AnswerLostError:
            self.api.available([_ANY])
            raise

    def mount_blob(self, digest: Digest, origin: Origin) -> bool:
        """Link a layer of another repository of the same registry; return false if it has to be sent.

        The account has to have the setting `BLOB_MOUNTING`
        (https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html). After a first refusal nothing else of that
        repository is tried.
        """
        source = origin.api if isinstance(origin, EcrOverOci) else origin
        if not isinstance(source, EcrApi) or not _same_registry(source, self.api):
            return False
        name = source.repository_name
        if not self._mountable.get(name, True):
            return False
        try:
            mounted = self._uploads.mount(digest, name)
        except ApiError:
            mounted = False  # what is wrong here shows when the layer is sent, if it is wrong there too
        self._mountable[name] = mounted
        return mounted

    @property
    def _uploads(self) -> BlobUploads:
        return BlobUploads(retrying(self.retry, self.connect), self.repository_name, self.retry)


def _same_registry(one: EcrApi, other: EcrApi) -> bool:
    """Whether two repositories may belong to one registry. The digest is verified by ECR, so a wrong guess costs a request."""
    places = [
        (each.client.region_name, getattr(each.client.transport, "endpoint_url", None))
        for each in (one, other)
    ]
    accounts = {each.registry_id for each in (one, other)} - {None}
    return places[0] == places[1] and len(accounts) <= 1 and one.repository_name != other.repository_name


_ANY = Digest.of(b"")
