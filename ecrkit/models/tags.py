# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Resource tags: keys and values on a repository (the tags of images are in `images`)."""

from pydantic import Field

from ecrkit.models._base import Request, Response
from ecrkit.models._wire import ListOf
from ecrkit.models.shared import Tag


class TagResourceResponse(Response, frozen=True):
    """What ECR answers to `TagResourceRequest`."""


class TagResourceRequest(Request[TagResourceResponse], frozen=True):
    """Adds specified tags to a resource with the specified ARN. Existing tags on a resource are not changed if
    they are not specified in the request parameters.

    Raises:
        InvalidTagParameterError: An invalid parameter has been specified.
        RepositoryNotFoundError: The specified repository could not be found.
        TooManyTagsError: The list of tags on the repository is over the limit.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_TagResource.html)
    """

    operation = "TagResource"
    response_type = TagResourceResponse

    resource_arn: str
    """The Amazon Resource Name (ARN) of the the resource to which to add tags. Currently, the only supported
    resource is an Amazon ECR repository.
    """

    tags: list[Tag]
    """The tags to add to the resource. A tag is an array of key-value pairs. Tag keys can have a maximum
    character length of 128 characters, and tag values can have a maximum length of 256 characters.
    """


class ListTagsForResourceResponse(Response, frozen=True):
    """What ECR answers to `ListTagsForResourceRequest`."""

    tags: ListOf[Tag] = Field(default_factory=list[Tag])
    """The tags for the resource."""


class ListTagsForResourceRequest(Request[ListTagsForResourceResponse], frozen=True):
    """List the tags for an Amazon ECR resource.

    Raises:
        RepositoryNotFoundError: The specified repository could not be found.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListTagsForResource.html)
    """

    operation = "ListTagsForResource"
    response_type = ListTagsForResourceResponse

    resource_arn: str
    """The Amazon Resource Name (ARN) that identifies the resource for which to list the tags. Currently, the
    only supported resource is an Amazon ECR repository.
    """


class UntagResourceResponse(Response, frozen=True):
    """What ECR answers to `UntagResourceRequest`."""


class UntagResourceRequest(Request[UntagResourceResponse], frozen=True):
    """Deletes specified tags from a resource.

    Raises:
        InvalidTagParameterError: An invalid parameter has been specified.
        RepositoryNotFoundError: The specified repository could not be found.
        TooManyTagsError: The list of tags on the repository is over the limit.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UntagResource.html)
    """

    operation = "UntagResource"
    response_type = UntagResourceResponse

    resource_arn: str
    """The Amazon Resource Name (ARN) of the resource from which to remove tags. Currently, the only
    supported resource is an Amazon ECR repository.
    """

    tag_keys: list[str]
    """The keys of the tags to be removed."""
