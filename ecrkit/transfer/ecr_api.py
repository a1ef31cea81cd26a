"""`EcrApi`: a repository of ECR, read and written through ECR's own JSON API."""

import math
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from ecrkit.batching import BatchResult, cut
from ecrkit.client import Client
from ecrkit.errors import (
    EndpointUnreachableError,
    ImageInaccessibleError,
    ImageNotFoundError,
    UnableToGetUpstreamImageError,
    UnreadableAnswerError,
)
from ecrkit.models import (
    BatchCheckLayerAvailabilityRequest,
    CompleteLayerUploadRequest,
    GetDownloadUrlForLayerRequest,
    Image,
    ImageIdentifier,
    InitiateLayerUploadRequest,
    LayerAvailability,
    ListImageReferrersRequest,
    Request,
    Response,
    SubjectIdentifier,
    UploadLayerPartRequest,
    unchecked_requests,
)
from ecrkit.oci import Descriptor
from ecrkit.references import Digest
from ecrkit.retrying import RetryPolicy, is_retryable
from ecrkit.transfer.json_parts import PartBuffer, request_tail
from ecrkit.transfer.manifests import put_manifest, read_images, verified
from ecrkit.transfer.protocol import BegunUpload, Manifest, Part, StoredBlob
from ecrkit.transport import Download, RangedTransport

ResponseT = TypeVar("ResponseT", bound=Response)


