"""Errors that are finer than the exceptions of the service: what a batch failed at, which digest a tag keeps."""

from ecrkit.errors._base import ApiError
from ecrkit.errors._families import ConflictError
from ecrkit.errors._service import ImageTagAlreadyExistsError


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
