# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Pull-through cache: repositories that fetch their images from another registry."""

from typing import Annotated

from pydantic import Field

from ecrkit.models._base import PagedRequest, PagedResponse, Request, Response, Shape
from ecrkit.models._enums import OpenEnum
from ecrkit.models._limits import Length
from ecrkit.models._scalars import (
    CredentialArn,
    CustomRoleArn,
    MaxResults,
    PullThroughCacheRuleRepositoryPrefix,
    RegistryId,
)
from ecrkit.models._wire import ListOf, Timestamp


class UpstreamRegistry(OpenEnum):
    """A kind of registry that a pull-through cache can fetch from."""

    ECR = "ecr"
    ECR_PUBLIC = "ecr-public"
    QUAY = "quay"
    K8S = "k8s"
    DOCKER_HUB = "docker-hub"
    GITHUB_CONTAINER_REGISTRY = "github-container-registry"
    AZURE_CONTAINER_REGISTRY = "azure-container-registry"
    GITLAB_CONTAINER_REGISTRY = "gitlab-container-registry"
    CHAINGUARD = "chainguard"


class PullThroughCacheRule(Shape, frozen=True):
    """The details of a pull through cache rule."""

    ecr_repository_prefix: PullThroughCacheRuleRepositoryPrefix
    """The Amazon ECR repository prefix associated with the pull through cache rule."""

    upstream_registry_url: str
    """The upstream registry URL associated with the pull through cache rule."""

    created_at: Timestamp | None = None
    """The date and time the pull through cache was created."""

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry the pull through cache rule is
    associated with.
    """

    credential_arn: CredentialArn | None = None
    """The ARN of the Secrets Manager secret associated with the pull through cache rule."""

    custom_role_arn: CustomRoleArn | None = None
    """The ARN of the IAM role associated with the pull through cache rule."""

    upstream_repository_prefix: PullThroughCacheRuleRepositoryPrefix | None = None
    """The upstream repository prefix associated with the pull through cache rule."""

    upstream_registry: UpstreamRegistry | None = None
    """The name of the upstream source registry associated with the pull through cache rule."""

    updated_at: Timestamp | None = None
    """The date and time, in JavaScript date format, when the pull through cache rule was last updated."""


class CreatePullThroughCacheRuleResponse(Response, frozen=True):
    """What ECR answers to `CreatePullThroughCacheRuleRequest`."""

    ecr_repository_prefix: PullThroughCacheRuleRepositoryPrefix
    """The Amazon ECR repository prefix associated with the pull through cache rule."""

    upstream_registry_url: str
    """The upstream registry URL associated with the pull through cache rule."""

    created_at: Timestamp | None = None
    """The date and time, in JavaScript date format, when the pull through cache rule was created."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    upstream_registry: UpstreamRegistry | None = None
    """The name of the upstream registry associated with the pull through cache rule."""

    credential_arn: CredentialArn | None = None
    """The Amazon Resource Name (ARN) of the Amazon Web Services Secrets Manager secret associated with the
    pull through cache rule.
    """

    custom_role_arn: CustomRoleArn | None = None
    """The ARN of the IAM role associated with the pull through cache rule."""

    upstream_repository_prefix: PullThroughCacheRuleRepositoryPrefix | None = None
    """The upstream repository prefix associated with the pull through cache rule."""


