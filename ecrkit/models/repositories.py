# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Repositories: create, describe, configure and delete them, and say who may use them."""

from typing import Annotated

from pydantic import Field

from ecrkit.models._base import PagedRequest, PagedResponse, Request, Response, Shape
from ecrkit.models._limits import Length
from ecrkit.models._scalars import (
    KmsKey,
    MaxResults,
    RegistryId,
    RepositoryName,
    RepositoryPolicyText,
)
from ecrkit.models._wire import ListOf, Timestamp
from ecrkit.models.shared import (
    EncryptionType,
    ImageScanningConfiguration,
    ImageTagMutability,
    ImageTagMutabilityExclusionFilter,
    Tag,
)


class EncryptionConfiguration(Shape, frozen=True):
    """The encryption configuration for the repository. This determines how the contents of your repository
    are encrypted at rest.

    By default, when no encryption configuration is set or the `AES256` encryption type is used, Amazon
    ECR uses server-side encryption with Amazon S3-managed encryption keys which encrypts your data at
    rest using an AES256 encryption algorithm. This does not require any action on your part.

    For more control over the encryption of the contents of your repository, you can use server-side
    encryption with Key Management Service key stored in Key Management Service (KMS) to encrypt your
    images. For more information, see [Amazon ECR encryption at
    rest](https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html) in the Amazon
    Elastic Container Registry User Guide.
    """

    encryption_type: EncryptionType
    """The encryption type to use.

    If you use the `KMS` encryption type, the contents of the repository will be encrypted using
    server-side encryption with Key Management Service key stored in KMS. When you use KMS to encrypt your
    data, you can either use the default Amazon Web Services managed KMS key for Amazon ECR, or specify
    your own KMS key, which you already created.

    If you use the `KMS_DSSE` encryption type, the contents of the repository will be encrypted with two
    layers of encryption using server-side encryption with the KMS Management Service key stored in KMS.
    Similar to the `KMS` encryption type, you can either use the default Amazon Web Services managed KMS
    key for Amazon ECR, or specify your own KMS key, which you've already created.

    If you use the `AES256` encryption type, Amazon ECR uses server-side encryption with Amazon S3-managed
    encryption keys which encrypts the images in the repository using an AES256 encryption algorithm.

    For more information, see [Amazon ECR encryption at
    rest](https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html) in the Amazon
    Elastic Container Registry User Guide.
    """

    kms_key: KmsKey | None = None
    """If you use the `KMS` encryption type, specify the KMS key to use for encryption. The alias, key ID, or
    full ARN of the KMS key can be specified. The key must exist in the same Region as the repository. If
    no key is specified, the default Amazon Web Services managed KMS key for Amazon ECR will be used.

    1 to 2048 characters.
    """


class Repository(Shape, frozen=True):
    """An object representing a repository."""

    repository_arn: str
    """The Amazon Resource Name (ARN) that identifies the repository. The ARN contains the `arn:aws:ecr`
    namespace, followed by the region of the repository, Amazon Web Services account ID of the repository
    owner, and repository name. For example, `arn:aws:ecr:region:012345678910:repository/repository-name`.
    """

    registry_id: RegistryId
    """The Amazon Web Services account ID associated with the registry that contains the repository."""

    repository_name: RepositoryName
    """The name of the repository."""

    repository_uri: str | None = None
    """The URI for the repository. You can use this URI for container image `push` and `pull` operations."""

    created_at: Timestamp | None = None
    """The date and time, in JavaScript date format, when the repository was created."""

    image_tag_mutability: ImageTagMutability | None = None
    """The tag mutability setting for the repository."""

    image_tag_mutability_exclusion_filters: ListOf[ImageTagMutabilityExclusionFilter] = Field(
        default_factory=list[ImageTagMutabilityExclusionFilter]
    )
    """A list of filters that specify which image tags are excluded from the repository's image tag
    mutability setting.
    """

    image_scanning_configuration: ImageScanningConfiguration | None = None
    """Whether images are scanned when they are pushed; the scanning configuration of the registry supersedes
    it.
    """

    encryption_configuration: EncryptionConfiguration | None = None
    """The encryption configuration for the repository. This determines how the contents of your repository
    are encrypted at rest.
    """


class CreateRepositoryResponse(Response, frozen=True):
    """What ECR answers to `CreateRepositoryRequest`."""

    repository: Repository
    """The repository that was created."""


