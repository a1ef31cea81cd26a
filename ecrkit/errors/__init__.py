"""Every error that ecrkit raises.

```
EcrKitError
├── ApiError                    ECR answered with an error; has code, operation, request_id, http_status
│   ├── NotFoundError           RepositoryNotFoundError, ImageNotFoundError, LayersNotFoundError, ...
│   ├── AlreadyExistsError      RepositoryAlreadyExistsError, ImageAlreadyExistsError, ...
│   ├── InvalidRequestError     InvalidParameterError, ValidationError, InvalidLayerPartError, ...
│   ├── ConflictError           RepositoryNotEmptyError, ImageTagAlreadyExistsError, ...
│   ├── QuotaError              LimitExceededError, TooManyTagsError
│   ├── UpstreamError           UnableToGetUpstreamImageError, SecretNotFoundError, ...
│   ├── AccessError             AccessDeniedError, ExpiredTokenError, ...
│   ├── ThrottlingError         worth another try
│   └── ServerError             worth another try
├── TransportError              no usable answer
│   ├── EndpointUnreachableError   ECR has not seen the request
│   ├── AnswerLostError            ECR may have carried it out
│   └── UnreadableAnswerError      a success that cannot be read
├── InvalidInputError           refused before anything was sent (also a ValueError)
│   ├── InvalidFieldsError, InvalidReferenceError, InvalidManifestError
│   └── InvalidSourceError, EmptyLayerError
├── ConfigurationError          MissingRegionError, MissingCredentialsError, InvalidEndpointError, ...
├── DigestMismatchError, SourceChangedError
└── NotRereadableError          a layer from a stream would have to be sent anew
```
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
from ecrkit.errors._local import (
    AnswerLostError,
    ConfigurationError,
    DigestMismatchError,
    EmptyLayerError,
    EndpointUnreachableError,
    InvalidEndpointError,
    InvalidFieldsError,
    InvalidInputError,
    InvalidManifestError,
    InvalidReferenceError,
    InvalidSourceError,
    MissingCredentialsError,
    MissingExtraError,
    MissingRegionError,
    NotRereadableError,
    SourceChangedError,
    TransportError,
    UnreadableAnswerError,
    UnsupportedOperationError,
)

__all__ = [
    "AccessDeniedError",
    "AccessError",
    "AlreadyExistsError",
    "AnswerLostError",
    "ApiError",
    "ConfigurationError",
    "ConflictError",
    "DigestMismatchError",
    "EcrKitError",
    "EmptyLayerError",
    "EndpointUnreachableError",
    "ExpiredTokenError",
    "InvalidEndpointError",
    "InvalidFieldsError",
    "InvalidInputError",
    "InvalidManifestError",
    "InvalidReferenceError",
    "InvalidRequestError",
    "InvalidSignatureError",
    "InvalidSourceError",
    "MissingCredentialsError",
    "MissingExtraError",
    "MissingRegionError",
    "NotFoundError",
    "NotRereadableError",
    "QuotaError",
    "ServerError",
    "SourceChangedError",
    "ThrottlingError",
    "TransportError",
    "UnreadableAnswerError",
    "UnrecognizedClientError",
    "UnsupportedOperationError",
    "UpstreamError",
]