class CreatePullThroughCacheRuleRequest(Request[CreatePullThroughCacheRuleResponse], frozen=True):
    """Creates a pull through cache rule. A pull through cache rule provides a way to cache images from an
    upstream registry source in your Amazon ECR private registry. For more information, see [Using pull
    through cache rules](https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html) in
    the Amazon Elastic Container Registry User Guide.

    Raises:
        LimitExceededError: The operation did not succeed because it would have exceeded a service limit for
            your account.
        PullThroughCacheRuleAlreadyExistsError: A pull through cache rule with these settings already exists
            for the private registry.
        SecretNotFoundError: The ARN of the secret specified in the pull through cache rule was not found.
        UnableToAccessSecretError: The secret is unable to be accessed.
        UnableToDecryptSecretValueError: The secret is accessible but is unable to be decrypted.
        UnsupportedUpstreamRegistryError: The specified upstream registry isn't supported.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html)
    """

    operation = "CreatePullThroughCacheRule"
    response_type = CreatePullThroughCacheRuleResponse

    ecr_repository_prefix: PullThroughCacheRuleRepositoryPrefix
    """The repository name prefix to use when caching images from the source registry.

    Important:
        There is always an assumed `/` applied to the end of the prefix. If you specify `ecr-public` as
        the prefix, Amazon ECR treats that as `ecr-public/`.

    2 to 30 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between, parts
    separated by `/`, or `ROOT`.
    """

    upstream_registry_url: str
    """The registry URL of the upstream public registry to use as the source for the pull through cache rule.
    The following is the syntax to use for each supported upstream registry.

    - Amazon ECR (`ecr`) – `<accountId>.dkr.ecr.<region>.amazonaws.com`
    - Amazon ECR Public (`ecr-public`) – `public.ecr.aws`
    - Docker Hub (`docker-hub`) – `registry-1.docker.io`
    - GitHub Container Registry (`github-container-registry`) – `ghcr.io`
    - GitLab Container Registry (`gitlab-container-registry`) – `registry.gitlab.com`
    - Kubernetes (`k8s`) – `registry.k8s.io`
    - Microsoft Azure Container Registry (`azure-container-registry`) – `<custom>.azurecr.io`
    - Quay (`quay`) – `quay.io`
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry to create the pull through cache rule
    for. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """

    upstream_registry: UpstreamRegistry | None = None
    """The name of the upstream registry."""

    credential_arn: CredentialArn | None = None
    """The Amazon Resource Name (ARN) of the Amazon Web Services Secrets Manager secret that identifies the
    credentials to authenticate to the upstream registry.

    50 to 612 characters: the ARN of a secret whose name starts with `ecr-pullthroughcache/`.
    """

    custom_role_arn: CustomRoleArn | None = None
    """Amazon Resource Name (ARN) of the IAM role to be assumed by Amazon ECR to authenticate to the ECR
    upstream registry. This role must be in the same account as the registry that you are configuring.

    At most 2048 characters.
    """

    upstream_repository_prefix: PullThroughCacheRuleRepositoryPrefix | None = None
    """The repository name prefix of the upstream registry to match with the upstream repository name. When
    this field isn't specified, Amazon ECR will use the `ROOT`.

    2 to 30 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between, parts
    separated by `/`, or `ROOT`.
    """


class DescribePullThroughCacheRulesResponse(PagedResponse, frozen=True):
    """What ECR answers to `DescribePullThroughCacheRulesRequest`."""

    pull_through_cache_rules: ListOf[PullThroughCacheRule] = Field(default_factory=list[PullThroughCacheRule])
    """The details of the pull through cache rules."""


class DescribePullThroughCacheRulesRequest(PagedRequest[DescribePullThroughCacheRulesResponse], frozen=True):
    """Returns the pull through cache rules for a registry.

    Raises:
        PullThroughCacheRuleNotFoundError: The pull through cache rule was not found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribePullThroughCacheRules.html)
    """

    operation = "DescribePullThroughCacheRules"
    response_type = DescribePullThroughCacheRulesResponse
    result_keys = ("pull_through_cache_rules",)

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry to return the pull through cache rules
    for. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """

    ecr_repository_prefixes: Annotated[list[PullThroughCacheRuleRepositoryPrefix], Length(1, 100)] | None = (
        None
    )
    """The Amazon ECR repository prefixes associated with the pull through cache rules to return. If no
    repository prefix value is specified, all pull through cache rules are returned.

    1 to 100 items, each 2 to 30 characters: lower-case letters and digits with single `.`, `_`, `__` or
    hyphens between, parts separated by `/`, or `ROOT`.
    """

    max_results: MaxResults | None = None
    """Maximum number of items per page; defaults to 100 (1 to 1000)."""


class UpdatePullThroughCacheRuleResponse(Response, frozen=True):
    """What ECR answers to `UpdatePullThroughCacheRuleRequest`."""

    ecr_repository_prefix: PullThroughCacheRuleRepositoryPrefix
    """The Amazon ECR repository prefix associated with the pull through cache rule."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    updated_at: Timestamp | None = None
    """The date and time, in JavaScript date format, when the pull through cache rule was updated."""

    credential_arn: CredentialArn | None = None
    """The Amazon Resource Name (ARN) of the Amazon Web Services Secrets Manager secret associated with the
    pull through cache rule.
    """

    custom_role_arn: CustomRoleArn | None = None
    """The ARN of the IAM role associated with the pull through cache rule."""

    upstream_repository_prefix: PullThroughCacheRuleRepositoryPrefix | None = None
    """The upstream repository prefix associated with the pull through cache rule."""


class UpdatePullThroughCacheRuleRequest(Request[UpdatePullThroughCacheRuleResponse], frozen=True):
    """Updates an existing pull through cache rule.

    Raises:
        PullThroughCacheRuleNotFoundError: The pull through cache rule was not found.
        SecretNotFoundError: The ARN of the secret specified in the pull through cache rule was not found.
        UnableToAccessSecretError: The secret is unable to be accessed.
        UnableToDecryptSecretValueError: The secret is accessible but is unable to be decrypted.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UpdatePullThroughCacheRule.html)
    """

    operation = "UpdatePullThroughCacheRule"
    response_type = UpdatePullThroughCacheRuleResponse

    ecr_repository_prefix: PullThroughCacheRuleRepositoryPrefix
    """The repository name prefix to use when caching images from the source registry.

    2 to 30 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between, parts
    separated by `/`, or `ROOT`.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry associated with the pull through cache
    rule. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """

    credential_arn: CredentialArn | None = None
    """The Amazon Resource Name (ARN) of the Amazon Web Services Secrets Manager secret that identifies the
    credentials to authenticate to the upstream registry.

    50 to 612 characters: the ARN of a secret whose name starts with `ecr-pullthroughcache/`.
    """

    custom_role_arn: CustomRoleArn | None = None
    """Amazon Resource Name (ARN) of the IAM role to be assumed by Amazon ECR to authenticate to the ECR
    upstream registry. This role must be in the same account as the registry that you are configuring.

    At most 2048 characters.
    """


