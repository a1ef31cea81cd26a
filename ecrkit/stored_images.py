"""Reads manifests that ECR stores, by digest or by tag: a hundred in a request, of every type, and no failure is dropped."""

from collections.abc import Callable, Iterable

from ecrkit.batching import BatchFailure, BatchResult, cut
from ecrkit.errors import api_error
from ecrkit.models import (
    BatchGetImageRequest,
    BatchGetImageResponse,
    Image,
    ImageFailure,
    ImageIdentifier,
)
from ecrkit.oci import media_types


def read_images(
    send: Callable[[BatchGetImageRequest], BatchGetImageResponse],
    repository_name: str,
    registry_id: str | None,
    identifiers: Iterable[ImageIdentifier],
) -> BatchResult[Image]:
    """Read manifests.

    Args:
        send: Sends a request, as patiently as the caller wants.
        repository_name: Where the images are.
        registry_id: The account of the registry; absent for the caller's own.
        identifiers: Digests or tags.
    """
    result: BatchResult[Image] = BatchResult([], [])
    for batch in cut(identifiers):
        answer = send(
            BatchGetImageRequest(
                registry_id=registry_id,
                repository_name=repository_name,
                image_ids=batch,
                accepted_media_types=_EVERY_MANIFEST,
            )
        )
        result.ok.extend(answer.images)
        result.failures.extend(
            image_failure(each, BatchGetImageRequest.operation) for each in answer.failures
        )
    return result


def image_failure(failure: ImageFailure, operation: str) -> BatchFailure:
    """Make an entry of a `BatchResult`, with the error that it would have been if nothing else had been asked for."""
    what = failure.image_id.image_digest or failure.image_id.image_tag or ""
    message = f"{what}: {failure.failure_reason or ''}"
    return BatchFailure(
        what, api_error(failure.failure_code or "", message, operation=operation, http_status=200)
    )


_EVERY_MANIFEST = [*sorted(media_types.MANIFESTS), media_types.DOCKER_SCHEMA_1_SIGNED]
"""All types there are: by tag, ECR may convert what is not accepted (T25, T26)."""
