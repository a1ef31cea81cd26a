"""`registry.replication`: copies of images in other regions and accounts, and backfills of the images that exist already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ecrkit import models
from ecrkit.paging import Items
from ecrkit.resources._area import OwnRegistryArea
from ecrkit.waiters import BACKFILL_PACE, replication_backfill_done
from ecrkit.waiting import Waiter

if TYPE_CHECKING:
    from ecrkit.client import Client
    from ecrkit.resources.registry import Registry


class Replication(OwnRegistryArea):
    """The replication of a registry. It copies what is pushed from then on; a backfill copies what is there.

    Example:
        >>> replication = registry.replication
        >>> ireland = replication.destination("eu-west-1", "111122223333")
        >>> replication.put([replication.rule([ireland], prefixes=["prod/"])])
        >>> replication.start_backfill(ireland).until_done().wait()
    """

    def get(self) -> models.ReplicationConfiguration:
        """Read the configuration; without rules nothing is replicated."""
        self._check_own_account()
        return self.registry.describe().replication_configuration

    def put(self, rules: Iterable[models.ReplicationRule]) -> models.ReplicationConfiguration:
        """Set the configuration, in place of the one before. No rules end all replication.

        Another account has to allow it in the policy of its registry: `PolicyDocument.allow_replication`.

        Args:
            rules: Up to ten, with up to 25 destinations altogether (service quotas); see `rule`.

        Raises:
            InvalidParameterError: A destination is this very registry.
        """
        wanted = models.ReplicationConfiguration(rules=list(rules))
        request = models.PutReplicationConfigurationRequest(replication_configuration=wanted)
        return self._send(request).replication_configuration

    @staticmethod
    def destination(region: str, registry_id: str) -> models.ReplicationDestination:
        """Name a place to replicate to: a region, and an account, which may be one's own."""
        return models.ReplicationDestination(region=region, registry_id=registry_id)

    @staticmethod
    def rule(
        destinations: Iterable[models.ReplicationDestination],
        *,
        prefixes: Iterable[str] = (),
        replicate_deletions: bool = False,
    ) -> models.ReplicationRule:
        """Write a rule down. Sends nothing.

        Args:
            destinations: Where to; see `destination`.
            prefixes: How the names of the repositories start, up to 100; all repositories if there are none.
            replicate_deletions: Whether images and tags that are deleted here are deleted there as well.
        """
        filters = [
            models.RepositoryFilter(filter=each, filter_type=models.RepositoryFilterType.PREFIX_MATCH)
            for each in prefixes
        ]
        return models.ReplicationRule(
            destinations=list(destinations),
            repository_filters=filters or None,
            delete_replication=models.DeleteReplication(enabled=True) if replicate_deletions else None,
        )

    def start_backfill(self, destination: models.ReplicationDestination) -> Backfill:
        """Begin to copy the images that are there already, as far as the configuration covers them.

        Args:
            destination: Where to; it has to be in the configuration.

        Raises:
            ReplicationBackfillInProgressError: One is under way to this region.
            LimitExceededError: Ten are under way.
        """
        request = models.StartReplicationBackfillRequest(
            registry_id=self.registry.registry_id, destination=destination
        )
        return Backfill(self.registry, self.client.send(request).replication_backfill_id)

    def backfill(self, backfill_id: str) -> Backfill:
        """Give a handle for a backfill that was started before. Sends nothing."""
        return Backfill(self.registry, backfill_id)

    def backfills(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> Items[ListedBackfill]:
        """List the backfills that are under way, and those that ended within the last 90 days.

        Args:
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 50; ECR's default is 25.
            start: Where to go on: the `resume_token` of an earlier listing.
        """

        def listed(page: models.ListReplicationBackfillsResponse) -> list[ListedBackfill]:
            return [ListedBackfill(self.registry, summary) for summary in page.backfills]

        request = models.ListReplicationBackfillsRequest(registry_id=self.registry.registry_id)
        return Items(self.client, request, listed, limit=limit, page_size=page_size, start=start)


class Backfill:
    """A handle for one backfill. Its methods ask ECR, its attributes never do.

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
        """The id that ECR gave it."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r})"

    @property
    def client(self) -> Client:
        """Sends the requests."""
        return self.registry.client

    def describe(self) -> models.DescribeReplicationBackfillResultsResponse:
        """Ask ECR how far it is: `status`, and `progress` in pairs of image and tag, absent while it is prepared.

        Raises:
            ReplicationBackfillNotFoundError: There is no such backfill, or it ended more than 90 days ago.
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
        """List what became of each pair of image and tag. There are none before the backfill has ended.

        Args:
            status: `COMPLETE` or `FAILED`; both if absent.
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 1000; ECR's default is 100.
            start: Where to go on: the `resume_token` of an earlier listing.

        Raises:
            ReplicationBackfillNotFoundError: There is no such backfill, or it ended more than 90 days ago.
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
        """Wait until it has come to its end. Images can fail all the same: see `progress` in what the waiter gives, and `results`.

        ECR is asked every 30 seconds, for two hours at the most.

        Raises:
            WaitFailedError: When it is waited for: the backfill failed as a whole, or was stopped.
            WaitTimeoutError: When it is waited for: it is not done in time.
        """
        return Waiter(
            self.client,
            self._request(max_results=1),
            judge=replication_backfill_done,
            result=lambda answer: answer,
            subject=f"the replication backfill {self.id}",
            pace=BACKFILL_PACE,
        )

    def stop(self) -> models.ReplicationBackfillStatus:
        """End it early. What was copied stays; copies that are under way are finished.

        Returns:
            `STOPPED`, or `STOPPING` while copies are still under way.

        Raises:
            ReplicationBackfillInvalidStatusError: It has ended already.
            ReplicationBackfillNotFoundError: There is no such backfill.
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
    """A backfill as a listing described it."""

    def __init__(self, registry: Registry, details: models.ReplicationBackfillSummary) -> None:
        super().__init__(registry, details.replication_backfill_id)
        self.details = details
        """Everything that ECR said: destination, status, progress, when it began and ended."""

    def __table_row__(self) -> Mapping[str, object]:
        return self.details.__table_row__()

    @property
    def status(self) -> models.ReplicationBackfillStatus:
        """How far it was."""
        return self.details.status