class DeletePullThroughCacheRuleResponse(Response, frozen=True):
    """What ECR answers to `DeletePullThroughCacheRuleRequest`."""

    ecr_repository_prefix: PullThroughCacheRuleRepositoryPrefix
    """The Amazon ECR repository prefix associated with the request."""

    upstream_registry_url: str | None = None
    """The upstream registry URL associated with the pull through cache rule."""

    created_at: Timestamp | None = None
    """The timestamp associated with the pull through cache rule."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    credential_arn: CredentialArn | None = None
    """The Amazon Resource Name (ARN) of the Amazon Web Services Secrets Manager secret associated with the
    pull through cache rule.
    """

    custom_role_arn: CustomRoleArn | None = None
    """The ARN of the IAM role associated with the pull through cache rule."""

    upstream_repository_prefix: PullThroughCacheRuleRepositoryPrefix | None = None
    """The upstream repository prefix associated with the pull through cache rule."""


class DeletePullThroughCacheRuleRequest(Request[DeletePullThroughCacheRuleResponse], frozen=True):
    """Deletes a pull through cache rule.

    Raises:
        PullThroughCacheRuleNotFoundError: The pull through cache rule was not found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeletePullThroughCacheRule.html)
    """

    operation = "DeletePullThroughCacheRule"
    response_type = DeletePullThroughCacheRuleResponse

    ecr_repository_prefix: PullThroughCacheRuleRepositoryPrefix
    """The Amazon ECR repository prefix associated with the pull through cache rule to delete.

    2 to 30 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between, parts
    separated by `/`, or `ROOT`.
    """

    registry_id: RegistryId | None = None
    """The Amazon Web Services account ID associated with the registry that contains the pull through cache
    rule. If you do not specify a registry, the default registry is assumed.

    12 digits.
    """


class ValidatePullThroughCacheRuleResponse(Response, frozen=True):
    """What ECR answers to `ValidatePullThroughCacheRuleRequest`."""

    is_valid: bool
    """Whether or not the pull through cache rule was validated. If `true`, Amazon ECR was able to reach the
    upstream registry and authentication was successful. If `false`, there was an issue and validation
    failed. The `failure` reason indicates the cause.
    """

    ecr_repository_prefix: PullThroughCacheRuleRepositoryPrefix | None = None
    """The Amazon ECR repository prefix associated with the pull through cache rule."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""

    upstream_registry_url: str | None = None
    """The upstream registry URL associated with the pull through cache rule."""

    credential_arn: CredentialArn | None = None
    """The Amazon Resource Name (ARN) of the Amazon Web Services Secrets Manager secret associated with the
    pull through cache rule.
    """

    custom_role_arn: CustomRoleArn | None = None
    """The ARN of the IAM role associated with the pull through cache rule."""

    upstream_repository_prefix: PullThroughCacheRuleRepositoryPrefix | None = None
    """The upstream repository prefix associated with the pull through cache rule."""

    failure: str | None = None
    """The reason the validation failed. For more details about possible causes and how to address them, see
    [Using pull through cache
    rules](https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html) in the Amazon
    Elastic Container Registry User Guide.
    """


class ValidatePullThroughCacheRuleRequest(Request[ValidatePullThroughCacheRuleResponse], frozen=True):
    """Validates an existing pull through cache rule for an upstream registry that requires authentication. This
    will retrieve the contents of the Amazon Web Services Secrets Manager secret, verify the syntax, and then
    validate that authentication to the upstream registry is successful.

    Raises:
        PullThroughCacheRuleNotFoundError: The pull through cache rule was not found.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ValidatePullThroughCacheRule.html)
    """

    operation = "ValidatePullThroughCacheRule"
    response_type = ValidatePullThroughCacheRuleResponse

    ecr_repository_prefix: PullThroughCacheRuleRepositoryPrefix
    """The repository name prefix associated with the pull through cache rule.

    2 to 30 characters: lower-case letters and digits with single `.`, `_`, `__` or hyphens between, parts
    separated by `/`, or `ROOT`.
    """

    registry_id: RegistryId | None = None
    """The registry ID associated with the pull through cache rule. If you do not specify a registry, the
    default registry is assumed.

    12 digits.
    """
