"""What each answer of the service means to somebody who waits."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecrkit import models, waiter_conditions
from ecrkit.errors import (
    ApiError,
    ImageNotFoundError,
    LifecyclePolicyPreviewNotFoundError,
    RepositoryNotFoundError,
    ScanNotFoundError,
)
from ecrkit.waiter import Failed, Met, Outcome, Pending, Polling

BOTO3 = json.loads((Path(__file__).parents[1] / "codegen/model/waiters-2.json").read_text())["waiters"]

Judge = Callable[[Any], Outcome]
JUDGES: dict[str, tuple[Judge, type[models.Response], type[models.OpenEnum], Polling]] = {
    "ImageScanComplete": (
        waiter_conditions.scan_complete,
        models.DescribeImageScanFindingsResponse,
        models.ScanStatus,
        waiter_conditions.SCAN_POLLING,
    ),
    "LifecyclePolicyPreviewComplete": (
        waiter_conditions.lifecycle_preview_complete,
        models.GetLifecyclePolicyPreviewResponse,
        models.LifecyclePolicyPreviewStatus,
        waiter_conditions.LIFECYCLE_PREVIEW_POLLING,
    ),
}


def error(kind: type[ApiError]) -> ApiError:
    return kind("no such thing", code="X", operation="Describe", http_status=400)


def kind_of(verdict: Outcome) -> str:
    return type(verdict).__name__


def scan(status: str, **findings: Any) -> models.DescribeImageScanFindingsResponse:
    answer: dict[str, Any] = {"imageScanStatus": {"status": status, "description": "as it is"}}
    if findings:
        answer["imageScanFindings"] = findings
    return models.DescribeImageScanFindingsResponse.model_validate(answer)


def nest(path: str, value: object) -> dict[str, Any]:
    first, _, rest = path.partition(".")
    return {first: nest(rest, value) if rest else value}


ACCEPTANCES = [
    (name, acceptor["argument"], acceptor["expected"], acceptor["state"])
    for name, waiter in BOTO3.items()
    for acceptor in waiter["acceptors"]
]


@pytest.mark.parametrize(("waiter", "path", "status", "state"), ACCEPTANCES)
def test_what_boto3_accepts_is_accepted(waiter: str, path: str, status: str, state: str) -> None:
    decide, response, _, _ = JUDGES[waiter]

    verdict = decide(response.model_validate(nest(path, status)))

    assert kind_of(verdict) == {"success": "Met", "failure": "Failed"}[state]


@pytest.mark.parametrize("waiter", BOTO3)
def test_the_pace_is_that_of_boto3(waiter: str) -> None:
    pace = JUDGES[waiter][3]

    assert pace == Polling(BOTO3[waiter]["delay"], BOTO3[waiter]["maxAttempts"])


def test_boto3_has_no_waiter_without_a_judge() -> None:
    assert BOTO3.keys() == JUDGES.keys()


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("IN_PROGRESS", "Pending"),
        ("PENDING", "Pending"),
        ("ACTIVE", "Pending"),
        ("COMPLETE", "Met"),
        ("FAILED", "Failed"),
        ("UNSUPPORTED_IMAGE", "Failed"),
        ("SCAN_ELIGIBILITY_EXPIRED", "Failed"),
        ("FINDINGS_UNAVAILABLE", "Failed"),
        ("LIMIT_EXCEEDED", "Failed"),
        ("IMAGE_ARCHIVED", "Failed"),
        ("IMAGE_SIZE_EXCEEDED", "Failed"),
        ("A_STATUS_OF_TOMORROW", "Pending"),
    ],
)
def test_every_status_of_a_scan_without_results_is_judged(status: str, verdict: str) -> None:
    assert kind_of(waiter_conditions.scan_complete(scan(status))) == verdict


def test_no_status_of_a_scan_is_forgotten() -> None:
    verdicts = {
        status: kind_of(waiter_conditions.scan_complete(scan(status))) for status in models.ScanStatus
    }

    assert {status for status, verdict in verdicts.items() if verdict == "Pending"} == {
        "IN_PROGRESS",
        "PENDING",
        "ACTIVE",
    }


@pytest.mark.parametrize(
    "results",
    [
        {"enhancedFindings": [{"title": "CVE-2026-1"}]},
        {"enhancedFindings": []},
        {"imageScanCompletedAt": 1_700_000_000, "findingSeverityCounts": {}},
    ],
)
def test_continuous_scanning_is_done_with_its_first_results(results: dict[str, Any]) -> None:
    assert waiter_conditions.scan_complete(scan("ACTIVE", **results)) == Met()


def test_a_pending_scan_with_empty_lists_is_not_done() -> None:
    verdict = waiter_conditions.scan_complete(scan("PENDING", findings=[], enhancedFindings=[]))

    assert kind_of(verdict) == "Pending"


def test_a_scan_that_is_not_there_yet_is_waited_for() -> None:
    assert waiter_conditions.scan_complete(error(ScanNotFoundError)) == Pending(
        "no scan of the image has begun"
    )


def test_a_failed_scan_says_why() -> None:
    verdict = waiter_conditions.scan_complete(scan("UNSUPPORTED_IMAGE"))

    assert verdict == Failed("the scan ended as UNSUPPORTED_IMAGE: as it is")


def test_a_failed_scan_may_have_no_reason() -> None:
    answer = models.DescribeImageScanFindingsResponse.model_validate(
        {"imageScanStatus": {"status": "FAILED"}}
    )

    assert waiter_conditions.scan_complete(answer) == Failed("the scan ended as FAILED")


def test_a_hasty_complete_is_not_settled() -> None:
    verdict = waiter_conditions.scan_complete(scan("COMPLETE", findings=[]), settled=True)

    assert kind_of(verdict) == "Pending"


def test_a_complete_scan_with_a_time_is_settled() -> None:
    answer = scan("COMPLETE", imageScanCompletedAt=1_700_000_000)

    assert waiter_conditions.scan_complete(answer, settled=True) == Met()


def test_a_complete_scan_with_a_finding_is_settled() -> None:
    answer = scan("COMPLETE", enhancedFindings=[{"title": "CVE-2026-1"}])

    assert waiter_conditions.scan_complete(answer, settled=True) == Met()


def test_an_unexpected_error_is_handed_on() -> None:
    found = error(ImageNotFoundError)

    verdict = waiter_conditions.scan_complete(found)

    assert isinstance(verdict, Failed)
    assert verdict.error is found


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("IN_PROGRESS", "Pending"),
        ("COMPLETE", "Met"),
        ("FAILED", "Failed"),
        ("EXPIRED", "Failed"),
        ("A_STATUS_OF_TOMORROW", "Pending"),
    ],
)
def test_every_status_of_a_preview_is_judged(status: str, verdict: str) -> None:
    answer = models.GetLifecyclePolicyPreviewResponse.model_validate({"status": status})

    assert kind_of(waiter_conditions.lifecycle_preview_complete(answer)) == verdict


def test_a_preview_that_nobody_started_fails() -> None:
    verdict = waiter_conditions.lifecycle_preview_complete(error(LifecyclePolicyPreviewNotFoundError))

    assert kind_of(verdict) == "Failed"


def described(*statuses: str | None) -> models.DescribeImagesResponse:
    details = [
        {
            "registryId": "111122223333",
            "repositoryName": "app",
            "imageDigest": f"sha256:{index:064}",
            "imagePushedAt": 1_700_000_000,
            "imageStatus": status,
        }
        for index, status in enumerate(statuses)
    ]
    return models.DescribeImagesResponse.model_validate({"imageDetails": details})


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (described("ACTIVE"), "Met"),
        (described("ARCHIVED"), "Met"),
        (described(), "Pending"),
        (error(ImageNotFoundError), "Pending"),
        (error(RepositoryNotFoundError), "Failed"),
    ],
)
def test_an_image_exists_when_it_is_described(
    answer: models.DescribeImagesResponse | ApiError, verdict: str
) -> None:
    assert kind_of(waiter_conditions.image_exists(answer)) == verdict


def test_a_repository_may_be_worth_waiting_for() -> None:
    verdict = waiter_conditions.image_exists(error(RepositoryNotFoundError), repository_may_come=True)

    assert verdict == Pending("the repository is not there")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (described("ACTIVE"), "Met"),
        (described(None), "Met"),
        (described("ACTIVATING"), "Pending"),
        (described("ARCHIVED"), "Pending"),
        (described("A_STATUS_OF_TOMORROW"), "Pending"),
        (described("ACTIVE", "ACTIVATING"), "Pending"),
        (described(), "Pending"),
        (error(ImageNotFoundError), "Failed"),
    ],
)
def test_an_image_is_back_when_it_is_active(
    answer: models.DescribeImagesResponse | ApiError, verdict: str
) -> None:
    assert kind_of(waiter_conditions.image_active(answer)) == verdict


def replicated(**statuses: str) -> models.DescribeImageReplicationStatusResponse:
    """Give an answer with a status for each region; underscores stand for hyphens."""
    found = [
        {
            "region": region.replace("_", "-"),
            "registryId": "111122223333",
            "status": status,
            "failureCode": "WHY",
        }
        for region, status in statuses.items()
    ]
    return models.DescribeImageReplicationStatusResponse.model_validate({"replicationStatuses": found})


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (replicated(eu_west_1="COMPLETE", us_east_1="COMPLETE"), "Met"),
        (replicated(eu_west_1="COMPLETE", us_east_1="IN_PROGRESS"), "Pending"),
        (replicated(eu_west_1="COMPLETE", us_east_1="FAILED"), "Failed"),
        (replicated(eu_west_1="TOMORROW"), "Pending"),
        (replicated(), "Pending"),
        (error(ImageNotFoundError), "Failed"),
    ],
)
def test_replication_is_over_when_every_destination_has_the_image(
    answer: models.DescribeImageReplicationStatusResponse | ApiError, verdict: str
) -> None:
    assert kind_of(waiter_conditions.image_replicated(answer)) == verdict


def to(region: str) -> models.ReplicationDestination:
    return models.ReplicationDestination(region=region, registry_id="111122223333")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (replicated(eu_west_1="COMPLETE", us_east_1="IN_PROGRESS"), "Met"),
        (replicated(eu_west_1="COMPLETE", us_east_1="FAILED"), "Met"),
        (replicated(us_east_1="COMPLETE"), "Pending"),
        (replicated(eu_west_1="FAILED"), "Failed"),
    ],
)
def test_only_the_destinations_that_matter_are_judged(
    answer: models.DescribeImageReplicationStatusResponse, verdict: str
) -> None:
    assert kind_of(waiter_conditions.image_replicated(answer, [to("eu-west-1")])) == verdict


def test_a_failed_replication_says_where_and_why() -> None:
    verdict = waiter_conditions.image_replicated(replicated(eu_west_1="FAILED"))

    assert verdict == Failed("replication failed to eu-west-1 of 111122223333 (WHY)")


PROFILE = "arn:aws:signer:eu-west-1:111122223333:/signing-profiles/"


def signed(**statuses: str) -> models.DescribeImageSigningStatusResponse:
    found = [
        {"signingProfileArn": PROFILE + name, "status": status, "failureReason": "no rights"}
        for name, status in statuses.items()
    ]
    return models.DescribeImageSigningStatusResponse.model_validate({"signingStatuses": found})


@pytest.mark.parametrize(
    ("answer", "profiles", "verdict"),
    [
        (signed(one="COMPLETE"), (), "Met"),
        (signed(one="COMPLETE", two="IN_PROGRESS"), (), "Pending"),
        (signed(one="COMPLETE", two="IN_PROGRESS"), (PROFILE + "one",), "Met"),
        (signed(one="COMPLETE"), (PROFILE + "two",), "Pending"),
        (signed(one="FAILED"), (), "Failed"),
        (signed(one="TOMORROW"), (), "Pending"),
        (signed(), (), "Pending"),
        (error(ImageNotFoundError), (), "Failed"),
    ],
)
def test_an_image_is_signed_when_every_profile_has_signed(
    answer: models.DescribeImageSigningStatusResponse | ApiError, profiles: tuple[str, ...], verdict: str
) -> None:
    assert kind_of(waiter_conditions.image_signed(answer, profiles)) == verdict


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("PREPARING", "Pending"),
        ("IN_PROGRESS", "Pending"),
        ("STOPPING", "Pending"),
        ("COMPLETE", "Met"),
        ("FAILED", "Failed"),
        ("STOPPED", "Failed"),
        ("A_STATUS_OF_TOMORROW", "Pending"),
    ],
)
def test_every_status_of_a_backfill_is_judged(status: str, verdict: str) -> None:
    answer = models.DescribeReplicationBackfillResultsResponse.model_validate({"status": status})

    assert kind_of(waiter_conditions.replication_backfill_done(answer)) == verdict
