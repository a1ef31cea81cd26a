# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Every error that ecrkit raises, and how they are related.

```
EcrKitError
├── ApiError: ECR answered with an error
│   ├── NotFoundError: The named resource does not exist
│   │   └── ExclusionNotFoundError, ImageNotFoundError, LayersNotFoundError, LifecyclePolicyNotFoundError,
│   │       LifecyclePolicyPreviewNotFoundError, PullThroughCacheRuleNotFoundError,
│   │       ReferencedImagesNotFoundError, RegistryPolicyNotFoundError, ReplicationBackfillNotFoundError,
│   │       RepositoryNotFoundError, RepositoryPolicyNotFoundError, ScanNotFoundError,
│   │       SigningConfigurationNotFoundError, TemplateNotFoundError, UploadNotFoundError
│   ├── AlreadyExistsError: The resource to create already exists
│   │   └── ExclusionAlreadyExistsError, ImageAlreadyExistsError, LayerAlreadyExistsError,
│   │       PullThroughCacheRuleAlreadyExistsError, RepositoryAlreadyExistsError, TemplateAlreadyExistsError
│   ├── InvalidRequestError: ECR rejects the request
│   │   └── EmptyUploadError, ImageDigestDoesNotMatchError, InvalidLayerError, InvalidLayerPartError,
│   │       InvalidParameterError, InvalidTagParameterError, LayerPartTooSmallError,
│   │       UnsupportedImageTypeError, UnsupportedUpstreamRegistryError, ValidationError
│   ├── ConflictError: The request conflicts with the current state of the resource
│   │   ├── ImageTagAlreadyExistsError: The specified image is tagged with a tag that already exists
│   │   │   └── TagImmutableError
│   │   └── ImageArchivedError, ImageInaccessibleError, ImageReferencedError,
│   │       ImageStorageClassUpdateNotSupportedError, KmsError, LayerInaccessibleError,
│   │       LifecyclePolicyPreviewInProgressError, ReplicationBackfillInProgressError,
│   │       ReplicationBackfillInvalidStatusError, RepositoryNotEmptyError
│   ├── QuotaError: A quota of the account or the resource is exhausted
│   │   └── LimitExceededError, TooManyTagsError
│   ├── UpstreamError: The upstream registry of a pull-through cache failed, or ECR could not use its secret
│   │   └── SecretNotFoundError, UnableToAccessSecretError, UnableToDecryptSecretValueError,
│   │       UnableToGetUpstreamImageError, UnableToGetUpstreamLayerError,
│   │       UnableToListUpstreamImageReferrersError
│   ├── AccessError: The caller is not allowed to do this or could not be authenticated
│   │   └── AccessDeniedError, BlockedByOrganizationPolicyError, ExpiredTokenError, InvalidSignatureError,
│   │       UnrecognizedClientError
│   └── ServerError, ThrottlingError
├── InvalidInputError (also ValueError): The caller passed something invalid
│   ├── InvalidManifestError: A manifest is not JSON, or does not state what kind of manifest it is
│   │   └── NotAnImageError
│   ├── InvalidImageError: A folder or archive does not contain an image, or contains something that is not safe to read
│   │   └── NotAnImageError, PlatformNotFoundError
│   ├── MissingBlobError: An image source refers to a blob that it does not have
│   │   └── IncompleteIndexError
│   └── EmptyLayerError, InvalidArgumentError (also TypeError), InvalidEventError, InvalidFieldsError,
│       InvalidPolicyError, InvalidReferenceError, InvalidSourceError (also TypeError)
├── TransportError: No usable response arrived
│   └── AnswerLostError, EndpointUnreachableError, UnreadableAnswerError
├── ConfigurationError: The configuration is incomplete or contradictory
│   └── DockerConfigError, ForeignRegistryError, InvalidEndpointError, MissingCredentialsError,
│       MissingExtraError (also ImportError), MissingRegionError, UnchangeableSettingError,
│       UnsupportedOperationError, UnsupportedWireError
├── OperationCancelledError: The call was cancelled
│   └── WaitCancelledError
├── OperationTimeoutError (also TimeoutError): The call did not finish within its `timeout`
│   └── WaitTimeoutError
├── WaitError: A wait ended without reaching its condition
│   └── WaitCancelledError, WaitFailedError, WaitTimeoutError
└── BatchFailedError, ClosedError, DigestMismatchError, DiskFullError (also OSError), LastTagError,
    NotEmptyError (also FileExistsError), NotRereadableError, NotTaggedError, RefusedRedirectError,
    ResultsUnavailableError, SourceChangedError
```

