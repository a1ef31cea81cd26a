# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Layers: ask which are there, upload them in parts, download them."""

from typing import Annotated

from pydantic import Field

from ecrkit.models._base import Request, Response, Shape
from ecrkit.models._enums import OpenEnum
from ecrkit.models._limits import Length
from ecrkit.models._scalars import (
    BatchedOperationLayerDigest,
    LayerDigest,
    LayerPartBlob,
    PartSize,
    RegistryId,
    RepositoryName,
    UploadId,
)
from ecrkit.models._wire import ListOf


class LayerAvailability(OpenEnum):
    """Whether a repository has a layer."""

    AVAILABLE = "AVAILABLE"
    UNAVAILABLE = "UNAVAILABLE"
    ARCHIVED = "ARCHIVED"


class LayerFailureCode(OpenEnum):
    """Why a batch operation failed for one layer."""

    INVALID_LAYER_DIGEST = "InvalidLayerDigest"
    MISSING_LAYER_DIGEST = "MissingLayerDigest"


class Layer(Shape, frozen=True):
    """An object representing an Amazon ECR image layer."""

    layer_digest: LayerDigest
    """The `sha256` digest of the image layer."""

    layer_availability: LayerAvailability
    """Whether the repository has the layer. A layer that it does not have is `UNAVAILABLE` here, not a
    failure.
    """

    layer_size: int | None = None
    """The size, in bytes, of the image layer."""

    media_type: str | None = None
    """The media type of the layer, such as `application/vnd.docker.image.rootfs.diff.tar.gzip` or
    `application/vnd.oci.image.layer.v1.tar+gzip`.
    """


class LayerFailure(Shape, frozen=True):
    """An object representing an Amazon ECR image layer failure."""

    failure_code: LayerFailureCode
    """The failure code associated with the failure."""

    layer_digest: BatchedOperationLayerDigest | None = None
    """The layer digest associated with the failure."""

    failure_reason: str | None = None
    """The reason for the failure."""


class BatchCheckLayerAvailabilityResponse(Response, frozen=True):
    """What ECR answers to `BatchCheckLayerAvailabilityRequest`."""

    layers: ListOf[Layer] = Field(default_factory=list[Layer])
    """A list of image layer objects corresponding to the image layer references in the request."""

    failures: ListOf[LayerFailure] = Field(default_factory=list[LayerFailure])
    """Any failures associated with the call."""


class BatchCheckLayerAvailabilityRequest(Request[BatchCheckLayerAvailabilityResponse], frozen=True):
    """Checks the availability of one or more image layers in a repository.

    When an image is pushed to a repository, each image layer is checked to verify if it has been uploaded
    before. If it has been uploaded, then the image layer is skipped.

    Raises:
        RepositoryNotFoundError: The specified repository could not be found.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchCheckLayerAvailability.html)
    """

    operation = "BatchCheckLayerAvailability"
    response_type = BatchCheckLayerAvailabilityResponse

    repository_name: RepositoryName
    """The name of the repository that is associated with the image layers to check.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    layer_digests: Annotated[list[BatchedOperationLayerDigest], Length(1, 100)]
    """The digests of the image layers to check (1 to 100 items, each at most 1000 characters)."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the image layers to
    check. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """


class InitiateLayerUploadResponse(Response, frozen=True):
    """What ECR answers to `InitiateLayerUploadRequest`."""

    upload_id: UploadId
    """The upload ID for the layer upload. This parameter is passed to further `UploadLayerPart` and
    `CompleteLayerUpload` operations.
    """

    part_size: PartSize
    """The size, in bytes, that Amazon ECR expects future layer part uploads to be."""


class InitiateLayerUploadRequest(Request[InitiateLayerUploadResponse], frozen=True):
    """Notifies Amazon ECR that you intend to upload an image layer.

    When an image is pushed, the InitiateLayerUpload API is called once per image layer that has not already
    been uploaded. Whether or not an image layer has been uploaded is determined by the
    BatchCheckLayerAvailability API action.

    Raises:
        KmsError: The operation failed due to a KMS exception.
        RepositoryNotFoundError: The specified repository could not be found.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_InitiateLayerUpload.html)
    """

    operation = "InitiateLayerUpload"
    response_type = InitiateLayerUploadResponse

    repository_name: RepositoryName
    """The name of the repository to which you intend to upload layers.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry to which you intend to upload layers.
    If you do not specify a registry, the default registry is assumed.

    12 digits.
    """


class UploadLayerPartResponse(Response, frozen=True):
    """What ECR answers to `UploadLayerPartRequest`."""

    last_byte_received: PartSize
    """The integer value of the last byte received in the request."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""

    upload_id: UploadId | None = None
    """The upload ID associated with the request."""


