"""The families below `ApiError`: what one catches when several codes mean the same to the caller."""

from typing import ClassVar

from ecrkit.errors._base import ApiError


class NotFoundError(ApiError):
    """What was named does not exist."""


class AlreadyExistsError(ApiError):
    """What was to be made is there already."""


class InvalidRequestError(ApiError):
    """ECR refuses the request as it stands; asking again will not help."""


class ConflictError(ApiError):
    """The request is right, but not in the state that its object is in."""


class QuotaError(ApiError):
    """A limit of the account or of the object is reached; only an increase, or fewer objects, helps."""


class UpstreamError(ApiError):
    """A registry behind a pull-through cache, or the secret it needs, let ECR down."""


class AccessError(ApiError):
    """The caller may not do this, or could not be recognised: permissions, credentials, signatures."""


class ServerError(ApiError):
    """ECR failed on its side, or something between here and ECR did (HTTP 500 and above)."""

    temporary: ClassVar[bool] = True


class ThrottlingError(ApiError):
    """Too many requests in too short a time; the same request succeeds later."""

    temporary: ClassVar[bool] = True


class AccessDeniedError(AccessError):
    """No policy allows this caller the action; the message names the action and the resource."""


class ExpiredTokenError(AccessError):
    """The credentials that signed the request have expired."""


class UnrecognizedClientError(AccessError):
    """The access key is not known to AWS (wrong, deleted, or of another partition)."""


class InvalidSignatureError(AccessError):
    """The signature does not match: a wrong secret key, or a clock that is off by more than minutes."""
