"""Set, get and delete the policy of a repository."""

from sqlite3 import Connection

from ecrkit import models
from ecrkit.local import refusals
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._shared import require_repository
from ecrkit.local.policy_text import KIND, PolicyChecker, StoredPolicy
from ecrkit.local.service import Call
from ecrkit.local.store.documents import RepositoryDocuments
from ecrkit.local.store.repositories import StoredRepository


def set_repository_policy(
    call: Call, request: models.SetRepositoryPolicyRequest
) -> models.SetRepositoryPolicyResponse:
    scope = call.scope(request.registry_id)
    text = PolicyChecker("repository", scope, call.service.principals).accept(request.policy_text)
    with call.transaction() as db:
        repository = require_repository(db, scope, request.repository_name)
        RepositoryDocuments(db, repository.id, KIND).put(StoredPolicy(text=text))
    return models.SetRepositoryPolicyResponse(
        registry_id=repository.scope.account, repository_name=repository.name, policy_text=text
    )


def get_repository_policy(
    call: Call, request: models.GetRepositoryPolicyRequest
) -> models.GetRepositoryPolicyResponse:
    with call.reading() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        text = _require(db, repository)
    return models.GetRepositoryPolicyResponse(
        registry_id=repository.scope.account, repository_name=repository.name, policy_text=text
    )


def delete_repository_policy(
    call: Call, request: models.DeleteRepositoryPolicyRequest
) -> models.DeleteRepositoryPolicyResponse:
    with call.transaction() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        text = _require(db, repository)
        RepositoryDocuments(db, repository.id, KIND).remove()
    return models.DeleteRepositoryPolicyResponse(
        registry_id=repository.scope.account, repository_name=repository.name, policy_text=text
    )


def _require(db: Connection, repository: StoredRepository) -> str:
    stored = RepositoryDocuments(db, repository.id, KIND).get(StoredPolicy)
    if stored is None:
        raise refusals.no_repository_policy(repository.name, repository.scope.account)
    return stored.text


ROUTES = (
    Route(models.SetRepositoryPolicyRequest, set_repository_policy),
    Route(models.GetRepositoryPolicyRequest, get_repository_policy),
    Route(models.DeleteRepositoryPolicyRequest, delete_repository_policy),
)
