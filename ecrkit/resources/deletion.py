"""`DeletePlan`: which images would be deleted and why; review it, then apply it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import NoneType
from typing import TYPE_CHECKING

from ecrkit._arguments import expect
from ecrkit._strings import items_of
from ecrkit.batching import BatchFailure
from ecrkit.errors import InvalidInputError
from ecrkit.inventory.facts import ImageFacts
from ecrkit.inventory.family import Family, generations
from ecrkit.inventory.reading import facts_of, list_images, read_children
from ecrkit.references import Digest
from ecrkit.resources.delete_rules import DeleteRules, Verdict, decide
from ecrkit.tables import Table, Tabular

if TYPE_CHECKING:
    from ecrkit.resources.repository import Repository


@dataclass(frozen=True, slots=True)
class DeleteReport:
    """Result of applying a plan."""

    deleted: list[Digest]
    failures: list[BatchFailure]
    """Images ECR refused to delete, and why."""

    left: list[Digest]
    """Images kept after all: they have been tagged or used since the plan was made, or belong to an image that could not be
    deleted.
    """

    def __repr__(self) -> str:
        return f"DeleteReport({len(self.deleted)} deleted, {len(self.failures)} failed, {len(self.left)} kept after all)"


@dataclass(frozen=True, slots=True)
class DeletePlan(Tabular):
    """Which images of a repository would be deleted, and why. Nothing is deleted yet. Displayed as a table.

    Example:
        >>> plan = repository.plan_delete(untagged=True, older_than=timedelta(days=14))
        >>> print(plan)
        >>> report = plan.apply()
    """

    repository: Repository
    """The repository that has the images."""

    rules: DeleteRules
    """The rules that the plan was made with."""

    verdicts: list[Verdict]
    """One for each image of the repository."""

    @property
    def deletes(self) -> list[Verdict]:
        """Images that would be deleted."""
        return [verdict for verdict in self.verdicts if verdict.delete]

    @property
    def keeps(self) -> list[Verdict]:
        """Images that would be kept."""
        return [verdict for verdict in self.verdicts if not verdict.delete]

    def __repr__(self) -> str:
        return f"DeletePlan({self._count})"

    def __table__(self) -> Table:
        return Table([each.__table_row__() for each in [*self.deletes, *self.keeps]], self._count)

    @property
    def _count(self) -> str:
        return (
            f"{len(self.deletes)} of {len(self.verdicts)} images of {self.repository.name} would be deleted"
        )

    def apply(self) -> DeleteReport:
        """Delete the planned images, a hundred per request, indexes before their images.

        The repository is listed again first, and only images that the rules still select are deleted: an image tagged since
        the plan was made is kept, and so are the images it lists. ECR cannot check and delete atomically; an image tagged
        at that very moment may still be deleted.

        Returns:
            The deleted images, and all others of the plan with the reason. Failures raise nothing.
        """
        now = read_facts(self.repository)
        still = {verdict.image.digest for verdict in decide(now, self.rules) if verdict.delete}
        family = Family(now)
        planned = [each.image.digest for each in self.deletes if each.image.digest in family.images]
        report = DeleteReport([], [], [Digest(digest) for digest in planned if digest not in still])
        stays: set[str] = set(report.left)
        for generation in generations(family, [digest for digest in planned if digest in still]):
            held = {digest for digest in generation if family.above(digest) & stays}
            free = [digest for digest in generation if digest not in held]
            report.left.extend(Digest(digest) for digest in generation if digest in held)
            result = self.repository.delete_images(free)
            failed = {failure.what for failure in result.failures}
            report.failures.extend(result.failures)
            report.deleted.extend(Digest(digest) for digest in free if digest not in failed)
            stays |= failed | held
        return report


def plan_by_rules(repository: Repository, rules: DeleteRules) -> DeletePlan:
    """Return a plan for one repository."""
    return DeletePlan(repository, rules, decide(read_facts(repository), rules))


def delete_rules(
    *,
    untagged: bool | None,
    tags: str | Iterable[str] | None,
    older_than: timedelta | datetime | None,
    keep_latest: int | None,
    keep_tags: str | Iterable[str],
    keep_digests: str | Iterable[str],
) -> DeleteRules:
    """Return the rules that the arguments of `Repository.plan_delete` stand for."""
    if untagged is None and tags is None and older_than is None and keep_latest is None:
        raise InvalidInputError(
            "A plan without rules would delete everything; pass at least one of untagged, tags, older_than, keep_latest"
        )
    expect("older_than", older_than, (timedelta, datetime, NoneType), _AN_AGE)
    expect("keep_latest", keep_latest, (int, NoneType), "a number of images such as 5")
    if keep_latest is not None and keep_latest < 0:
        raise InvalidInputError(f"keep_latest is {keep_latest}; it must be 0 or more")
    return DeleteRules(
        untagged=untagged,
        tags=None if tags is None else items_of(tags),
        pushed_before=_moment(older_than, datetime.now(UTC)),
        keep_latest=keep_latest or 0,
        keep_tags=items_of(keep_tags),
        keep_digests=frozenset(Digest(digest) for digest in items_of(keep_digests)),
    )


_AN_AGE = "a timedelta such as timedelta(days=14), or a datetime with a time zone"


def read_facts(repository: Repository) -> list[ImageFacts]:
    """Return the facts about every image of a repository, archived ones included."""
    client, name, registry_id = repository.client, repository.name, repository.registry_id
    images = list_images(client, name, registry_id).images
    children = read_children(client.send, name, registry_id, images)
    return facts_of(images, children)


def _moment(older_than: timedelta | datetime | None, now: datetime) -> datetime | None:
    if isinstance(older_than, timedelta):
        return now - older_than
    if older_than is not None and older_than.tzinfo is None:
        raise InvalidInputError(
            f"{older_than} has no time zone; pass an aware datetime, for example datetime.now(UTC)"
        )
    return older_than
