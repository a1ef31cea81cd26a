# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Authorization: the password that Docker and other registry clients log in with."""

from typing import Annotated

from pydantic import Field

from ecrkit.models._base import Request, Response, Shape
from ecrkit.models._limits import Length
from ecrkit.models._scalars import (
    Base64,
    RegistryId,
)
from ecrkit.models._wire import ListOf, Timestamp


class AuthorizationData(Shape, frozen=True):
    """An object representing authorization data for an Amazon ECR registry."""

    authorization_token: Base64 = Field(repr=False)
    """A base64-encoded string that contains authorization data for the specified Amazon ECR registry. When
    the string is decoded, it is presented in the format `user:password` for private registry
    authentication using `docker login`.
    """

    expires_at: Timestamp
    """When the token expires: 12 hours after it was made."""

    proxy_endpoint: str
    """The registry URL to use for this authorization token in a `docker login` command. The Amazon ECR
    registry URL format is `https://aws_account_id.dkr.ecr.region.amazonaws.com`. For example,
    `https://012345678910.dkr.ecr.us-east-1.amazonaws.com`..
    """


class GetAuthorizationTokenResponse(Response, frozen=True):
    """What ECR answers to `GetAuthorizationTokenRequest`."""

    authorization_data: ListOf[AuthorizationData] = Field(default_factory=list[AuthorizationData])
    """A list of authorization token data objects that correspond to the `registryIds` values in the request.

    Note:
        The size of the authorization token returned by Amazon ECR is not fixed. We recommend that you
        don't make assumptions about the maximum size.
    """


class GetAuthorizationTokenRequest(Request[GetAuthorizationTokenResponse], frozen=True):
    """Retrieves an authorization token. An authorization token represents your IAM authentication credentials
    and can be used to access any Amazon ECR registry that your IAM principal has access to. The authorization
    token is valid for 12 hours.

    The `authorization_token` returned is a base64 encoded string that can be decoded and used in a `docker
    login` command to authenticate to a registry. The CLI offers an `get-login-password` command that
    simplifies the login process. For more information, see [Registry
    authentication](https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html#registry_auth) in
    the Amazon Elastic Container Registry User Guide.

    Raises:
        InvalidParameterError: The specified parameter is invalid.
        ServerError: These errors are usually caused by a server-side issue.

    [In the API reference](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html)
    """

    operation = "GetAuthorizationToken"
    response_type = GetAuthorizationTokenResponse

    registry_ids: Annotated[list[RegistryId], Length(1, 10)] | None = None
    """A list of Amazon Web Services account IDs that are associated with the registries for which to get
    AuthorizationData objects. If you do not specify a registry, the default registry is assumed.

    Deprecated: This field is deprecated. The returned authorization token can be used to access any
    Amazon ECR registry that the IAM principal has access to, specifying a registry ID doesn't change the
    permissions scope of the authorization token.

    1 to 10 items, each 12 digits.
    """
