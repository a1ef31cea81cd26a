"""Repositories that ECR creates itself: from the template with the longest matching prefix, or with defaults."""

from sqlite3 import Connection

from ecrkit import models
from ecrkit.local.encryption import encryption_of
from ecrkit.local.lifecycle import KIND as LIFECYCLE
from ecrkit.local.lifecycle import StoredLifecycle
from ecrkit.local.policy_text import KIND as POLICY
from ecrkit.local.policy_text import StoredPolicy
from ecrkit.local.store import repositories
from ecrkit.local.store.documents import RegistryDocuments, RepositoryDocuments
from ecrkit.local.store.repositories import Scope, StoredRepository
from ecrkit.policy import compact

KIND = "creation-template"
_ROOT = "ROOT"


def find_template(
    db: Connection, scope: Scope, name: str, purpose: models.RCTAppliedFor
) -> models.RepositoryCreationTemplate | None:
    """Return the template for a new repository; None if no prefix matches."""
    fitting = [
        (prefix, template)
        for prefix, template in RegistryDocuments(db, scope, KIND).every(models.RepositoryCreationTemplate)
        if purpose in template.applied_for
        and (prefix == _ROOT or name.startswith(prefix if prefix.endswith("/") else f"{prefix}/"))
    ]
    longest = max(fitting, key=lambda each: 0 if each[0] == _ROOT else len(each[0]), default=None)
    return None if longest is None else longest[1]


def create_from(
    db: Connection, scope: Scope, name: str, template: models.RepositoryCreationTemplate | None, now: float
) -> StoredRepository:
    """Create a repository from its template, or with defaults."""
    template = template or models.RepositoryCreationTemplate(prefix=_ROOT)
    repository = repositories.add(
        db,
        scope,
        name,
        created_at=now,
        tag_mutability=template.image_tag_mutability or models.ImageTagMutability.MUTABLE,
        tag_exclusions=[each.filter for each in template.image_tag_mutability_exclusion_filters],
        scan_on_push=False,
        encryption=encryption_of(scope, template.encryption_configuration),
        resource_tags={tag.key: tag.value for tag in template.resource_tags},
    )
    if template.repository_policy:
        RepositoryDocuments(db, repository.id, POLICY).put(StoredPolicy(text=template.repository_policy))
    if template.lifecycle_policy:
        document = StoredLifecycle(text=compact(template.lifecycle_policy), put_at=now)
        RepositoryDocuments(db, repository.id, LIFECYCLE).put(document)
    return repository
