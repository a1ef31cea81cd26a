"""Requests about images that are named one by one: by the hundred, never in pages, and no failure is dropped (T30, T31)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ecrkit import models, stored_images
from ecrkit.batching import BatchResult, cut, send_all, the_one
from ecrkit.stored_images import image_failure

if TYPE_CHECKING:
    from ecrkit.resources.repository import Repository

_ARCHIVED_TOO = models.DescribeImagesFilter(image_status=models.ImageStatusFilter.ANY)
"""ECR hides archived images else (T29)."""


def details_requests(
    repository: Repository, identifiers: Iterable[models.ImageIdentifier]
) -> list[models.DescribeImagesRequest]:
    """Ask for details; ECR refuses them all if one of a hundred is missing."""
    return [
        models.DescribeImagesRequest(
            registry_id=repository.registry_id,
            repository_name=repository.name,
            image_ids=batch,
            filter=_ARCHIVED_TOO,
        )
        for batch in cut(identifiers)
    ]


def read_images(
    repository: Repository, identifiers: Iterable[models.ImageIdentifier]
) -> BatchResult[models.Image]:
    """Read manifests; see `ecrkit.stored_images`."""
    return stored_images.read_images(
        repository.client.send, repository.name, repository.registry_id, identifiers
    )


def read_image(repository: Repository, identifier: models.ImageIdentifier) -> models.Image:
    """Read one manifest; a failure is raised as the error that it stands for."""
    result = read_images(repository, [identifier])
    for failure in result.failures:
        raise failure.error
    return the_one(result.ok, models.BatchGetImageRequest.operation)


def remove_images(
    repository: Repository, identifiers: Iterable[models.ImageIdentifier]
) -> BatchResult[models.ImageIdentifier]:
    """Delete: by digest an image with its tags, by tag only the tag, and the image with its last one (T42)."""
    requests = [
        models.BatchDeleteImageRequest(
            registry_id=repository.registry_id, repository_name=repository.name, image_ids=batch
        )
        for batch in cut(identifiers)
    ]
    return send_all(
        repository.client,
        requests,
        ok=lambda answer: answer.image_ids,
        failures=lambda answer: [
            image_failure(each, models.BatchDeleteImageRequest.operation) for each in answer.failures
        ],
    )
