"""Scanning: configuration of a registry, scans of images, and findings."""

from ecrkit import models
from ecrkit.local import refusals, scanning
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._shared import page_size, require_image, require_repository
from ecrkit.local.names import repository_arn
from ecrkit.local.refusals import Refusal
from ecrkit.local.scan_events import announce
from ecrkit.local.service import Call
from ecrkit.local.store import repositories
from ecrkit.local.store.documents import RegistryDocuments
from ecrkit.local.store.repositories import StoredRepository

_NOT_FOUND = models.ScanningConfigurationFailureCode.REPOSITORY_NOT_FOUND


def get_registry_scanning_configuration(
    call: Call, _request: models.GetRegistryScanningConfigurationRequest
) -> models.GetRegistryScanningConfigurationResponse:
    with call.reading() as db:
        configured = scanning.configuration(db, call.scope())
    return models.GetRegistryScanningConfigurationResponse(
        registry_id=call.account, scanning_configuration=configured
    )


def put_registry_scanning_configuration(
    call: Call, request: models.PutRegistryScanningConfigurationRequest
) -> models.PutRegistryScanningConfigurationResponse:
    with call.transaction() as db:
        scan_type = request.scan_type or scanning.configuration(db, call.scope()).scan_type
        rules = request.rules or []
        frequencies = [rule.scan_frequency for rule in rules]
        if scan_type == models.ScanType.BASIC and models.ScanFrequency.CONTINUOUS_SCAN in frequencies:
            raise refusals.validation("BASIC scanning does not support the scan frequency CONTINUOUS_SCAN")
        if models.ScanFrequency.MANUAL in frequencies and scan_type == models.ScanType.ENHANCED:
            raise refusals.validation("ENHANCED scanning does not support the scan frequency MANUAL")
        if len(set(frequencies)) < len(frequencies):
            raise refusals.validation("There can be only one rule for each scan frequency")
        configured = models.RegistryScanningConfiguration(scan_type=scan_type, rules=rules)
        RegistryDocuments(db, call.scope(), scanning.CONFIGURATION).put(configured)
    return models.PutRegistryScanningConfigurationResponse(registry_scanning_configuration=configured)


def batch_get_repository_scanning_configuration(
    call: Call, request: models.BatchGetRepositoryScanningConfigurationRequest
) -> models.BatchGetRepositoryScanningConfigurationResponse:
    found: list[models.RepositoryScanningConfiguration] = []
    failures: list[models.RepositoryScanningConfigurationFailure] = []
    with call.reading() as db:
        configured = scanning.configuration(db, call.scope())
        for name in dict.fromkeys(request.repository_names):
            repository = repositories.find(db, call.scope(), name)
            if repository is None:
                failures.append(
                    models.RepositoryScanningConfigurationFailure(
                        repository_name=name, failure_code=_NOT_FOUND, failure_reason=_NOT_FOUND
                    )
                )
            else:
                found.append(_configuration(configured, repository))
    return models.BatchGetRepositoryScanningConfigurationResponse(
        scanning_configurations=found, failures=failures
    )


def start_image_scan(call: Call, request: models.StartImageScanRequest) -> models.StartImageScanResponse:
    with call.transaction() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        image = require_image(db, repository, request.image_id)
        if scanning.configuration(db, repository.scope).scan_type == models.ScanType.ENHANCED:
            raise refusals.validation("This feature is disabled")
        if image.status != models.ImageStatus.ACTIVE:
            raise Refusal("ImageArchivedException", "The image is archived and cannot be scanned")
        scanning.start(db, repository, image, call.now)
        announce(db, repository, image, call.now, call.service.settings)
    return models.StartImageScanResponse(
        registry_id=repository.scope.account,
        repository_name=repository.name,
        image_id=models.ImageIdentifier(image_digest=image.digest, image_tag=request.image_id.image_tag),
        image_scan_status=models.ImageScanStatus(status=models.ScanStatus.IN_PROGRESS),
    )


def describe_image_scan_findings(
    call: Call, request: models.DescribeImageScanFindingsRequest
) -> models.DescribeImageScanFindingsResponse:
    asked = request.image_id
    with call.reading() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        image = require_image(db, repository, asked)
        outcome = scanning.outcome(db, repository, image, call.now, call.service.settings)
    if outcome is None:
        raise refusals.no_scan(asked.image_digest, asked.image_tag, repository.name, repository.scope.account)
    status, summary, found = outcome
    answer = models.DescribeImageScanFindingsResponse(
        registry_id=repository.scope.account,
        repository_name=repository.name,
        image_id=models.ImageIdentifier(image_digest=image.digest, image_tag=asked.image_tag),
        image_scan_status=status,
    )
    if summary is None:
        return answer
    listing, size = f"findings {repository.id} {image.digest}", page_size(request.max_results)
    after, _ = call.service.tokens.read(listing, request.next_token)
    rest = list(enumerate(found, 1))[after:]
    page, token = call.service.tokens.cut(listing, rest, size, lambda each: (each[0], 0))
    basic = [each for _, each in page if isinstance(each, models.ImageScanFinding)]
    enhanced = [each for _, each in page if isinstance(each, models.EnhancedImageScanFinding)]
    # The scanner determines which of the two lists is present, not the number of findings.
    lists = {"enhanced_findings": enhanced} if enhanced else {"findings": basic}
    findings = summary.model_copy(update=lists)
    return answer.model_copy(update={"image_scan_findings": findings, "next_token": token})


def _configuration(
    configured: models.RegistryScanningConfiguration, repository: StoredRepository
) -> models.RepositoryScanningConfiguration:
    frequency, filters = scanning.applied(configured, repository)
    return models.RepositoryScanningConfiguration(
        repository_arn=repository_arn(repository),
        repository_name=repository.name,
        scan_on_push=frequency == models.ScanFrequency.SCAN_ON_PUSH,
        scan_frequency=frequency,
        applied_scan_filters=filters,
    )


ROUTES = (
    Route(models.GetRegistryScanningConfigurationRequest, get_registry_scanning_configuration),
    Route(models.PutRegistryScanningConfigurationRequest, put_registry_scanning_configuration),
    Route(models.BatchGetRepositoryScanningConfigurationRequest, batch_get_repository_scanning_configuration),
    Route(models.StartImageScanRequest, start_image_scan),
    Route(models.DescribeImageScanFindingsRequest, describe_image_scan_findings),
)
