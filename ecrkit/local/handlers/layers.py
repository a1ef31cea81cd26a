"""Layers: check, upload in parts, download."""

from sqlite3 import Connection

from ecrkit import models
from ecrkit.local import refusals
from ecrkit.local.dispatch import Route
from ecrkit.local.forms import DIGEST_FORM, is_digest
from ecrkit.local.handlers._shared import require_repository
from ecrkit.local.service import Call
from ecrkit.local.store import layers, repositories
from ecrkit.local.store.repositories import Scope, StoredRepository
from ecrkit.local.templates import create_from, find_template


def batch_check_layer_availability(
    call: Call, request: models.BatchCheckLayerAvailabilityRequest
) -> models.BatchCheckLayerAvailabilityResponse:
    found: list[models.Layer] = []
    failures: list[models.LayerFailure] = []
    with call.reading() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        for digest in dict.fromkeys(request.layer_digests):
            if is_digest(digest):
                found.append(_availability(digest, layers.find(db, repository.id, digest)))
            else:
                failures.append(_failure(digest))
    return models.BatchCheckLayerAvailabilityResponse(layers=found, failures=failures)


def initiate_layer_upload(
    call: Call, request: models.InitiateLayerUploadRequest
) -> models.InitiateLayerUploadResponse:
    scope, name = call.scope(request.registry_id), request.repository_name
    upload_id = call.service.uploads.begin(lambda db: _repository_for_push(db, call, scope, name))
    return models.InitiateLayerUploadResponse(upload_id=upload_id, part_size=call.service.settings.part_size)


def upload_layer_part(call: Call, request: models.UploadLayerPartRequest) -> models.UploadLayerPartResponse:
    scope = call.scope(request.registry_id)
    last = call.service.uploads.append(
        scope,
        request.repository_name,
        request.upload_id,
        request.part_first_byte,
        request.part_last_byte,
        request.layer_part_blob,
    )
    return models.UploadLayerPartResponse(
        registry_id=scope.account,
        repository_name=request.repository_name,
        upload_id=request.upload_id,
        last_byte_received=last,
    )


def complete_layer_upload(
    call: Call, request: models.CompleteLayerUploadRequest
) -> models.CompleteLayerUploadResponse:
    scope, name = call.scope(request.registry_id), request.repository_name
    digest = call.service.uploads.complete(scope, name, request.upload_id, request.layer_digests)
    return models.CompleteLayerUploadResponse(
        registry_id=scope.account,
        repository_name=name,
        upload_id=request.upload_id,
        layer_digest=digest,
    )


def get_download_url_for_layer(
    call: Call, request: models.GetDownloadUrlForLayerRequest
) -> models.GetDownloadUrlForLayerResponse:
    scope = call.scope(request.registry_id)
    with call.reading() as db:
        repository = require_repository(db, scope, request.repository_name)
        layer = layers.find(db, repository.id, request.layer_digest)
    if layer is None:
        raise refusals.layer_not_found(request.layer_digest, repository.name, scope.account)
    if layer.media_type is None or layer.archived:
        raise refusals.layer_inaccessible(request.layer_digest, repository.name, scope.account)
    return models.GetDownloadUrlForLayerResponse(
        download_url=call.service.urls.url(call.base_url, layer.digest), layer_digest=layer.digest
    )


def _repository_for_push(db: Connection, call: Call, scope: Scope, name: str) -> StoredRepository:
    """Find the repository, or create it if a creation template allows it on push."""
    if repositories.find(db, scope, name) is None:
        template = find_template(db, scope, name, models.RCTAppliedFor.CREATE_ON_PUSH)
        if template is not None:
            return create_from(db, scope, name, template, call.now)
    return require_repository(db, scope, name)


def _availability(digest: str, layer: layers.StoredLayer | None) -> models.Layer:
    if layer is None:
        return models.Layer(layer_digest=digest, layer_availability=models.LayerAvailability.UNAVAILABLE)
    available = models.LayerAvailability.ARCHIVED if layer.archived else models.LayerAvailability.AVAILABLE
    return models.Layer(
        layer_digest=digest,
        layer_availability=available,
        layer_size=layer.size,
        media_type=layer.media_type,
    )


def _failure(digest: str) -> models.LayerFailure:
    if not digest:
        return models.LayerFailure(
            layer_digest=digest,
            failure_code=models.LayerFailureCode.MISSING_LAYER_DIGEST,
            failure_reason="Invalid request parameters: layer digest cannot be null",
        )
    return models.LayerFailure(
        layer_digest=digest,
        failure_code=models.LayerFailureCode.INVALID_LAYER_DIGEST,
        failure_reason=f"Invalid request parameters: layer digest should satisfy the regex '{DIGEST_FORM}'",
    )


ROUTES = (
    Route(models.BatchCheckLayerAvailabilityRequest, batch_check_layer_availability),
    Route(models.InitiateLayerUploadRequest, initiate_layer_upload),
    Route(models.UploadLayerPartRequest, upload_layer_part),
    Route(models.CompleteLayerUploadRequest, complete_layer_upload),
    Route(models.GetDownloadUrlForLayerRequest, get_download_url_for_layer),
)
