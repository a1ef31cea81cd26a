# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Pull time update exclusions: principals whose pulls do not count as a use of an image."""

from pydantic import Field

from ecrkit.models._base import PagedRequest, PagedResponse, Request, Response
from ecrkit.models._scalars import MaxResults, PrincipalArn
from ecrkit.models._wire import ListOf, Timestamp


class RegisterPullTimeUpdateExclusionResponse(Response, frozen=True):
    """What ECR answers to `RegisterPullTimeUpdateExclusionRequest`."""

    principal_arn: PrincipalArn
    """The ARN of the IAM principal that was added to the pull time update exclusion list."""

    created_at: Timestamp | None = None
    """The date and time, expressed in standard JavaScript date format, when the exclusion was created."""


class RegisterPullTimeUpdateExclusionRequest(Request[RegisterPullTimeUpdateExclusionResponse], frozen=True):
    """Adds an IAM principal to the pull time update exclusion list for a registry. Amazon ECR will not record
    the pull time if an excluded principal pulls an image.

    Raises:
        ExclusionAlreadyExistsError: The specified pull time update exclusion already exists for the registry.
        LimitExceededError: The operation did not succeed because it would have exceeded a service limit for
            your account.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegisterPullTimeUpdateExclusion.html)
    """

    operation = "RegisterPullTimeUpdateExclusion"
    response_type = RegisterPullTimeUpdateExclusionResponse

    principal_arn: PrincipalArn
    """The ARN of the IAM principal to exclude from having image pull times recorded.

    At most 200 characters: the ARN of an IAM role or user.
    """


class ListPullTimeUpdateExclusionsResponse(PagedResponse, frozen=True):
    """What ECR answers to `ListPullTimeUpdateExclusionsRequest`."""

    pull_time_update_exclusions: ListOf[PrincipalArn] = Field(default_factory=list[PrincipalArn])
    """The list of IAM principal ARNs that are excluded from having their image pull times recorded."""


class ListPullTimeUpdateExclusionsRequest(PagedRequest[ListPullTimeUpdateExclusionsResponse], frozen=True):
    """Lists the IAM principals that are excluded from having their image pull times recorded.

    Raises:
        LimitExceededError: The operation did not succeed because it would have exceeded a service limit for
            your account.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListPullTimeUpdateExclusions.html)
    """

    operation = "ListPullTimeUpdateExclusions"
    response_type = ListPullTimeUpdateExclusionsResponse
    result_keys = ("pull_time_update_exclusions",)

    max_results: MaxResults | None = None
    """Maximum number of items per page; defaults to 100 (1 to 1000)."""


class DeregisterPullTimeUpdateExclusionResponse(Response, frozen=True):
    """What ECR answers to `DeregisterPullTimeUpdateExclusionRequest`."""

    principal_arn: PrincipalArn
    """The ARN of the IAM principal that was removed from the pull time update exclusion list."""


class DeregisterPullTimeUpdateExclusionRequest(
    Request[DeregisterPullTimeUpdateExclusionResponse], frozen=True
):
    """Removes a principal from the pull time update exclusion list for a registry. Once removed, Amazon ECR will
    resume updating the pull time if the specified principal pulls an image.

    Raises:
        ExclusionNotFoundError: The specified pull time update exclusion was not found.
        LimitExceededError: The operation did not succeed because it would have exceeded a service limit for
            your account.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeregisterPullTimeUpdateExclusion.html)
    """

    operation = "DeregisterPullTimeUpdateExclusion"
    response_type = DeregisterPullTimeUpdateExclusionResponse

    principal_arn: PrincipalArn
    """The ARN of the IAM principal to remove from the pull time update exclusion list.

    At most 200 characters: the ARN of an IAM role or user.
    """
