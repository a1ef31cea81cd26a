# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Signing: signatures that ECR makes when an image is pushed."""

from typing import Annotated

from pydantic import Field

from ecrkit.models._base import Request, Response, Shape
from ecrkit.models._enums import OpenEnum
from ecrkit.models._limits import Length
from ecrkit.models._scalars import (
    RegistryId,
    RepositoryName,
    SigningProfileArn,
    SigningRepositoryFilterValue,
)
from ecrkit.models._wire import ListOf
from ecrkit.models.shared import (
    ImageIdentifier,
)


class SigningRepositoryFilterType(OpenEnum):
    """The type of filter to use when determining which repositories should have their images automatically
    signed.
    """

    WILDCARD_MATCH = "WILDCARD_MATCH"


class SigningStatus(OpenEnum):
    """The image signing status. Possible values include `IN_PROGRESS`, `COMPLETE`, and `FAILED`."""

    IN_PROGRESS = "IN_PROGRESS"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"


class ImageSigningStatus(Shape, frozen=True):
    """The signing status for an image. Each status corresponds to a signing profile."""

    signing_profile_arn: SigningProfileArn
    """The ARN of the Amazon Web Services Signer signing profile used to sign the image."""

    status: SigningStatus
    """The image's signing status. Possible values are:

    - `IN_PROGRESS` - Signing is currently in progress.
    - `COMPLETE` - The signature was successfully generated.
    - `FAILED` - Signing failed. See `failure_code` and `failure_reason` for details.
    """

    failure_code: str | None = None
    """The failure code, which is only present if `status` is `FAILED`."""

    failure_reason: str | None = None
    """A description of why signing the image failed. This field is only present if `status` is `FAILED`."""


class SigningRepositoryFilter(Shape, frozen=True):
    """A repository filter used to determine which repositories have their images automatically signed on
    push. Each filter consists of a filter type and filter value.
    """

    filter: SigningRepositoryFilterValue
    """The filter value used to match repository names. When using `WILDCARD_MATCH`, the `*` character
    matches any sequence of characters.

    Examples:

    - `myapp/*` - Matches all repositories starting with `myapp/`
    - `*/production` - Matches all repositories ending with `/production`
    - `*prod*` - Matches all repositories containing `prod`

    1 to 256 characters: a repository name, with `*` for any characters.
    """

    filter_type: SigningRepositoryFilterType
    """The type of filter to apply. Currently, only `WILDCARD_MATCH` is supported, which uses wildcard
    patterns to match repository names.
    """


class SigningRule(Shape, frozen=True):
    """A signing rule that specifies a signing profile and optional repository filters. When an image is
    pushed to a matching repository, a signing job is created using the specified profile.
    """

    signing_profile_arn: SigningProfileArn
    """The ARN of the Amazon Web Services Signer signing profile to use for signing images that match this
    rule. For more information about signing profiles, see [Signing
    profiles](https://docs.aws.amazon.com/signer/latest/developerguide/signing-profiles.html) in the
    Amazon Web Services Signer Developer Guide.

    At most 200 characters: the ARN of a signing profile.
    """

    repository_filters: Annotated[list[SigningRepositoryFilter], Length(1, 100)] | None = None
    """A list of repository filters that determine which repositories have their images signed on push. If no
    filters are specified, all images pushed to the registry are signed using the rule's signing profile.
    Maximum of 100 filters per rule.

    1 to 100 items.
    """


class SigningConfiguration(Shape, frozen=True):
    """The signing configuration for a registry, which specifies rules for automatically signing images when
    pushed.
    """

    rules: Annotated[list[SigningRule], Length(at_most=10)]
    """A list of signing rules. Each rule defines a signing profile and optional repository filters that
    determine which images are automatically signed. Maximum of 10 rules.

    At most 10 items.
    """


class PutSigningConfigurationResponse(Response, frozen=True):
    """What ECR answers to `PutSigningConfigurationRequest`."""

    signing_configuration: SigningConfiguration
    """The registry's updated signing configuration."""


