# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Images: put, read, list, archive and delete them."""

from typing import Annotated

from pydantic import Field

from ecrkit.models._base import PagedRequest, PagedResponse, Request, Response, Shape
from ecrkit.models._enums import OpenEnum
from ecrkit.models._limits import Length
from ecrkit.models._scalars import (
    ImageManifest,
    ImageTag,
    MaxResults,
    RegistryId,
    RepositoryName,
    SeverityCount,
)
from ecrkit.models._wire import ListOf, MapOf, Timestamp
from ecrkit.models.shared import (
    FindingSeverity,
    ImageIdentifier,
    ImageScanStatus,
    TagStatus,
)


class ImageFailureCode(OpenEnum):
    """Why a batch operation failed for one image."""

    INVALID_IMAGE_DIGEST = "InvalidImageDigest"
    INVALID_IMAGE_TAG = "InvalidImageTag"
    IMAGE_TAG_DOES_NOT_MATCH_DIGEST = "ImageTagDoesNotMatchDigest"
    IMAGE_NOT_FOUND = "ImageNotFound"
    MISSING_DIGEST_AND_TAG = "MissingDigestAndTag"
    IMAGE_REFERENCED_BY_MANIFEST_LIST = "ImageReferencedByManifestList"
    KMS_ERROR = "KmsError"
    UPSTREAM_ACCESS_DENIED = "UpstreamAccessDenied"
    UPSTREAM_TOO_MANY_REQUESTS = "UpstreamTooManyRequests"
    UPSTREAM_UNAVAILABLE = "UpstreamUnavailable"
    IMAGE_INACCESSIBLE = "ImageInaccessible"


class ImageStatus(OpenEnum):
    """Whether an image can be pulled, or is in the archive."""

    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"
    ACTIVATING = "ACTIVATING"


class ImageStatusFilter(OpenEnum):
    """Which images to list, by their status."""

    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"
    ACTIVATING = "ACTIVATING"
    ANY = "ANY"


class TargetStorageClass(OpenEnum):
    """The storage class that an image moves to."""

    STANDARD = "STANDARD"
    ARCHIVE = "ARCHIVE"


class DescribeImagesFilter(Shape, frozen=True):
    """An object representing a filter on a `DescribeImages` operation."""

    tag_status: TagStatus | None = None
    """The tag status with which to filter your `DescribeImages` results. You can filter results based on
    whether they are `TAGGED` or `UNTAGGED`.
    """

    image_status: ImageStatusFilter | None = None
    """The image status with which to filter your `DescribeImages` results. Valid values are `ACTIVE`,
    `ARCHIVED`, and `ACTIVATING`. If not specified, only images with `ACTIVE` status are returned.
    """


class Image(Shape, frozen=True):
    """An object representing an Amazon ECR image."""

    registry_id: RegistryId
    """The Amazon Web Services account ID associated with the registry containing the image."""

    repository_name: RepositoryName
    """The name of the repository associated with the image."""

    image_id: ImageIdentifier
    """An object containing the image tag and image digest associated with an image."""

    image_manifest: ImageManifest
    """The image manifest associated with the image."""

    image_manifest_media_type: str | None = None
    """The manifest media type of the image."""


class ImageScanFindingsSummary(Shape, frozen=True):
    """A summary of the last completed image scan."""

    image_scan_completed_at: Timestamp | None = None
    """The time of the last completed image scan."""

    vulnerability_source_updated_at: Timestamp | None = None
    """The time when the vulnerability data was last scanned."""

    finding_severity_counts: MapOf[FindingSeverity, SeverityCount] = Field(
        default_factory=dict[FindingSeverity, SeverityCount]
    )
    """The image vulnerability counts, sorted by severity."""


class ImageDetail(Shape, frozen=True):
    """An object that describes an image returned by a `DescribeImages` operation."""

    registry_id: RegistryId
    """The Amazon Web Services account ID associated with the registry to which this image belongs."""

    repository_name: RepositoryName
    """The name of the repository to which this image belongs."""

    image_digest: str
    """The `sha256` digest of the image manifest."""

    image_pushed_at: Timestamp
    """When this digest was first pushed to the repository. Another tag for it does not change the time."""

    image_tags: ListOf[ImageTag] = Field(default_factory=list[ImageTag])
    """The tags of the image, in no particular order; empty for an untagged one."""

    image_size_in_bytes: int | None = None
    """The size of the compressed layers in bytes. For an index it is the size of its largest image, not the
    sum.
    """

    image_scan_status: ImageScanStatus | None = None
    """The current state of the scan."""

    image_scan_findings_summary: ImageScanFindingsSummary | None = None
    """A summary of the last completed image scan."""

    image_manifest_media_type: str | None = None
    """The media type of the image manifest."""

    artifact_media_type: str | None = None
    """The artifact media type of the image."""

    last_recorded_pull_time: Timestamp | None = None
    """When the image was last pulled, exact to about a day; absent until the first pull."""

    subject_manifest_digest: str | None = None
    """The digest of the subject manifest for images that are referrers."""

    image_status: ImageStatus | None = None
    """The current status of the image."""

    last_archived_at: Timestamp | None = None
    """When the image last went to the archive."""

    last_activated_at: Timestamp | None = None
    """When the image last came back from the archive."""