class UploadLayerPartRequest(Request[UploadLayerPartResponse], frozen=True):
    """Uploads an image layer part to Amazon ECR.

    When an image is pushed, each new image layer is uploaded in parts. The maximum size of each image layer
    part can be 20971520 bytes (or about 20MB). The UploadLayerPart API is called once per each new image
    layer part.

    Raises:
        InvalidLayerPartError: The layer part size is not valid, or the first byte specified is not
            consecutive to the last byte of a previous layer part upload.
        KmsError: The operation failed due to a KMS exception.
        LimitExceededError: The operation did not succeed because it would have exceeded a service limit for
            your account.
        RepositoryNotFoundError: The specified repository could not be found.
        UploadNotFoundError: The upload could not be found, or the specified upload ID is not valid for this
            repository.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UploadLayerPart.html)
    """

    operation = "UploadLayerPart"
    response_type = UploadLayerPartResponse

    repository_name: RepositoryName
    """The name of the repository to which you are uploading layer parts.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    upload_id: UploadId
    """The upload ID from a previous `InitiateLayerUpload` operation to associate with the layer part upload.

    Hexadecimal digits in groups of 8-4-4-4-12.
    """

    part_first_byte: PartSize
    """The position of the first byte of the layer part witin the overall image layer (0 or more)."""

    part_last_byte: PartSize
    """The position of the last byte of the layer part within the overall image layer (0 or more)."""

    layer_part_blob: LayerPartBlob = Field(repr=False)
    """The base64-encoded layer part payload (at most 20971520 bytes)."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry to which you are uploading layer
    parts. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """


class CompleteLayerUploadResponse(Response, frozen=True):
    """What ECR answers to `CompleteLayerUploadRequest`."""

    layer_digest: LayerDigest
    """The `sha256` digest of the image layer."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""

    upload_id: UploadId | None = None
    """The upload ID associated with the layer."""


class CompleteLayerUploadRequest(Request[CompleteLayerUploadResponse], frozen=True):
    """Informs Amazon ECR that the image layer upload has completed for a specified registry, repository name,
    and upload ID. You can optionally provide a `sha256` digest of the image layer for data validation
    purposes.

    When an image is pushed, the CompleteLayerUpload API is called once per each new image layer to verify
    that the upload has completed.

    Raises:
        EmptyUploadError: The specified layer upload does not contain any layer parts.
        InvalidLayerError: The layer digest calculation performed by Amazon ECR upon receipt of the image
            layer does not match the digest specified.
        KmsError: The operation failed due to a KMS exception.
        LayerAlreadyExistsError: The image layer already exists in the associated repository.
        LayerPartTooSmallError: Layer parts must be at least 5 MiB in size.
        RepositoryNotFoundError: The specified repository could not be found.
        UploadNotFoundError: The upload could not be found, or the specified upload ID is not valid for this
            repository.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CompleteLayerUpload.html)
    """

    operation = "CompleteLayerUpload"
    response_type = CompleteLayerUploadResponse

    repository_name: RepositoryName
    """The name of the repository to associate with the image layer.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    upload_id: UploadId
    """The upload ID from a previous `InitiateLayerUpload` operation to associate with the image layer.

    Hexadecimal digits in groups of 8-4-4-4-12.
    """

    layer_digests: Annotated[list[LayerDigest], Length(1, 100)]
    """The `sha256` digest of the image layer.

    1 to 100 items, each an algorithm, `:` and hexadecimal digits.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry to which to upload layers. If you do
    not specify a registry, the default registry is assumed.

    12 digits.
    """


class GetDownloadUrlForLayerResponse(Response, frozen=True):
    """What ECR answers to `GetDownloadUrlForLayerRequest`."""

    download_url: str = Field(repr=False)
    """The pre-signed Amazon S3 download URL for the requested layer."""

    layer_digest: LayerDigest | None = None
    """The digest of the image layer to download."""


class GetDownloadUrlForLayerRequest(Request[GetDownloadUrlForLayerResponse], frozen=True):
    """Retrieves the pre-signed Amazon S3 download URL corresponding to an image layer. You can only get URLs for
    image layers that are referenced in an image.

    When an image is pulled, the GetDownloadUrlForLayer API is called once per image layer that is not already
    cached.

    Raises:
        LayerInaccessibleError: The specified layer is not available because it is not associated with an
            image.
        LayersNotFoundError: The specified layers could not be found, or the specified layer is not valid for
            this repository.
        RepositoryNotFoundError: The specified repository could not be found.
        UnableToGetUpstreamLayerError: There was an issue getting the upstream layer matching the pull through
            cache rule.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetDownloadUrlForLayer.html)
    """

    operation = "GetDownloadUrlForLayer"
    response_type = GetDownloadUrlForLayerResponse

    repository_name: RepositoryName
    """The name of the repository that is associated with the image layer to download.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    layer_digest: LayerDigest
    """The digest of the image layer to download (an algorithm, `:` and hexadecimal digits)."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the image layer to
    download. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """
