"""Run lifecycle policies: pass a repository's images to the evaluator, and expire what it selects."""

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from pydantic import BaseModel

from ecrkit.local import archiving, emitting
from ecrkit.local.clock import moment, moment_or_none
from ecrkit.local.store import images
from ecrkit.local.store.documents import RepositoryDocuments
from ecrkit.local.store.repositories import StoredRepository
from ecrkit.policy import Decision, LifecycleImage, LifecyclePolicy, RuleAction

KIND = "lifecycle"


class StoredLifecycle(BaseModel):
    """A policy and the time of its last run; 0 before the first run, as in the service."""

    text: str
    put_at: float
    evaluated_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of one run."""

    repository: str
    expired: tuple[str, ...]
    archived: tuple[str, ...]


def stored_policy(db: Connection, repository: StoredRepository) -> StoredLifecycle | None:
    """Read the policy of a repository."""
    return RepositoryDocuments(db, repository.id, KIND).get(StoredLifecycle)


def decisions(db: Connection, repository: StoredRepository, text: str, now: float) -> Sequence[Decision]:
    """Return what a policy would do now."""
    return LifecyclePolicy.parse(text).evaluate(_images(db, repository), moment(now))


def execute(db: Connection, repository: StoredRepository, now: float) -> Outcome | None:
    """Run the policy of a repository; None if it has none.

    Referrers of an expired image (signatures, SBOMs) are deleted with it.
    """
    stored = stored_policy(db, repository)
    if stored is None:
        return None
    expired: list[str] = []
    archived: list[str] = []
    for decision in decisions(db, repository, stored.text, now):
        digest = decision.image.digest
        image = images.find(db, repository.id, digest)
        if image is None:
            continue
        if decision.action == RuleAction.EXPIRE:
            expired += _expire(db, repository, digest, now)
        else:
            archiving.archive(db, image, now)
            archived.append(digest)
    document = stored.model_copy(update={"evaluated_at": now})
    RepositoryDocuments(db, repository.id, KIND).put(document)
    return Outcome(repository.name, tuple(expired), tuple(archived))


def _expire(db: Connection, repository: StoredRepository, digest: str, now: float) -> list[str]:
    # Breadth first, each only once: a signature may itself be signed, and cycles are possible.
    gone = [digest]
    for each in gone:
        found = images.referrers(db, repository.id, each, after=0, limit=-1)
        gone += [referrer.digest for referrer in found if referrer.digest not in gone]
    for each in gone:
        if (image := images.find(db, repository.id, each)) is not None:
            emitting.deleted(db, repository, image, now)
        images.remove(db, repository.id, each, now=now)
    return gone


def _images(db: Connection, repository: StoredRepository) -> list[LifecycleImage]:
    found = images.page(db, repository.id, tagged=None, status=None, after=0, limit=-1)
    return [
        LifecycleImage(
            digest=image.digest,
            pushed_at=moment(image.pushed_at),
            tags=tuple(images.tags(db, repository.id, image.digest)),
            last_pulled_at=moment_or_none(image.pulled_at),
            last_archived_at=moment_or_none(image.archived_at),
            last_activated_at=moment_or_none(image.activated_at),
            status=image.status,
            referenced_by=tuple(images.parents(db, repository.id, image.digest)),
            subject=image.subject,
        )
        for image in found
    ]
