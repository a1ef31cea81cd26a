"""Replication: pushed images appear at once in the registries of the configuration.

Only pushes after the configuration was put are replicated, once, and never further from the destination. A missing
repository is created, from a template for REPLICATION if one matches. Another account must allow it in its registry
policy.
"""

from collections.abc import Iterator
from sqlite3 import Connection

from pydantic import BaseModel

from ecrkit import models
from ecrkit.errors import InvalidPolicyError
from ecrkit.local import emitting
from ecrkit.local.policy_text import StoredPolicy
from ecrkit.local.store import images, layers, repositories
from ecrkit.local.store.documents import RegistryDocuments, RepositoryDocuments
from ecrkit.local.store.images import NewImage
from ecrkit.local.store.repositories import Scope, StoredRepository
from ecrkit.local.tag_rules import may_move
from ecrkit.local.templates import create_from, find_template
from ecrkit.policy import PolicyDocument, Principal
from ecrkit.wildcards import matches

CONFIGURATION = "replication-configuration"
REGISTRY_POLICY = "registry-policy"
_STATUS = "replication-status"
_ACTION = "ecr:ReplicateImage"
_DENIED = "AccessDenied"


class StoredStatuses(BaseModel):
    """Where an image was replicated to."""

    statuses: list[models.ImageReplicationStatus]


def configuration(db: Connection, scope: Scope) -> models.ReplicationConfiguration:
    """Read what a registry replicates."""
    stored = RegistryDocuments(db, scope, CONFIGURATION).get(models.ReplicationConfiguration)
    return stored or models.ReplicationConfiguration(rules=[])


def replicate_push(
    db: Connection, repository: StoredRepository, digest: str, tag: str | None, now: float
) -> None:
    """Replicate a push to every destination."""
    for rule in _rules(db, repository):
        for destination in rule.destinations:
            failure = replicate(
                db, repository, digest, tag, Scope(destination.registry_id, destination.region), now
            )
            _note(db, repository, digest, destination, failure)


def replicate_deletion(
    db: Connection, repository: StoredRepository, digest: str | None, tag: str | None, now: float
) -> None:
    """Replicate the deletion of an image or a tag to the destinations whose rules enable it."""
    for rule in _rules(db, repository):
        if rule.delete_replication is None or not rule.delete_replication.enabled:
            continue
        for each in rule.destinations:
            copy = repositories.find(db, Scope(each.registry_id, each.region), repository.name)
            if copy is None:
                continue
            if tag is not None:
                images.remove_tag(db, copy.id, tag)
            elif digest is not None and not images.parents(db, copy.id, digest):
                images.remove(db, copy.id, digest, now=now)


def replicate(
    db: Connection, source: StoredRepository, digest: str, tag: str | None, target: Scope, now: float
) -> str | None:
    """Copy one image to a registry.

    Returns:
        A failure code; None on success.
    """
    failure = _replicate(db, source, digest, tag, target, now)
    emitting.replicated(db, source, digest, tag, target, now, failed=failure is not None)
    return failure


def _replicate(
    db: Connection, source: StoredRepository, digest: str, tag: str | None, target: Scope, now: float
) -> str | None:
    if target.account != source.scope.account and not _allowed(db, target, source.scope):
        return _DENIED
    repository = repositories.find(db, target, source.name)
    if repository is None:
        template = find_template(db, target, source.name, models.RCTAppliedFor.REPLICATION)
        repository = create_from(db, target, source.name, template, now)
    _copy(db, source, digest, repository, now)
    if tag is not None:
        standing = images.tagged_digest(db, repository.id, tag)
        # An immutable tag stays; the image is replicated without it (user guide, replication).
        if standing is None or may_move(repository, tag):
            images.set_tag(db, repository.id, tag, digest)
    return None


def statuses(db: Connection, repository_id: int, digest: str) -> list[models.ImageReplicationStatus]:
    """List where an image was replicated to."""
    stored = RepositoryDocuments(db, repository_id, _STATUS).get(StoredStatuses, digest)
    return stored.statuses if stored else []


def _rules(db: Connection, repository: StoredRepository) -> Iterator[models.ReplicationRule]:
    for rule in configuration(db, repository.scope).rules:
        filters = rule.repository_filters
        if filters is None or any(repository.name.startswith(each.filter) for each in filters):
            yield rule


def _copy(
    db: Connection, source: StoredRepository, digest: str, target: StoredRepository, now: float
) -> None:
    for child in images.children(db, source.id, digest):
        _copy(db, source, child, target, now)
    image = images.find(db, source.id, digest)
    if image is None or images.find(db, target.id, digest) is not None:
        return
    used = images.layer_types(db, source.id, digest)
    for layer in used:
        if (stored := layers.find(db, source.id, layer)) is not None:
            layers.add(db, target.id, layer, stored.size, now=now)
    images.add(
        db,
        target.id,
        NewImage(
            digest=digest,
            media_type=image.media_type,
            artifact_media_type=image.artifact_media_type,
            artifact_type=image.artifact_type,
            subject=image.subject,
            annotations=image.annotations,
            size=image.size,
            pushed_at=now,
            manifest=images.manifest(db, source.id, digest),
            layers=used,
            children=tuple(images.children(db, source.id, digest)),
        ),
    )


def _note(
    db: Connection,
    repository: StoredRepository,
    digest: str,
    destination: models.ReplicationDestination,
    failure: str | None,
) -> None:
    status = models.ImageReplicationStatus(
        region=destination.region,
        registry_id=destination.registry_id,
        status=models.ReplicationStatus.FAILED if failure else models.ReplicationStatus.COMPLETE,
        failure_code=failure,
    )
    others = [
        each
        for each in statuses(db, repository.id, digest)
        if (each.region, each.registry_id) != (status.region, status.registry_id)
    ]
    documents = RepositoryDocuments(db, repository.id, _STATUS)
    documents.put(StoredStatuses(statuses=[*others, status]), digest)


def _allowed(db: Connection, target: Scope, source: Scope) -> bool:
    stored = RegistryDocuments(db, target, REGISTRY_POLICY).get(StoredPolicy)
    if stored is None:
        return False
    try:
        statements = PolicyDocument.parse(stored.text).statements
    except InvalidPolicyError:
        return False
    named = {Principal("AWS", "*"), Principal("AWS", source.account)}
    return any(
        statement.effect == "Allow"
        and any(matches(action.lower(), _ACTION.lower()) for action in statement.actions)
        and not named.isdisjoint(statement.principals)
        for statement in statements
    )
