"""Replication backfills: replicate images pushed before the configuration to one destination.

A backfill runs when it is due (`Settings.backfill_duration` after its start), on the next request that reads it.
"""

from sqlite3 import Connection

from pydantic import BaseModel

from ecrkit import models
from ecrkit.local.replication import configuration, replicate
from ecrkit.local.settings import Settings
from ecrkit.local.store import images, repositories
from ecrkit.local.store.documents import RegistryDocuments
from ecrkit.local.store.repositories import Scope, StoredRepository

KIND = "backfill"
_Status = models.ReplicationBackfillStatus
TERMINAL = frozenset({_Status.COMPLETE, _Status.FAILED, _Status.STOPPED})


class StoredBackfill(BaseModel):
    """One backfill."""

    destination: models.ReplicationDestination
    status: models.ReplicationBackfillStatus
    started_at: float
    ended_at: float | None = None
    results: list[models.ReplicationBackfillResult] = []

    def progress(self) -> models.ReplicationBackfillProgress:
        """Count the results."""
        failed = [
            each for each in self.results if each.status == models.ReplicationBackfillResultStatus.FAILED
        ]
        return models.ReplicationBackfillProgress(
            total_replication_count=len(self.results),
            completed_replication_count=len(self.results) - len(failed),
            failed_replication_count=len(failed),
            failure_codes=sorted({each.failure_code for each in failed if each.failure_code}),
        )


def every(db: Connection, scope: Scope, now: float, settings: Settings) -> dict[str, StoredBackfill]:
    """List the backfills of a registry by id, with their current progress."""
    documents = RegistryDocuments(db, scope, KIND)
    current: dict[str, StoredBackfill] = {}
    for name, stored in documents.every(StoredBackfill):
        current[name] = _advance(db, scope, stored, now, settings)
        if current[name] != stored:
            documents.put(current[name], name)
    return current


def _advance(
    db: Connection, scope: Scope, backfill: StoredBackfill, now: float, settings: Settings
) -> StoredBackfill:
    if backfill.status in TERMINAL:
        return backfill
    age = now - backfill.started_at
    if age < settings.backfill_duration / 2:
        return backfill
    if age < settings.backfill_duration:
        return backfill.model_copy(update={"status": _Status.IN_PROGRESS})
    results = _run(db, scope, backfill.destination, now)
    return backfill.model_copy(update={"status": _Status.COMPLETE, "ended_at": now, "results": results})


def _run(
    db: Connection, scope: Scope, destination: models.ReplicationDestination, now: float
) -> list[models.ReplicationBackfillResult]:
    target = Scope(destination.registry_id, destination.region)
    rules = [rule for rule in configuration(db, scope).rules if destination in rule.destinations]
    results: list[models.ReplicationBackfillResult] = []
    for repository in repositories.page(db, scope, after=0, limit=-1):
        if any(_selects(rule, repository) for rule in rules):
            results += [
                _result(repository, entry.digest, entry.tag, failure)
                for entry in images.tag_page(
                    db, repository.id, tagged=None, status="ACTIVE", after=(0, 0), limit=-1
                )
                for failure in [replicate(db, repository, entry.digest, entry.tag, target, now)]
            ]
    return results


def _selects(rule: models.ReplicationRule, repository: StoredRepository) -> bool:
    filters = rule.repository_filters
    return filters is None or any(repository.name.startswith(each.filter) for each in filters)


def _result(
    repository: StoredRepository, digest: str, tag: str | None, failure: str | None
) -> models.ReplicationBackfillResult:
    codes = models.ReplicationBackfillResultStatus
    return models.ReplicationBackfillResult(
        repository_name=repository.name,
        image_id=models.ImageIdentifier(image_digest=digest, image_tag=tag),
        status=codes.FAILED if failure else codes.COMPLETE,
        failure_code=failure,
    )
