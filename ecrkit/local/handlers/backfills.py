"""Replication backfills: start, stop, list, and read results."""

import uuid
from sqlite3 import Connection

from ecrkit import models
from ecrkit.local import backfills, refusals, replication
from ecrkit.local.backfills import KIND, TERMINAL, StoredBackfill
from ecrkit.local.clock import moment, moment_or_none
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._shared import page_size
from ecrkit.local.refusals import Refusal
from ecrkit.local.service import Call
from ecrkit.local.store.documents import RegistryDocuments
from ecrkit.local.store.repositories import Scope

_DEFAULT_PAGE = 25
_MAX_RUNNING = 10
_Status = models.ReplicationBackfillStatus


def start_replication_backfill(
    call: Call, request: models.StartReplicationBackfillRequest
) -> models.StartReplicationBackfillResponse:
    scope, wanted = call.scope(request.registry_id), request.destination
    with call.transaction() as db:
        rules = replication.configuration(db, scope).rules
        if not any(wanted in rule.destinations for rule in rules):
            raise refusals.validation("The destination is not in the replication configuration")
        running = [each for each in _every(db, call, scope).values() if each.status not in TERMINAL]
        if any(each.destination.region == wanted.region for each in running):
            raise Refusal(
                "ReplicationBackfillInProgressException",
                f"A replication backfill to the region {wanted.region} is in progress "
                f"in the registry with id '{scope.account}'",
            )
        if len(running) >= _MAX_RUNNING:
            raise refusals.limit_exceeded(
                f"At most {_MAX_RUNNING} replication backfills can run in a registry"
            )
        backfill_id = str(uuid.uuid4())
        started = StoredBackfill(destination=wanted, status=_Status.PREPARING, started_at=call.now)
        RegistryDocuments(db, scope, KIND).put(started, backfill_id)
    return models.StartReplicationBackfillResponse(
        replication_backfill_id=backfill_id,
        registry_id=scope.account,
        destination=wanted,
        status=started.status,
        started_at=moment(started.started_at),
    )


def stop_replication_backfill(
    call: Call, request: models.StopReplicationBackfillRequest
) -> models.StopReplicationBackfillResponse:
    scope, backfill_id = call.scope(request.registry_id), request.replication_backfill_id
    with call.transaction() as db:
        backfill = _require(db, call, scope, backfill_id)
        if backfill.status in TERMINAL:
            raise Refusal(
                "ReplicationBackfillInvalidStatusException",
                f"The replication backfill with id '{backfill_id}' is {backfill.status} and cannot be stopped",
            )
        stopped = backfill.model_copy(update={"status": _Status.STOPPED, "ended_at": call.now})
        RegistryDocuments(db, scope, KIND).put(stopped, backfill_id)
    return models.StopReplicationBackfillResponse(
        registry_id=scope.account,
        replication_backfill_id=backfill_id,
        destination=stopped.destination,
        status=stopped.status,
        started_at=moment(stopped.started_at),
    )


def list_replication_backfills(
    call: Call, request: models.ListReplicationBackfillsRequest
) -> models.ListReplicationBackfillsResponse:
    scope = call.scope(request.registry_id)
    with call.transaction() as db:
        every = sorted(_every(db, call, scope).items(), key=lambda each: -each[1].started_at)
    listing, size = f"backfills {scope}", page_size(request.max_results, _DEFAULT_PAGE)
    after, _ = call.service.tokens.read(listing, request.next_token)
    rest = list(enumerate(every, 1))[after:]
    page, token = call.service.tokens.cut(listing, rest, size, lambda each: (each[0], 0))
    return models.ListReplicationBackfillsResponse(
        registry_id=scope.account, backfills=[_summary(*each) for _, each in page], next_token=token
    )


def describe_replication_backfill_results(
    call: Call, request: models.DescribeReplicationBackfillResultsRequest
) -> models.DescribeReplicationBackfillResultsResponse:
    scope, backfill_id = call.scope(request.registry_id), request.replication_backfill_id
    with call.transaction() as db:
        backfill = _require(db, call, scope, backfill_id)
    wanted = request.result_status_filter
    found = [each for each in backfill.results if wanted in (None, each.status)]
    listing, size = f"backfill {backfill_id} {wanted}", page_size(request.max_results)
    after, _ = call.service.tokens.read(listing, request.next_token)
    rest = list(enumerate(found, 1))[after:]
    page, token = call.service.tokens.cut(listing, rest, size, lambda each: (each[0], 0))
    answer = models.DescribeReplicationBackfillResultsResponse(
        registry_id=scope.account,
        replication_backfill_id=backfill_id,
        destination=backfill.destination,
        status=backfill.status,
        progress=None if backfill.status == _Status.PREPARING else backfill.progress(),
        started_at=moment(backfill.started_at),
        ended_at=moment_or_none(backfill.ended_at),
        next_token=token,
    )
    if backfill.status not in TERMINAL:
        return answer
    return answer.model_copy(update={"results": [each for _, each in page]})


def _every(db: Connection, call: Call, scope: Scope) -> dict[str, StoredBackfill]:
    return backfills.every(db, scope, call.now, call.service.settings)


def _require(db: Connection, call: Call, scope: Scope, backfill_id: str) -> StoredBackfill:
    backfill = _every(db, call, scope).get(backfill_id)
    if backfill is None:
        raise Refusal(
            "ReplicationBackfillNotFoundException",
            f"The replication backfill with id '{backfill_id}' does not exist "
            f"in the registry with id '{scope.account}'",
        )
    return backfill


def _summary(backfill_id: str, backfill: StoredBackfill) -> models.ReplicationBackfillSummary:
    return models.ReplicationBackfillSummary(
        replication_backfill_id=backfill_id,
        destination=backfill.destination,
        status=backfill.status,
        progress=None if backfill.status == _Status.PREPARING else backfill.progress(),
        started_at=moment(backfill.started_at),
        ended_at=moment_or_none(backfill.ended_at),
    )


ROUTES = (
    Route(models.StartReplicationBackfillRequest, start_replication_backfill),
    Route(models.StopReplicationBackfillRequest, stop_replication_backfill),
    Route(models.ListReplicationBackfillsRequest, list_replication_backfills),
    Route(models.DescribeReplicationBackfillResultsRequest, describe_replication_backfill_results),
)
