"""Errors of the service about which ecrkit knows more than the service says, and those that hide in a success."""

from ecrkit.errors._base import ApiError
from ecrkit.errors._families import ConflictError, InvalidRequestError, UpstreamError
from ecrkit.errors._service import ImageNotFoundError, ImageTagAlreadyExistsError, KmsError


class TagImmutableError(ImageTagAlreadyExistsError):
    """A tag names another image, and the repository forbids to move it."""

    existing: str
    """The digest that the tag names."""

    wanted: str
    """The digest that it should have named."""

    def __init__(self, tag: str, *, existing: str, wanted: str, cause: ApiError) -> None:
        super().__init__(
            f"The tag {tag!r} names {existing} and cannot be moved to {wanted}: it is immutable in this repository",
            code=cause.code,
            operation=cause.operation,
            http_status=cause.http_status,
            request_id=cause.request_id,
        )
        self.existing = existing
        self.wanted = wanted


class ImageReferencedError(ConflictError):
    """An index lists the image, so it cannot be deleted before the index is."""


class ImageInaccessibleError(ConflictError):
    """The image is there but cannot be read, for example because it is archived."""


def image_failure(code: str | None, reason: str | None, *, operation: str) -> ApiError:
    """Make an error of an entry of `failures`, which the batch operations answer with HTTP status 200.

    Args:
        code: The failure code, for example `ImageNotFound`.
        reason: What the service says about it.
        operation: The operation that was asked for.
    """
    kind = _FAILURES.get(code or "", ApiError)
    return kind(reason or code or "no reason given", code=code or "", operation=operation, http_status=200)


_FAILURES: dict[str, type[ApiError]] = {
    "ImageNotFound": ImageNotFoundError,
    "ImageTagDoesNotMatchDigest": ImageNotFoundError,
    "ImageReferencedByManifestList": ImageReferencedError,
    "ImageInaccessible": ImageInaccessibleError,
    "InvalidImageDigest": InvalidRequestError,
    "InvalidImageTag": InvalidRequestError,
    "MissingDigestAndTag": InvalidRequestError,
    "KmsError": KmsError,
    "UpstreamAccessDenied": UpstreamError,
    "UpstreamTooManyRequests": UpstreamError,
    "UpstreamUnavailable": UpstreamError,
}
