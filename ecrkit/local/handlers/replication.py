"""Replication: the configuration, and the state of one image."""

from ecrkit import models
from ecrkit.local import refusals, replication
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._shared import require_image, require_repository
from ecrkit.local.service import Call
from ecrkit.local.store.documents import RegistryDocuments
from ecrkit.local.store.repositories import Scope

_MAX_RULES = 10
_MAX_DESTINATIONS = 25
_FIELD = "replicationConfiguration"


def describe_registry(
    call: Call, _request: models.DescribeRegistryRequest
) -> models.DescribeRegistryResponse:
    with call.reading() as db:
        configured = replication.configuration(db, call.scope())
    return models.DescribeRegistryResponse(registry_id=call.account, replication_configuration=configured)


def put_replication_configuration(
    call: Call, request: models.PutReplicationConfigurationRequest
) -> models.PutReplicationConfigurationResponse:
    configured = request.replication_configuration
    destinations = {
        Scope(each.registry_id, each.region) for rule in configured.rules for each in rule.destinations
    }
    if call.scope() in destinations:
        raise refusals.invalid_parameter(
            _FIELD, "Replication destination cannot be the same as the source registry"
        )
    if len(configured.rules) > _MAX_RULES or len(destinations) > _MAX_DESTINATIONS:
        raise refusals.invalid_parameter(
            _FIELD, f"At most {_MAX_RULES} rules and {_MAX_DESTINATIONS} unique destinations are allowed"
        )
    with call.transaction() as db:
        RegistryDocuments(db, call.scope(), replication.CONFIGURATION).put(configured)
    return models.PutReplicationConfigurationResponse(replication_configuration=configured)


def describe_image_replication_status(
    call: Call, request: models.DescribeImageReplicationStatusRequest
) -> models.DescribeImageReplicationStatusResponse:
    with call.reading() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        image = require_image(db, repository, request.image_id)
        found = replication.statuses(db, repository.id, image.digest)
    return models.DescribeImageReplicationStatusResponse(
        repository_name=repository.name,
        image_id=models.ImageIdentifier(image_digest=image.digest, image_tag=request.image_id.image_tag),
        replication_statuses=found,
    )


ROUTES = (
    Route(models.DescribeRegistryRequest, describe_registry),
    Route(models.PutReplicationConfigurationRequest, put_replication_configuration),
    Route(models.DescribeImageReplicationStatusRequest, describe_image_replication_status),
)
