# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Scanning: look for known vulnerabilities in images."""

from typing import Annotated

from pydantic import Field

from ecrkit.models._base import PagedRequest, PagedResponse, Request, Response, Shape
from ecrkit.models._enums import OpenEnum
from ecrkit.models._limits import Length
from ecrkit.models._scalars import (
    AttributeKey,
    AttributeValue,
    ImageTag,
    InUseCount,
    MaxResults,
    RegistryId,
    RepositoryName,
    ScanningRepositoryFilterValue,
    SeverityCount,
)
from ecrkit.models._wire import ListOf, MapOf, Timestamp
from ecrkit.models.shared import (
    FindingSeverity,
    ImageIdentifier,
    ImageScanningConfiguration,
    ImageScanStatus,
)


class ScanFrequency(OpenEnum):
    """When the images of a repository are scanned."""

    SCAN_ON_PUSH = "SCAN_ON_PUSH"
    CONTINUOUS_SCAN = "CONTINUOUS_SCAN"
    MANUAL = "MANUAL"


class ScanType(OpenEnum):
    """Basic scanning by ECR, or enhanced scanning by Amazon Inspector."""

    BASIC = "BASIC"
    ENHANCED = "ENHANCED"


class ScanningConfigurationFailureCode(OpenEnum):
    """Why the scanning configuration of a repository could not be read."""

    REPOSITORY_NOT_FOUND = "REPOSITORY_NOT_FOUND"


class ScanningRepositoryFilterType(OpenEnum):
    """How the filter of a scanning rule is meant."""

    WILDCARD = "WILDCARD"


class Attribute(Shape, frozen=True):
    """This data type is used in the `ImageScanFinding` data type."""

    key: AttributeKey
    """The attribute key."""

    value: AttributeValue | None = None
    """The value assigned to the attribute key."""


class AwsEcrContainerImageDetails(Shape, frozen=True):
    """The image details of the Amazon ECR container image."""

    architecture: str | None = None
    """The architecture of the Amazon ECR container image."""

    author: str | None = None
    """The image author of the Amazon ECR container image."""

    image_hash: str | None = None
    """The image hash of the Amazon ECR container image."""

    image_tags: ListOf[ImageTag] = Field(default_factory=list[ImageTag])
    """The image tags attached to the Amazon ECR container image."""

    platform: str | None = None
    """The platform of the Amazon ECR container image."""

    pushed_at: Timestamp | None = None
    """The date and time the Amazon ECR container image was pushed."""

    last_in_use_at: Timestamp | None = None
    """The most recent date and time a cluster was running the image."""

    in_use_count: InUseCount | None = None
    """The number of Amazon ECS or Amazon EKS clusters currently running the image."""

    registry: RegistryId | None = None
    """The registry the Amazon ECR container image belongs to."""

    repository_name: RepositoryName | None = None
    """The name of the repository the Amazon ECR container image resides in."""


class CvssScore(Shape, frozen=True):
    """The CVSS score for a finding."""

    base_score: float | None = None
    """The base CVSS score used for the finding."""

    scoring_vector: str | None = None
    """The vector string of the CVSS score."""

    source: str | None = None
    """The source of the CVSS score."""

    version: str | None = None
    """The version of CVSS used for the score."""


class CvssScoreAdjustment(Shape, frozen=True):
    """Details on adjustments Amazon Inspector made to the CVSS score for a finding."""

    metric: str | None = None
    """The metric used to adjust the CVSS score."""

    reason: str | None = None
    """The reason the CVSS score has been adjustment."""


class CvssScoreDetails(Shape, frozen=True):
    """Information about the CVSS score."""

    adjustments: ListOf[CvssScoreAdjustment] = Field(default_factory=list[CvssScoreAdjustment])
    """An object that contains details about adjustment Amazon Inspector made to the CVSS score."""

    score: float | None = None
    """The CVSS score."""

    score_source: str | None = None
    """The source for the CVSS score."""

    scoring_vector: str | None = None
    """The vector for the CVSS score."""

    version: str | None = None
    """The CVSS version used in scoring."""


