# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Replication: copies of images in other regions and accounts."""

from typing import Annotated

from pydantic import Field

from ecrkit.models._base import PagedRequest, PagedResponse, Request, Response, Shape
from ecrkit.models._enums import OpenEnum
from ecrkit.models._limits import Length
from ecrkit.models._scalars import (
    FiftyMaxResults,
    MaxResults,
    NonNegativeInteger,
    Region,
    RegistryId,
    ReplicationBackfillId,
    RepositoryFilterValue,
    RepositoryName,
)
from ecrkit.models._wire import ListOf, Timestamp
from ecrkit.models.shared import (
    ImageIdentifier,
)


class ReplicationBackfillResultStatus(OpenEnum):
    """How the backfill of one image ended."""

    COMPLETE = "COMPLETE"
    FAILED = "FAILED"


class ReplicationBackfillStatus(OpenEnum):
    """How far a replication backfill is."""

    PREPARING = "PREPARING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"


class ReplicationStatus(OpenEnum):
    """How far the replication of an image to one destination is."""

    IN_PROGRESS = "IN_PROGRESS"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"


class RepositoryFilterType(OpenEnum):
    """How the filter of a replication rule is meant."""

    PREFIX_MATCH = "PREFIX_MATCH"


class DeleteReplication(Shape, frozen=True):
    """The delete replication configuration for a replication rule. When delete replication is enabled, the
    service replicates image deletions and image tag removals in the source registry to the replication
    destinations.
    """

    enabled: bool
    """Specifies whether delete replication is enabled. If set to `true`, the service replicates image
    deletions and image tag removals from the source registry to each replication destination. If set to
    `false`, the service does not replicate image deletions or image tag removals.
    """


class ImageReplicationStatus(Shape, frozen=True):
    """The status of the replication process for an image."""

    region: Region
    """The destination Region for the image replication."""

    registry_id: RegistryId
    """The Amazon Web Services account ID associated with the registry to which the image belongs."""

    status: ReplicationStatus
    """The image replication status."""

    failure_code: str | None = None
    """The failure code for a replication that has failed."""


class ReplicationBackfillProgress(Shape, frozen=True):
    """An object representing the progress of a replication backfill, including the total, completed, and
    failed replication counts.
    """

    total_replication_count: NonNegativeInteger
    """The total number of replications that the backfill will perform. Each image and tag combination is
    counted as a single replication.
    """

    completed_replication_count: NonNegativeInteger
    """The number of replications that have completed successfully."""

    failed_replication_count: NonNegativeInteger
    """The number of replications that have failed."""

    failure_codes: ListOf[str] = Field(default_factory=list[str])
    """The distinct failure codes for the replications that have failed. Each failure code appears at most
    once, regardless of how many replications failed with that code.
    """


class ReplicationBackfillResult(Shape, frozen=True):
    """An object representing the result of a single replication during a replication backfill. Each image
    and tag combination is replicated as a single replication.
    """

    repository_name: RepositoryName
    """The name of the repository that contains the image."""

    image_id: ImageIdentifier
    """An object with identifying information for the image."""

    status: ReplicationBackfillResultStatus
    """The replication status of the image."""

    failure_code: str | None = None
    """The failure code for a replication that has failed."""

    sub_image_failure_codes: ListOf[str] = Field(default_factory=list[str])
    """The distinct failure codes for the images referenced by a manifest list that failed to replicate. Each
    failure code appears at most once, regardless of how many referenced images failed with that code.
    This field is present only when the image is a manifest list.
    """


class ReplicationDestination(Shape, frozen=True):
    """An array of objects representing the destination for a replication rule."""

    region: Region
    """The Region to replicate to (2 to 25 characters: lower-case letters, digits and hyphens)."""

    registry_id: RegistryId
    """The Amazon Web Services account ID of the Amazon ECR private registry to replicate to. When
    configuring cross-Region replication within your own registry, specify your own account ID.

    12 digits.
    """


