# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.repository_settings`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio._face import Face
from ecrkit.aio.calling import call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecrkit.aio.repository import AsyncRepository
    from ecrkit.client import Client
    from ecrkit.resources.repository_settings import ResourceTags


class AsyncResourceTags(Face):
    """The resource tags of a repository: keys and values for cost allocation and permissions, not image tags.

    ECR addresses them by the ARN of the repository. A handle without a registry id requests the ARN on each call; a
    described repository knows its own.

    Example:
        >>> await repository.resource_tags.add({"team": "payments"})
        >>> await repository.resource_tags.get()
        {'team': 'payments'}
    """

    def __init__(self, sync: ResourceTags) -> None:
        self._resource_tags = sync

    @property
    def sync(self) -> ResourceTags:
        """The same object for blocking code."""
        return self._resource_tags

    @property
    def repository(self) -> AsyncRepository:
        """The repository the settings belong to."""
        from ecrkit.aio.repository import AsyncRepository

        return AsyncRepository(self.sync.repository)

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    async def get(self) -> dict[str, str]:
        """Return all resource tags, in no particular order.

        Raises:
            RepositoryNotFoundError: The repository does not exist.
        """
        return await call(self.sync.get)

    async def add(self, tags: Mapping[str, str]) -> None:
        """Add tags, or change the values of existing ones. Other tags are kept.

        Args:
            tags: Keys of 1 to 128 characters with values of up to 256. A repository can have up to 50.

        Raises:
            InvalidTagParameterError: A key is empty, or starts with `aws:`.
            TooManyTagsError: The repository would have more than 50 tags.
            RepositoryNotFoundError: The repository does not exist.
        """
        await call(self.sync.add, tags)

    async def remove(self, *keys: str) -> None:
        """Remove tags. Keys that do not exist are ignored.

        Raises:
            RepositoryNotFoundError: The repository does not exist.
        """
        await call(self.sync.remove, *keys)
