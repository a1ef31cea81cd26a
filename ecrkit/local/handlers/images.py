"""Images: read, list, describe. See `put_image` and `delete_images` for the rest."""

import logging
from sqlite3 import Connection, DatabaseError

from ecrkit import models
from ecrkit.local.clock import moment, moment_or_none
from ecrkit.local.conversion import accepted_form
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._shared import (
    failure,
    form_problem,
    page_size,
    refuse_paging_with_ids,
    require_image,
    require_repository,
)
from ecrkit.local.handlers.exclusions import is_excluded
from ecrkit.local.pull_through import fetch_missing
from ecrkit.local.service import Call
from ecrkit.local.store import images
from ecrkit.local.store.images import Listed, StoredImage
from ecrkit.local.store.repositories import StoredRepository

_DEFAULT_REFERRERS = 20

_log = logging.getLogger(__name__)


def batch_get_image(call: Call, request: models.BatchGetImageRequest) -> models.BatchGetImageResponse:
    scope = call.scope(request.registry_id)
    found: list[models.Image] = []
    failures: list[models.ImageFailure] = []
    fetch_missing(call, scope, request.repository_name, request.image_ids)
    with call.reading() as db:
        repository = require_repository(db, scope, request.repository_name)
        for image_id in request.image_ids:
            result = _get(db, repository, image_id, request.accepted_media_types or [])
            if isinstance(result, models.Image):
                found.append(result)
            else:
                failures.append(result)
        counts = bool(found) and not is_excluded(db, scope, call.principal)
    if counts:
        _record_pull(call, repository, {each.image_id.image_digest or "" for each in found})
    return models.BatchGetImageResponse(images=found, failures=failures)


def _record_pull(call: Call, repository: StoredRepository, digests: set[str]) -> None:
    try:
        with call.transaction() as db:
            images.set_pulled(db, repository.id, digests, call.now)
    except DatabaseError as error:  # a full disk; the image can still be read
        _log.warning("The time of a pull could not be recorded: %s", error)


def _get(
    db: Connection, repository: StoredRepository, image_id: models.ImageIdentifier, accepted: list[str]
) -> models.Image | models.ImageFailure:
    problem = form_problem(image_id)
    if problem is not None:
        return problem
    codes = models.ImageFailureCode
    digest, tag = image_id.image_digest, image_id.image_tag
    standing = images.tagged_digest(db, repository.id, tag) if tag else digest
    stored = images.find(db, repository.id, standing) if standing else None
    if stored is None:
        return failure(image_id, codes.IMAGE_NOT_FOUND, "Requested image not found")
    if digest is not None and stored.digest != digest:
        return failure(
            image_id, codes.IMAGE_TAG_DOES_NOT_MATCH_DIGEST, "Requested image tag does not match the digest"
        )
    if stored.status != models.ImageStatus.ACTIVE:
        return failure(image_id, codes.IMAGE_INACCESSIBLE, "Requested image is archived")
    text = images.manifest(db, repository.id, stored.digest).decode()
    # By digest the bytes are fixed; by tag ECR converts for clients of the other format.
    form = accepted_form(text, stored.media_type, accepted) if digest is None else (text, stored.media_type)
    if form is None:
        return failure(image_id, codes.IMAGE_NOT_FOUND, "Requested image not found")
    return models.Image(
        registry_id=repository.scope.account,
        repository_name=repository.name,
        image_id=models.ImageIdentifier(image_digest=stored.digest, image_tag=tag),
        image_manifest=form[0],
        image_manifest_media_type=form[1],
    )


def describe_images(call: Call, request: models.DescribeImagesRequest) -> models.DescribeImagesResponse:
    scope = call.scope(request.registry_id)
    if request.image_ids:
        refuse_paging_with_ids("imageIds", request.next_token, request.max_results)
        with call.reading() as db:
            repository = require_repository(db, scope, request.repository_name)
            named = {
                image.digest: image
                for image in (require_image(db, repository, each) for each in request.image_ids)
            }
            details = [_detail(db, repository, image) for image in named.values()]
        return models.DescribeImagesResponse(image_details=details)
    tagged, status = _filter(request.filter)
    with call.reading() as db:
        repository = require_repository(db, scope, request.repository_name)
        listing, size = f"images {repository.id}", page_size(request.max_results)
        after, _ = call.service.tokens.read(listing, request.next_token)
        found = images.page(db, repository.id, tagged=tagged, status=status, after=after, limit=size + 1)
        page, token = call.service.tokens.cut(listing, found, size, lambda image: (image.position, 0))
        details = [_detail(db, repository, image) for image in page]
    return models.DescribeImagesResponse(image_details=details, next_token=token)