@dataclass(frozen=True, slots=True)
class EcrApi:
    """A repository to push to and pull from; an `Origin` and a `PartTarget`."""

    client: Client
    repository_name: str
    registry_id: str | None = None
    """The account of the registry; absent for the caller's own."""

    retry: RetryPolicy = field(default_factory=RetryPolicy)
    """How often and for how long each request is retried."""

    @property
    def address(self) -> str:
        """Identifies the repository across endpoints and accounts."""
        where = getattr(self.client.transport, "endpoint_url", None) or self.client.region_name
        return f"{where} {self.registry_id or ''} {self.repository_name}"

    def send(self, request: Request[ResponseT]) -> ResponseT:
        """Send a request and retry it as `retry` says; botocore does not retry it too.

        An endpoint that cannot be reached is tried only three times: more often it is wrong than down.
        """
        unreachable = 0

        def again(error: BaseException) -> bool:
            nonlocal unreachable
            unreachable += isinstance(error, EndpointUnreachableError)
            return is_retryable(error) and unreachable < _UNREACHABLE

        return self.retry.run(lambda: self.client.send_once(request), again=again)

    def open_blob(self, digest: Digest, first_byte: int = 0) -> AbstractContextManager[Download]:
        """Open a layer or config at a byte; see `Origin.open_blob`.

        Raises:
            LayersNotFoundError: The repository does not have the layer.
            LayerInaccessibleError: No image refers to it yet.
        """
        return self.client.transport.download(self.download_url(digest), first_byte=first_byte)

    def ranges(self, digest: Digest) -> Callable[[int, int], AbstractContextManager[Download]] | None:
        """Return what opens a range of a layer; see `RangeOrigin`."""
        transport = self.client.transport
        if not isinstance(transport, RangedTransport):
            return None
        return _Ranges(transport, lambda: self.download_url(digest)).open

    def download_url(self, digest: Digest) -> str:
        """Ask, once, for a URL of a layer. It is valid for about an hour, for anyone who has it."""
        request = GetDownloadUrlForLayerRequest(
            registry_id=self.registry_id, repository_name=self.repository_name, layer_digest=digest
        )
        return self.client.send_once(request).download_url

    def manifests(self, digests: Iterable[Digest]) -> dict[Digest, Manifest]:
        """Read manifests by their digests, a hundred in one request, with the exact bytes that were pushed.

        Raises:
            ImageNotFoundError: One does not exist.
            ImageInaccessibleError: One is archived.
            DigestMismatchError: The bytes of one are wrong.
        """
        result = self._read(ImageIdentifier(image_digest=digest) for digest in dict.fromkeys(digests))
        for failure in result.failures:
            raise failure.error
        return {manifest.digest: manifest for manifest in map(verified, result.ok)}

    def tagged(self, tags: Iterable[str]) -> Iterator[tuple[str, Manifest]]:
        """Read the manifests that these tags name. Tags that do not exist and archived images are left out."""
        try:
            result = self._read(ImageIdentifier(image_tag=tag) for tag in tags)
        except UnableToGetUpstreamImageError:
            return  # a pull-through cache has asked its upstream for them
        for failure in result.failures:
            if not isinstance(failure.error, ImageNotFoundError | ImageInaccessibleError):
                raise failure.error
        for image in result.ok:
            yield image.image_id.image_tag or "", verified(image)

    def tag_digests(self, tags: Iterable[str]) -> dict[str, Digest]:
        """Return the digest of the image that each of these tags names, a hundred per request.

        Tags that do not exist and archived images are left out. This counts as a pull of the images, and renews their
        `lastRecordedPullTime` unless a pull-time exclusion covers the caller.
        """
        result = self._read(ImageIdentifier(image_tag=tag) for tag in dict.fromkeys(tags))
        for failure in result.failures:
            if not isinstance(failure.error, ImageNotFoundError | ImageInaccessibleError):
                raise failure.error
        named = [(each.image_id.image_tag, each.image_id.image_digest) for each in result.ok]
        return {tag: Digest(digest) for tag, digest in named if tag is not None and digest is not None}

    def referrers(self, subject: Digest) -> Iterator[Descriptor]:
        """List what refers to an image; archived artifacts, which cannot be read, are left out."""
        request = ListImageReferrersRequest(
            registry_id=self.registry_id,
            repository_name=self.repository_name,
            subject_id=SubjectIdentifier(image_digest=subject),
        )
        for page in self.client.paginate(request, send=self.send):
            for each in page.referrers:
                yield Descriptor(
                    media_type=each.media_type,
                    digest=Digest(each.digest),
                    size=each.size,
                    artifact_type=each.artifact_type,
                )

    def available(self, digests: Iterable[str]) -> dict[str, StoredBlob]:
        """Return those of these layers that the repository has, a hundred per request.

        Only AVAILABLE layers count: a missing one is reported either as UNAVAILABLE or among the failures, and an archived
        one cannot be used.
        """
        found: dict[str, StoredBlob] = {}
        for batch in cut(sorted(set(digests))):
            request = BatchCheckLayerAvailabilityRequest(
                registry_id=self.registry_id, repository_name=self.repository_name, layer_digests=batch
            )
            for layer in self.send(request).layers:
                if layer.layer_digest and layer.layer_availability == LayerAvailability.AVAILABLE:
                    found[layer.layer_digest] = StoredBlob(layer.layer_size, layer.media_type)
        return found

    def missing_images(self, digests: Iterable[str]) -> Iterator[str]:
        """Return those of these images that the repository does not have."""
        for failure in self._read(
            ImageIdentifier(image_digest=each) for each in sorted(set(digests))
        ).failures:
            yield failure.what

    def put_manifest(self, manifest: Manifest, tag: str | None = None) -> None:
        """Store the exact bytes of a manifest; see `ecrkit.transfer.manifests.put_manifest`."""
        put_manifest(self.send, self.repository_name, self.registry_id, manifest, tag)

    def begin_upload(self) -> BegunUpload:
        """Open an upload."""
        request = InitiateLayerUploadRequest(
            registry_id=self.registry_id, repository_name=self.repository_name
        )
        answer = self.send(request)
        return BegunUpload(answer.upload_id, answer.part_size)

    def new_part(self, part_size: int) -> PartBuffer:
        """Make an empty part, which is the body of its request in the making."""
        return PartBuffer(part_size)

    def upload_part(self, upload_id: str, part: Part, *, before_read: Callable[[int], object]) -> int:
        """Send one part, once, and return the position of the last byte that ECR has then.

        Raises:
            UnreadableAnswerError: ECR names a byte that is not in the part.
        """
        with unchecked_requests():  # the id is ECR's own, whatever its form
            request = UploadLayerPartRequest(
                registry_id=self.registry_id,
                repository_name=self.repository_name,
                upload_id=upload_id,
                part_first_byte=part.first_byte,
                part_last_byte=part.last_byte,
                layer_part_blob=b"",  # the body has it
            )
        tail = request_tail(
            part.first_byte,
            part.last_byte,
            registry_id=self.registry_id,
            repository_name=self.repository_name,
            upload_id=upload_id,
        )
        body = part.body(tail, before_read=before_read)
        last = self.client.send_once(request, body=body).last_byte_received
        if not part.first_byte <= last <= part.last_byte:
            raise UnreadableAnswerError(
                f"ECR was sent the bytes {part.first_byte} to {part.last_byte}, "
                f"and says that {last} is the last it received"
            )
        return last

    def complete_upload(self, upload_id: str, digest: str) -> str:
        """Make a layer of the parts, asking once, and return the digest that ECR computed."""
        with unchecked_requests():  # as for a part
            request = CompleteLayerUploadRequest(
                registry_id=self.registry_id,
                repository_name=self.repository_name,
                upload_id=upload_id,
                layer_digests=[digest],
            )
        return self.client.send_once(request).layer_digest

    def _read(self, identifiers: Iterable[ImageIdentifier]) -> BatchResult[Image]:
        return read_images(self.send, self.repository_name, self.registry_id, identifiers)


_UNREACHABLE = 3


class _Ranges:
    """Opens ranges of one layer with one URL, until that is old or refused."""

    def __init__(self, transport: RangedTransport, fetch_url: Callable[[], str]) -> None:
        self._transport = transport
        self._fetch_url = fetch_url
        self._lock = threading.Lock()
        self._fetched = -math.inf
        self._reveal: Callable[[], str] = str

    @contextmanager
    def open(self, first_byte: int, last_byte: int) -> Generator[Download]:
        with self._lock:
            if time.monotonic() - self._fetched > _URL_AGE:
                self._reveal = partial(str, self._fetch_url())
                self._fetched = time.monotonic()
        with self._transport.download_range(self._reveal(), first_byte, last_byte) as answer:
            if answer.status == _FORBIDDEN:
                self._fetched = -math.inf
            yield answer


_FORBIDDEN = 403
_URL_AGE = 600.0
"""Seconds for which a URL is used; ECR's are valid for an hour."""
