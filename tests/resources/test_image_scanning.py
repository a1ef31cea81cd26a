"""Scans: started where they may be, waited for, and never taken for clean where nobody looked."""

import threading
from typing import Any

import pytest

from ecrkit import Image, Registry, models
from ecrkit.errors import (
    ApiError,
    ImageArchivedError,
    InvalidInputError,
    LimitExceededError,
    ResultsUnavailableError,
    ScanNotFoundError,
    UnsupportedImageTypeError,
    ValidationError,
    WaitFailedError,
)
from ecrkit.resources import FindingsState, Severity
from ecrkit.testing import FakeTransport, no_waiting

DIGEST = "sha256:" + "a" * 64
FINDING = {"name": "CVE-1", "severity": "HIGH"}


def image(fake: FakeTransport, name: str = "1.4.2") -> Image:
    return Registry(fake, registry_id="123456789012").repository("team/app").image(name)


def started(digest: str | None = DIGEST) -> models.StartImageScanResponse:
    return models.StartImageScanResponse.model_validate(
        {
            "imageScanStatus": {"status": "IN_PROGRESS"},
            "imageId": {"imageDigest": digest, "imageTag": "1.4.2"},
        }
    )


def scan(status: str, token: str | None = None, **findings: Any) -> models.DescribeImageScanFindingsResponse:
    answer: dict[str, Any] = {"imageScanStatus": {"status": status, "description": "as it is"}}
    if findings:
        answer["imageScanFindings"] = findings
    return models.DescribeImageScanFindingsResponse.model_validate(answer | {"nextToken": token})


def refusal(kind: type[ApiError], message: str = "no") -> ApiError:
    return kind(message, code=kind.__name__, operation="StartImageScan", http_status=400)


def wire_of(request: models.Request) -> dict[str, Any]:
    return {"operation": request.operation, **request.to_wire()}


def test_a_scan_is_started_and_waited_for() -> None:
    fake = FakeTransport(started(), scan("IN_PROGRESS"), scan("COMPLETE", findingSeverityCounts={"LOW": 2}))

    with no_waiting():
        result = image(fake).scan().wait()

    assert [request.operation for request in fake.requests] == [
        "StartImageScan",
        "DescribeImageScanFindings",
        "DescribeImageScanFindings",
    ]
    assert (result.state, result.counts) == (FindingsState.SCANNED, {Severity.LOW: 2})


def test_a_scan_is_started_even_if_nobody_waits() -> None:
    fake = FakeTransport(started())

    _ = image(fake).scan()

    assert [request.operation for request in fake.requests] == ["StartImageScan"]


async def test_a_scan_can_be_awaited_and_blocks_no_event_loop() -> None:
    threads = list[str]()

    def start(_: object) -> models.StartImageScanResponse:
        threads.append(threading.current_thread().name)
        return started()

    fake = FakeTransport(start, scan("COMPLETE"))

    with no_waiting():
        result = await image(fake).scan()

    assert result.state == FindingsState.SCANNED
    assert threads != [threading.current_thread().name]


def test_a_tag_that_moves_during_a_scan_does_not_change_what_is_waited_for() -> None:
    fake = FakeTransport(started(), scan("COMPLETE"))

    image(fake).scan().wait()

    assert wire_of(fake.requests[1])["imageId"] == {"imageDigest": DIGEST}


def test_every_request_names_the_registry() -> None:
    fake = FakeTransport(started(), scan("COMPLETE"))

    image(fake).scan().wait()

    assert {request.to_wire()["registryId"] for request in fake.requests} == {"123456789012"}


def test_a_scan_within_the_last_24_hours_is_waited_for_in_place_of_a_new_one() -> None:
    fake = FakeTransport(
        refusal(LimitExceededError), scan("IN_PROGRESS"), scan("IN_PROGRESS"), scan("COMPLETE")
    )

    with no_waiting():
        result = image(fake).scan().wait()

    assert result.state == FindingsState.SCANNED


def test_a_quota_of_the_account_is_no_reason_to_wait() -> None:
    fake = FakeTransport(refusal(LimitExceededError), refusal(ScanNotFoundError))

    with pytest.raises(LimitExceededError):
        _ = image(fake).scan()


@pytest.mark.parametrize("reason", [ValidationError, UnsupportedImageTypeError, ImageArchivedError])
def test_a_scan_that_cannot_be_started_says_why(reason: type[ApiError]) -> None:
    with pytest.raises(reason):
        _ = image(FakeTransport(refusal(reason))).scan()


async def test_a_scan_that_cannot_be_started_says_why_to_await_too() -> None:
    waiter = image(FakeTransport(refusal(ImageArchivedError))).scan()

    with pytest.raises(ImageArchivedError):
        await waiter


def test_a_scan_on_push_is_waited_for_without_starting_one() -> None:
    fake = FakeTransport(refusal(ScanNotFoundError), scan("PENDING"), scan("COMPLETE"))

    with no_waiting():
        image(fake).until_scanned().wait()

    assert {request.operation for request in fake.requests} == {"DescribeImageScanFindings"}