def list_images(call: Call, request: models.ListImagesRequest) -> models.ListImagesResponse:
    scope = call.scope(request.registry_id)
    tagged, status = _filter(request.filter)
    with call.reading() as db:
        repository = require_repository(db, scope, request.repository_name)
        listing, size = f"tags {repository.id}", page_size(request.max_results)
        after = call.service.tokens.read(listing, request.next_token)
        found = images.tag_page(db, repository.id, tagged=tagged, status=status, after=after, limit=size + 1)
    page, token = call.service.tokens.cut(listing, found, size, _position)
    ids = [models.ImageIdentifier(image_digest=each.digest, image_tag=each.tag) for each in page]
    return models.ListImagesResponse(image_ids=ids, next_token=token)


def list_image_referrers(
    call: Call, request: models.ListImageReferrersRequest
) -> models.ListImageReferrersResponse:
    scope = call.scope(request.registry_id)
    subject = request.subject_id.image_digest
    wanted = request.filter.artifact_types if request.filter else None
    asked = request.filter.artifact_status if request.filter else None
    status = None if asked == models.ArtifactStatusFilter.ANY else asked or models.ArtifactStatus.ACTIVE
    with call.reading() as db:
        repository = require_repository(db, scope, request.repository_name)
        listing = f"referrers {repository.id} {subject}"
        size = page_size(request.max_results, _DEFAULT_REFERRERS)
        after, _ = call.service.tokens.read(listing, request.next_token)
        found = images.referrers(db, repository.id, subject, after=after, limit=size + 1)
        page, token = call.service.tokens.cut(listing, found, size, lambda image: (image.position, 0))
        # The filter is applied after the scan, so a page may be short or empty without being the last.
        shown = [
            _referrer(db, image)
            for image in page
            if status in (None, image.status) and (not wanted or image.artifact_type in wanted)
        ]
    return models.ListImageReferrersResponse(referrers=shown, next_token=token)


def _filter(
    asked: models.DescribeImagesFilter | models.ListImagesFilter | None,
) -> tuple[bool | None, str | None]:
    tag_status = asked.tag_status if asked else None
    status = asked.image_status if asked else None
    tagged = {models.TagStatus.TAGGED: True, models.TagStatus.UNTAGGED: False}.get(
        tag_status or models.TagStatus.ANY
    )
    if status == models.ImageStatusFilter.ANY:
        return tagged, None
    return tagged, status or models.ImageStatusFilter.ACTIVE


def _position(entry: Listed) -> tuple[int, int]:
    return entry.image_position, entry.tag_position


def _detail(db: Connection, repository: StoredRepository, image: StoredImage) -> models.ImageDetail:
    detail = models.ImageDetail(
        registry_id=repository.scope.account,
        repository_name=repository.name,
        image_digest=image.digest,
        image_size_in_bytes=image.size,
        image_pushed_at=moment(image.pushed_at),
        image_manifest_media_type=image.media_type,
        artifact_media_type=image.artifact_media_type,
        last_recorded_pull_time=moment_or_none(image.pulled_at),
        subject_manifest_digest=image.subject,
        image_status=models.ImageStatus(image.status),
        last_archived_at=moment_or_none(image.archived_at),
        last_activated_at=moment_or_none(image.activated_at),
    )
    tags = images.tags(db, repository.id, image.digest)
    return detail.model_copy(update={"image_tags": tags}) if tags else detail


def _referrer(db: Connection, image: StoredImage) -> models.ImageReferrer:
    shown = models.ImageReferrer(
        digest=image.digest,
        media_type=image.media_type,
        artifact_type=image.artifact_type,
        size=len(images.manifest(db, image.repository_id, image.digest)),
        artifact_status=models.ArtifactStatus(image.status),
    )
    annotations = dict(image.annotations)
    return shown.model_copy(update={"annotations": annotations}) if annotations else shown


ROUTES = (
    Route(models.BatchGetImageRequest, batch_get_image),
    Route(models.DescribeImagesRequest, describe_images),
    Route(models.ListImagesRequest, list_images),
    Route(models.ListImageReferrersRequest, list_image_referrers),
)