class VulnerablePackage(Shape, frozen=True):
    """Information on the vulnerable package identified by a finding."""

    arch: str | None = None
    """The architecture of the vulnerable package."""

    epoch: int | None = None
    """The epoch of the vulnerable package."""

    file_path: str | None = None
    """The file path of the vulnerable package."""

    name: str | None = None
    """The name of the vulnerable package."""

    package_manager: str | None = None
    """The package manager of the vulnerable package."""

    release: str | None = None
    """The release of the vulnerable package."""

    source_layer_hash: str | None = None
    """The source layer hash of the vulnerable package."""

    version: str | None = None
    """The version of the vulnerable package."""

    fixed_in_version: str | None = None
    """The version of the package that contains the vulnerability fix."""


class PackageVulnerabilityDetails(Shape, frozen=True):
    """Information about a package vulnerability finding."""

    cvss: ListOf[CvssScore] = Field(default_factory=list[CvssScore])
    """An object that contains details about the CVSS score of a finding."""

    reference_urls: ListOf[str] = Field(default_factory=list[str])
    """One or more URLs that contain details about this vulnerability type."""

    related_vulnerabilities: ListOf[str] = Field(default_factory=list[str])
    """One or more vulnerabilities related to the one identified in this finding."""

    source: str | None = None
    """The source of the vulnerability information."""

    source_url: str | None = None
    """A URL to the source of the vulnerability information."""

    vendor_created_at: Timestamp | None = None
    """The date and time that this vulnerability was first added to the vendor's database."""

    vendor_severity: str | None = None
    """The severity the vendor has given to this vulnerability type."""

    vendor_updated_at: Timestamp | None = None
    """The date and time the vendor last updated this vulnerability in their database."""

    vulnerability_id: str | None = None
    """The ID given to this vulnerability."""

    vulnerable_packages: ListOf[VulnerablePackage] = Field(default_factory=list[VulnerablePackage])
    """The packages impacted by this vulnerability."""


class Recommendation(Shape, frozen=True):
    """Details about the recommended course of action to remediate the finding."""

    url: str | None = None
    """The URL address to the CVE remediation recommendations."""

    text: str | None = None
    """The recommended course of action to remediate the finding."""


class Remediation(Shape, frozen=True):
    """Information on how to remediate a finding."""

    recommendation: Recommendation | None = None
    """An object that contains information about the recommended course of action to remediate the finding."""


class ResourceDetails(Shape, frozen=True):
    """Contains details about the resource involved in the finding."""

    aws_ecr_container_image: AwsEcrContainerImageDetails | None = None
    """An object that contains details about the Amazon ECR container image involved in the finding."""


class Resource(Shape, frozen=True):
    """Details about the resource involved in a finding."""

    details: ResourceDetails | None = None
    """An object that contains details about the resource involved in a finding."""

    id: str | None = None
    """The ID of the resource."""

    tags: MapOf[str, str] = Field(default_factory=dict[str, str])
    """The tags attached to the resource."""

    type: str | None = None
    """The type of resource."""


class ScoreDetails(Shape, frozen=True):
    """Information about the Amazon Inspector score given to a finding."""

    cvss: CvssScoreDetails | None = None
    """An object that contains details about the CVSS score given to a finding."""


