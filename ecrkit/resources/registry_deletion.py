"""`RegistryDeletePlan`: which images of several repositories would be deleted and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecrkit.resources.delete_rules import Verdict
from ecrkit.resources.deletion import DeletePlan, DeleteReport
from ecrkit.tables import Size, Table, Tabular


@dataclass(frozen=True, slots=True)
class RegistryDeletePlan(Tabular):
    """Plans for several repositories. Nothing is deleted yet. Displayed as a table with a row per repository.

    Example:
        >>> plan = registry.plan_delete(repositories="team/*", untagged=True, older_than=timedelta(days=14))
        >>> print(plan)
        >>> reports = plan.apply()
    """

    plans: list[DeletePlan]
    """One plan per repository, by name. Print one to see its images and the reasons."""

    @property
    def deletes(self) -> list[Verdict]:
        """Images that would be deleted."""
        return [verdict for plan in self.plans for verdict in plan.deletes]

    @property
    def keeps(self) -> list[Verdict]:
        """Images that would be kept."""
        return [verdict for plan in self.plans for verdict in plan.keeps]

    def __repr__(self) -> str:
        return f"RegistryDeletePlan({self._count})"

    def __table__(self) -> Table:
        return Table([_row(plan) for plan in self.plans], self._count)

    @property
    def _count(self) -> str:
        images = len(self.deletes) + len(self.keeps)
        return f"{len(self.deletes)} of {images} images in {len(self.plans)} repositories would be deleted"

    def apply(self) -> dict[str, DeleteReport]:
        """Delete the planned images, one repository after the other; see `DeletePlan.apply`.

        Returns:
            The report of each repository, by name. Failures raise nothing.
        """
        return {plan.repository.name: plan.apply() for plan in self.plans}


def _row(plan: DeletePlan) -> Mapping[str, object]:
    return {
        "repository": plan.repository.name,
        "delete": len(plan.deletes),
        "keep": len(plan.keeps),
        "size": Size(sum(verdict.image.size or 0 for verdict in plan.deletes)),
    }
