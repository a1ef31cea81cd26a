"""The families below `ApiError`, for catching several codes that mean the same to the caller."""

from typing import ClassVar

from ecrkit.errors._base import ApiError


class NotFoundError(ApiError):
    """The named resource does not exist."""


class AlreadyExistsError(ApiError):
    """The resource to create already exists."""


class InvalidRequestError(ApiError):
    """ECR rejects the request; retrying does not help."""


class ConflictError(ApiError):
    """The request conflicts with the current state of the resource."""


class QuotaError(ApiError):
    """A quota of the account or the resource is exhausted; raise it or delete something."""


class UpstreamError(ApiError):
    """The upstream registry of a pull-through cache failed, or ECR could not use its secret."""


class AccessError(ApiError):
    """The caller is not allowed to do this or could not be authenticated."""


class ServerError(ApiError):
    """ECR, or something on the way to it, failed (HTTP 500 and above)."""

    temporary: ClassVar[bool] = True


class ThrottlingError(ApiError):
    """Too many requests in a short time; the same request succeeds later."""

    temporary: ClassVar[bool] = True


class AccessDeniedError(AccessError):
    """No policy allows the caller this action; the message names the action and the resource."""


class ExpiredTokenError(AccessError):
    """The credentials that signed the request have expired."""


class UnrecognizedClientError(AccessError):
    """AWS does not know the access key: it is wrong, deleted or from another partition."""


class InvalidSignatureError(AccessError):
    """The signature does not match: the secret key is wrong, or the clock is off by several minutes."""
