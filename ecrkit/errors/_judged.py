"""Errors that are more specific than the exceptions of the service."""

from ecrkit.errors._base import ApiError
from ecrkit.errors._families import ConflictError
from ecrkit.errors._service import ImageTagAlreadyExistsError


class TagImmutableError(ImageTagAlreadyExistsError):
    """The tag points to another image, and the repository does not allow it to move."""

    existing: str
    """The digest that the tag points to."""

    wanted: str
    """The digest that it should have been moved to."""

    def __init__(self, tag: str, *, existing: str, wanted: str, cause: ApiError) -> None:
        super().__init__(
            f"Tag {tag!r} already points to {existing} and cannot be moved to {wanted}: tags are immutable in this"
            " repository. Push under another tag, or delete the old image first",
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
    """The image exists but cannot be read, for example because it is archived."""