class ImageFailure(Shape, frozen=True):
    """An object representing an Amazon ECR image failure."""

    image_id: ImageIdentifier
    """The image ID associated with the failure."""

    failure_code: ImageFailureCode
    """The code associated with the failure."""

    failure_reason: str | None = None
    """The reason for the failure."""


class ListImagesFilter(Shape, frozen=True):
    """An object representing a filter on a `ListImages` operation."""

    tag_status: TagStatus | None = None
    """The tag status with which to filter your `ListImages` results."""

    image_status: ImageStatusFilter | None = None
    """The image status with which to filter your `ListImages` results. Valid values are `ACTIVE`,
    `ARCHIVED`, and `ACTIVATING`. If not specified, only images with `ACTIVE` status are returned.
    """


class PutImageResponse(Response, frozen=True):
    """What ECR answers to `PutImageRequest`."""

    image: Image
    """Details of the image uploaded."""


class PutImageRequest(Request[PutImageResponse], frozen=True):
    """Creates or updates the image manifest and tags associated with an image.

    When an image is pushed and all new image layers have been uploaded, the PutImage API is called once to
    create or update the image manifest and the tags associated with the image.

    Raises:
        ImageAlreadyExistsError: The specified image has already been pushed, and there were no changes to the
            manifest or image tag after the last push.
        ImageDigestDoesNotMatchError: The specified image digest does not match the digest that Amazon ECR
            calculated for the image.
        ImageTagAlreadyExistsError: The specified image is tagged with a tag that already exists.
        KmsError: The operation failed due to a KMS exception.
        LayersNotFoundError: The specified layers could not be found, or the specified layer is not valid for
            this repository.
        LimitExceededError: The operation did not succeed because it would have exceeded a service limit for
            your account.
        ReferencedImagesNotFoundError: The manifest list is referencing an image that does not exist.
        RepositoryNotFoundError: The specified repository could not be found.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html)
    """

    operation = "PutImage"
    response_type = PutImageResponse

    repository_name: RepositoryName
    """The name of the repository in which to put the image.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    image_manifest: ImageManifest
    """The image manifest corresponding to the image to be uploaded (1 to 4194304 characters)."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository in which
    to put the image. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """

    image_manifest_media_type: str | None = None
    """The media type of the image manifest. If you push an image manifest that does not contain the
    `mediaType` field, you must specify the `image_manifest_media_type` in the request.
    """

    image_tag: ImageTag | None = None
    """The tag to associate with the image. This parameter is optional.

    1 to 300 characters.
    """

    image_digest: str | None = None
    """The image digest of the image manifest corresponding to the image."""


class BatchGetImageResponse(Response, frozen=True):
    """What ECR answers to `BatchGetImageRequest`."""

    images: ListOf[Image] = Field(default_factory=list[Image])
    """A list of image objects corresponding to the image references in the request."""

    failures: ListOf[ImageFailure] = Field(default_factory=list[ImageFailure])
    """Any failures associated with the call."""


class BatchGetImageRequest(Request[BatchGetImageResponse], frozen=True):
    """Gets detailed information for an image. Images are specified with either an `image_tag` or `image_digest`.

    When an image is pulled, the BatchGetImage API is called once to retrieve the image manifest.

    Raises:
        LimitExceededError: The operation did not succeed because it would have exceeded a service limit for
            your account.
        RepositoryNotFoundError: The specified repository could not be found.
        UnableToGetUpstreamImageError: The image or images were unable to be pulled using the pull through
            cache rule.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html)
    """

    operation = "BatchGetImage"
    response_type = BatchGetImageResponse

    repository_name: RepositoryName
    """The repository that contains the images to describe.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    image_ids: Annotated[list[ImageIdentifier], Length(1, 100)]
    """The images to get, each by digest or tag (1 to 100 items)."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the images to describe.
    If you do not specify a registry, the default registry is assumed.

    12 digits.
    """

    accepted_media_types: Annotated[list[str], Length(1, 100)] | None = None
    """The accepted media types for the request.

    Valid values: `application/vnd.docker.distribution.manifest.v1+json` |
    `application/vnd.docker.distribution.manifest.v2+json` | `application/vnd.oci.image.manifest.v1+json`

    1 to 100 items.
    """


class DescribeImagesResponse(PagedResponse, frozen=True):
    """What ECR answers to `DescribeImagesRequest`."""

    image_details: ListOf[ImageDetail] = Field(default_factory=list[ImageDetail])
    """A list of `ImageDetail` objects that contain data about the image."""


