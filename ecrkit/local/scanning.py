"""Scans of images: start, progress, and the findings set by a test.

The local ECR has no vulnerability database. A scan of an image without findings set ends with FINDINGS_UNAVAILABLE,
or with `Settings.clean_scans` with COMPLETE and no findings.
"""

from collections import Counter
from collections.abc import Sequence
from sqlite3 import Connection

from pydantic import BaseModel

from ecrkit import models
from ecrkit.local.clock import moment
from ecrkit.local.refusals import Refusal
from ecrkit.local.settings import Settings
from ecrkit.local.store.documents import RegistryDocuments, RepositoryDocuments
from ecrkit.local.store.images import StoredImage
from ecrkit.local.store.repositories import Scope, StoredRepository
from ecrkit.oci.media_types import DOCKER_CONFIG, OCI_CONFIG
from ecrkit.wildcards import matches

CONFIGURATION = "scanning-configuration"
_SCAN = "scan"
_FINDINGS = "findings"
ANY_IMAGE = "*"

_SCANNED = frozenset({DOCKER_CONFIG, OCI_CONFIG})
_DAY = 24 * 3600.0
_COMPLETED = "The scan was completed successfully."

# Other statuses have no findings, as a recorded FAILED scan shows.
_WITH_FINDINGS = frozenset({models.ScanStatus.COMPLETE, models.ScanStatus.ACTIVE})

Finding = models.ImageScanFinding | models.EnhancedImageScanFinding
_Status = models.ScanStatus


class StoredScan(BaseModel):
    """A started scan."""

    started_at: float
    frequency: str


class GivenFindings(BaseModel):
    """Findings set by a test."""

    status: str = _Status.COMPLETE
    description: str = _COMPLETED
    findings: list[models.ImageScanFinding] = []
    enhanced_findings: list[models.EnhancedImageScanFinding] = []


def configuration(db: Connection, scope: Scope) -> models.RegistryScanningConfiguration:
    """Return the scanning configuration of a registry."""
    stored = RegistryDocuments(db, scope, CONFIGURATION).get(models.RegistryScanningConfiguration)
    return stored or models.RegistryScanningConfiguration(scan_type=models.ScanType.BASIC, rules=[])


def applied(
    configured: models.RegistryScanningConfiguration, repository: StoredRepository
) -> tuple[models.ScanFrequency, list[models.ScanningRepositoryFilter]]:
    """Return how often a repository is scanned, and by which filters; continuous scanning takes precedence."""
    frequencies = models.ScanFrequency
    for frequency in (frequencies.CONTINUOUS_SCAN, frequencies.SCAN_ON_PUSH):
        filters = [
            each
            for rule in configured.rules
            if rule.scan_frequency == frequency
            for each in rule.repository_filters
            if _selects(each.filter, repository.name)
        ]
        if filters:
            return frequency, filters
    if configured.scan_type == models.ScanType.ENHANCED and not configured.rules:
        return frequencies.CONTINUOUS_SCAN, []
    if configured.scan_type == models.ScanType.BASIC and repository.scan_on_push:
        return frequencies.SCAN_ON_PUSH, []
    return frequencies.MANUAL, []


def scan_on_push(db: Connection, repository: StoredRepository, image: StoredImage, now: float) -> None:
    """Start a scan on push, if enabled for the registry or the repository."""
    frequency, _ = applied(configuration(db, repository.scope), repository)
    if frequency != models.ScanFrequency.MANUAL and is_scannable(image):
        scan = StoredScan(started_at=now, frequency=frequency)
        RepositoryDocuments(db, repository.id, _SCAN).put(scan, image.digest)


def start(db: Connection, repository: StoredRepository, image: StoredImage, now: float) -> None:
    """Start a basic scan.

    Raises:
        Refusal: The image cannot be scanned, or was scanned within the last day.
    """
    if not is_scannable(image):
        raise Refusal(
            "UnsupportedImageTypeException",
            f"The image with digest '{image.digest}' in the repository with name '{repository.name}' "
            f"in the registry with id '{repository.scope.account}' is of a type that cannot be scanned",
        )
    scans = RepositoryDocuments(db, repository.id, _SCAN)
    latest = scans.get(StoredScan, image.digest)
    if latest is not None and now < latest.started_at + _DAY:
        raise Refusal(
            "LimitExceededException",
            "The scan quota per image has been exceeded. Wait and try again.",
        )
    scan = StoredScan(started_at=now, frequency=models.ScanFrequency.MANUAL)
    scans.put(scan, image.digest)


