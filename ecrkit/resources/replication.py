"""`registry.replication`: copies of images in other regions and accounts, and how to catch up with what is there already."""

from collections.abc import Iterable

from ecrkit import models
from ecrkit.paging import Items
from ecrkit.resources._area import OwnRegistryArea
from ecrkit.resources.backfill import Backfill, ListedBackfill


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
        self.registry.check_is_own()
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
