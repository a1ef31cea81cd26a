# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Creation templates: the settings of repositories that ECR makes by itself."""

from typing import Annotated

from pydantic import Field

from ecrkit.models._base import PagedRequest, PagedResponse, Request, Response, Shape
from ecrkit.models._enums import OpenEnum
from ecrkit.models._limits import Length
from ecrkit.models._scalars import (
    CustomRoleArn,
    KmsKeyForRepositoryCreationTemplate,
    LifecyclePolicyTextForRepositoryCreationTemplate,
    MaxResults,
    Prefix,
    RegistryId,
    RepositoryPolicyText,
    RepositoryTemplateDescription,
)
from ecrkit.models._wire import ListOf, Timestamp
from ecrkit.models.shared import (
    EncryptionType,
    ImageTagMutability,
    ImageTagMutabilityExclusionFilter,
    Tag,
)


class RCTAppliedFor(OpenEnum):
    """When a creation template applies."""

    REPLICATION = "REPLICATION"
    PULL_THROUGH_CACHE = "PULL_THROUGH_CACHE"
    CREATE_ON_PUSH = "CREATE_ON_PUSH"


class EncryptionConfigurationForRepositoryCreationTemplate(Shape, frozen=True):
    """The encryption configuration to associate with the repository creation template."""

    encryption_type: EncryptionType
    """The encryption type to use.

    If you use the `KMS` encryption type, the contents of the repository will be encrypted using
    server-side encryption with Key Management Service key stored in KMS. When you use KMS to encrypt your
    data, you can either use the default Amazon Web Services managed KMS key for Amazon ECR, or specify
    your own KMS key, which you already created. For more information, see [Protecting data using
    server-side encryption with an KMS key stored in Key Management Service
    (SSE-KMS)](https://docs.aws.amazon.com/AmazonS3/latest/dev/UsingKMSEncryption.html) in the Amazon
    Simple Storage Service Console Developer Guide.

    If you use the `AES256` encryption type, Amazon ECR uses server-side encryption with Amazon S3-managed
    encryption keys which encrypts the images in the repository using an AES256 encryption algorithm. For
    more information, see [Protecting data using server-side encryption with Amazon S3-managed encryption
    keys (SSE-S3)](https://docs.aws.amazon.com/AmazonS3/latest/dev/UsingServerSideEncryption.html) in the
    Amazon Simple Storage Service Console Developer Guide.
    """

    kms_key: KmsKeyForRepositoryCreationTemplate | None = None
    """If you use the `KMS` encryption type, specify the KMS key to use for encryption. The full ARN of the
    KMS key must be specified. The key must exist in the same Region as the repository. If no key is
    specified, the default Amazon Web Services managed KMS key for Amazon ECR will be used.

    At most 2048 characters: empty, or the ARN of a KMS key.
    """


class RepositoryCreationTemplate(Shape, frozen=True):
    """The details of the repository creation template associated with the request."""

    prefix: Prefix
    """The repository namespace prefix associated with the repository creation template."""

    description: RepositoryTemplateDescription | None = None
    """The description associated with the repository creation template."""

    encryption_configuration: EncryptionConfigurationForRepositoryCreationTemplate | None = None
    """The encryption configuration associated with the repository creation template."""

    resource_tags: ListOf[Tag] = Field(default_factory=list[Tag])
    """The metadata to apply to the repository to help you categorize and organize. Each tag consists of a
    key and an optional value, both of which you define. Tag keys can have a maximum character length of
    128 characters, and tag values can have a maximum length of 256 characters.
    """

    image_tag_mutability: ImageTagMutability | None = None
    """The tag mutability setting for the repository. If this parameter is omitted, the default setting of
    `MUTABLE` will be used which will allow image tags to be overwritten. If `IMMUTABLE` is specified, all
    image tags within the repository will be immutable which will prevent them from being overwritten.
    """

    image_tag_mutability_exclusion_filters: ListOf[ImageTagMutabilityExclusionFilter] = Field(
        default_factory=list[ImageTagMutabilityExclusionFilter]
    )
    """A list of filters that specify which image tags are excluded from the repository creation template's
    image tag mutability setting.
    """

    repository_policy: RepositoryPolicyText | None = None
    """The repository policy to apply to repositories created using the template. A repository policy is a
    permissions policy associated with a repository to control access permissions.
    """

    lifecycle_policy: LifecyclePolicyTextForRepositoryCreationTemplate | None = None
    """The lifecycle policy to use for repositories created using the template."""

    applied_for: ListOf[RCTAppliedFor] = Field(default_factory=list[RCTAppliedFor])
    """A list of enumerable Strings representing the repository creation scenarios that this template will
    apply towards. The supported scenarios are PULL_THROUGH_CACHE, REPLICATION, and CREATE_ON_PUSH
    """

    custom_role_arn: CustomRoleArn | None = None
    """The ARN of the role to be assumed by Amazon ECR. Amazon ECR will assume your supplied role when the
    customRoleArn is specified. When this field isn't specified, Amazon ECR will use the service-linked
    role for the repository creation template.
    """

    created_at: Timestamp | None = None
    """The date and time, in JavaScript date format, when the repository creation template was created."""

    updated_at: Timestamp | None = None
    """The date and time, in JavaScript date format, when the repository creation template was last updated.
    """


