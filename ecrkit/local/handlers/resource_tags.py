"""TagResource, UntagResource and ListTagsForResource."""

from sqlite3 import Connection

from ecrkit import models
from ecrkit.local import refusals
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._resource_tags import check_number, check_tags
from ecrkit.local.handlers._shared import require_repository
from ecrkit.local.names import parse_repository_arn
from ecrkit.local.service import Call
from ecrkit.local.store import repositories
from ecrkit.local.store.repositories import StoredRepository


def tag_resource(call: Call, request: models.TagResourceRequest) -> models.TagResourceResponse:
    wanted = check_tags(request.tags)
    with call.transaction() as db:
        repository = _find(db, call, request.resource_arn)
        merged = {**repository.resource_tags, **wanted}
        check_number(merged)
        repositories.set_resource_tags(db, repository.id, merged)
    return models.TagResourceResponse()


def untag_resource(call: Call, request: models.UntagResourceRequest) -> models.UntagResourceResponse:
    with call.transaction() as db:
        repository = _find(db, call, request.resource_arn)
        kept = {key: value for key, value in repository.resource_tags.items() if key not in request.tag_keys}
        repositories.set_resource_tags(db, repository.id, kept)
    return models.UntagResourceResponse()


def list_tags_for_resource(
    call: Call, request: models.ListTagsForResourceRequest
) -> models.ListTagsForResourceResponse:
    with call.reading() as db:
        repository = _find(db, call, request.resource_arn)
    tags = [models.Tag(key=key, value=value) for key, value in repository.resource_tags.items()]
    return models.ListTagsForResourceResponse(tags=tags)


def _find(db: Connection, call: Call, arn: str) -> StoredRepository:
    parsed = parse_repository_arn(arn)
    if parsed is None or parsed[0].region != call.region:
        raise refusals.invalid_parameter("resourceArn", "Invalid ARN")
    return require_repository(db, *parsed)


ROUTES = (
    Route(models.TagResourceRequest, tag_resource),
    Route(models.UntagResourceRequest, untag_resource),
    Route(models.ListTagsForResourceRequest, list_tags_for_resource),
)
