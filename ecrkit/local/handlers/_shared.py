"""Helpers for several families of handlers: finding repositories and images, page sizes."""

from sqlite3 import Connection

from ecrkit import models
from ecrkit.local import refusals
from ecrkit.local.forms import DIGEST_FORM, TAG_FORM, is_digest, is_tag
from ecrkit.local.paging import DEFAULT_PAGE
from ecrkit.local.store import images, repositories
from ecrkit.local.store.images import StoredImage
from ecrkit.local.store.repositories import Scope, StoredRepository


def require_repository(db: Connection, scope: Scope, name: str) -> StoredRepository:
    """Find a repository.

    Raises:
        Refusal: It does not exist.
    """
    repository = repositories.find(db, scope, name)
    if repository is None:
        raise refusals.repository_not_found(name, scope.account)
    return repository


def page_size(asked: int | None, default: int = DEFAULT_PAGE) -> int:
    """Return the page size."""
    return default if asked is None else asked


def refuse_paging_with_ids(field: str, next_token: str | None, max_results: int | None) -> None:
    """Refuse a request that both names items and pages."""
    if next_token is not None or max_results is not None:
        raise refusals.invalid_parameter(field, f"{field} cannot be used with nextToken or maxResults")


def require_image(
    db: Connection, repository: StoredRepository, image_id: models.ImageIdentifier
) -> StoredImage:
    """Find the image of a digest, a tag, or both.

    Raises:
        Refusal: It does not exist, or an identifier is malformed.
    """
    digest, tag = image_id.image_digest, image_id.image_tag
    if problem := form_problem(image_id):
        raise refusals.invalid_parameter("imageId", problem.failure_reason or problem.failure_code)
    standing = images.tagged_digest(db, repository.id, tag) if tag else digest
    found = images.find(db, repository.id, standing) if standing else None
    if found is None or digest not in (None, found.digest):
        raise refusals.image_not_found(digest, tag, repository.name, repository.scope.account)
    return found


def form_problem(image_id: models.ImageIdentifier) -> models.ImageFailure | None:
    """Return what is wrong with an image id; None if it is well formed."""
    digest, tag = image_id.image_digest, image_id.image_tag
    codes = models.ImageFailureCode
    start = "Invalid request parameters: "
    if digest is None and tag is None:
        return failure(image_id, codes.MISSING_DIGEST_AND_TAG, f"{start}both tag and digest cannot be null")
    if digest is not None and not is_digest(digest):
        return failure(
            image_id,
            codes.INVALID_IMAGE_DIGEST,
            f"{start}image digest should satisfy the regex '{DIGEST_FORM}'",
        )
    if tag is not None and not is_tag(tag):
        return failure(
            image_id, codes.INVALID_IMAGE_TAG, f"{start}image tag should satisfy the regex '{TAG_FORM}'"
        )
    return None


def failure(
    image_id: models.ImageIdentifier, code: models.ImageFailureCode, reason: str
) -> models.ImageFailure:
    """Return why a batch operation did not do one of its images."""
    return models.ImageFailure(image_id=image_id, failure_code=code, failure_reason=reason)
