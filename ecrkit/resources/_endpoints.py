"""A repository as a place to pull from and to push to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.retrying import RetryPolicy
from ecrkit.transfer import EcrApi

if TYPE_CHECKING:
    from ecrkit.resources.repository import Repository


def endpoint_of(repository: Repository, retry: RetryPolicy | None = None) -> EcrApi:
    """Return the way to a repository's blobs and manifests."""
    return EcrApi(repository.client, repository.name, repository.registry_id, retry or RetryPolicy())