class CreateRepositoryCreationTemplateResponse(Response, frozen=True):
    """What ECR answers to `CreateRepositoryCreationTemplateRequest`."""

    repository_creation_template: RepositoryCreationTemplate
    """The details of the repository creation template associated with the request."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""


class CreateRepositoryCreationTemplateRequest(Request[CreateRepositoryCreationTemplateResponse], frozen=True):
    """Creates a repository creation template. This template is used to define the settings for repositories
    created by Amazon ECR on your behalf. For example, repositories created through pull through cache
    actions. For more information, see [Private repository creation
    templates](https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html) in
    the Amazon Elastic Container Registry User Guide.

    Raises:
        LimitExceededError: The operation did not succeed because it would have exceeded a service limit for
            your account.
        TemplateAlreadyExistsError: The repository creation template already exists.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepositoryCreationTemplate.html)
    """

    operation = "CreateRepositoryCreationTemplate"
    response_type = CreateRepositoryCreationTemplateResponse

    prefix: Prefix
    """The repository namespace prefix to associate with the template. All repositories created using this
    namespace prefix will have the settings defined in this template applied. For example, a prefix of
    `prod` would apply to all repositories beginning with `prod/`. Similarly, a prefix of `prod/team`
    would apply to all repositories beginning with `prod/team/`.

    To apply a template to all repositories in your registry that don't have an associated creation
    template, you can use `ROOT` as the prefix.

    Important:
        There is always an assumed `/` applied to the end of the prefix. If you specify `ecr-public` as
        the prefix, Amazon ECR treats that as `ecr-public/`. When using a pull through cache rule, the
        repository prefix you specify during rule creation is what you should specify as your repository
        creation template prefix as well.

    1 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`, or `ROOT`.
    """

    applied_for: list[RCTAppliedFor]
    """A list of enumerable strings representing the Amazon ECR repository creation scenarios that this
    template will apply towards. The supported scenarios are `PULL_THROUGH_CACHE`, `REPLICATION`, and
    `CREATE_ON_PUSH`
    """

    description: RepositoryTemplateDescription | None = None
    """A description for the repository creation template (at most 256 characters)."""

    encryption_configuration: EncryptionConfigurationForRepositoryCreationTemplate | None = None
    """The encryption configuration to use for repositories created using the template."""

    resource_tags: list[Tag] | None = None
    """The metadata to apply to the repository to help you categorize and organize. Each tag consists of a
    key and an optional value, both of which you define. Tag keys can have a maximum character length of
    128 characters, and tag values can have a maximum length of 256 characters.
    """

    image_tag_mutability: ImageTagMutability | None = None
    """The tag mutability setting for the repository. If this parameter is omitted, the default setting of
    `MUTABLE` will be used which will allow image tags to be overwritten. If `IMMUTABLE` is specified, all
    image tags within the repository will be immutable which will prevent them from being overwritten.
    """

    image_tag_mutability_exclusion_filters: (
        Annotated[list[ImageTagMutabilityExclusionFilter], Length(1, 5)] | None
    ) = None
    """A list of filters that specify which image tags should be excluded from the repository creation
    template's image tag mutability setting.

    1 to 5 items.
    """

    repository_policy: RepositoryPolicyText | None = None
    """The repository policy to apply to repositories created using the template. A repository policy is a
    permissions policy associated with a repository to control access permissions.

    At most 10240 characters.
    """

    lifecycle_policy: LifecyclePolicyTextForRepositoryCreationTemplate | None = None
    """The lifecycle policy to use for repositories created using the template (at most 30720 characters)."""

    custom_role_arn: CustomRoleArn | None = None
    """The ARN of the role to be assumed by Amazon ECR. This role must be in the same account as the registry
    that you are configuring. Amazon ECR will assume your supplied role when the customRoleArn is
    specified. When this field isn't specified, Amazon ECR will use the service-linked role for the
    repository creation template.

    At most 2048 characters.
    """


class DescribeRepositoryCreationTemplatesResponse(PagedResponse, frozen=True):
    """What ECR answers to `DescribeRepositoryCreationTemplatesRequest`."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    repository_creation_templates: ListOf[RepositoryCreationTemplate] = Field(
        default_factory=list[RepositoryCreationTemplate]
    )
    """The details of the repository creation templates."""


class DescribeRepositoryCreationTemplatesRequest(
    PagedRequest[DescribeRepositoryCreationTemplatesResponse], frozen=True
):
    """Returns details about the repository creation templates in a registry. The `prefixes` request parameter
    can be used to return the details for a specific repository creation template.

    Raises:
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositoryCreationTemplates.html)
    """

    operation = "DescribeRepositoryCreationTemplates"
    response_type = DescribeRepositoryCreationTemplatesResponse
    result_keys = ("repository_creation_templates",)

    prefixes: list[Prefix] | None = None
    """The repository namespace prefixes associated with the repository creation templates to describe. If
    this value is not specified, all repository creation templates are returned.

    Each 1 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`, or `ROOT`.
    """

    max_results: MaxResults | None = None
    """Maximum number of items per page; defaults to 100 (1 to 1000)."""


class UpdateRepositoryCreationTemplateResponse(Response, frozen=True):
    """What ECR answers to `UpdateRepositoryCreationTemplateRequest`."""

    repository_creation_template: RepositoryCreationTemplate
    """The details of the repository creation template associated with the request."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""


