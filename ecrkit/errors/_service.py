# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""One class for each exception of the service, below its family."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ecrkit.errors._base import ApiError, integer_member, text_member
from ecrkit.errors._families import (
    AccessError,
    AlreadyExistsError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    QuotaError,
    ServerError,
    UpstreamError,
)


class BlockedByOrganizationPolicyError(AccessError):
    """The operation did not succeed because the account is managed by a organization policy."""


class EmptyUploadError(InvalidRequestError):
    """The specified layer upload does not contain any layer parts."""


class ExclusionAlreadyExistsError(AlreadyExistsError):
    """The specified pull time update exclusion already exists for the registry."""


class ExclusionNotFoundError(NotFoundError):
    """The specified pull time update exclusion was not found."""


class ImageAlreadyExistsError(AlreadyExistsError):
    """The specified image has already been pushed, and there were no changes to the manifest or image tag
    after the last push.
    """


class ImageArchivedError(ConflictError):
    """The specified image is archived and cannot be scanned."""


class ImageDigestDoesNotMatchError(InvalidRequestError):
    """The specified image digest does not match the digest that Amazon ECR calculated for the image."""


class ImageNotFoundError(NotFoundError):
    """The image requested does not exist in the specified repository."""


class ImageStorageClassUpdateNotSupportedError(ConflictError):
    """The requested image storage class update is not supported."""


class ImageTagAlreadyExistsError(ConflictError):
    """The specified image is tagged with a tag that already exists. The repository is configured for tag
    immutability.
    """


class InvalidLayerError(InvalidRequestError):
    """The layer digest calculation performed by Amazon ECR upon receipt of the image layer does not match
    the digest specified.
    """


class InvalidLayerPartError(InvalidRequestError):
    """The layer part size is not valid, or the first byte specified is not consecutive to the last byte of a
    previous layer part upload.
    """

    registry_id: str | None
    """The registry ID associated with the exception."""

    repository_name: str | None
    """The repository name associated with the exception."""

    upload_id: str | None
    """The upload ID associated with the exception."""

    last_valid_byte_received: int | None
    """The last valid byte received from the layer part upload that is associated with the exception."""

    def read_members(self, members: Mapping[str, object]) -> None:
        self.registry_id = text_member(members, "registryId")
        self.repository_name = text_member(members, "repositoryName")
        self.upload_id = text_member(members, "uploadId")
        self.last_valid_byte_received = integer_member(members, "lastValidByteReceived")


class InvalidParameterError(InvalidRequestError):
    """The specified parameter is invalid. Review the available parameters for the API request."""


class InvalidTagParameterError(InvalidRequestError):
    """An invalid parameter has been specified. Tag keys can have a maximum character length of 128
    characters, and tag values can have a maximum length of 256 characters.
    """


class KmsError(ConflictError):
    """The operation failed due to a KMS exception."""

    kms_error: str | None
    """The error code returned by KMS."""

    def read_members(self, members: Mapping[str, object]) -> None:
        self.kms_error = text_member(members, "kmsError")


class LayerAlreadyExistsError(AlreadyExistsError):
    """The image layer already exists in the associated repository."""


class LayerInaccessibleError(ConflictError):
    """The specified layer is not available because it is not associated with an image. Unassociated image
    layers may be cleaned up at any time.
    """


class LayerPartTooSmallError(InvalidRequestError):
    """Layer parts must be at least 5 MiB in size."""


class LayersNotFoundError(NotFoundError):
    """The specified layers could not be found, or the specified layer is not valid for this repository."""


class LifecyclePolicyNotFoundError(NotFoundError):
    """The lifecycle policy could not be found, and no policy is set to the repository."""


class LifecyclePolicyPreviewInProgressError(ConflictError):
    """The previous lifecycle policy preview request has not completed. Wait and try again."""


class LifecyclePolicyPreviewNotFoundError(NotFoundError):
    """There is no dry run for this repository."""


class LimitExceededError(QuotaError):
    """The operation did not succeed because it would have exceeded a service limit for your account. For
    more information, see [Amazon ECR service
    quotas](https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html) in the Amazon
    Elastic Container Registry User Guide.
    """


