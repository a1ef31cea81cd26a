# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Lifecycle policies: let images expire or move to the archive, and see beforehand which ones."""

from typing import Annotated

from pydantic import Field

from ecrkit.models._base import PagedRequest, PagedResponse, Request, Response, Shape
from ecrkit.models._enums import OpenEnum
from ecrkit.models._limits import Length
from ecrkit.models._scalars import (
    ImageCount,
    ImageTag,
    LifecyclePolicyRulePriority,
    LifecyclePolicyText,
    LifecyclePreviewMaxResults,
    RegistryId,
    RepositoryName,
)
from ecrkit.models._wire import ListOf, Timestamp
from ecrkit.models.shared import (
    ImageIdentifier,
    TagStatus,
)


class ImageActionType(OpenEnum):
    """What a rule of a lifecycle policy does with an image."""

    EXPIRE = "EXPIRE"
    TRANSITION = "TRANSITION"


class LifecyclePolicyPreviewStatus(OpenEnum):
    """How far the preview of a lifecycle policy is."""

    IN_PROGRESS = "IN_PROGRESS"
    COMPLETE = "COMPLETE"
    EXPIRED = "EXPIRED"
    FAILED = "FAILED"


class LifecyclePolicyStorageClass(OpenEnum):
    """The storage class that a rule of a lifecycle policy is about."""

    ARCHIVE = "ARCHIVE"
    STANDARD = "STANDARD"


class LifecyclePolicyTargetStorageClass(OpenEnum):
    """The storage class that a rule of a lifecycle policy moves images to."""

    ARCHIVE = "ARCHIVE"


class LifecyclePolicyPreviewFilter(Shape, frozen=True):
    """The filter for the lifecycle policy preview."""

    tag_status: TagStatus | None = None
    """The tag status of the image."""


class LifecyclePolicyRuleAction(Shape, frozen=True):
    """The type of action to be taken."""

    type: ImageActionType
    """The type of action to be taken."""

    target_storage_class: LifecyclePolicyTargetStorageClass | None = None
    """The target storage class for the action. This is only present when the `type` is `TRANSITION.`"""


class LifecyclePolicyPreviewResult(Shape, frozen=True):
    """The result of the lifecycle policy preview."""

    image_digest: str
    """The `sha256` digest of the image manifest."""

    action: LifecyclePolicyRuleAction
    """The type of action to be taken."""

    applied_rule_priority: LifecyclePolicyRulePriority
    """The priority of the applied rule."""

    image_tags: ListOf[ImageTag] = Field(default_factory=list[ImageTag])
    """The list of tags associated with this image."""

    image_pushed_at: Timestamp | None = None
    """The date and time, expressed in standard JavaScript date format, at which the current image was pushed
    to the repository.
    """

    storage_class: LifecyclePolicyStorageClass | None = None
    """The storage class of the image."""


class TransitioningImageTotalCount(Shape, frozen=True):
    """The total count of images transitioning to a storage class."""

    target_storage_class: LifecyclePolicyTargetStorageClass | None = None
    """The target storage class."""

    image_total_count: ImageCount | None = None
    """The total number of images transitioning to the storage class."""


class LifecyclePolicyPreviewSummary(Shape, frozen=True):
    """The summary of the lifecycle policy preview request."""

    expiring_image_total_count: ImageCount | None = None
    """The number of expiring images."""

    transitioning_image_total_counts: ListOf[TransitioningImageTotalCount] = Field(
        default_factory=list[TransitioningImageTotalCount]
    )
    """The total count of images that will be transitioned to each storage class. This field is only present
    if at least one image will be transitoned in the summary.
    """


class PutLifecyclePolicyResponse(Response, frozen=True):
    """What ECR answers to `PutLifecyclePolicyRequest`."""

    lifecycle_policy_text: LifecyclePolicyText
    """The JSON repository policy text."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""


class PutLifecyclePolicyRequest(Request[PutLifecyclePolicyResponse], frozen=True):
    """Creates or updates the lifecycle policy for the specified repository. For more information, see [Lifecycle
    policy template](https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html).

    Raises:
        RepositoryNotFoundError: The specified repository could not be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html)
    """

    operation = "PutLifecyclePolicy"
    response_type = PutLifecyclePolicyResponse

    repository_name: RepositoryName
    """The name of the repository to receive the policy.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    lifecycle_policy_text: LifecyclePolicyText
    """The JSON repository policy text to apply to the repository (100 to 30720 characters)."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository. If you
    do not specify a registry, the default registry is assumed.

    12 digits.
    """