class UpdateRepositoryCreationTemplateRequest(Request[UpdateRepositoryCreationTemplateResponse], frozen=True):
    """Updates an existing repository creation template.

    Raises:
        TemplateNotFoundError: The specified repository creation template can't be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UpdateRepositoryCreationTemplate.html)
    """

    operation = "UpdateRepositoryCreationTemplate"
    response_type = UpdateRepositoryCreationTemplateResponse

    prefix: Prefix
    """The repository namespace prefix that matches an existing repository creation template in the registry.
    All repositories created using this namespace prefix will have the settings defined in this template
    applied. For example, a prefix of `prod` would apply to all repositories beginning with `prod/`. This
    includes a repository named `prod/team1` as well as a repository named `prod/repository1`.

    To apply a template to all repositories in your registry that don't have an associated creation
    template, you can use `ROOT` as the prefix.

    1 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`, or `ROOT`.
    """

    description: RepositoryTemplateDescription | None = None
    """A description for the repository creation template (at most 256 characters)."""

    encryption_configuration: EncryptionConfigurationForRepositoryCreationTemplate | None = None
    """How repositories made from the template are encrypted at rest."""

    resource_tags: list[Tag] | None = None
    """The metadata to apply to the repository to help you categorize and organize. Each tag consists of a
    key and an optional value, both of which you define. Tag keys can have a maximum character length of
    128 characters, and tag values can have a maximum length of 256 characters.
    """

    image_tag_mutability: ImageTagMutability | None = None
    """Updates the tag mutability setting for the repository. If this parameter is omitted, the default
    setting of `MUTABLE` will be used which will allow image tags to be overwritten. If `IMMUTABLE` is
    specified, all image tags within the repository will be immutable which will prevent them from being
    overwritten.
    """

    image_tag_mutability_exclusion_filters: (
        Annotated[list[ImageTagMutabilityExclusionFilter], Length(1, 5)] | None
    ) = None
    """A list of filters that specify which image tags should be excluded from the repository creation
    template's image tag mutability setting.

    1 to 5 items.
    """

    repository_policy: RepositoryPolicyText | None = None
    """Updates the repository policy created using the template. A repository policy is a permissions policy
    associated with a repository to control access permissions.

    At most 10240 characters.
    """

    lifecycle_policy: LifecyclePolicyTextForRepositoryCreationTemplate | None = None
    """Updates the lifecycle policy associated with the specified repository creation template.

    At most 30720 characters.
    """

    applied_for: list[RCTAppliedFor] | None = None
    """Updates the list of enumerable strings representing the Amazon ECR repository creation scenarios that
    this template will apply towards. The supported scenarios are `PULL_THROUGH_CACHE`, `REPLICATION`, and
    `CREATE_ON_PUSH`
    """

    custom_role_arn: CustomRoleArn | None = None
    """The ARN of the role to be assumed by Amazon ECR. This role must be in the same account as the registry
    that you are configuring. Amazon ECR will assume your supplied role when the customRoleArn is
    specified. When this field isn't specified, Amazon ECR will use the service-linked role for the
    repository creation template.

    At most 2048 characters.
    """


class DeleteRepositoryCreationTemplateResponse(Response, frozen=True):
    """What ECR answers to `DeleteRepositoryCreationTemplateRequest`."""

    repository_creation_template: RepositoryCreationTemplate
    """The details of the repository creation template that was deleted."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""


class DeleteRepositoryCreationTemplateRequest(Request[DeleteRepositoryCreationTemplateResponse], frozen=True):
    """Deletes a repository creation template.

    Raises:
        TemplateNotFoundError: The specified repository creation template can't be found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepositoryCreationTemplate.html)
    """

    operation = "DeleteRepositoryCreationTemplate"
    response_type = DeleteRepositoryCreationTemplateResponse

    prefix: Prefix
    """The repository namespace prefix associated with the repository creation template.

    1 to 256 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between,
    parts separated by `/`, or `ROOT`.
    """
