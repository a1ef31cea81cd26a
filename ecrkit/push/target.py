"""`Target`: the repository that layers are pushed to, as much of it as the engine needs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ecrkit.batching import cut
from ecrkit.client import Client
from ecrkit.models import (
    BatchCheckLayerAvailabilityRequest,
    BatchGetImageRequest,
    ImageIdentifier,
    Layer,
    LayerAvailability,
)
from ecrkit.oci import media_types


@dataclass(frozen=True, slots=True)
class Target:
    """A repository to push layers to."""

    client: Client
    repository_name: str
    registry_id: str | None

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
        wanted = sorted(set(digests))
        for start in range(0, len(wanted), _MOST_IMAGES):
            ids = [ImageIdentifier(image_digest=digest) for digest in wanted[start : start + _MOST_IMAGES]]
            request = BatchGetImageRequest(
                registry_id=self.registry_id,
                repository_name=self.repository_name,
                image_ids=ids,
                accepted_media_types=sorted(media_types.MANIFESTS),
            )
            for failure in self.client.send(request).failures:
                yield failure.image_id.image_digest or ""

    def _ask(self, digests: list[str]) -> Iterator[Layer]:
        for batch in cut(digests):
            request = BatchCheckLayerAvailabilityRequest(
                registry_id=self.registry_id,
                repository_name=self.repository_name,
                layer_digests=batch,
            )
            yield from self.client.send(request).layers


_MOST_IMAGES = 100