An exception of the service is named after its code, with `Error` for `Exception`. `SERVICE_ERRORS` lists them by code.
"""

from ecrkit.errors._base import ApiError, EcrKitError
from ecrkit.errors._families import (
    AccessDeniedError,
    AccessError,
    AlreadyExistsError,
    ConflictError,
    ExpiredTokenError,
    InvalidRequestError,
    InvalidSignatureError,
    NotFoundError,
    QuotaError,
    ServerError,
    ThrottlingError,
    UnrecognizedClientError,
    UpstreamError,
)
from ecrkit.errors._judged import ImageInaccessibleError, ImageReferencedError, TagImmutableError
from ecrkit.errors._local import (
    AnswerLostError,
    BatchFailedError,
    ClosedError,
    ConfigurationError,
    DigestMismatchError,
    DiskFullError,
    DockerConfigError,
    EmptyLayerError,
    EndpointUnreachableError,
    ForeignRegistryError,
    IncompleteIndexError,
    InvalidArgumentError,
    InvalidEndpointError,
    InvalidEventError,
    InvalidFieldsError,
    InvalidImageError,
    InvalidInputError,
    InvalidManifestError,
    InvalidPolicyError,
    InvalidReferenceError,
    InvalidSourceError,
    LastTagError,
    MissingBlobError,
    MissingCredentialsError,
    MissingExtraError,
    MissingRegionError,
    NotAnImageError,
    NotEmptyError,
    NotRereadableError,
    NotTaggedError,
    OperationCancelledError,
    OperationTimeoutError,
    PlatformNotFoundError,
    RefusedRedirectError,
    ResultsUnavailableError,
    SourceChangedError,
    TransportError,
    UnchangeableSettingError,
    UnreadableAnswerError,
    UnsupportedOperationError,
    UnsupportedWireError,
    WaitCancelledError,
    WaitError,
    WaitFailedError,
    WaitTimeoutError,
)
from ecrkit.errors._service import (
    SERVICE_ERRORS,
    BlockedByOrganizationPolicyError,
    EmptyUploadError,
    ExclusionAlreadyExistsError,
    ExclusionNotFoundError,
    ImageAlreadyExistsError,
    ImageArchivedError,
    ImageDigestDoesNotMatchError,
    ImageNotFoundError,
    ImageStorageClassUpdateNotSupportedError,
    ImageTagAlreadyExistsError,
    InvalidLayerError,
    InvalidLayerPartError,
    InvalidParameterError,
    InvalidTagParameterError,
    KmsError,
    LayerAlreadyExistsError,
    LayerInaccessibleError,
    LayerPartTooSmallError,
    LayersNotFoundError,
    LifecyclePolicyNotFoundError,
    LifecyclePolicyPreviewInProgressError,
    LifecyclePolicyPreviewNotFoundError,
    LimitExceededError,
    PullThroughCacheRuleAlreadyExistsError,
    PullThroughCacheRuleNotFoundError,
    ReferencedImagesNotFoundError,
    RegistryPolicyNotFoundError,
    ReplicationBackfillInProgressError,
    ReplicationBackfillInvalidStatusError,
    ReplicationBackfillNotFoundError,
    RepositoryAlreadyExistsError,
    RepositoryNotEmptyError,
    RepositoryNotFoundError,
    RepositoryPolicyNotFoundError,
    ScanNotFoundError,
    SecretNotFoundError,
    SigningConfigurationNotFoundError,
    TemplateAlreadyExistsError,
    TemplateNotFoundError,
    TooManyTagsError,
    UnableToAccessSecretError,
    UnableToDecryptSecretValueError,
    UnableToGetUpstreamImageError,
    UnableToGetUpstreamLayerError,
    UnableToListUpstreamImageReferrersError,
    UnsupportedImageTypeError,
    UnsupportedUpstreamRegistryError,
    UploadNotFoundError,
    ValidationError,
)
from ecrkit.errors._translate import api_error

__all__ = [
    "SERVICE_ERRORS",
    "AccessDeniedError",
    "AccessError",
    "AlreadyExistsError",
    "AnswerLostError",
    "ApiError",
    "BatchFailedError",
    "BlockedByOrganizationPolicyError",
    "ClosedError",
    "ConfigurationError",
    "ConflictError",
    "DigestMismatchError",
    "DiskFullError",
    "DockerConfigError",
    "EcrKitError",
    "EmptyLayerError",
    "EmptyUploadError",
    "EndpointUnreachableError",
    "ExclusionAlreadyExistsError",
    "ExclusionNotFoundError",
    "ExpiredTokenError",
    "ForeignRegistryError",
    "ImageAlreadyExistsError",
    "ImageArchivedError",
    "ImageDigestDoesNotMatchError",
    "ImageInaccessibleError",
    "ImageNotFoundError",
    "ImageReferencedError",
    "ImageStorageClassUpdateNotSupportedError",
    "ImageTagAlreadyExistsError",
    "IncompleteIndexError",
    "InvalidArgumentError",
    "InvalidEndpointError",
    "InvalidEventError",
    "InvalidFieldsError",
    "InvalidImageError",
    "InvalidInputError",
    "InvalidLayerError",
    "InvalidLayerPartError",
    "InvalidManifestError",
    "InvalidParameterError",
    "InvalidPolicyError",
    "InvalidReferenceError",
    "InvalidRequestError",
    "InvalidSignatureError",
    "InvalidSourceError",
    "InvalidTagParameterError",
    "KmsError",
    "LastTagError",
    "LayerAlreadyExistsError",
    "LayerInaccessibleError",
    "LayerPartTooSmallError",
    "LayersNotFoundError",
    "LifecyclePolicyNotFoundError",
    "LifecyclePolicyPreviewInProgressError",
    "LifecyclePolicyPreviewNotFoundError",
    "LimitExceededError",
    "MissingBlobError",
    "MissingCredentialsError",
    "MissingExtraError",
    "MissingRegionError",
    "NotAnImageError",
    "NotEmptyError",
    "NotFoundError",
    "NotRereadableError",
    "NotTaggedError",
    "OperationCancelledError",
    "OperationTimeoutError",
    "PlatformNotFoundError",
    "PullThroughCacheRuleAlreadyExistsError",
    "PullThroughCacheRuleNotFoundError",
    "QuotaError",
    "ReferencedImagesNotFoundError",
    "RefusedRedirectError",
    "RegistryPolicyNotFoundError",
    "ReplicationBackfillInProgressError",
    "ReplicationBackfillInvalidStatusError",
    "ReplicationBackfillNotFoundError",
    "RepositoryAlreadyExistsError",
    "RepositoryNotEmptyError",
    "RepositoryNotFoundError",
    "RepositoryPolicyNotFoundError",
    "ResultsUnavailableError",
    "ScanNotFoundError",
    "SecretNotFoundError",
    "ServerError",
    "SigningConfigurationNotFoundError",
    "SourceChangedError",
    "TagImmutableError",
    "TemplateAlreadyExistsError",
    "TemplateNotFoundError",
    "ThrottlingError",
    "TooManyTagsError",
    "TransportError",
    "UnableToAccessSecretError",
    "UnableToDecryptSecretValueError",
    "UnableToGetUpstreamImageError",
    "UnableToGetUpstreamLayerError",
    "UnableToListUpstreamImageReferrersError",
    "UnchangeableSettingError",
    "UnreadableAnswerError",
    "UnrecognizedClientError",
    "UnsupportedImageTypeError",
    "UnsupportedOperationError",
    "UnsupportedUpstreamRegistryError",
    "UnsupportedWireError",
    "UploadNotFoundError",
    "UpstreamError",
    "ValidationError",
    "WaitCancelledError",
    "WaitError",
    "WaitFailedError",
    "WaitTimeoutError",
    "api_error",
]
