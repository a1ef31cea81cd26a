"""Lifecycle policies: put, get, delete, and preview."""

from collections import Counter
from collections.abc import Sequence
from sqlite3 import Connection

from pydantic import BaseModel

from ecrkit import models
from ecrkit.lifecycle_results import preview_result
from ecrkit.local import refusals
from ecrkit.local.clock import moment
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._shared import page_size, refuse_paging_with_ids, require_repository
from ecrkit.local.lifecycle import KIND, StoredLifecycle, decisions, stored_policy
from ecrkit.local.refusals import Refusal
from ecrkit.local.service import Call
from ecrkit.local.store.documents import RepositoryDocuments
from ecrkit.local.store.repositories import StoredRepository
from ecrkit.policy import compact, service_refusal

_PREVIEW = "lifecycle-preview"
_Status = models.LifecyclePolicyPreviewStatus


class StoredPreview(BaseModel):
    """Result of a preview, as of its start."""

    text: str
    started_at: float
    results: list[models.LifecyclePolicyPreviewResult]


def put_lifecycle_policy(
    call: Call, request: models.PutLifecyclePolicyRequest
) -> models.PutLifecyclePolicyResponse:
    text = check_policy(request.lifecycle_policy_text)
    with call.transaction() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        RepositoryDocuments(db, repository.id, KIND).put(StoredLifecycle(text=text, put_at=call.now))
    return models.PutLifecyclePolicyResponse(
        registry_id=repository.scope.account, repository_name=repository.name, lifecycle_policy_text=text
    )


def get_lifecycle_policy(
    call: Call, request: models.GetLifecyclePolicyRequest
) -> models.GetLifecyclePolicyResponse:
    with call.reading() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        stored = _require(db, repository)
    return models.GetLifecyclePolicyResponse(
        registry_id=repository.scope.account,
        repository_name=repository.name,
        lifecycle_policy_text=stored.text,
        last_evaluated_at=moment(stored.evaluated_at),
    )


def delete_lifecycle_policy(
    call: Call, request: models.DeleteLifecyclePolicyRequest
) -> models.DeleteLifecyclePolicyResponse:
    with call.transaction() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        stored = _require(db, repository)
        RepositoryDocuments(db, repository.id, KIND).remove()
    return models.DeleteLifecyclePolicyResponse(
        registry_id=repository.scope.account,
        repository_name=repository.name,
        lifecycle_policy_text=stored.text,
        last_evaluated_at=moment(stored.evaluated_at),
    )


def start_lifecycle_policy_preview(
    call: Call, request: models.StartLifecyclePolicyPreviewRequest
) -> models.StartLifecyclePolicyPreviewResponse:
    asked = request.lifecycle_policy_text
    given = None if asked is None else check_policy(asked)
    with call.transaction() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        text = given or _require(db, repository).text
        previews = RepositoryDocuments(db, repository.id, _PREVIEW)
        running = previews.get(StoredPreview)
        if running is not None and _status(call, running) == _Status.IN_PROGRESS:
            raise Refusal(
                "LifecyclePolicyPreviewInProgressException",
                f"A lifecycle policy preview is in progress for the repository with name '{repository.name}' "
                f"in the registry with id '{repository.scope.account}'",
            )
        results = [preview_result(each) for each in decisions(db, repository, text, call.now)]
        previews.put(StoredPreview(text=text, started_at=call.now, results=results))
    return models.StartLifecyclePolicyPreviewResponse(
        registry_id=repository.scope.account,
        repository_name=repository.name,
        lifecycle_policy_text=text,
        status=_Status.IN_PROGRESS,
    )


def get_lifecycle_policy_preview(
    call: Call, request: models.GetLifecyclePolicyPreviewRequest
) -> models.GetLifecyclePolicyPreviewResponse:
    with call.reading() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        preview = RepositoryDocuments(db, repository.id, _PREVIEW).get(StoredPreview)
    if preview is None:
        raise Refusal(
            "LifecyclePolicyPreviewNotFoundException",
            f"Lifecycle policy preview does not exist for the repository with name '{repository.name}' "
            f"in the registry with id '{repository.scope.account}'",
        )
    status = _status(call, preview)
    answer = models.GetLifecyclePolicyPreviewResponse(
        registry_id=repository.scope.account,
        repository_name=repository.name,
        lifecycle_policy_text=preview.text,
        status=status,
    )
    if status != _Status.COMPLETE:
        return answer
    if request.image_ids:
        refuse_paging_with_ids("imageIds", request.next_token, request.max_results)
    listing, size = f"preview {repository.id} {preview.started_at}", page_size(request.max_results)
    after, _ = call.service.tokens.read(listing, request.next_token)
    wanted = list(enumerate(_wanted(preview.results, request), 1))
    page, token = call.service.tokens.cut(listing, wanted[after:], size, lambda each: (each[0], 0))
    return answer.model_copy(
        update={
            "preview_results": [result for _, result in page],
            "summary": _summary(preview.results),
            "next_token": token,
        }
    )


def check_policy(text: str) -> str:
    """Return a policy text as the service stores it: without whitespace.

    Raises:
        Refusal: The service would refuse it.
    """
    problem = service_refusal(text)
    if problem is not None:
        raise refusals.invalid_parameter(
            "LifecyclePolicyText", f"Lifecycle policy validation failure: {problem}"
        )
    return compact(text)


def _require(db: Connection, repository: StoredRepository) -> StoredLifecycle:
    stored = stored_policy(db, repository)
    if stored is None:
        raise refusals.no_lifecycle_policy(repository.name, repository.scope.account)
    return stored


def _status(call: Call, preview: StoredPreview) -> models.LifecyclePolicyPreviewStatus:
    age = call.now - preview.started_at
    if age < call.service.settings.preview_duration:
        return _Status.IN_PROGRESS
    return _Status.COMPLETE if age <= call.service.settings.preview_lifetime else _Status.EXPIRED


def _wanted(
    results: Sequence[models.LifecyclePolicyPreviewResult], request: models.GetLifecyclePolicyPreviewRequest
) -> list[models.LifecyclePolicyPreviewResult]:
    if request.image_ids:
        return [
            result
            for result in results
            if any(
                each.image_digest == result.image_digest or each.image_tag in result.image_tags
                for each in request.image_ids
            )
        ]
    tag_status = request.filter.tag_status if request.filter else None
    if tag_status in (None, models.TagStatus.ANY):
        return list(results)
    return [each for each in results if bool(each.image_tags) is (tag_status == models.TagStatus.TAGGED)]


def _summary(results: Sequence[models.LifecyclePolicyPreviewResult]) -> models.LifecyclePolicyPreviewSummary:
    counts = Counter(each.action.type for each in results)
    summary = models.LifecyclePolicyPreviewSummary(
        expiring_image_total_count=counts[models.ImageActionType.EXPIRE]
    )
    moving = counts[models.ImageActionType.TRANSITION]
    if not moving:
        return summary
    total = models.TransitioningImageTotalCount(
        target_storage_class=models.LifecyclePolicyTargetStorageClass.ARCHIVE, image_total_count=moving
    )
    return summary.model_copy(update={"transitioning_image_total_counts": [total]})


ROUTES = (
    Route(models.PutLifecyclePolicyRequest, put_lifecycle_policy),
    Route(models.GetLifecyclePolicyRequest, get_lifecycle_policy),
    Route(models.DeleteLifecyclePolicyRequest, delete_lifecycle_policy),
    Route(models.StartLifecyclePolicyPreviewRequest, start_lifecycle_policy_preview),
    Route(models.GetLifecyclePolicyPreviewRequest, get_lifecycle_policy_preview),
)