class ReplicationBackfillSummary(Shape, frozen=True):
    """An object representing a summary of a replication backfill, including its status, destination,
    progress, and start and end times.
    """

    replication_backfill_id: ReplicationBackfillId
    """The ID of the replication backfill."""

    destination: ReplicationDestination
    """The destination Region and registry to which the images are replicated."""

    status: ReplicationBackfillStatus
    """The current status of the replication backfill."""

    started_at: Timestamp
    """The date and time, in JavaScript date format, when the replication backfill was started."""

    failure_code: str | None = None
    """The failure code for a replication backfill that has failed."""

    progress: ReplicationBackfillProgress | None = None
    """The progress of the replication backfill, including the total, completed, and failed replication
    counts. This value is `null` until the replication backfill finishes preparing the set of images to
    replicate. It is therefore `null` while the replication backfill is `PREPARING`, and remains `null` if
    the replication backfill is stopped before preparation completes.
    """

    ended_at: Timestamp | None = None
    """The date and time, in JavaScript date format, when the replication backfill ended. This value is
    `null` while the replication backfill is still in progress.
    """


class RepositoryFilter(Shape, frozen=True):
    """The filter settings used with image replication. Specifying a repository filter to a replication rule
    provides a method for controlling which repositories in a private registry are replicated. If no
    filters are added, the contents of all repositories are replicated.
    """

    filter: RepositoryFilterValue
    """The repository filter details. When the `PREFIX_MATCH` filter type is specified, this value is
    required and should be the repository name prefix to configure replication for.

    2 to 256 characters: the beginning of a repository name.
    """

    filter_type: RepositoryFilterType
    """The repository filter type. The only supported value is `PREFIX_MATCH`, which is a repository name
    prefix specified with the `filter` parameter.
    """


class ReplicationRule(Shape, frozen=True):
    """An array of objects representing the replication destinations and repository filters for a replication
    configuration.
    """

    destinations: Annotated[list[ReplicationDestination], Length(at_most=100)]
    """An array of objects representing the destination for a replication rule (at most 100 items)."""

    repository_filters: Annotated[list[RepositoryFilter], Length(1, 100)] | None = None
    """An array of objects representing the filters for a replication rule. Specifying a repository filter
    for a replication rule provides a method for controlling which repositories in a private registry are
    replicated.

    1 to 100 items.
    """

    delete_replication: DeleteReplication | None = None
    """The delete replication settings for the replication rule. When delete replication is enabled, the
    service replicates image deletions and image tag removals from the source registry to the replication
    destinations. If you do not specify this parameter, the service does not replicate image deletions or
    image tag removals for the replication rule.
    """


class ReplicationConfiguration(Shape, frozen=True):
    """The replication configuration for a registry."""

    rules: Annotated[list[ReplicationRule], Length(at_most=25)]
    """An array of objects representing the replication destinations and repository filters for a replication
    configuration.

    At most 25 items.
    """


class PutReplicationConfigurationResponse(Response, frozen=True):
    """What ECR answers to `PutReplicationConfigurationRequest`."""

    replication_configuration: ReplicationConfiguration
    """The contents of the replication configuration for the registry."""


class PutReplicationConfigurationRequest(Request[PutReplicationConfigurationResponse], frozen=True):
    """Creates or updates the replication configuration for a registry. The existing replication configuration
    for a repository can be retrieved with the `DescribeRegistry` API action. The first time the
    PutReplicationConfiguration API is called, a service-linked IAM role is created in your account for the
    replication process. For more information, see [Using service-linked roles for Amazon
    ECR](https://docs.aws.amazon.com/AmazonECR/latest/userguide/using-service-linked-roles.html) in the Amazon
    Elastic Container Registry User Guide. For more information on the custom role for replication, see
    [Creating an IAM role for
    replication](https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication-creation-templates.html#roles-creatingrole-user-console).

    Note:
        When configuring cross-account replication, the destination account must grant the source account
        permission to replicate. This permission is controlled using a registry permissions policy. For more
        information, see `PutRegistryPolicy`.

    Raises:
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutReplicationConfiguration.html)
    """

    operation = "PutReplicationConfiguration"
    response_type = PutReplicationConfigurationResponse

    replication_configuration: ReplicationConfiguration
    """An object representing the replication configuration for a registry."""


class DescribeRegistryResponse(Response, frozen=True):
    """What ECR answers to `DescribeRegistryRequest`."""

    registry_id: RegistryId
    """The registry ID associated with the request."""

    replication_configuration: ReplicationConfiguration
    """The replication configuration for the registry."""


