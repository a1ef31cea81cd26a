"""Repositories: create, list, configure, delete."""

from collections.abc import Sequence

from ecrkit import models
from ecrkit.local import refusals
from ecrkit.local.clock import moment
from ecrkit.local.dispatch import Route
from ecrkit.local.encryption import encryption_of
from ecrkit.local.handlers._resource_tags import check_tags
from ecrkit.local.handlers._shared import page_size, refuse_paging_with_ids, require_repository
from ecrkit.local.names import registry_host, repository_arn
from ecrkit.local.service import Call
from ecrkit.local.store import images, layers, repositories, uploads
from ecrkit.local.store.repositories import StoredRepository

_WITH_EXCLUSION = ("IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION")
_MAX_WILDCARDS = 2


def create_repository(call: Call, request: models.CreateRepositoryRequest) -> models.CreateRepositoryResponse:
    scope = call.scope(request.registry_id)
    name = request.repository_name
    mutability = request.image_tag_mutability or models.ImageTagMutability.MUTABLE
    exclusions = read_exclusions(mutability, request.image_tag_mutability_exclusion_filters)
    scanning = request.image_scanning_configuration
    with call.transaction() as db:
        if repositories.find(db, scope, name) is not None:
            raise refusals.repository_exists(name, scope.account)
        repository = repositories.add(
            db,
            scope,
            name,
            created_at=call.now,
            tag_mutability=mutability,
            tag_exclusions=exclusions,
            scan_on_push=bool(scanning and scanning.scan_on_push),
            encryption=encryption_of(scope, request.encryption_configuration),
            resource_tags=check_tags(request.tags or []),
        )
    return models.CreateRepositoryResponse(repository=describe(call, repository))


def describe_repositories(
    call: Call, request: models.DescribeRepositoriesRequest
) -> models.DescribeRepositoriesResponse:
    scope = call.scope(request.registry_id)
    if request.repository_names:
        refuse_paging_with_ids("repositoryNames", request.next_token, request.max_results)
        with call.reading() as db:
            named = [require_repository(db, scope, name) for name in dict.fromkeys(request.repository_names)]
        return models.DescribeRepositoriesResponse(repositories=[describe(call, each) for each in named])
    listing, size = f"repositories {scope}", page_size(request.max_results)
    after, _ = call.service.tokens.read(listing, request.next_token)
    with call.reading() as db:
        found = repositories.page(db, scope, after=after, limit=size + 1)
    page, token = call.service.tokens.cut(listing, found, size, lambda each: (each.id, 0))
    return models.DescribeRepositoriesResponse(
        repositories=[describe(call, each) for each in page], next_token=token
    )


def delete_repository(call: Call, request: models.DeleteRepositoryRequest) -> models.DeleteRepositoryResponse:
    scope = call.scope(request.registry_id)
    with call.transaction() as db:
        repository = require_repository(db, scope, request.repository_name)
        if not request.force and images.any_image(db, repository.id):
            raise refusals.repository_not_empty(repository.name, scope.account)
        freed = layers.digests(db, repository.id)
        begun = [each.id for each in uploads.every(db) if each.repository_id == repository.id]
        repositories.remove(db, repository.id)
    call.service.sweep_blobs(freed)
    call.service.uploads.drop_files(begun)
    return models.DeleteRepositoryResponse(repository=describe(call, repository))


def put_image_tag_mutability(
    call: Call, request: models.PutImageTagMutabilityRequest
) -> models.PutImageTagMutabilityResponse:
    scope = call.scope(request.registry_id)
    filters = request.image_tag_mutability_exclusion_filters
    exclusions = read_exclusions(request.image_tag_mutability, filters)
    with call.transaction() as db:
        repository = require_repository(db, scope, request.repository_name)
        repositories.set_tag_mutability(db, repository.id, request.image_tag_mutability, exclusions)
    answer = models.PutImageTagMutabilityResponse(
        registry_id=scope.account,
        repository_name=repository.name,
        image_tag_mutability=request.image_tag_mutability,
    )
    if filters:
        return answer.model_copy(update={"image_tag_mutability_exclusion_filters": filters})
    return answer


def put_image_scanning_configuration(
    call: Call, request: models.PutImageScanningConfigurationRequest
) -> models.PutImageScanningConfigurationResponse:
    scope = call.scope(request.registry_id)
    scan_on_push = bool(request.image_scanning_configuration.scan_on_push)
    with call.transaction() as db:
        repository = require_repository(db, scope, request.repository_name)
        repositories.set_scan_on_push(db, repository.id, scan_on_push=scan_on_push)
    return models.PutImageScanningConfigurationResponse(
        registry_id=scope.account,
        repository_name=repository.name,
        image_scanning_configuration=models.ImageScanningConfiguration(scan_on_push=scan_on_push),
    )


def describe(call: Call, repository: StoredRepository) -> models.Repository:
    """Return a repository as the service does."""
    shown = models.Repository(
        repository_arn=repository_arn(repository),
        registry_id=repository.scope.account,
        repository_name=repository.name,
        repository_uri=f"{registry_host(call.base_url)}/{repository.name}",
        created_at=moment(repository.created_at),
        image_tag_mutability=models.ImageTagMutability(repository.tag_mutability),
        image_scanning_configuration=models.ImageScanningConfiguration(scan_on_push=repository.scan_on_push),
        encryption_configuration=models.EncryptionConfiguration.model_validate(repository.encryption),
    )
    if not repository.tag_exclusions:
        return shown
    filters = [
        models.ImageTagMutabilityExclusionFilter(
            filter_type=models.ImageTagMutabilityExclusionFilterType.WILDCARD, filter=each
        )
        for each in repository.tag_exclusions
    ]
    return shown.model_copy(update={"image_tag_mutability_exclusion_filters": filters})


def read_exclusions(
    mutability: str, filters: Sequence[models.ImageTagMutabilityExclusionFilter] | None
) -> list[str]:
    """Return the wildcards of exclusion filters, which must fit the mutability.

    Raises:
        Refusal: They are missing, not allowed here, or have too many wildcards.
    """
    field = "imageTagMutabilityExclusionFilters"
    if mutability in _WITH_EXCLUSION and not filters:
        raise refusals.invalid_parameter(
            field,
            "ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as "
            f"{mutability}",
        )
    if mutability not in _WITH_EXCLUSION and filters:
        raise refusals.invalid_parameter(
            field,
            f"ImageTagMutabilityExclusionFilters can't be set when imageTagMutability is set as {mutability}",
        )
    wildcards = [each.filter for each in filters or []]
    if any(each.count("*") > _MAX_WILDCARDS for each in wildcards):
        raise refusals.invalid_parameter(field, f"A filter can have at most {_MAX_WILDCARDS} wildcards")
    return wildcards


ROUTES = (
    Route(models.CreateRepositoryRequest, create_repository),
    Route(models.DescribeRepositoriesRequest, describe_repositories),
    Route(models.DeleteRepositoryRequest, delete_repository),
    Route(models.PutImageTagMutabilityRequest, put_image_tag_mutability),
    Route(models.PutImageScanningConfigurationRequest, put_image_scanning_configuration),
)