class PullThroughCacheRuleAlreadyExistsError(AlreadyExistsError):
    """A pull through cache rule with these settings already exists for the private registry."""


class PullThroughCacheRuleNotFoundError(NotFoundError):
    """The pull through cache rule was not found. Specify a valid pull through cache rule and try again."""


class ReferencedImagesNotFoundError(NotFoundError):
    """The manifest list is referencing an image that does not exist."""


class RegistryPolicyNotFoundError(NotFoundError):
    """The registry doesn't have an associated registry policy."""


class ReplicationBackfillInProgressError(ConflictError):
    """A replication backfill is already in progress for the specified destination Region. This occurs
    because only one replication backfill can be in progress for a given destination Region at a time.
    Wait for the in progress backfill to reach a terminal status, or stop it with the
    `StopReplicationBackfill` operation, before starting another one.
    """


class ReplicationBackfillInvalidStatusError(ConflictError):
    """The requested operation can't be performed on the replication backfill because it is not in a valid
    status for that operation. For example, you can't stop a replication backfill that has already reached
    a terminal status. Use the `DescribeReplicationBackfillResults` operation to check the current status
    before retrying.
    """


class ReplicationBackfillNotFoundError(NotFoundError):
    """The specified replication backfill could not be found. Check the specified replication backfill ID and
    ensure that you are operating on the correct registry.
    """


class RepositoryAlreadyExistsError(AlreadyExistsError):
    """The specified repository already exists in the specified registry."""


class RepositoryNotEmptyError(ConflictError):
    """The specified repository contains images. To delete a repository that contains images, you must force
    the deletion with the `force` parameter.
    """


class RepositoryNotFoundError(NotFoundError):
    """The specified repository could not be found. Check the spelling of the specified repository and ensure
    that you are performing operations on the correct registry.
    """


class RepositoryPolicyNotFoundError(NotFoundError):
    """The specified repository and registry combination does not have an associated repository policy."""


class ScanNotFoundError(NotFoundError):
    """The specified image scan could not be found. Ensure that image scanning is enabled on the repository
    and try again.
    """


class SecretNotFoundError(UpstreamError):
    """The ARN of the secret specified in the pull through cache rule was not found. Update the pull through
    cache rule with a valid secret ARN and try again.
    """


class SigningConfigurationNotFoundError(NotFoundError):
    """The specified signing configuration was not found. This occurs when attempting to retrieve or delete a
    signing configuration that does not exist.
    """


class TemplateAlreadyExistsError(AlreadyExistsError):
    """The repository creation template already exists. Specify a unique prefix and try again."""


class TemplateNotFoundError(NotFoundError):
    """The specified repository creation template can't be found. Verify the registry ID and prefix and try
    again.
    """


class TooManyTagsError(QuotaError):
    """The list of tags on the repository is over the limit. The maximum number of tags that can be applied
    to a repository is 50.
    """


class UnableToAccessSecretError(UpstreamError):
    """The secret is unable to be accessed. Verify the resource permissions for the secret and try again."""


class UnableToDecryptSecretValueError(UpstreamError):
    """The secret is accessible but is unable to be decrypted. Verify the resource permisisons and try again."""


class UnableToGetUpstreamImageError(UpstreamError):
    """The image or images were unable to be pulled using the pull through cache rule. This is usually caused
    because of an issue with the Secrets Manager secret containing the credentials for the upstream
    registry.
    """


class UnableToGetUpstreamLayerError(UpstreamError):
    """There was an issue getting the upstream layer matching the pull through cache rule."""


class UnableToListUpstreamImageReferrersError(UpstreamError):
    """The referrer or referrers were unable to be listed using the pull through cache rule. This is usually
    caused because of an issue with the Secrets Manager secret containing the credentials for the upstream
    registry.
    """


class UnsupportedImageTypeError(InvalidRequestError):
    """The image is of a type that cannot be scanned."""


class UnsupportedUpstreamRegistryError(InvalidRequestError):
    """The specified upstream registry isn't supported."""