class DescribeRegistryRequest(Request[DescribeRegistryResponse], frozen=True):
    """Describes the settings for a registry. The replication configuration for a repository can be created or
    updated with the `PutReplicationConfiguration` API action.

    Raises:
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRegistry.html)
    """

    operation = "DescribeRegistry"
    response_type = DescribeRegistryResponse


class DescribeImageReplicationStatusResponse(Response, frozen=True):
    """What ECR answers to `DescribeImageReplicationStatusRequest`."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""

    image_id: ImageIdentifier | None = None
    """The image that was asked about."""

    replication_statuses: ListOf[ImageReplicationStatus] = Field(default_factory=list[ImageReplicationStatus])
    """The replication status details for the images in the specified repository."""


class DescribeImageReplicationStatusRequest(Request[DescribeImageReplicationStatusResponse], frozen=True):
    """Returns the replication status for a specified image.

    Raises:
        ImageNotFoundError: The image requested does not exist in the specified repository.
        RepositoryNotFoundError: The specified repository could not be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageReplicationStatus.html)
    """

    operation = "DescribeImageReplicationStatus"
    response_type = DescribeImageReplicationStatusResponse

    repository_name: RepositoryName
    """The name of the repository that the image is in.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    image_id: ImageIdentifier
    """The image, by digest or tag."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry. If you do not specify a registry, the
    default registry is assumed.

    12 digits.
    """


class StartReplicationBackfillResponse(Response, frozen=True):
    """What ECR answers to `StartReplicationBackfillRequest`."""

    replication_backfill_id: ReplicationBackfillId
    """The ID of the replication backfill that was started. Use this value to describe or stop the backfill.
    """

    status: ReplicationBackfillStatus
    """The current status of the replication backfill. A newly started replication backfill is returned with
    a status of `PREPARING`.
    """

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    destination: ReplicationDestination | None = None
    """The destination Region and registry to which the images are replicated."""

    started_at: Timestamp | None = None
    """The date and time, in JavaScript date format, when the replication backfill was started."""


class StartReplicationBackfillRequest(Request[StartReplicationBackfillResponse], frozen=True):
    """Starts a replication backfill for a registry. A replication backfill replicates a registry's existing
    images that match its replication configuration to the specified destination. Use the
    `DescribeReplicationBackfillResults` operation to monitor the progress of a replication backfill, and to
    retrieve its per-image results after it reaches a terminal status.

    Note:
        The destination must already be configured in the registry's replication configuration.

    Note:
        Only one replication backfill can be in progress for a given destination Region at a time. Starting a
        replication backfill for a destination Region that already has one in progress fails with a
        `ReplicationBackfillInProgressError`. In addition, a registry can have at most 10 replication
        backfills in progress at once. Starting a replication backfill that would exceed this limit fails with
        a `LimitExceededError`.

    Raises:
        LimitExceededError: The operation did not succeed because it would have exceeded a service limit for
            your account.
        ReplicationBackfillInProgressError: A replication backfill is already in progress for the specified
            destination Region.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartReplicationBackfill.html)
    """

    operation = "StartReplicationBackfill"
    response_type = StartReplicationBackfillResponse

    destination: ReplicationDestination
    """The destination Region and registry to which the images are replicated."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry from which to start the replication
    backfill. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """


class StopReplicationBackfillResponse(Response, frozen=True):
    """What ECR answers to `StopReplicationBackfillRequest`."""

    status: ReplicationBackfillStatus
    """The current status of the replication backfill. When you stop a replication backfill, its status is
    `STOPPED` if the backfill is stopped immediately, or `STOPPING` if there are replications still in
    progress that must complete before the backfill stops.
    """

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    replication_backfill_id: ReplicationBackfillId | None = None
    """The ID of the replication backfill."""

    destination: ReplicationDestination | None = None
    """The destination Region and registry to which the images are replicated."""

    started_at: Timestamp | None = None
    """The date and time, in JavaScript date format, when the replication backfill was started."""