class GetLifecyclePolicyResponse(Response, frozen=True):
    """What ECR answers to `GetLifecyclePolicyRequest`."""

    lifecycle_policy_text: LifecyclePolicyText
    """The JSON lifecycle policy text."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""

    last_evaluated_at: Timestamp | None = None
    """When the policy last ran; 1970-01-01 before its first run."""


class GetLifecyclePolicyRequest(Request[GetLifecyclePolicyResponse], frozen=True):
    """Retrieves the lifecycle policy for the specified repository.

    Raises:
        LifecyclePolicyNotFoundError: The lifecycle policy could not be found, and no policy is set to the
            repository.
        RepositoryNotFoundError: The specified repository could not be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicy.html)
    """

    operation = "GetLifecyclePolicy"
    response_type = GetLifecyclePolicyResponse

    repository_name: RepositoryName
    """The name of the repository.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository. If you
    do not specify a registry, the default registry is assumed.

    12 digits.
    """


class DeleteLifecyclePolicyResponse(Response, frozen=True):
    """What ECR answers to `DeleteLifecyclePolicyRequest`."""

    lifecycle_policy_text: LifecyclePolicyText
    """The JSON lifecycle policy text."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""

    last_evaluated_at: Timestamp | None = None
    """When the policy last ran; 1970-01-01 before its first run."""


class DeleteLifecyclePolicyRequest(Request[DeleteLifecyclePolicyResponse], frozen=True):
    """Deletes the lifecycle policy associated with the specified repository.

    Raises:
        LifecyclePolicyNotFoundError: The lifecycle policy could not be found, and no policy is set to the
            repository.
        RepositoryNotFoundError: The specified repository could not be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteLifecyclePolicy.html)
    """

    operation = "DeleteLifecyclePolicy"
    response_type = DeleteLifecyclePolicyResponse

    repository_name: RepositoryName
    """The name of the repository.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository. If you
    do not specify a registry, the default registry is assumed.

    12 digits.
    """


class StartLifecyclePolicyPreviewResponse(Response, frozen=True):
    """What ECR answers to `StartLifecyclePolicyPreviewRequest`."""

    status: LifecyclePolicyPreviewStatus
    """The status of the lifecycle policy preview request."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""

    lifecycle_policy_text: LifecyclePolicyText | None = None
    """The JSON repository policy text."""


class StartLifecyclePolicyPreviewRequest(Request[StartLifecyclePolicyPreviewResponse], frozen=True):
    """Starts a preview of a lifecycle policy for the specified repository. This allows you to see the results
    before associating the lifecycle policy with the repository.

    Raises:
        LifecyclePolicyNotFoundError: The lifecycle policy could not be found, and no policy is set to the
            repository.
        LifecyclePolicyPreviewInProgressError: The previous lifecycle policy preview request has not
            completed.
        RepositoryNotFoundError: The specified repository could not be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartLifecyclePolicyPreview.html)
    """

    operation = "StartLifecyclePolicyPreview"
    response_type = StartLifecyclePolicyPreviewResponse

    repository_name: RepositoryName
    """The name of the repository to be evaluated.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository. If you
    do not specify a registry, the default registry is assumed.

    12 digits.
    """

    lifecycle_policy_text: LifecyclePolicyText | None = None
    """The policy to be evaluated against. If you do not specify a policy, the current policy for the
    repository is used.

    100 to 30720 characters.
    """


class GetLifecyclePolicyPreviewResponse(PagedResponse, frozen=True):
    """What ECR answers to `GetLifecyclePolicyPreviewRequest`."""

    status: LifecyclePolicyPreviewStatus
    """The status of the lifecycle policy preview request."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""

    lifecycle_policy_text: LifecyclePolicyText | None = None
    """The JSON lifecycle policy text."""

    preview_results: ListOf[LifecyclePolicyPreviewResult] = Field(
        default_factory=list[LifecyclePolicyPreviewResult]
    )
    """The results of the lifecycle policy preview request."""

    summary: LifecyclePolicyPreviewSummary | None = None
    """The list of images that is returned as a result of the action."""


class GetLifecyclePolicyPreviewRequest(PagedRequest[GetLifecyclePolicyPreviewResponse], frozen=True):
    """Retrieves the results of the lifecycle policy preview request for the specified repository.

    Raises:
        LifecyclePolicyPreviewNotFoundError: There is no dry run for this repository.
        RepositoryNotFoundError: The specified repository could not be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicyPreview.html)
    """

    operation = "GetLifecyclePolicyPreview"
    response_type = GetLifecyclePolicyPreviewResponse
    result_keys = ("preview_results",)

    repository_name: RepositoryName
    """The name of the repository.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository. If you
    do not specify a registry, the default registry is assumed.

    12 digits.
    """

    image_ids: Annotated[list[ImageIdentifier], Length(1, 100)] | None = None
    """The list of imageIDs to be included (1 to 100 items)."""

    filter: LifecyclePolicyPreviewFilter | None = None
    """An optional parameter that filters results based on image tag status and all tags, if tagged."""

    max_results: LifecyclePreviewMaxResults | None = None
    """Maximum number of items per page; defaults to 100 (1 to 100)."""
