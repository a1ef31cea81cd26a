# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Referrers: the signatures, SBOMs and attestations that point to an image."""

from typing import Annotated

from pydantic import Field

from ecrkit.models._base import PagedRequest, PagedResponse, Shape
from ecrkit.models._enums import OpenEnum
from ecrkit.models._limits import Length
from ecrkit.models._scalars import (
    ArtifactType,
    FiftyMaxResults,
    RegistryId,
    RepositoryName,
)
from ecrkit.models._wire import ListOf, MapOf


class ArtifactStatus(OpenEnum):
    """Whether an artifact can be pulled, or is in the archive."""

    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"
    ACTIVATING = "ACTIVATING"


class ArtifactStatusFilter(OpenEnum):
    """Which artifacts to list, by their status."""

    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"
    ACTIVATING = "ACTIVATING"
    ANY = "ANY"


class ImageReferrer(Shape, frozen=True):
    """An object representing an artifact associated with a subject image."""

    digest: str
    """The digest of the artifact manifest."""

    media_type: str
    """The media type of the artifact manifest."""

    size: int
    """The size, in bytes, of the artifact."""

    artifact_type: ArtifactType | None = None
    """A string identifying the type of artifact."""

    annotations: MapOf[str, str] = Field(default_factory=dict[str, str])
    """A map of annotations associated with the artifact."""

    artifact_status: ArtifactStatus | None = None
    """The status of the artifact. Valid values are `ACTIVE`, `ARCHIVED`, or `ACTIVATING`."""


class ListImageReferrersFilter(Shape, frozen=True):
    """An object representing a filter on a `ListImageReferrers` operation."""

    artifact_types: Annotated[list[ArtifactType], Length(at_most=5)] | None = None
    """The artifact types with which to filter your `ListImageReferrers` results.

    At most 5 items, each 1 to 255 characters.
    """

    artifact_status: ArtifactStatusFilter | None = None
    """The artifact status with which to filter your `ListImageReferrers` results. Valid values are `ACTIVE`,
    `ARCHIVED`, `ACTIVATING`, or `ANY`. If not specified, only artifacts with `ACTIVE` status are
    returned.
    """


class SubjectIdentifier(Shape, frozen=True):
    """An object that identifies an image subject."""

    image_digest: str
    """The digest of the image."""


class ListImageReferrersResponse(PagedResponse, frozen=True):
    """What ECR answers to `ListImageReferrersRequest`."""

    referrers: ListOf[ImageReferrer] = Field(default_factory=list[ImageReferrer])
    """The list of artifacts associated with the subject image."""


class ListImageReferrersRequest(PagedRequest[ListImageReferrersResponse], frozen=True):
    """Lists the artifacts associated with a specified subject image.

    Note:
        The IAM principal invoking this operation must have the `ecr:BatchGetImage` permission.

    Raises:
        RepositoryNotFoundError: The specified repository could not be found.
        UnableToListUpstreamImageReferrersError: The referrer or referrers were unable to be listed using the
            pull through cache rule.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImageReferrers.html)
    """

    operation = "ListImageReferrers"
    response_type = ListImageReferrersResponse
    result_keys = ("referrers",)

    repository_name: RepositoryName
    """The name of the repository that contains the subject image.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    subject_id: SubjectIdentifier
    """An object containing the image digest of the subject image for which to retrieve associated artifacts.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository in which
    to list image referrers. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """

    filter: ListImageReferrersFilter | None = None
    """The filter key and value with which to filter your `ListImageReferrers` results. If no filter is
    specified, only artifacts with `ACTIVE` status are returned.
    """

    max_results: FiftyMaxResults | None = None
    """Maximum number of items per page; defaults to 20 (1 to 50)."""
