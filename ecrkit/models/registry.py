# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""The registry: its permissions policy and the settings of the account."""

from ecrkit.models._base import Request, Response
from ecrkit.models._scalars import AccountSettingName, RegistryId, RegistryPolicyText


class PutRegistryPolicyResponse(Response, frozen=True):
    """What ECR answers to `PutRegistryPolicyRequest`."""

    policy_text: RegistryPolicyText
    """The JSON policy text for your registry."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""


class PutRegistryPolicyRequest(Request[PutRegistryPolicyResponse], frozen=True):
    """Creates or updates the permissions policy for your registry.

    A registry policy is used to specify permissions for another Amazon Web Services account and is used when
    configuring cross-account replication. For more information, see [Registry
    permissions](https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html) in the
    Amazon Elastic Container Registry User Guide.

    Raises:
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryPolicy.html)
    """

    operation = "PutRegistryPolicy"
    response_type = PutRegistryPolicyResponse

    policy_text: RegistryPolicyText
    """The JSON policy text to apply to your registry. The policy text follows the same format as IAM policy
    text. For more information, see [Registry
    permissions](https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html) in the
    Amazon Elastic Container Registry User Guide.

    At most 10240 characters.
    """


class GetRegistryPolicyResponse(Response, frozen=True):
    """What ECR answers to `GetRegistryPolicyRequest`."""

    policy_text: RegistryPolicyText
    """The JSON text of the permissions policy for a registry."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""


class GetRegistryPolicyRequest(Request[GetRegistryPolicyResponse], frozen=True):
    """Retrieves the permissions policy for a registry.

    Raises:
        RegistryPolicyNotFoundError: The registry doesn't have an associated registry policy.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryPolicy.html)
    """

    operation = "GetRegistryPolicy"
    response_type = GetRegistryPolicyResponse


class DeleteRegistryPolicyResponse(Response, frozen=True):
    """What ECR answers to `DeleteRegistryPolicyRequest`."""

    policy_text: RegistryPolicyText
    """The contents of the registry permissions policy that was deleted."""

    registry_id: RegistryId | None = None
    """The registry ID associated with the request."""


class DeleteRegistryPolicyRequest(Request[DeleteRegistryPolicyResponse], frozen=True):
    """Deletes the registry permissions policy.

    Raises:
        RegistryPolicyNotFoundError: The registry doesn't have an associated registry policy.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRegistryPolicy.html)
    """

    operation = "DeleteRegistryPolicy"
    response_type = DeleteRegistryPolicyResponse


class PutAccountSettingResponse(Response, frozen=True):
    """What ECR answers to `PutAccountSettingRequest`."""

    name: AccountSettingName
    """Retrieves the name of the account setting."""

    value: str
    """Retrieves the value of the specified account setting."""


class PutAccountSettingRequest(Request[PutAccountSettingResponse], frozen=True):
    """Allows you to change the basic scan type version or registry policy scope.

    Raises:
        LimitExceededError: The operation did not succeed because it would have exceeded a service limit for
            your account.
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutAccountSetting.html)
    """

    operation = "PutAccountSetting"
    response_type = PutAccountSettingResponse

    name: AccountSettingName
    """The name of the account setting, such as `BASIC_SCAN_TYPE_VERSION`, `REGISTRY_POLICY_SCOPE`, or
    `BLOB_MOUNTING`.

    1 to 64 characters.
    """

    value: str
    """Setting value that is specified. Valid value for basic scan type: `AWS_NATIVE`. Valid values for
    registry policy scope: `V2`. Valid values for blob mounting: `ENABLED` or `DISABLED`.
    """


class GetAccountSettingResponse(Response, frozen=True):
    """What ECR answers to `GetAccountSettingRequest`."""

    name: AccountSettingName
    """Retrieves the name of the account setting."""

    value: AccountSettingName
    """The setting value for the setting name. Valid value for basic scan type: `AWS_NATIVE`. Valid values
    for registry policy scope: `V2`. Valid values for blob mounting: `ENABLED` or `DISABLED`.
    """


class GetAccountSettingRequest(Request[GetAccountSettingResponse], frozen=True):
    """Retrieves the account setting value for the specified setting name.

    Raises:
        ValidationError: There was an exception validating this request.
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAccountSetting.html)
    """

    operation = "GetAccountSetting"
    response_type = GetAccountSettingResponse

    name: AccountSettingName
    """The name of the account setting, such as `BASIC_SCAN_TYPE_VERSION`, `REGISTRY_POLICY_SCOPE`, or
    `BLOB_MOUNTING`.

    1 to 64 characters.
    """
