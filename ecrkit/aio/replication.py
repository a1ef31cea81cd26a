# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.replication`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio._face import Face
from ecrkit.aio._wrapping import same
from ecrkit.aio.calling import call
from ecrkit.aio.items import AsyncItems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecrkit import models
    from ecrkit.aio.registry import AsyncRegistry
    from ecrkit.client import Client
    from ecrkit.resources.replication import Backfill, ListedBackfill, Replication
    from ecrkit.waiter import Waiter


class AsyncReplication(Face):
    """The replication configuration of a registry. It applies to images pushed from now on; a backfill copies existing ones.

    Example:
        >>> replication = registry.replication
        >>> ireland = replication.destination("eu-west-1", "111122223333")
        >>> await replication.put(replication.rule(ireland, prefixes="prod/"))
        >>> await (await replication.start_backfill(ireland)).until_done().wait_async()
    """

    def __init__(self, sync: Replication) -> None:
        self._replication = sync

    @property
    def sync(self) -> Replication:
        """The same object for blocking code."""
        return self._replication

    @property
    def registry(self) -> AsyncRegistry:
        """The registry the settings belong to."""
        from ecrkit.aio.registry import AsyncRegistry

        return AsyncRegistry.from_sync(self.sync.registry)

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    async def get(self) -> models.ReplicationConfiguration:
        """Return the configuration. Without rules, nothing is replicated."""
        return await call(self.sync.get)

    async def put(
        self, rules: models.ReplicationRule | Iterable[models.ReplicationRule]
    ) -> models.ReplicationConfiguration:
        """Replace the configuration. An empty list ends all replication.

        The policy of a destination registry in another account has to allow it: `PolicyDocument.allow_replication`.

        Args:
            rules: Up to ten, with up to 25 different destinations in total; see `rule`.

        Raises:
            InvalidParameterError: A destination is this registry itself.
        """
        return await call(self.sync.put, rules)

    @staticmethod
    def destination(region: str, registry_id: str) -> models.ReplicationDestination:
        """Return a destination: a region of an account, which may be the caller's own. Nothing is sent."""
        from ecrkit.resources.replication import Replication

        return Replication.destination(region, registry_id)

    @staticmethod
    def rule(
        destinations: models.ReplicationDestination | Iterable[models.ReplicationDestination],
        *,
        prefixes: str | Iterable[str] = (),
        replicate_deletions: bool = False,
    ) -> models.ReplicationRule:
        """Build a rule. Nothing is sent.

        Args:
            destinations: Where to copy to; see `destination`.
            prefixes: Up to 100 prefixes of repository names; all repositories if omitted.
            replicate_deletions: Whether to delete images and tags in the destinations too when they are deleted here.
        """
        from ecrkit.resources.replication import Replication

        return Replication.rule(destinations, prefixes=prefixes, replicate_deletions=replicate_deletions)

    async def start_backfill(self, destination: models.ReplicationDestination) -> AsyncBackfill:
        """Start to copy the existing images that the configuration covers.

        Args:
            destination: A destination of the configuration.

        Raises:
            ReplicationBackfillInProgressError: A backfill to this region is already in progress.
            LimitExceededError: Ten backfills are in progress.
        """
        return AsyncBackfill(await call(self.sync.start_backfill, destination))

    def backfill(self, backfill_id: str) -> AsyncBackfill:
        """Return a handle for a backfill started earlier. Nothing is sent."""
        return AsyncBackfill(self.sync.backfill(backfill_id))

    def backfills(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> AsyncItems[AsyncListedBackfill]:
        """List the backfills that are in progress or ended within the last 90 days.

        Args:
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 50; if omitted, pages grow from 25 to 50.
            start: `resume_token` from an earlier listing.
        """
        return AsyncItems(
            self.sync.backfills(limit=limit, page_size=page_size, start=start), AsyncListedBackfill
        )


class AsyncBackfill(Face):
    """A handle for one backfill: a run that replicates images pushed before the rule. Methods call ECR; attributes never do.

    Example:
        >>> backfill = await registry.replication.start_backfill(destination)
        >>> await backfill.until_done().wait_async(timeout=3600)
        >>> [result.failure_code async for result in backfill.results(status="FAILED")]
        []
    """

    def __init__(self, sync: Backfill) -> None:
        self._backfill = sync

    @property
    def sync(self) -> Backfill:
        """The same object for blocking code."""
        return self._backfill

    @property
    def registry(self) -> AsyncRegistry:
        """The registry that images are copied from."""
        from ecrkit.aio.registry import AsyncRegistry

        return AsyncRegistry.from_sync(self.sync.registry)

    @property
    def id(self) -> str:
        """Id that ECR assigned."""
        return self.sync.id

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    async def describe(self) -> models.DescribeReplicationBackfillResultsResponse:
        """Return the `status`, and the `progress` counted in pairs of image and tag, which is absent during preparation.

        Raises:
            ReplicationBackfillNotFoundError: The backfill does not exist, or ended more than 90 days ago.
        """
        return await call(self.sync.describe)

    def results(
        self,
        *,
        status: models.ReplicationBackfillResultStatus | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> AsyncItems[models.ReplicationBackfillResult]:
        """List the outcome for each pair of image and tag. There are no results before the backfill has ended.

        Args:
            status: `COMPLETE` or `FAILED`; both if omitted.
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing.

        Raises:
            ReplicationBackfillNotFoundError: The backfill does not exist, or ended more than 90 days ago.
        """
        return AsyncItems(
            self.sync.results(status=status, limit=limit, page_size=page_size, start=start), same
        )

    def until_done(self) -> Waiter[models.DescribeReplicationBackfillResultsResponse]:
        """Return a waiter for the end of the backfill. Single images can fail; see `progress` of its result, and `results`.

        By default ECR is polled every 30 seconds for up to two hours.

        Raises:
            WaitFailedError: While waiting: the backfill failed as a whole, or was stopped.
            WaitTimeoutError: While waiting: the backfill did not end in time.
        """
        return self.sync.until_done()

    async def stop(self) -> models.ReplicationBackfillStatus:
        """Stop the backfill. Copies made so far are kept, and copies in progress are completed.

        Returns:
            `STOPPED`, or `STOPPING` while copies are in progress.

        Raises:
            ReplicationBackfillInvalidStatusError: The backfill has already ended.
            ReplicationBackfillNotFoundError: The backfill does not exist.
        """
        return await call(self.sync.stop)


class AsyncListedBackfill(AsyncBackfill):
    """A backfill as described in a listing."""

    def __init__(self, sync: ListedBackfill) -> None:
        super().__init__(sync)
        self._listed_backfill = sync

    @property
    def sync(self) -> ListedBackfill:
        """The same object for blocking code."""
        return self._listed_backfill

    def __table_row__(self) -> Mapping[str, object]:
        return self.sync.__table_row__()

    @property
    def details(self) -> models.ReplicationBackfillSummary:
        """Everything ECR returned: destination, status, progress, start and end."""
        return self.sync.details

    @property
    def status(self) -> models.ReplicationBackfillStatus:
        """Status at the time of the listing."""
        return self.sync.status