class PutSigningConfigurationRequest(Request[PutSigningConfigurationResponse], frozen=True):
    """Creates or updates the registry's signing configuration, which defines rules for automatically signing
    images with Amazon Web Services Signer.

    For more information, see [Managed
    signing](https://docs.aws.amazon.com/AmazonECR/latest/userguide/managed-signing.html) in the Amazon
    Elastic Container Registry User Guide.

    Note:
        To successfully generate a signature, the IAM principal pushing images must have permission to sign
        payloads with the Amazon Web Services Signer signing profile referenced in the signing configuration.

    Raises:
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutSigningConfiguration.html)
    """

    operation = "PutSigningConfiguration"
    response_type = PutSigningConfigurationResponse

    signing_configuration: SigningConfiguration
    """The signing configuration to assign to the registry."""


class GetSigningConfigurationResponse(Response, frozen=True):
    """What ECR answers to `GetSigningConfigurationRequest`."""

    signing_configuration: SigningConfiguration
    """The registry's signing configuration."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry."""


class GetSigningConfigurationRequest(Request[GetSigningConfigurationResponse], frozen=True):
    """Retrieves the registry's signing configuration, which defines rules for automatically signing images using
    Amazon Web Services Signer.

    For more information, see [Managed
    signing](https://docs.aws.amazon.com/AmazonECR/latest/userguide/managed-signing.html) in the Amazon
    Elastic Container Registry User Guide.

    Raises:
        SigningConfigurationNotFoundError: The specified signing configuration was not found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetSigningConfiguration.html)
    """

    operation = "GetSigningConfiguration"
    response_type = GetSigningConfigurationResponse


class DeleteSigningConfigurationResponse(Response, frozen=True):
    """What ECR answers to `DeleteSigningConfigurationRequest`."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry."""

    signing_configuration: SigningConfiguration | None = None
    """The registry's deleted signing configuration."""


class DeleteSigningConfigurationRequest(Request[DeleteSigningConfigurationResponse], frozen=True):
    """Deletes the registry's signing configuration. Images pushed after deletion of the signing configuration
    will no longer be automatically signed.

    For more information, see [Managed
    signing](https://docs.aws.amazon.com/AmazonECR/latest/userguide/managed-signing.html) in the Amazon
    Elastic Container Registry User Guide.

    Note:
        Deleting the signing configuration does not affect existing image signatures.

    Raises:
        SigningConfigurationNotFoundError: The specified signing configuration was not found.
        ValidationError: There was an exception validating this request.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteSigningConfiguration.html)
    """

    operation = "DeleteSigningConfiguration"
    response_type = DeleteSigningConfigurationResponse


class DescribeImageSigningStatusResponse(Response, frozen=True):
    """What ECR answers to `DescribeImageSigningStatusRequest`."""

    repository_name: RepositoryName | None = None
    """The name of the repository."""

    image_id: ImageIdentifier | None = None
    """An object with identifying information for the image."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry."""

    signing_statuses: ListOf[ImageSigningStatus] = Field(default_factory=list[ImageSigningStatus])
    """A list of signing statuses for the specified image. Each status corresponds to a signing profile."""


class DescribeImageSigningStatusRequest(Request[DescribeImageSigningStatusResponse], frozen=True):
    """Returns the signing status for a specified image. If the image matched signing rules that reference
    different signing profiles, a status is returned for each profile.

    For more information, see [Managed
    signing](https://docs.aws.amazon.com/AmazonECR/latest/userguide/managed-signing.html) in the Amazon
    Elastic Container Registry User Guide.

    Raises:
        ImageNotFoundError: The image requested does not exist in the specified repository.
        RepositoryNotFoundError: The specified repository could not be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageSigningStatus.html)
    """

    operation = "DescribeImageSigningStatus"
    response_type = DescribeImageSigningStatusResponse

    repository_name: RepositoryName
    """The name of the repository that contains the image.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    image_id: ImageIdentifier
    """An object containing identifying information for an image."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository. If you
    do not specify a registry, the default registry is assumed.

    12 digits.
    """
