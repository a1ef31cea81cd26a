# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.registry_deletion`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio._face import Face
from ecrkit.aio.calling import call
from ecrkit.tables import Tabular

if TYPE_CHECKING:
    from ecrkit.aio.deletion import AsyncDeletePlan
    from ecrkit.resources.delete_rules import Verdict
    from ecrkit.resources.deletion import DeleteReport
    from ecrkit.resources.registry_deletion import RegistryDeletePlan
    from ecrkit.tables import Table, Tabular


class AsyncRegistryDeletePlan(Tabular, Face):
    """Plans for several repositories. Nothing is deleted yet. Displayed as a table with a row per repository.

    Example:
        >>> plan = await registry.plan_delete(repositories="team/*", untagged=True, older_than=timedelta(days=14))
        >>> print(plan)
        >>> reports = await plan.apply()
    """

    def __init__(self, sync: RegistryDeletePlan) -> None:
        self._registry_delete_plan = sync

    @property
    def sync(self) -> RegistryDeletePlan:
        """The same object for blocking code."""
        return self._registry_delete_plan

    def __table__(self) -> Table:
        return self.sync.__table__()

    @property
    def plans(self) -> list[AsyncDeletePlan]:
        """One plan per repository, by name. Print one to see its images and the reasons."""
        from ecrkit.aio.deletion import AsyncDeletePlan

        return [AsyncDeletePlan(each) for each in self.sync.plans]

    @property
    def deletes(self) -> list[Verdict]:
        """Images that would be deleted."""
        return self.sync.deletes

    @property
    def keeps(self) -> list[Verdict]:
        """Images that would be kept."""
        return self.sync.keeps

    async def apply(self) -> dict[str, DeleteReport]:
        """Delete the planned images, one repository after the other; see `DeletePlan.apply`.

        Returns:
            The report of each repository, by name. Failures raise nothing.
        """
        return await call(self.sync.apply)
