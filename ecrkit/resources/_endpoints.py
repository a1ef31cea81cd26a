"""A repository as what layers are pulled from, and as what they are pushed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit import pull, push
from ecrkit.retrying import RetryPolicy

if TYPE_CHECKING:
    from ecrkit.push.target import Target
    from ecrkit.resources.repository import Repository


def origin_of(repository: Repository, retry: RetryPolicy | None = None) -> pull.Origin:
    """Return what pulling from the repository needs to know about it."""
    return pull.Origin(repository.client, repository.name, repository.registry_id, retry or RetryPolicy())


def target_of(repository: Repository, retry: RetryPolicy | None = None) -> Target:
    """Return what pushing to the repository needs to know about it."""
    return push.Target(repository.client, repository.name, repository.registry_id, retry or RetryPolicy())
