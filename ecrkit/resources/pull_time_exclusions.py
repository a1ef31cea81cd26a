"""`registry.pull_time_exclusions`: principals whose pulls do not count as a use of an image."""

from contextlib import suppress

from ecrkit import models
from ecrkit.errors import ExclusionAlreadyExistsError
from ecrkit.paging import Items
from ecrkit.resources._area import OwnRegistryArea


class PullTimeExclusions(OwnRegistryArea):
    """Scanners and mirrors, say, whose pulls should not keep an image from being archived for lack of use.

    Example:
        >>> registry.pull_time_exclusions.add("arn:aws:iam::111122223333:role/scanner")
    """

    def principals(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> Items[str]:
        """List the ARNs of the principals. boto3 has no paginator for them (T36).

        Args:
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 1000; ECR's default is 100.
            start: Where to go on: the `resume_token` of an earlier listing.
        """

        def listed(page: models.ListPullTimeUpdateExclusionsResponse) -> list[str]:
            self.registry.check_is_own()
            return page.pull_time_update_exclusions

        request = models.ListPullTimeUpdateExclusionsRequest()
        return Items(self.client, request, listed, limit=limit, page_size=page_size, start=start)

    def add(self, principal_arn: str) -> None:
        """Exclude a principal. To add one that is excluded already is a success.

        Args:
            principal_arn: The ARN of a role or a user.

        Raises:
            LimitExceededError: A hundred principals are excluded already.
        """
        with suppress(ExclusionAlreadyExistsError):
            self._send(models.RegisterPullTimeUpdateExclusionRequest(principal_arn=principal_arn))

    def remove(self, principal_arn: str) -> None:
        """Let the pulls of a principal count again.

        Raises:
            ExclusionNotFoundError: The principal is not excluded.
        """
        self._send(models.DeregisterPullTimeUpdateExclusionRequest(principal_arn=principal_arn))
