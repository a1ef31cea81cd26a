"""Managed signing: the configuration, and the state of an image's signatures."""

from sqlite3 import Connection

from ecrkit import models
from ecrkit.local import signing
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._shared import require_image, require_repository
from ecrkit.local.refusals import Refusal
from ecrkit.local.service import Call
from ecrkit.local.store.documents import RegistryDocuments


def put_signing_configuration(
    call: Call, request: models.PutSigningConfigurationRequest
) -> models.PutSigningConfigurationResponse:
    with call.transaction() as db:
        RegistryDocuments(db, call.scope(), signing.CONFIGURATION).put(request.signing_configuration)
    return models.PutSigningConfigurationResponse(signing_configuration=request.signing_configuration)


def get_signing_configuration(
    call: Call, _request: models.GetSigningConfigurationRequest
) -> models.GetSigningConfigurationResponse:
    with call.reading() as db:
        configured = _require(db, call)
    return models.GetSigningConfigurationResponse(registry_id=call.account, signing_configuration=configured)


def delete_signing_configuration(
    call: Call, _request: models.DeleteSigningConfigurationRequest
) -> models.DeleteSigningConfigurationResponse:
    with call.transaction() as db:
        configured = _require(db, call)
        RegistryDocuments(db, call.scope(), signing.CONFIGURATION).remove()
    return models.DeleteSigningConfigurationResponse(
        registry_id=call.account, signing_configuration=configured
    )


def describe_image_signing_status(
    call: Call, request: models.DescribeImageSigningStatusRequest
) -> models.DescribeImageSigningStatusResponse:
    with call.reading() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        image = require_image(db, repository, request.image_id)
        found = signing.statuses(db, repository.id, image.digest)
    return models.DescribeImageSigningStatusResponse(
        repository_name=repository.name,
        image_id=models.ImageIdentifier(image_digest=image.digest, image_tag=request.image_id.image_tag),
        registry_id=repository.scope.account,
        signing_statuses=found,
    )


def _require(db: Connection, call: Call) -> models.SigningConfiguration:
    configured = signing.configuration(db, call.scope())
    if configured is None:
        raise Refusal(
            "SigningConfigurationNotFoundException",
            f"Signing configuration does not exist in the registry with id '{call.account}'",
        )
    return configured


ROUTES = (
    Route(models.PutSigningConfigurationRequest, put_signing_configuration),
    Route(models.GetSigningConfigurationRequest, get_signing_configuration),
    Route(models.DeleteSigningConfigurationRequest, delete_signing_configuration),
    Route(models.DescribeImageSigningStatusRequest, describe_image_signing_status),
)