class UploadNotFoundError(NotFoundError):
    """The upload could not be found, or the specified upload ID is not valid for this repository."""


class ValidationError(InvalidRequestError):
    """There was an exception validating this request."""


SERVICE_ERRORS: Final[Mapping[str, type[ApiError]]] = MappingProxyType(
    {
        "BlockedByOrganizationPolicyException": BlockedByOrganizationPolicyError,
        "EmptyUploadException": EmptyUploadError,
        "ExclusionAlreadyExistsException": ExclusionAlreadyExistsError,
        "ExclusionNotFoundException": ExclusionNotFoundError,
        "ImageAlreadyExistsException": ImageAlreadyExistsError,
        "ImageArchivedException": ImageArchivedError,
        "ImageDigestDoesNotMatchException": ImageDigestDoesNotMatchError,
        "ImageNotFoundException": ImageNotFoundError,
        "ImageStorageClassUpdateNotSupportedException": ImageStorageClassUpdateNotSupportedError,
        "ImageTagAlreadyExistsException": ImageTagAlreadyExistsError,
        "InvalidLayerException": InvalidLayerError,
        "InvalidLayerPartException": InvalidLayerPartError,
        "InvalidParameterException": InvalidParameterError,
        "InvalidTagParameterException": InvalidTagParameterError,
        "KmsException": KmsError,
        "LayerAlreadyExistsException": LayerAlreadyExistsError,
        "LayerInaccessibleException": LayerInaccessibleError,
        "LayerPartTooSmallException": LayerPartTooSmallError,
        "LayersNotFoundException": LayersNotFoundError,
        "LifecyclePolicyNotFoundException": LifecyclePolicyNotFoundError,
        "LifecyclePolicyPreviewInProgressException": LifecyclePolicyPreviewInProgressError,
        "LifecyclePolicyPreviewNotFoundException": LifecyclePolicyPreviewNotFoundError,
        "LimitExceededException": LimitExceededError,
        "PullThroughCacheRuleAlreadyExistsException": PullThroughCacheRuleAlreadyExistsError,
        "PullThroughCacheRuleNotFoundException": PullThroughCacheRuleNotFoundError,
        "ReferencedImagesNotFoundException": ReferencedImagesNotFoundError,
        "RegistryPolicyNotFoundException": RegistryPolicyNotFoundError,
        "ReplicationBackfillInProgressException": ReplicationBackfillInProgressError,
        "ReplicationBackfillInvalidStatusException": ReplicationBackfillInvalidStatusError,
        "ReplicationBackfillNotFoundException": ReplicationBackfillNotFoundError,
        "RepositoryAlreadyExistsException": RepositoryAlreadyExistsError,
        "RepositoryNotEmptyException": RepositoryNotEmptyError,
        "RepositoryNotFoundException": RepositoryNotFoundError,
        "RepositoryPolicyNotFoundException": RepositoryPolicyNotFoundError,
        "ScanNotFoundException": ScanNotFoundError,
        "SecretNotFoundException": SecretNotFoundError,
        "ServerException": ServerError,
        "SigningConfigurationNotFoundException": SigningConfigurationNotFoundError,
        "TemplateAlreadyExistsException": TemplateAlreadyExistsError,
        "TemplateNotFoundException": TemplateNotFoundError,
        "TooManyTagsException": TooManyTagsError,
        "UnableToAccessSecretException": UnableToAccessSecretError,
        "UnableToDecryptSecretValueException": UnableToDecryptSecretValueError,
        "UnableToGetUpstreamImageException": UnableToGetUpstreamImageError,
        "UnableToGetUpstreamLayerException": UnableToGetUpstreamLayerError,
        "UnableToListUpstreamImageReferrersException": UnableToListUpstreamImageReferrersError,
        "UnsupportedImageTypeException": UnsupportedImageTypeError,
        "UnsupportedUpstreamRegistryException": UnsupportedUpstreamRegistryError,
        "UploadNotFoundException": UploadNotFoundError,
        "ValidationException": ValidationError,
    }
)
"""The class of each exception, by its code."""