class DescribeImagesRequest(PagedRequest[DescribeImagesResponse], frozen=True):
    """Returns metadata about the images in a repository.

    Note:
        Starting with Docker version 1.9, the Docker client compresses image layers before pushing them to a
        V2 Docker registry. The output of the `docker images` command shows the uncompressed image size.
        Therefore, Docker might return a larger image than the image shown in the Amazon Web Services
        Management Console.

    Important:
        The new version of Amazon ECR Basic Scanning doesn't use the `ImageDetail.image_scan_findings_summary`
        and `ImageDetail.image_scan_status` attributes from the API response to return scan results. Use the
        `DescribeImageScanFindings` API instead. For more information about Amazon Web Services native basic
        scanning, see [Scan images for software vulnerabilities in Amazon
        ECR](https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html).

    Raises:
        ImageNotFoundError: The image requested does not exist in the specified repository.
        RepositoryNotFoundError: The specified repository could not be found.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html)
    """

    operation = "DescribeImages"
    response_type = DescribeImagesResponse
    result_keys = ("image_details",)

    repository_name: RepositoryName
    """The repository that contains the images to describe.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository in which
    to describe images. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """

    image_ids: Annotated[list[ImageIdentifier], Length(1, 100)] | None = None
    """The list of image IDs for the requested repository (1 to 100 items)."""

    filter: DescribeImagesFilter | None = None
    """The filter key and value with which to filter your `DescribeImages` results."""

    max_results: MaxResults | None = None
    """Maximum number of items per page; defaults to 100 (1 to 1000)."""


class ListImagesResponse(PagedResponse, frozen=True):
    """What ECR answers to `ListImagesRequest`."""

    image_ids: ListOf[ImageIdentifier] = Field(default_factory=list[ImageIdentifier])
    """The list of image IDs for the requested repository."""


class ListImagesRequest(PagedRequest[ListImagesResponse], frozen=True):
    """Lists all the image IDs for the specified repository.

    You can filter images based on whether or not they are tagged by using the `tag_status` filter and
    specifying either `TAGGED`, `UNTAGGED` or `ANY`. For example, you can filter your results to return only
    `UNTAGGED` images and then pipe that result to a `BatchDeleteImage` operation to delete them. Or, you can
    filter your results to return only `TAGGED` images to list all of the tags in your repository.

    Raises:
        RepositoryNotFoundError: The specified repository could not be found.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImages.html)
    """

    operation = "ListImages"
    response_type = ListImagesResponse
    result_keys = ("image_ids",)

    repository_name: RepositoryName
    """The repository with image IDs to be listed.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository in which
    to list images. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """

    filter: ListImagesFilter | None = None
    """The filter key and value with which to filter your `ListImages` results."""

    max_results: MaxResults | None = None
    """Maximum number of items per page; defaults to 100 (1 to 1000)."""


class BatchDeleteImageResponse(Response, frozen=True):
    """What ECR answers to `BatchDeleteImageRequest`."""

    image_ids: ListOf[ImageIdentifier] = Field(default_factory=list[ImageIdentifier])
    """The image IDs of the deleted images."""

    failures: ListOf[ImageFailure] = Field(default_factory=list[ImageFailure])
    """Any failures associated with the call."""


class BatchDeleteImageRequest(Request[BatchDeleteImageResponse], frozen=True):
    """Deletes a list of specified images within a repository. Images are specified with either an `image_tag` or
    `image_digest`.

    You can remove a tag from an image by specifying the image's tag in your request. When you remove the last
    tag from an image, the image is deleted from your repository.

    You can completely delete an image (and all of its tags) by specifying the image's digest in your request.

    Raises:
        RepositoryNotFoundError: The specified repository could not be found.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html)
    """

    operation = "BatchDeleteImage"
    response_type = BatchDeleteImageResponse

    repository_name: RepositoryName
    """The repository that contains the image to delete.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    image_ids: Annotated[list[ImageIdentifier], Length(1, 100)]
    """The images to delete by digest, or the tags to remove; never both in one identifier.

    1 to 100 items.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the image to delete. If
    you do not specify a registry, the default registry is assumed.

    12 digits.
    """


class UpdateImageStorageClassResponse(Response, frozen=True):
    """What ECR answers to `UpdateImageStorageClassRequest`."""

    image_status: ImageStatus
    """The current status of the image after the call to UpdateImageStorageClass is complete. Valid values
    are `ACTIVE`, `ARCHIVED`, and `ACTIVATING`.
    """

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""

    image_id: ImageIdentifier | None = None
    """The image that is moved."""


class UpdateImageStorageClassRequest(Request[UpdateImageStorageClassResponse], frozen=True):
    """Transitions an image between storage classes. You can transition images from Amazon ECR standard storage
    class to Amazon ECR archival storage class for long-term storage, or restore archived images back to
    Amazon ECR standard.

    Raises:
        ImageNotFoundError: The image requested does not exist in the specified repository.
        ImageStorageClassUpdateNotSupportedError: The requested image storage class update is not supported.
        RepositoryNotFoundError: The specified repository could not be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UpdateImageStorageClass.html)
    """

    operation = "UpdateImageStorageClass"
    response_type = UpdateImageStorageClassResponse

    repository_name: RepositoryName
    """The name of the repository that contains the image to transition.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    image_id: ImageIdentifier
    """The image, by digest or tag."""

    target_storage_class: TargetStorageClass
    """The target storage class for the image."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the image to transition.
    If you do not specify a registry, the default registry is assumed.

    12 digits.
    """
