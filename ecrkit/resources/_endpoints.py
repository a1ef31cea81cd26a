"""A repository as a place to pull from and to push to."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING

from ecrkit._arguments import expect
from ecrkit.retrying import RetryPolicy
from ecrkit.transfer import EcrApi

if TYPE_CHECKING:
    from ecrkit.resources.repository import Repository


def endpoint_of(repository: Repository, retry: RetryPolicy | None = None) -> EcrApi:
    """Return the way to a repository's blobs and manifests."""
    expect("retry", retry, (RetryPolicy, NoneType), "a RetryPolicy such as RetryPolicy(attempts=3)")
    return EcrApi(repository.client, repository.name, repository.registry_id, retry or RetryPolicy())
