# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.deletion`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio._face import Face
from ecrkit.aio.calling import call
from ecrkit.tables import Tabular

if TYPE_CHECKING:
    from ecrkit.aio.repository import AsyncRepository
    from ecrkit.resources.delete_rules import DeleteRules, Verdict
    from ecrkit.resources.deletion import DeletePlan, DeleteReport
    from ecrkit.tables import Table, Tabular


class AsyncDeletePlan(Tabular, Face):
    """Which images of a repository would be deleted, and why. Nothing is deleted yet. Displayed as a table.

    Example:
        >>> plan = await repository.plan_delete(untagged=True, older_than=timedelta(days=14))
        >>> print(plan)
        >>> report = await plan.apply()
    """

    def __init__(self, sync: DeletePlan) -> None:
        self._delete_plan = sync

    @property
    def sync(self) -> DeletePlan:
        """The same object for blocking code."""
        return self._delete_plan

    def __table__(self) -> Table:
        return self.sync.__table__()

    @property
    def repository(self) -> AsyncRepository:
        """The repository that has the images."""
        from ecrkit.aio.repository import AsyncRepository

        return AsyncRepository(self.sync.repository)

    @property
    def rules(self) -> DeleteRules:
        """The rules that the plan was made with."""
        return self.sync.rules

    @property
    def verdicts(self) -> list[Verdict]:
        """One for each image of the repository."""
        return self.sync.verdicts

    @property
    def deletes(self) -> list[Verdict]:
        """Images that would be deleted."""
        return self.sync.deletes

    @property
    def keeps(self) -> list[Verdict]:
        """Images that would be kept."""
        return self.sync.keeps

    async def apply(self) -> DeleteReport:
        """Delete the planned images, a hundred per request, indexes before their images.

        The repository is listed again first, and only images that the rules still select are deleted: an image tagged since
        the plan was made is kept, and so are the images it lists. ECR cannot check and delete atomically; an image tagged
        at that very moment may still be deleted.

        Returns:
            The deleted images, and all others of the plan with the reason. Failures raise nothing.
        """
        return await call(self.sync.apply)