def outcome(
    db: Connection, repository: StoredRepository, image: StoredImage, now: float, settings: Settings
) -> tuple[models.ImageScanStatus, models.ImageScanFindings | None, Sequence[Finding]] | None:
    """Return the state of an image's scan: status, description and findings.

    Returns:
        None if there was no scan.
    """
    scan = RepositoryDocuments(db, repository.id, _SCAN).get(StoredScan, image.digest)
    if scan is None:
        return None
    if image.status != models.ImageStatus.ACTIVE:
        return _status(_Status.IMAGE_ARCHIVED, "The image is archived."), None, ()
    if now < scan.started_at + settings.scan_duration:
        return _status(_Status.IN_PROGRESS, "The scan is in progress."), None, ()
    given = find_given(db, repository, image.digest)
    if given is None and settings.clean_scans:
        given = GivenFindings()
    if given is None:
        words = (
            "The local ECR has no vulnerability database; give findings with `ecr.findings.set()`, "
            "or let scans find nothing with `Settings(clean_scans=True)`."
        )
        return _status(_Status.FINDINGS_UNAVAILABLE, words), None, ()
    status = _status(_Status(given.status), given.description)
    if given.status not in _WITH_FINDINGS:
        return status, None, ()
    if scan.frequency == models.ScanFrequency.CONTINUOUS_SCAN and given.status == _Status.COMPLETE:
        status = _status(_Status.ACTIVE, "Continuous scan is selected for image.")
    found: Sequence[Finding] = [*given.findings, *given.enhanced_findings]
    ended = moment(scan.started_at + settings.scan_duration)
    summary = models.ImageScanFindings(
        image_scan_completed_at=ended,
        vulnerability_source_updated_at=ended,
        finding_severity_counts=_counts(found),
    )
    return status, summary, found


def find_given(db: Connection, repository: StoredRepository, digest: str) -> GivenFindings | None:
    """Return the findings set for an image, or for every image of the repository."""
    documents = RepositoryDocuments(db, repository.id, _FINDINGS)
    loaded = RegistryDocuments(db, repository.scope, _FINDINGS)
    return (
        documents.get(GivenFindings, digest)
        or documents.get(GivenFindings, ANY_IMAGE)
        or loaded.get(GivenFindings, f"{repository.name}@{digest}")
        or loaded.get(GivenFindings, f"{repository.name}@{ANY_IMAGE}")
    )


def give(db: Connection, repository_id: int, digest: str | None, given: GivenFindings) -> None:
    """Store findings for a repository that exists; they are deleted with it."""
    RepositoryDocuments(db, repository_id, _FINDINGS).put(given, digest or ANY_IMAGE)


def load(db: Connection, scope: Scope, found: models.DescribeImageScanFindingsResponse) -> None:
    """Store a response of DescribeImageScanFindings as the findings of its image, which need not exist yet."""
    findings = found.image_scan_findings
    digest = None if found.image_id is None else found.image_id.image_digest
    state = found.image_scan_status.model_dump(exclude_none=True, include={"status", "description"})
    given = GivenFindings().model_copy(update=state)
    if findings is not None:
        lists = {"findings": findings.findings, "enhanced_findings": findings.enhanced_findings}
        given = given.model_copy(update=lists)
    RegistryDocuments(db, scope, _FINDINGS).put(given, f"{found.repository_name}@{digest or ANY_IMAGE}")


def is_scannable(image: StoredImage) -> bool:
    """Return whether an image can be scanned; indexes and other artifacts cannot."""
    return image.artifact_media_type in _SCANNED


def _selects(pattern: str, name: str) -> bool:
    # A filter without wildcard matches every name that contains it (user guide, scanning filters).
    return matches(pattern, name) if "*" in pattern else pattern in name


def _status(status: models.ScanStatus, description: str) -> models.ImageScanStatus:
    return models.ImageScanStatus(status=status, description=description)


def _counts(found: Sequence[Finding]) -> dict[models.FindingSeverity, int]:
    return dict(Counter(models.FindingSeverity(each.severity or "UNDEFINED") for each in found))