class CreateRepositoryRequest(Request[CreateRepositoryResponse], frozen=True):
    """Creates a repository. For more information, see [Amazon ECR
    repositories](https://docs.aws.amazon.com/AmazonECR/latest/userguide/Repositories.html) in the Amazon
    Elastic Container Registry User Guide.

    Raises:
        InvalidTagParameterError: An invalid parameter has been specified.
        KmsError: The operation failed due to a KMS exception.
        LimitExceededError: The operation did not succeed because it would have exceeded a service limit for
            your account.
        RepositoryAlreadyExistsError: The specified repository already exists in the specified registry.
        TooManyTagsError: The list of tags on the repository is over the limit.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html)
    """

    operation = "CreateRepository"
    response_type = CreateRepositoryResponse

    repository_name: RepositoryName
    """The name to use for the repository. The repository name may be specified on its own (such as
    `nginx-web-app`) or it can be prepended with a namespace to group the repository into a category (such
    as `project-a/nginx-web-app`).

    The repository name must start with a letter and can only contain lowercase letters, numbers, hyphens,
    underscores, and forward slashes.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry to create the repository. If you do
    not specify a registry, the default registry is assumed.

    12 digits.
    """

    tags: list[Tag] | None = None
    """The metadata that you apply to the repository to help you categorize and organize them. Each tag
    consists of a key and an optional value, both of which you define. Tag keys can have a maximum
    character length of 128 characters, and tag values can have a maximum length of 256 characters.
    """

    image_tag_mutability: ImageTagMutability | None = None
    """The tag mutability setting for the repository. If this parameter is omitted, the default setting of
    `MUTABLE` will be used which will allow image tags to be overwritten. If `IMMUTABLE` is specified, all
    image tags within the repository will be immutable which will prevent them from being overwritten.
    """

    image_tag_mutability_exclusion_filters: (
        Annotated[list[ImageTagMutabilityExclusionFilter], Length(1, 5)] | None
    ) = None
    """A list of filters that specify which image tags should be excluded from the repository's image tag
    mutability setting.

    1 to 5 items.
    """

    image_scanning_configuration: ImageScanningConfiguration | None = None
    """The image scanning configuration for the repository. This determines whether images are scanned for
    known vulnerabilities after being pushed to the repository.

    Important:
        The `image_scanning_configuration` parameter is being deprecated, in favor of specifying the image
        scanning configuration at the registry level. For more information, see
        `PutRegistryScanningConfiguration`.
    """

    encryption_configuration: EncryptionConfiguration | None = None
    """The encryption configuration for the repository. This determines how the contents of your repository
    are encrypted at rest.
    """


class DescribeRepositoriesResponse(PagedResponse, frozen=True):
    """What ECR answers to `DescribeRepositoriesRequest`."""

    repositories: ListOf[Repository] = Field(default_factory=list[Repository])
    """A list of repository objects corresponding to valid repositories."""


class DescribeRepositoriesRequest(PagedRequest[DescribeRepositoriesResponse], frozen=True):
    """Describes image repositories in a registry.

    Raises:
        RepositoryNotFoundError: The specified repository could not be found.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html)
    """

    operation = "DescribeRepositories"
    response_type = DescribeRepositoriesResponse
    result_keys = ("repositories",)

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repositories to be
    described. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """

    repository_names: Annotated[list[RepositoryName], Length(1, 100)] | None = None
    """A list of repositories to describe. If this parameter is omitted, then all repositories in a registry
    are described.

    1 to 100 items, each 2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or
    hyphens between, parts separated by `/`.
    """

    max_results: MaxResults | None = None
    """Maximum number of items per page; defaults to 100 (1 to 1000)."""


class DeleteRepositoryResponse(Response, frozen=True):
    """What ECR answers to `DeleteRepositoryRequest`."""

    repository: Repository
    """The repository that was deleted."""


class DeleteRepositoryRequest(Request[DeleteRepositoryResponse], frozen=True):
    """Deletes a repository. If the repository isn't empty, you must either delete the contents of the repository
    or use the `force` option to delete the repository and have Amazon ECR delete all of its contents on your
    behalf.

    Raises:
        KmsError: The operation failed due to a KMS exception.
        RepositoryNotEmptyError: The specified repository contains images.
        RepositoryNotFoundError: The specified repository could not be found.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html)
    """

    operation = "DeleteRepository"
    response_type = DeleteRepositoryResponse

    repository_name: RepositoryName
    """The name of the repository to delete.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository to
    delete. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """

    force: bool | None = None
    """If true, deleting the repository force deletes the contents of the repository. If false, the
    repository must be empty before attempting to delete it.
    """


class PutImageTagMutabilityResponse(Response, frozen=True):
    """What ECR answers to `PutImageTagMutabilityRequest`."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""

    image_tag_mutability: ImageTagMutability | None = None
    """The image tag mutability setting for the repository."""

    image_tag_mutability_exclusion_filters: ListOf[ImageTagMutabilityExclusionFilter] = Field(
        default_factory=list[ImageTagMutabilityExclusionFilter]
    )
    """The list of filters that specify which image tags are excluded from the repository's image tag
    mutability setting.
    """


