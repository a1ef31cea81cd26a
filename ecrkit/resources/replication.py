"""`registry.replication`: copies of images in other regions and accounts, and backfills of images that already exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ecrkit import models
from ecrkit._strings import items_of, models_of
from ecrkit.paging import Items
from ecrkit.resources._area import OwnRegistryArea
from ecrkit.waiter import Waiter
from ecrkit.waiter_conditions import BACKFILL_POLLING, replication_backfill_done

if TYPE_CHECKING:
    from ecrkit.client import Client
    from ecrkit.resources.registry import Registry


class Replication(OwnRegistryArea):
    """The replication configuration of a registry. It applies to images pushed from now on; a backfill copies existing ones.

    Example:
        >>> replication = registry.replication
        >>> ireland = replication.destination("eu-west-1", "111122223333")
        >>> replication.put(replication.rule(ireland, prefixes="prod/"))
        >>> replication.start_backfill(ireland).until_done().wait()
    """

    def get(self) -> models.ReplicationConfiguration:
        """Return the configuration. Without rules, nothing is replicated."""
        self._check_own_account()
        return self.registry.describe().replication_configuration

    def put(
        self, rules: models.ReplicationRule | Iterable[models.ReplicationRule]
    ) -> models.ReplicationConfiguration:
        """Replace the configuration. An empty list ends all replication.

        The policy of a destination registry in another account has to allow it: `PolicyDocument.allow_replication`.

        Args:
            rules: Up to ten, with up to 25 different destinations in total; see `rule`.

        Raises:
            InvalidParameterError: A destination is this registry itself.
        """
        wanted = models.ReplicationConfiguration(rules=list(models_of(rules, models.ReplicationRule)))
        request = models.PutReplicationConfigurationRequest(replication_configuration=wanted)
        return self._send(request).replication_configuration

    @staticmethod
    def destination(region: str, registry_id: str) -> models.ReplicationDestination:
        """Return a destination: a region of an account, which may be the caller's own. Nothing is sent."""
        return models.ReplicationDestination(region=region, registry_id=registry_id)

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
        filters = [
            models.RepositoryFilter(filter=each, filter_type=models.RepositoryFilterType.PREFIX_MATCH)
            for each in items_of(prefixes)
        ]
        return models.ReplicationRule(
            destinations=list(models_of(destinations, models.ReplicationDestination)),
            repository_filters=filters or None,
            delete_replication=models.DeleteReplication(enabled=True) if replicate_deletions else None,
        )

    def start_backfill(self, destination: models.ReplicationDestination) -> Backfill:
        """Start to copy the existing images that the configuration covers.

        Args:
            destination: A destination of the configuration.

        Raises:
            ReplicationBackfillInProgressError: A backfill to this region is already in progress.
            LimitExceededError: Ten backfills are in progress.
        """
        request = models.StartReplicationBackfillRequest(
            registry_id=self.registry.registry_id, destination=destination
        )
        return Backfill(self.registry, self.client.send(request).replication_backfill_id)

    def backfill(self, backfill_id: str) -> Backfill:
        """Return a handle for a backfill started earlier. Nothing is sent."""
        return Backfill(self.registry, backfill_id)

    def backfills(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> Items[ListedBackfill]:
        """List the backfills that are in progress or ended within the last 90 days.

        Args:
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 50; if omitted, pages grow from 25 to 50.
            start: `resume_token` from an earlier listing.
        """

        def listed(page: models.ListReplicationBackfillsResponse) -> list[ListedBackfill]:
            return [ListedBackfill(self.registry, summary) for summary in page.backfills]

        request = models.ListReplicationBackfillsRequest(registry_id=self.registry.registry_id)
        return Items(self.client, request, listed, limit=limit, page_size=page_size, start=start)


class Backfill:
    """A handle for one backfill: a run that replicates images pushed before the rule. Methods call ECR; attributes never do.

    Example:
        >>> backfill = registry.replication.start_backfill(destination)
        >>> backfill.until_done().wait(timeout=3600)
        >>> [result.failure_code for result in backfill.results(status="FAILED")]
        []
    """

    def __init__(self, registry: Registry, backfill_id: str) -> None:
        self.registry = registry
        """The registry that images are copied from."""

        self.id = backfill_id
        """Id that ECR assigned."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r})"

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.registry.client

    def describe(self) -> models.DescribeReplicationBackfillResultsResponse:
        """Return the `status`, and the `progress` counted in pairs of image and tag, which is absent during preparation.

        Raises:
            ReplicationBackfillNotFoundError: The backfill does not exist, or ended more than 90 days ago.
        """
        return self.client.send(self._request(max_results=1))

    def results(
        self,
        *,
        status: models.ReplicationBackfillResultStatus | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> Items[models.ReplicationBackfillResult]:
        """List the outcome for each pair of image and tag. There are no results before the backfill has ended.

        Args:
            status: `COMPLETE` or `FAILED`; both if omitted.
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing.

        Raises:
            ReplicationBackfillNotFoundError: The backfill does not exist, or ended more than 90 days ago.
        """
        wanted = None if status is None else models.ReplicationBackfillResultStatus(status)
        return Items(
            self.client,
            self._request(status=wanted),
            lambda page: page.results,
            limit=limit,
            page_size=page_size,
            start=start,
        )

    def until_done(self) -> Waiter[models.DescribeReplicationBackfillResultsResponse]:
        """Return a waiter for the end of the backfill. Single images can fail; see `progress` of its result, and `results`.

        By default ECR is polled every 30 seconds for up to two hours.

        Raises:
            WaitFailedError: While waiting: the backfill failed as a whole, or was stopped.
            WaitTimeoutError: While waiting: the backfill did not end in time.
        """
        return Waiter(
            self.client,
            self._request(max_results=1),
            condition=replication_backfill_done,
            result=lambda answer: answer,
            subject=f"the replication backfill {self.id}",
            polling=BACKFILL_POLLING,
        )

    def stop(self) -> models.ReplicationBackfillStatus:
        """Stop the backfill. Copies made so far are kept, and copies in progress are completed.

        Returns:
            `STOPPED`, or `STOPPING` while copies are in progress.

        Raises:
            ReplicationBackfillInvalidStatusError: The backfill has already ended.
            ReplicationBackfillNotFoundError: The backfill does not exist.
        """
        request = models.StopReplicationBackfillRequest(
            registry_id=self.registry.registry_id, replication_backfill_id=self.id
        )
        return self.client.send(request).status

    def _request(
        self, *, status: models.ReplicationBackfillResultStatus | None = None, max_results: int | None = None
    ) -> models.DescribeReplicationBackfillResultsRequest:
        return models.DescribeReplicationBackfillResultsRequest(
            registry_id=self.registry.registry_id,
            replication_backfill_id=self.id,
            result_status_filter=status,
            max_results=max_results,
        )


class ListedBackfill(Backfill):
    """A backfill as described in a listing."""

    def __init__(self, registry: Registry, details: models.ReplicationBackfillSummary) -> None:
        super().__init__(registry, details.replication_backfill_id)
        self.details = details
        """Everything ECR returned: destination, status, progress, start and end."""

    def __table_row__(self) -> Mapping[str, object]:
        return self.details.__table_row__()

    @property
    def status(self) -> models.ReplicationBackfillStatus:
        """Status at the time of the listing."""
        return self.details.status
