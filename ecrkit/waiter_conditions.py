"""The conditions of the waiters: what a response means to a caller who waits for something.

Each condition takes a response, or the error that came instead, and returns an outcome. Conditions send nothing and know no
clock. A status that this release does not know is pending: more statuses may follow it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ecrkit import models
from ecrkit.errors import ApiError, ImageNotFoundError, RepositoryNotFoundError, ScanNotFoundError
from ecrkit.waiter import Failed, Met, Outcome, Pending, Polling

# boto3's numbers: waiters-2.json of the service model
SCAN_POLLING = Polling(interval=5, max_attempts=60)
LIFECYCLE_PREVIEW_POLLING = Polling(interval=5, max_attempts=20)

# boto3 has no waiters for these
EXISTS_POLLING = Polling(interval=5, max_attempts=60)
SIGNING_POLLING = Polling(interval=5, max_attempts=60)
ACTIVE_POLLING = Polling(interval=15, max_attempts=100)
"""A restored image takes up to 20 minutes, says the user guide."""

REPLICATION_POLLING = Polling(interval=15, max_attempts=120)
"""Most images are replicated within 30 minutes, says the user guide."""

BACKFILL_POLLING = Polling(interval=30, max_attempts=240)
"""Two hours; what a whole registry takes depends on what is in it."""


def scan_complete(
    answer: models.DescribeImageScanFindingsResponse | ApiError, *, settled: bool = False
) -> Outcome:
    """Return whether the findings of a scan, basic or enhanced, can be read.

    Right after a push there is no scan to be found yet: that is pending. Enhanced scanning never ends, so the first
    result it has is the end of the wait.

    Args:
        answer: What `DescribeImageScanFindings` brought.
        settled: Whether to wait for a time of completion, or for a finding. Enhanced scanning has been seen to say
            COMPLETE before it had looked.
    """
    if isinstance(answer, ScanNotFoundError):
        return Pending("no scan of the image has begun")
    if isinstance(answer, ApiError):
        return _failed(answer)
    scan = answer.image_scan_status
    if scan.status in _SCANS_WITHOUT_RESULTS:
        return Failed(
            f"the scan ended as {scan.status}" + (f": {scan.description}" if scan.description else "")
        )
    if has_scan_results(answer) and (not settled or _is_settled(answer)):
        return Met()
    return Pending(f"the scan is {scan.status}")


_SCANS_WITHOUT_RESULTS = frozenset(
    {
        models.ScanStatus.FAILED,
        models.ScanStatus.UNSUPPORTED_IMAGE,
        models.ScanStatus.SCAN_ELIGIBILITY_EXPIRED,
        models.ScanStatus.FINDINGS_UNAVAILABLE,
        models.ScanStatus.LIMIT_EXCEEDED,
        models.ScanStatus.IMAGE_ARCHIVED,
        models.ScanStatus.IMAGE_SIZE_EXCEEDED,
    }
)


def has_scan_results(answer: models.DescribeImageScanFindingsResponse) -> bool:
    """Return whether a response has the results of a scan, even if nothing was found.

    Continuous scanning says ACTIVE before and after its first look; what the answer holds tells the two apart.
    """
    status, findings = answer.image_scan_status.status, answer.image_scan_findings
    if status != models.ScanStatus.ACTIVE or findings is None:
        return status == models.ScanStatus.COMPLETE
    return "enhanced_findings" in findings.model_fields_set or findings.image_scan_completed_at is not None


def lifecycle_preview_complete(answer: models.GetLifecyclePolicyPreviewResponse | ApiError) -> Outcome:
    """Return whether the preview of a lifecycle policy can be read. One that has expired must be restarted."""
    if isinstance(answer, ApiError):
        return _failed(answer)
    match answer.status:
        case models.LifecyclePolicyPreviewStatus.COMPLETE:
            return Met()
        case models.LifecyclePolicyPreviewStatus.FAILED | models.LifecyclePolicyPreviewStatus.EXPIRED:
            return Failed(f"the preview is {answer.status}")
        case status:
            return Pending(f"the preview is {status}")


def image_exists(
    answer: models.DescribeImagesResponse | ApiError, *, repository_may_come: bool = False
) -> Outcome:
    """Return whether an image is there.

    Args:
        answer: What `DescribeImages` for this one image brought.
        repository_may_come: Whether a missing repository is worth waiting for too: replication, pull-through caches and
            creation templates make repositories on their own.
    """
    if isinstance(answer, ImageNotFoundError):
        return Pending("the image is not there")
    if isinstance(answer, RepositoryNotFoundError) and repository_may_come:
        return Pending("the repository is not there")
    if isinstance(answer, ApiError):
        return _failed(answer)
    return Met() if answer.image_details else Pending("the image is not there")


def image_active(answer: models.DescribeImagesResponse | ApiError) -> Outcome:
    """Return whether an image that was archived can be pulled again.

    Ask `DescribeImages` for images of any status: it hides archived ones, and those on their way back, by default.
    """
    if isinstance(answer, ApiError):
        return _failed(answer)
    if not answer.image_details:
        return Pending("the image is not listed")
    statuses = {detail.image_status for detail in answer.image_details}
    # A service that says nothing about the status of an image has no archive that it could be in.
    away = statuses - {models.ImageStatus.ACTIVE, None}
    return Pending(f"the image is {', '.join(sorted(map(str, away)))}") if away else Met()


def image_replicated(
    answer: models.DescribeImageReplicationStatusResponse | ApiError,
    destinations: Iterable[models.ReplicationDestination | str] = (),
) -> Outcome:
    """Return whether an image has arrived at its destinations.

    Args:
        answer: What `DescribeImageReplicationStatus` brought.
        destinations: Where the image should be: registries in regions, or regions, whosever registries the answer lists
            there. Wherever the answer says it goes, if none are given.
    """
    if isinstance(answer, ApiError):
        return _failed(answer)
    found = answer.replication_statuses
    wanted = list(destinations)
    reached = [each for each in found if not wanted or any(_is_at(place, each) for place in wanted)]
    if failed := [each for each in reached if each.status == models.ReplicationStatus.FAILED]:
        return Failed(
            "replication failed to "
            + ", ".join(f"{_place(each)} ({each.failure_code or 'no reason given'})" for each in failed)
        )
    if missing := [place for place in wanted if not any(_is_at(place, each) for each in found)]:
        return Pending(f"replication to {', '.join(map(_place, missing))} is not listed")
    return _all_complete(
        {f"replication to {_place(each)}": each.status for each in reached},
        models.ReplicationStatus.COMPLETE,
        nothing="no destination is listed for the image",
    )


def _is_at(place: models.ReplicationDestination | str, status: models.ImageReplicationStatus) -> bool:
    if isinstance(place, str):
        return place == status.region
    return (place.registry_id, place.region) == (status.registry_id, status.region)


def _place(where: models.ReplicationDestination | models.ImageReplicationStatus | str) -> str:
    return where if isinstance(where, str) else f"{where.region} of {where.registry_id}"


def image_signed(
    answer: models.DescribeImageSigningStatusResponse | ApiError, profile_arns: Collection[str] = ()
) -> Outcome:
    """Return whether ECR has signed an image.

    Args:
        answer: What `DescribeImageSigningStatus` brought.
        profile_arns: The signing profiles to sign with; all that the answer names, if none are given.
    """
    if isinstance(answer, ApiError):
        return _failed(answer)
    found = {status.signing_profile_arn: status for status in answer.signing_statuses}
    wanted = list(profile_arns or found)
    reached = {profile: found[profile].status if profile in found else None for profile in wanted}
    if failed := [found[profile] for profile in wanted if reached[profile] == models.SigningStatus.FAILED]:
        reasons = (each.failure_reason or each.failure_code or "no reason given" for each in failed)
        return Failed(f"signing failed: {'; '.join(reasons)}")
    return _all_complete(
        {f"signing with {profile}": status for profile, status in reached.items()},
        models.SigningStatus.COMPLETE,
        nothing="no signing profile is listed for the image",
    )


def replication_backfill_done(
    answer: models.DescribeReplicationBackfillResultsResponse | ApiError,
) -> Outcome:
    """Return whether a replication backfill has come to its end. One that was stopped never will."""
    if isinstance(answer, ApiError):
        return _failed(answer)
    match answer.status:
        case models.ReplicationBackfillStatus.COMPLETE:
            return Met()
        case models.ReplicationBackfillStatus.FAILED | models.ReplicationBackfillStatus.STOPPED:
            because = f" ({answer.failure_code})" if answer.failure_code else ""
            return Failed(f"the backfill is {answer.status}{because}")
        case status:
            return Pending(f"the backfill is {status}")


def _is_settled(answer: models.DescribeImageScanFindingsResponse) -> bool:
    found = answer.image_scan_findings
    return found is not None and bool(
        found.image_scan_completed_at or found.findings or found.enhanced_findings
    )


def _all_complete(statuses: dict[str, str | None], complete: str, *, nothing: str) -> Outcome:
    if not statuses:
        return Pending(nothing)
    pending = [
        f"{what} is {status or 'not known'}" for what, status in statuses.items() if status != complete
    ]
    return Pending(", ".join(pending)) if pending else Met()


def _failed(error: ApiError) -> Failed:
    return Failed(str(error), error)