class PutImageTagMutabilityRequest(Request[PutImageTagMutabilityResponse], frozen=True):
    """Updates the image tag mutability settings for the specified repository. For more information, see [Image
    tag mutability](https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html) in the
    Amazon Elastic Container Registry User Guide.

    Raises:
        RepositoryNotFoundError: The specified repository could not be found.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html)
    """

    operation = "PutImageTagMutability"
    response_type = PutImageTagMutabilityResponse

    repository_name: RepositoryName
    """The name of the repository in which to update the image tag mutability settings.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    image_tag_mutability: ImageTagMutability
    """The tag mutability setting for the repository. If `MUTABLE` is specified, image tags can be
    overwritten. If `IMMUTABLE` is specified, all image tags within the repository will be immutable which
    will prevent them from being overwritten.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository in which
    to update the image tag mutability settings. If you do not specify a registry, the default registry is
    assumed.

    12 digits.
    """

    image_tag_mutability_exclusion_filters: (
        Annotated[list[ImageTagMutabilityExclusionFilter], Length(1, 5)] | None
    ) = None
    """A list of filters that specify which image tags should be excluded from the image tag mutability
    setting being applied.

    1 to 5 items.
    """


class SetRepositoryPolicyResponse(Response, frozen=True):
    """What ECR answers to `SetRepositoryPolicyRequest`."""

    policy_text: RepositoryPolicyText
    """The JSON repository policy text applied to the repository."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""


class SetRepositoryPolicyRequest(Request[SetRepositoryPolicyResponse], frozen=True):
    """Applies a repository policy to the specified repository to control access permissions. For more
    information, see [Amazon ECR Repository
    policies](https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html) in the Amazon
    Elastic Container Registry User Guide.

    Raises:
        RepositoryNotFoundError: The specified repository could not be found.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html)
    """

    operation = "SetRepositoryPolicy"
    response_type = SetRepositoryPolicyResponse

    repository_name: RepositoryName
    """The name of the repository to receive the policy.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    policy_text: RepositoryPolicyText
    """The JSON repository policy text to apply to the repository. For more information, see [Amazon ECR
    repository
    policies](https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html) in
    the Amazon Elastic Container Registry User Guide.

    At most 10240 characters.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository. If you
    do not specify a registry, the default registry is assumed.

    12 digits.
    """

    force: bool | None = None
    """If the policy you are attempting to set on a repository policy would prevent you from setting another
    policy in the future, you must force the `SetRepositoryPolicy` operation. This is intended to prevent
    accidental repository lock outs.
    """


class GetRepositoryPolicyResponse(Response, frozen=True):
    """What ECR answers to `GetRepositoryPolicyRequest`."""

    policy_text: RepositoryPolicyText
    """The JSON repository policy text associated with the repository."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""


class GetRepositoryPolicyRequest(Request[GetRepositoryPolicyResponse], frozen=True):
    """Retrieves the repository policy for the specified repository.

    Raises:
        RepositoryNotFoundError: The specified repository could not be found.
        RepositoryPolicyNotFoundError: The specified repository and registry combination does not have an
            associated repository policy.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRepositoryPolicy.html)
    """

    operation = "GetRepositoryPolicy"
    response_type = GetRepositoryPolicyResponse

    repository_name: RepositoryName
    """The name of the repository with the policy to retrieve.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository. If you
    do not specify a registry, the default registry is assumed.

    12 digits.
    """


class DeleteRepositoryPolicyResponse(Response, frozen=True):
    """What ECR answers to `DeleteRepositoryPolicyRequest`."""

    policy_text: RepositoryPolicyText
    """The JSON repository policy that was deleted from the repository."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_name: RepositoryName | None = None
    """The repository name associated with the request."""


class DeleteRepositoryPolicyRequest(Request[DeleteRepositoryPolicyResponse], frozen=True):
    """Deletes the repository policy associated with the specified repository.

    Raises:
        RepositoryNotFoundError: The specified repository could not be found.
        RepositoryPolicyNotFoundError: The specified repository and registry combination does not have an
            associated repository policy.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepositoryPolicy.html)
    """

    operation = "DeleteRepositoryPolicy"
    response_type = DeleteRepositoryPolicyResponse

    repository_name: RepositoryName
    """The name of the repository that is associated with the repository policy to delete.

    2 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the repository policy to
    delete. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """
