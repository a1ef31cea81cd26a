"""Principals whose pulls are not recorded."""

from sqlite3 import Connection

from pydantic import BaseModel

from ecrkit import models
from ecrkit.local import refusals
from ecrkit.local.clock import moment
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._shared import page_size
from ecrkit.local.refusals import Refusal
from ecrkit.local.service import Call
from ecrkit.local.store.documents import RegistryDocuments
from ecrkit.local.store.repositories import Scope

KIND = "pull-time-exclusion"
_MAX_EXCLUSIONS = 100


class StoredExclusion(BaseModel):
    """When an exclusion was registered."""

    created_at: float


def register_pull_time_update_exclusion(
    call: Call, request: models.RegisterPullTimeUpdateExclusionRequest
) -> models.RegisterPullTimeUpdateExclusionResponse:
    arn = request.principal_arn
    with call.transaction() as db:
        exclusions = RegistryDocuments(db, call.scope(), KIND)
        if exclusions.get(StoredExclusion, arn) is not None:
            raise Refusal(
                "ExclusionAlreadyExistsException",
                f"The pull time update exclusion for the principal '{arn}' already exists "
                f"in the registry with id '{call.account}'",
            )
        if len(exclusions.every(StoredExclusion)) >= _MAX_EXCLUSIONS:
            raise refusals.limit_exceeded(
                f"A registry may have at most {_MAX_EXCLUSIONS} pull time update exclusions"
            )
        exclusions.put(StoredExclusion(created_at=call.now), arn)
    return models.RegisterPullTimeUpdateExclusionResponse(principal_arn=arn, created_at=moment(call.now))


def deregister_pull_time_update_exclusion(
    call: Call, request: models.DeregisterPullTimeUpdateExclusionRequest
) -> models.DeregisterPullTimeUpdateExclusionResponse:
    arn = request.principal_arn
    with call.transaction() as db:
        exclusions = RegistryDocuments(db, call.scope(), KIND)
        if exclusions.get(StoredExclusion, arn) is None:
            raise Refusal(
                "ExclusionNotFoundException",
                f"The pull time update exclusion for the principal '{arn}' does not exist "
                f"in the registry with id '{call.account}'",
            )
        exclusions.remove(arn)
    return models.DeregisterPullTimeUpdateExclusionResponse(principal_arn=arn)


def list_pull_time_update_exclusions(
    call: Call, request: models.ListPullTimeUpdateExclusionsRequest
) -> models.ListPullTimeUpdateExclusionsResponse:
    with call.reading() as db:
        found = [arn for arn, _ in RegistryDocuments(db, call.scope(), KIND).every(StoredExclusion)]
    listing, size = f"exclusions {call.scope()}", page_size(request.max_results)
    after, _ = call.service.tokens.read(listing, request.next_token)
    rest = list(enumerate(found, 1))[after:]
    page, token = call.service.tokens.cut(listing, rest, size, lambda each: (each[0], 0))
    return models.ListPullTimeUpdateExclusionsResponse(
        pull_time_update_exclusions=[arn for _, arn in page], next_token=token
    )


def is_excluded(db: Connection, scope: Scope, principal: str) -> bool:
    """Return whether the pulls of a principal are not recorded."""
    return RegistryDocuments(db, scope, KIND).get(StoredExclusion, principal) is not None


ROUTES = (
    Route(models.RegisterPullTimeUpdateExclusionRequest, register_pull_time_update_exclusion),
    Route(models.DeregisterPullTimeUpdateExclusionRequest, deregister_pull_time_update_exclusion),
    Route(models.ListPullTimeUpdateExclusionsRequest, list_pull_time_update_exclusions),
)
