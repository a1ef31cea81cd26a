"""`DeletePlan`: what would be deleted and why, to be read first and applied then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ecrkit import models, oci
from ecrkit.batching import BatchFailure
from ecrkit.errors import InvalidInputError, InvalidManifestError
from ecrkit.oci import media_types
from ecrkit.references import Digest
from ecrkit.resources.delete_rules import DeleteRules, Family, ImageFacts, Verdict, generations, judge
from ecrkit.tables import Table, Tabular

if TYPE_CHECKING:
    from ecrkit.resources.image import DescribedImage
    from ecrkit.resources.repository import Repository


@dataclass(frozen=True, slots=True)
class DeleteReport:
    """What applying a plan did."""

    deleted: list[Digest]
    failures: list[BatchFailure]
    """What ECR refused to delete, and why."""

    left: list[Digest]
    """What was left alone: it has become something to keep since the plan was made, for example because it was tagged, or
    it belongs to something that could not be deleted.
    """

    def __repr__(self) -> str:
        return f"DeleteReport({len(self.deleted)} deleted, {len(self.failures)} failed, {len(self.left)} left alone)"


@dataclass(frozen=True, slots=True)
class DeletePlan(Tabular):
    """What would be deleted from a repository, and why; nothing has been deleted yet. It is shown as a table.

    Example:
        >>> plan = repository.plan_delete(untagged=True, older_than=timedelta(days=14))
        >>> print(plan)
        >>> report = plan.apply()
    """

    repository: Repository
    rules: DeleteRules
    verdicts: list[Verdict]
    """One for each image of the repository."""

    @property
    def deletes(self) -> list[Verdict]:
        """What would go."""
        return [verdict for verdict in self.verdicts if verdict.delete]

    @property
    def keeps(self) -> list[Verdict]:
        """What would stay."""
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
        """Delete what the plan says, a hundred images in one request, indexes before the images that they list.

        The repository is looked at once more first, and only what would still be deleted is deleted: an image that was
        tagged since the plan was made stays, and so does what it lists. ECR cannot do both in one step; who tags an image
        in that very moment may still lose it.

        Returns:
            What was deleted, and everything that was not, with the reason. Nothing is raised for a failure.
        """
        now = read_facts(self.repository)
        still = {verdict.image.digest for verdict in judge(now, self.rules) if verdict.delete}
        family = Family(now)
        planned = [each.image.digest for each in self.deletes if each.image.digest in family.images]
        report = DeleteReport([], [], [Digest(digest) for digest in planned if digest not in still])
        stays: set[str] = set(report.left)
        for generation in generations(family, [digest for digest in planned if digest in still]):
            free = [digest for digest in generation if not family.above(digest) & stays]
            report.left.extend(Digest(digest) for digest in generation if digest not in free)
            result = self.repository.delete_images(free)
            failed = {failure.what for failure in result.failures}
            report.failures.extend(result.failures)
            report.deleted.extend(Digest(digest) for digest in free if digest not in failed)
            stays |= failed | set(report.left)
        return report


def plan_delete(
    repository: Repository,
    *,
    untagged: bool | None,
    tags: str | Iterable[str] | None,
    older_than: timedelta | datetime | None,
    keep_latest: int | None,
    keep_tags: str | Iterable[str],
    keep_digests: Iterable[str],
) -> DeletePlan:
    """Plan; see `Repository.plan_delete`."""
    if untagged is None and tags is None and older_than is None and keep_latest is None:
        raise InvalidInputError(
            "A plan without a rule would delete everything; say at least one of untagged, tags, older_than, keep_latest"
        )
    if keep_latest is not None and keep_latest < 0:
        raise InvalidInputError(f"keep_latest cannot be {keep_latest}")
    rules = DeleteRules(
        untagged=untagged,
        tags=None if tags is None else _patterns(tags),
        pushed_before=_moment(older_than, datetime.now(UTC)),
        keep_latest=keep_latest or 0,
        keep_tags=_patterns(keep_tags),
        keep_digests=frozenset(Digest(digest) for digest in keep_digests),
    )
    return DeletePlan(repository, rules, judge(read_facts(repository), rules))


def read_facts(repository: Repository) -> list[ImageFacts]:
    """Read what there is to know about every image of a repository, archived ones included."""
    images = list(repository.images(status=models.ImageStatusFilter.ANY, page_size=1000))
    indexes = [each.digest for each in images if each.details.image_manifest_media_type not in _NO_INDEXES]
    children = dict(_children(repository, indexes))
    return [_facts(each, children, set(indexes)) for each in images]


def _children(repository: Repository, indexes: Sequence[Digest]) -> Iterator[tuple[str, tuple[str, ...]]]:
    # What cannot be read comes back as a failure, and is missing here.
    for found in repository.get_images(indexes).ok:
        raw = found.image_manifest.encode()
        try:
            manifest = oci.parse_manifest(raw, found.image_manifest_media_type)
        except InvalidManifestError:
            continue
        listed = manifest.manifests if isinstance(manifest, oci.Index) else ()
        yield Digest.of(raw), tuple(each.digest for each in listed)


def _facts(image: DescribedImage, children: dict[str, tuple[str, ...]], indexes: set[Digest]) -> ImageFacts:
    return ImageFacts(
        digest=image.digest,
        tags=tuple(sorted(image.tags)),
        pushed_at=image.pushed_at,
        size=image.size,
        archived=image.details.image_status not in {None, models.ImageStatus.ACTIVE},
        children=children.get(image.digest, ()),
        is_readable=image.digest not in indexes or image.digest in children,
        subject=image.details.subject_manifest_digest,
    )


def _patterns(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _moment(older_than: timedelta | datetime | None, now: datetime) -> datetime | None:
    if isinstance(older_than, timedelta):
        return now - older_than
    if older_than is not None and older_than.tzinfo is None:
        raise InvalidInputError(f"{older_than} has no time zone; give one, for example datetime.now(UTC)")
    return older_than


_NO_INDEXES = {*media_types.IMAGE_MANIFESTS, media_types.DOCKER_SCHEMA_1, media_types.DOCKER_SCHEMA_1_SIGNED}
