"""Managed signing without AWS Signer: the profiles that apply to a push, and statuses set by tests."""

from sqlite3 import Connection

from pydantic import BaseModel

from ecrkit import models
from ecrkit.local.store.documents import RegistryDocuments, RepositoryDocuments
from ecrkit.local.store.repositories import Scope, StoredRepository
from ecrkit.wildcards import matches

CONFIGURATION = "signing-configuration"
_STATUS = "signing-status"


class StoredStatuses(BaseModel):
    """The state of the signatures of one image."""

    statuses: list[models.ImageSigningStatus]


def configuration(db: Connection, scope: Scope) -> models.SigningConfiguration | None:
    """Return the signing configuration of a registry."""
    return RegistryDocuments(db, scope, CONFIGURATION).get(models.SigningConfiguration)


def sign_on_push(db: Connection, repository: StoredRepository, digest: str) -> None:
    """Mark signing as in progress for each matching profile; no signatures are created."""
    configured = configuration(db, repository.scope)
    profiles = [
        rule.signing_profile_arn
        for rule in (configured.rules if configured else [])
        if rule.repository_filters is None
        or any(matches(each.filter, repository.name) for each in rule.repository_filters)
    ]
    if profiles:
        started = models.SigningStatus.IN_PROGRESS
        statuses = [models.ImageSigningStatus(signing_profile_arn=each, status=started) for each in profiles]
        RepositoryDocuments(db, repository.id, _STATUS).put(StoredStatuses(statuses=statuses), digest)


def statuses(db: Connection, repository_id: int, digest: str) -> list[models.ImageSigningStatus]:
    """List the state of the signatures of an image."""
    stored = RepositoryDocuments(db, repository_id, _STATUS).get(StoredStatuses, digest)
    return stored.statuses if stored else []


def give(db: Connection, repository_id: int, digest: str, status: models.ImageSigningStatus) -> None:
    """Store the status of one profile and image."""
    others = [
        each
        for each in statuses(db, repository_id, digest)
        if each.signing_profile_arn != status.signing_profile_arn
    ]
    RepositoryDocuments(db, repository_id, _STATUS).put(StoredStatuses(statuses=[*others, status]), digest)
