"""`Target`: the repository that layers are pushed to, as much of it as the engine needs."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ecrkit.batching import cut
from ecrkit.client import Client
from ecrkit.errors import EndpointUnreachableError, UnreadableAnswerError
from ecrkit.models import (
    BatchCheckLayerAvailabilityRequest,
    CompleteLayerUploadRequest,
    ImageIdentifier,
    InitiateLayerUploadRequest,
    InitiateLayerUploadResponse,
    Layer,
    LayerAvailability,
    Request,
    Response,
    UploadLayerPartRequest,
    unchecked_requests,
)
from ecrkit.push.parts import PartBuffer
from ecrkit.retrying import RetryPolicy, deserves_another_try
from ecrkit.stored_images import read_images

ResponseT = TypeVar("ResponseT", bound=Response)


@dataclass(frozen=True, slots=True)
class Target:
    """A repository to push layers to."""

    client: Client
    repository_name: str
    registry_id: str | None
    retry: RetryPolicy = RetryPolicy()  # noqa: RUF009 -- frozen
    """How patient to be with each request of a push."""

    def send(self, request: Request[ResponseT]) -> ResponseT:
        """Send a request as patiently as parts are sent: the policy of the push decides, and not botocore's.

        An endpoint that cannot be reached is tried only three times: it is more often a wrong one than one that passes.
        """
        unreachable = 0

        def again(error: BaseException) -> bool:
            nonlocal unreachable
            unreachable += isinstance(error, EndpointUnreachableError)
            return deserves_another_try(error) and unreachable < _UNREACHABLE

        return self.retry.run(lambda: self.client.send_once(request), again=again)

    def available(self, digests: Iterable[str]) -> dict[str, Layer]:
        """Ask which of these layers the repository has; a hundred in one request, which is what the service takes.

        A layer counts as there only where the service says AVAILABLE: a missing one comes back either as UNAVAILABLE or
        among the failures (T11), and an archived one cannot be used.
        """
        return {
            layer.layer_digest: layer
            for layer in self._ask(sorted(set(digests)))
            if layer.layer_availability == LayerAvailability.AVAILABLE
        }

    def missing_images(self, digests: Iterable[str]) -> Iterator[str]:
        """Ask which of these images the repository does not have."""
        wanted = [ImageIdentifier(image_digest=digest) for digest in sorted(set(digests))]
        for failure in read_images(self.send, self.repository_name, self.registry_id, wanted).failures:
            yield failure.what

    def begin_upload(self) -> InitiateLayerUploadResponse:
        """Ask for an upload: its id, and how large parts should be."""
        return self.send(
            InitiateLayerUploadRequest(registry_id=self.registry_id, repository_name=self.repository_name)
        )

    def upload_part(self, upload_id: str, part: PartBuffer, *, before_read: Callable[[], object]) -> int:
        """Send one part, once, and give the position of the last byte that ECR has then.

        Args:
            upload_id: The upload that it belongs to.
            part: The part.
            before_read: Called before each piece is sent; what it raises ends the request.

        Raises:
            UnreadableAnswerError: ECR speaks of bytes that are not in the part.
        """
        with unchecked_requests():  # the id is ECR's own, whatever it looks like
            request = UploadLayerPartRequest(
                registry_id=self.registry_id,
                repository_name=self.repository_name,
                upload_id=upload_id,
                part_first_byte=part.first_byte,
                part_last_byte=part.last_byte,
                layer_part_blob=b"",  # the body has it
            )
        body = part.body(
            registry_id=self.registry_id,
            repository_name=self.repository_name,
            upload_id=upload_id,
            before_read=before_read,
        )
        last = self.client.send_once(request, body=body).last_byte_received
        if not part.first_byte <= last <= part.last_byte:
            raise UnreadableAnswerError(
                f"ECR was sent the bytes {part.first_byte} to {part.last_byte}, "
                f"and says that {last} is the last it received"
            )
        return last

    def complete_upload(self, upload_id: str, digest: str) -> str:
        """Ask, once, to make a layer of the parts, and give the digest that ECR has computed."""
        with unchecked_requests():  # as for a part
            request = CompleteLayerUploadRequest(
                registry_id=self.registry_id,
                repository_name=self.repository_name,
                upload_id=upload_id,
                layer_digests=[digest],
            )
        return self.client.send_once(request).layer_digest

    def _ask(self, digests: list[str]) -> Iterator[Layer]:
        for batch in cut(digests):
            request = BatchCheckLayerAvailabilityRequest(
                registry_id=self.registry_id,
                repository_name=self.repository_name,
                layer_digests=batch,
            )
            yield from self.send(request).layers


_UNREACHABLE = 3
