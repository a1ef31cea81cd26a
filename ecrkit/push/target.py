"""`Target`: the repository that layers are pushed to, as much of it as the engine needs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ecrkit.batching import cut
from ecrkit.client import Client
from ecrkit.errors import EndpointUnreachableError
from ecrkit.models import (
    BatchCheckLayerAvailabilityRequest,
    ImageIdentifier,
    Layer,
    LayerAvailability,
    Request,
    Response,
)
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
    """How patient to be with the requests that carry no part of a layer."""

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

    def _ask(self, digests: list[str]) -> Iterator[Layer]:
        for batch in cut(digests):
            request = BatchCheckLayerAvailabilityRequest(
                registry_id=self.registry_id,
                repository_name=self.repository_name,
                layer_digests=batch,
            )
            yield from self.send(request).layers


_UNREACHABLE = 3