class StopReplicationBackfillRequest(Request[StopReplicationBackfillResponse], frozen=True):
    """Stops an in progress replication backfill for a registry. The backfill to stop is identified by the
    `replication_backfill_id` returned by the `StartReplicationBackfill` operation.

    Note:
        Images that have already been replicated are not affected, and replications that are already in
        progress continue to completion.

    Raises:
        ReplicationBackfillInvalidStatusError: The requested operation can't be performed on the replication
            backfill because it is not in a valid status for that operation.
        ReplicationBackfillNotFoundError: The specified replication backfill could not be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StopReplicationBackfill.html)
    """

    operation = "StopReplicationBackfill"
    response_type = StopReplicationBackfillResponse

    replication_backfill_id: ReplicationBackfillId
    """The ID of the replication backfill to stop (hexadecimal digits in groups of 8-4-4-4-12)."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the replication backfill
    to stop. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """


class DescribeReplicationBackfillResultsResponse(PagedResponse, frozen=True):
    """What ECR answers to `DescribeReplicationBackfillResultsRequest`."""

    status: ReplicationBackfillStatus
    """The current status of the replication backfill."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    replication_backfill_id: ReplicationBackfillId | None = None
    """The ID of the replication backfill."""

    destination: ReplicationDestination | None = None
    """The destination Region and registry to which the images are replicated."""

    failure_code: str | None = None
    """The failure code for a replication backfill that has failed."""

    progress: ReplicationBackfillProgress | None = None
    """The progress of the replication backfill, including the total, completed, and failed replication
    counts. This value is `null` until the replication backfill finishes preparing the set of images to
    replicate. It is therefore `null` while the replication backfill is `PREPARING`, and remains `null` if
    the replication backfill is stopped before preparation completes.
    """

    results: ListOf[ReplicationBackfillResult] = Field(default_factory=list[ReplicationBackfillResult])
    """The per-image results for the replication backfill. Results are available only after the replication
    backfill reaches a terminal status.
    """

    started_at: Timestamp | None = None
    """The date and time, in JavaScript date format, when the replication backfill was started."""

    ended_at: Timestamp | None = None
    """The date and time, in JavaScript date format, when the replication backfill ended. This value is
    `null` while the replication backfill is still in progress.
    """


class DescribeReplicationBackfillResultsRequest(
    PagedRequest[DescribeReplicationBackfillResultsResponse], frozen=True
):
    """Returns the status, progress, and per-image results for a replication backfill. The backfill to describe
    is identified by the `replication_backfill_id` returned by the `StartReplicationBackfill` operation.

    Note:
        The per-image results are available only after the replication backfill reaches a terminal status.

    Raises:
        ReplicationBackfillNotFoundError: The specified replication backfill could not be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeReplicationBackfillResults.html)
    """

    operation = "DescribeReplicationBackfillResults"
    response_type = DescribeReplicationBackfillResultsResponse
    result_keys = ("results",)

    replication_backfill_id: ReplicationBackfillId
    """The ID of the replication backfill to describe (hexadecimal digits in groups of 8-4-4-4-12)."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the replication backfill
    to describe. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """

    result_status_filter: ReplicationBackfillResultStatus | None = None
    """The status used to filter the returned results. Each result has a status of `COMPLETE` or `FAILED`. If
    you omit this parameter, results with both statuses are returned.
    """

    max_results: MaxResults | None = None
    """Maximum number of items per page; defaults to 100 (1 to 1000)."""


class ListReplicationBackfillsResponse(PagedResponse, frozen=True):
    """What ECR answers to `ListReplicationBackfillsRequest`."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    backfills: ListOf[ReplicationBackfillSummary] = Field(default_factory=list[ReplicationBackfillSummary])
    """A list of the replication backfills for the registry."""


class ListReplicationBackfillsRequest(PagedRequest[ListReplicationBackfillsResponse], frozen=True):
    """Lists the replication backfills for a registry, including their status and progress.

    Note:
        Replication backfills that have reached a terminal status are retained for 90 days after they end,
        after which they are no longer returned.

    Raises:
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListReplicationBackfills.html)
    """

    operation = "ListReplicationBackfills"
    response_type = ListReplicationBackfillsResponse
    result_keys = ("backfills",)

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry for which to list replication
    backfills. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """

    max_results: FiftyMaxResults | None = None
    """Maximum number of items per page; defaults to 25 (1 to 50)."""