class EnhancedImageScanFinding(Shape, frozen=True):
    """The details of an enhanced image scan. This is returned when enhanced scanning is enabled for your
    private registry.
    """

    aws_account_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the image."""

    description: str | None = None
    """The description of the finding."""

    finding_arn: str | None = None
    """The Amazon Resource Number (ARN) of the finding."""

    first_observed_at: Timestamp | None = None
    """The date and time that the finding was first observed."""

    last_observed_at: Timestamp | None = None
    """The date and time that the finding was last observed."""

    package_vulnerability_details: PackageVulnerabilityDetails | None = None
    """An object that contains the details of a package vulnerability finding."""

    remediation: Remediation | None = None
    """An object that contains the details about how to remediate a finding."""

    resources: ListOf[Resource] = Field(default_factory=list[Resource])
    """Contains information on the resources involved in a finding."""

    score: float | None = None
    """The Amazon Inspector score given to the finding."""

    score_details: ScoreDetails | None = None
    """An object that contains details of the Amazon Inspector score."""

    severity: str | None = None
    """The severity of the finding."""

    status: str | None = None
    """The status of the finding."""

    title: str | None = None
    """The title of the finding."""

    type: str | None = None
    """The type of the finding."""

    updated_at: Timestamp | None = None
    """The date and time the finding was last updated at."""

    fix_available: str | None = None
    """Details on whether a fix is available through a version update. This value can be `YES`, `NO`, or
    `PARTIAL`. A `PARTIAL` fix means that some, but not all, of the packages identified in the finding
    have fixes available through updated versions.
    """

    exploit_available: str | None = None
    """If a finding discovered in your environment has an exploit available."""


class ImageScanFinding(Shape, frozen=True):
    """Contains information about an image scan finding."""

    name: str
    """The name associated with the finding, usually a CVE number."""

    severity: FindingSeverity
    """The finding severity."""

    description: str | None = None
    """The description of the finding."""

    uri: str | None = None
    """A link containing additional details about the security vulnerability."""

    attributes: ListOf[Attribute] = Field(default_factory=list[Attribute])
    """A collection of attributes of the host from which the finding is generated."""


class ImageScanFindings(Shape, frozen=True):
    """The details of an image scan."""

    image_scan_completed_at: Timestamp | None = None
    """The time of the last completed image scan."""

    vulnerability_source_updated_at: Timestamp | None = None
    """The time when the vulnerability data was last scanned."""

    finding_severity_counts: MapOf[FindingSeverity, SeverityCount] = Field(
        default_factory=dict[FindingSeverity, SeverityCount]
    )
    """The image vulnerability counts, sorted by severity."""

    findings: ListOf[ImageScanFinding] = Field(default_factory=list[ImageScanFinding])
    """The findings from the image scan."""

    enhanced_findings: ListOf[EnhancedImageScanFinding] = Field(
        default_factory=list[EnhancedImageScanFinding]
    )
    """Details about the enhanced scan findings from Amazon Inspector."""


class ScanningRepositoryFilter(Shape, frozen=True):
    """The details of a scanning repository filter. For more information on how to use filters, see [Using
    filters](https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html#image-scanning-filters)
    in the Amazon Elastic Container Registry User Guide.
    """

    filter: ScanningRepositoryFilterValue
    """The filter to use when scanning.

    1 to 255 characters: a part of a repository name, or with `*` a pattern for the whole of it.
    """

    filter_type: ScanningRepositoryFilterType
    """The type associated with the filter."""


class RegistryScanningRule(Shape, frozen=True):
    """The details of a scanning rule for a private registry."""

    scan_frequency: ScanFrequency
    """The frequency that scans are performed at for a private registry. When the `ENHANCED` scan type is
    specified, the supported scan frequencies are `CONTINUOUS_SCAN` and `SCAN_ON_PUSH`. When the `BASIC`
    scan type is specified, the `SCAN_ON_PUSH` scan frequency is supported. If scan on push is not
    specified, then the `MANUAL` scan frequency is set by default.
    """

    repository_filters: Annotated[list[ScanningRepositoryFilter], Length(at_most=100)]
    """The repository filters associated with the scanning configuration for a private registry.

    At most 100 items.
    """


class RegistryScanningConfiguration(Shape, frozen=True):
    """The scanning configuration for a private registry."""

    scan_type: ScanType | None = None
    """The type of scanning configured for the registry."""

    rules: ListOf[RegistryScanningRule] = Field(default_factory=list[RegistryScanningRule])
    """The scanning rules associated with the registry."""


class RepositoryScanningConfiguration(Shape, frozen=True):
    """The details of the scanning configuration for a repository."""

    repository_name: RepositoryName
    """The name of the repository."""

    scan_frequency: ScanFrequency
    """The scan frequency for the repository."""

    repository_arn: str | None = None
    """The ARN of the repository."""

    scan_on_push: bool | None = None
    """Whether or not scan on push is configured for the repository."""

    applied_scan_filters: ListOf[ScanningRepositoryFilter] = Field(
        default_factory=list[ScanningRepositoryFilter]
    )
    """The scan filters applied to the repository."""


class RepositoryScanningConfigurationFailure(Shape, frozen=True):
    """The details about any failures associated with the scanning configuration of a repository."""

    repository_name: RepositoryName
    """The name of the repository."""

    failure_code: ScanningConfigurationFailureCode
    """The failure code."""

    failure_reason: str | None = None
    """The reason for the failure."""


class StartImageScanResponse(Response, frozen=True):
    """What ECR answers to `StartImageScanRequest`."""

    image_scan_status: ImageScanStatus
    """The current state of the scan."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""

    image_id: ImageIdentifier | None = None
    """The image that is scanned."""


class StartImageScanRequest(Request[StartImageScanResponse], frozen=True):
    """Starts a basic image vulnerability scan.

    A basic image scan can only be started once per 24 hours on an individual image. This limit includes if an
    image was scanned on initial push. You can start up to 100,000 basic scans per 24 hours. This limit
    includes both scans on initial push and scans initiated by the StartImageScan API. For more information,
    see [Basic scanning](https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html) in
    the Amazon Elastic Container Registry User Guide.

    Raises:
        ImageArchivedError: The specified image is archived and cannot be scanned.
        ImageNotFoundError: The image requested does not exist in the specified repository.
        LimitExceededError: The operation did not succeed because it would have exceeded a service limit for
            your account.
        RepositoryNotFoundError: The specified repository could not be found.
        UnsupportedImageTypeError: The image is of a type that cannot be scanned.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartImageScan.html)
    """

    operation = "StartImageScan"
    response_type = StartImageScanResponse

    repository_name: RepositoryName
    """The name of the repository that contains the images to scan.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    image_id: ImageIdentifier
    """The image, by digest or tag."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository in which
    to start an image scan request. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """


class DescribeImageScanFindingsResponse(PagedResponse, frozen=True):
    """What ECR answers to `DescribeImageScanFindingsRequest`."""

    image_scan_status: ImageScanStatus
    """The current state of the scan."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""

    image_id: ImageIdentifier | None = None
    """The image that was asked about."""

    image_scan_findings: ImageScanFindings | None = None
    """The information contained in the image scan findings."""


class DescribeImageScanFindingsRequest(PagedRequest[DescribeImageScanFindingsResponse], frozen=True):
    """Returns the scan findings for the specified image.

    Raises:
        ImageNotFoundError: The image requested does not exist in the specified repository.
        RepositoryNotFoundError: The specified repository could not be found.
        ScanNotFoundError: The specified image scan could not be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html)
    """

    operation = "DescribeImageScanFindings"
    response_type = DescribeImageScanFindingsResponse
    result_keys = (
        "image_scan_findings.findings",
        "image_scan_findings.enhanced_findings",
    )

    repository_name: RepositoryName
    """The repository for the image for which to describe the scan findings.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    image_id: ImageIdentifier
    """The image, by digest or tag."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository in which
    to describe the image scan findings for. If you do not specify a registry, the default registry is
    assumed.

    12 digits.
    """

    max_results: MaxResults | None = None
    """Maximum number of items per page; defaults to 100 (1 to 1000)."""


class PutImageScanningConfigurationResponse(Response, frozen=True):
    """What ECR answers to `PutImageScanningConfigurationRequest`."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""

    image_scanning_configuration: ImageScanningConfiguration | None = None
    """The image scanning configuration setting for the repository."""


class PutImageScanningConfigurationRequest(Request[PutImageScanningConfigurationResponse], frozen=True):
    """Updates the image scanning configuration for the specified repository.

    Important:
        The `PutImageScanningConfiguration` API is being deprecated, in favor of specifying the image scanning
        configuration at the registry level. For more information, see `PutRegistryScanningConfiguration`.

    Raises:
        RepositoryNotFoundError: The specified repository could not be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageScanningConfiguration.html)
    """

    operation = "PutImageScanningConfiguration"
    response_type = PutImageScanningConfigurationResponse

    repository_name: RepositoryName
    """The name of the repository in which to update the image scanning configuration setting.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    image_scanning_configuration: ImageScanningConfiguration
    """The image scanning configuration for the repository. This setting determines whether images are
    scanned for known vulnerabilities after being pushed to the repository.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository in which
    to update the image scanning configuration setting. If you do not specify a registry, the default
    registry is assumed.

    12 digits.
    """


class BatchGetRepositoryScanningConfigurationResponse(Response, frozen=True):
    """What ECR answers to `BatchGetRepositoryScanningConfigurationRequest`."""

    scanning_configurations: ListOf[RepositoryScanningConfiguration] = Field(
        default_factory=list[RepositoryScanningConfiguration]
    )
    """The scanning configuration for the requested repositories."""

    failures: ListOf[RepositoryScanningConfigurationFailure] = Field(
        default_factory=list[RepositoryScanningConfigurationFailure]
    )
    """Any failures associated with the call."""


class BatchGetRepositoryScanningConfigurationRequest(
    Request[BatchGetRepositoryScanningConfigurationResponse], frozen=True
):
    """Gets the scanning configuration for one or more repositories.

    Raises:
        RepositoryNotFoundError: The specified repository could not be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetRepositoryScanningConfiguration.html)
    """

    operation = "BatchGetRepositoryScanningConfiguration"
    response_type = BatchGetRepositoryScanningConfigurationResponse

    repository_names: Annotated[list[RepositoryName], Length(1, 25)]
    """One or more repository names to get the scanning configuration for.

    1 to 25 items, each 2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or
    hyphens between, parts separated by `/`.
    """


class PutRegistryScanningConfigurationResponse(Response, frozen=True):
    """What ECR answers to `PutRegistryScanningConfigurationRequest`."""

    registry_scanning_configuration: RegistryScanningConfiguration
    """The scanning configuration for your registry."""


class PutRegistryScanningConfigurationRequest(Request[PutRegistryScanningConfigurationResponse], frozen=True):
    """Creates or updates the scanning configuration for your private registry.

    Raises:
        BlockedByOrganizationPolicyError: The operation did not succeed because the account is managed by a
            organization policy.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryScanningConfiguration.html)
    """

    operation = "PutRegistryScanningConfiguration"
    response_type = PutRegistryScanningConfigurationResponse

    scan_type: ScanType | None = None
    """The scanning type to set for the registry.

    When a registry scanning configuration is not defined, by default the `BASIC` scan type is used. When
    basic scanning is used, you may specify filters to determine which individual repositories, or all
    repositories, are scanned when new images are pushed to those repositories. Alternatively, you can do
    manual scans of images with basic scanning.

    When the `ENHANCED` scan type is set, Amazon Inspector provides automated vulnerability scanning. You
    may choose between continuous scanning or scan on push and you may specify filters to determine which
    individual repositories, or all repositories, are scanned.
    """

    rules: Annotated[list[RegistryScanningRule], Length(at_most=2)] | None = None
    """The scanning rules to use for the registry. A scanning rule is used to determine which repository
    filters are used and at what frequency scanning will occur.

    At most 2 items.
    """


class GetRegistryScanningConfigurationResponse(Response, frozen=True):
    """What ECR answers to `GetRegistryScanningConfigurationRequest`."""

    scanning_configuration: RegistryScanningConfiguration
    """The scanning configuration for the registry."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""


class GetRegistryScanningConfigurationRequest(Request[GetRegistryScanningConfigurationResponse], frozen=True):
    """Retrieves the scanning configuration for a registry.

    Raises:
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryScanningConfiguration.html)
    """

    operation = "GetRegistryScanningConfiguration"
    response_type = GetRegistryScanningConfigurationResponse