def test_continuous_scanning_is_waited_for_until_its_first_results() -> None:
    fake = FakeTransport(scan("ACTIVE"), scan("ACTIVE", enhancedFindings=[]))

    with no_waiting() as pauses:
        result = image(fake).until_scanned().wait()

    assert (len(pauses), result.state) == (1, FindingsState.SCANNED)


def test_a_settled_scan_has_a_time_or_a_finding() -> None:
    fake = FakeTransport(scan("COMPLETE", findings=[]), scan("COMPLETE", imageScanCompletedAt=1700000000))

    with no_waiting() as pauses:
        result = image(fake).until_scanned(settled=True).wait()

    assert len(pauses) == 1
    assert result.completed_at is not None


@pytest.mark.parametrize(
    "status",
    [
        "FAILED",
        "UNSUPPORTED_IMAGE",
        "SCAN_ELIGIBILITY_EXPIRED",
        "FINDINGS_UNAVAILABLE",
        "LIMIT_EXCEEDED",
        "IMAGE_ARCHIVED",
        "IMAGE_SIZE_EXCEEDED",
    ],
)
def test_a_scan_that_will_never_have_results_ends_the_wait(status: str) -> None:
    with pytest.raises(WaitFailedError, match=status):
        image(FakeTransport(scan(status))).until_scanned().wait()


def test_no_scan_is_a_result_of_its_own() -> None:
    result = image(FakeTransport(refusal(ScanNotFoundError, "Image scan does not exist"))).scan_result()

    assert (result.state, result.counts, result.raw) == (FindingsState.NOT_SCANNED, {}, None)
    assert result.description == "Image scan does not exist"


def test_counts_come_worst_first() -> None:
    counts = {"LOW": 3, "CRITICAL": 1, "MEDIUM": 2}

    result = image(FakeTransport(scan("COMPLETE", findingSeverityCounts=counts))).scan_result()

    assert list(result.counts.items()) == [
        (Severity.CRITICAL, 1),
        (Severity.MEDIUM, 2),
        (Severity.LOW, 3),
    ]


def test_a_result_costs_no_listing_of_findings() -> None:
    fake = FakeTransport(scan("COMPLETE"))

    image(fake).scan_result()

    assert wire_of(fake.requests[0])["maxResults"] == 1


def test_findings_come_out_of_both_nested_lists_and_all_pages() -> None:
    fake = FakeTransport(
        scan("ACTIVE", token="2", enhancedFindings=[{"title": "CVE-2", "severity": "LOW"}]),
        scan("ACTIVE", token="3", enhancedFindings=[]),
        scan("ACTIVE", findings=[FINDING], enhancedFindings=[]),
    )

    assert [finding.id for finding in image(fake).findings()] == ["CVE-2", "CVE-1"]


async def test_findings_can_be_listed_with_async_for() -> None:
    fake = FakeTransport(scan("COMPLETE", findings=[FINDING]))

    assert [finding.id async for finding in image(fake).findings()] == ["CVE-1"]


def test_findings_below_a_severity_are_left_out() -> None:
    found = [{"name": f"CVE-{each}", "severity": each} for each in ("LOW", "HIGH", "CRITICAL", "BEYOND")]
    fake = FakeTransport(scan("COMPLETE", findings=found))

    shown = [finding.severity for finding in image(fake).findings(min_severity="HIGH")]

    assert shown == ["HIGH", "CRITICAL", "BEYOND"]


def test_a_limit_counts_what_is_shown_and_the_rest_can_be_listed_later() -> None:
    found = [{"name": f"CVE-{number}", "severity": "LOW" if number % 2 else "HIGH"} for number in range(8)]
    page = scan("COMPLETE", findings=found)
    first = image(FakeTransport(page)).findings(min_severity=Severity.HIGH, limit=3)
    ids = [finding.id for finding in first]

    rest = image(FakeTransport(page)).findings(min_severity=Severity.HIGH, start=first.resume_token)

    assert (ids, [finding.id for finding in rest]) == (["CVE-0", "CVE-2", "CVE-4"], ["CVE-6"])


def test_a_misspelt_severity_is_refused_rather_than_above_all_others() -> None:
    with pytest.raises(InvalidInputError, match="HIHG"):
        image(FakeTransport()).findings(min_severity="HIHG")


def test_a_clean_image_has_no_findings() -> None:
    assert list(image(FakeTransport(scan("COMPLETE", findings=[]))).findings()) == []


def test_an_image_that_nobody_scanned_does_not_pass_for_a_clean_one() -> None:
    with pytest.raises(ScanNotFoundError):
        list(image(FakeTransport(refusal(ScanNotFoundError))).findings())


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("IN_PROGRESS", FindingsState.IN_PROGRESS),
        ("UNSUPPORTED_IMAGE", FindingsState.UNSUPPORTED),
        ("FAILED", FindingsState.FAILED),
        ("SOMETHING_NEW", FindingsState.UNKNOWN),
    ],
)
def test_an_image_that_could_not_be_scanned_does_not_pass_for_a_clean_one(
    status: str, state: FindingsState
) -> None:
    with pytest.raises(ResultsUnavailableError, match=status) as caught:
        list(image(FakeTransport(scan(status))).findings())

    assert caught.value.state == state
