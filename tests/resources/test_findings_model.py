"""Findings look the same whichever scanner found them, and none is not the same as nobody looked."""

from typing import Any

import pytest

from ecrkit import models
from ecrkit.errors import ScanNotFoundError
from ecrkit.resources.findings import (
    Finding,
    FindingsState,
    Severity,
    findings_in,
    findings_state,
    normalise,
    severity_counts,
)

BASIC = {
    "name": "CVE-2019-5188",
    "description": "A flaw in e2fsprogs.",
    "uri": "https://security.example/CVE-2019-5188",
    "severity": "MEDIUM",
    "attributes": [
        {"key": "package_version", "value": "1.44.1-1ubuntu1.1"},
        {"key": "package_name", "value": "e2fsprogs"},
        {"key": "CVSS2_VECTOR", "value": "AV:L/AC:L/Au:N/C:P/I:P/A:P"},
        {"key": "CVSS2_SCORE", "value": "4.6"},
    ],
}
LIBRARY = {
    "name": "libcurl",
    "version": "7.88.1",
    "release": "10+deb12u8",
    "epoch": 0,
    "fixedInVersion": "NotAvailable",
}
TOOL = {"name": "curl", "version": "7.88.1", "release": "10", "epoch": 1, "fixedInVersion": "1:7.88.1-11"}
ENHANCED = {
    "title": "CVE-2026-1 - curl",
    "description": "A flaw in curl.",
    "severity": "CRITICAL",
    "score": 9.8,
    "packageVulnerabilityDetails": {
        "vulnerabilityId": "CVE-2026-1",
        "sourceUrl": "https://security.example/CVE-2026-1",
        "vulnerablePackages": [LIBRARY, TOOL],
    },
}


def basic(**changes: Any) -> models.ImageScanFinding:
    return models.ImageScanFinding.model_validate(BASIC | changes)


def enhanced(**changes: Any) -> models.EnhancedImageScanFinding:
    return models.EnhancedImageScanFinding.model_validate(ENHANCED | changes)


def scan(
    status: str, description: str | None = None, **findings: Any
) -> models.DescribeImageScanFindingsResponse:
    answer: dict[str, Any] = {"imageScanStatus": {"status": status, "description": description}}
    if findings:
        answer["imageScanFindings"] = findings
    return models.DescribeImageScanFindingsResponse.model_validate(answer)


def test_severities_are_in_order() -> None:
    words = ["CRITICAL", "LOW", "UNTRIAGED", "HIGH", "INFORMATIONAL", "UNDEFINED", "MEDIUM"]

    assert sorted(map(Severity, words)) == list(Severity)


def test_an_unknown_severity_is_kept() -> None:
    severity = Severity("CATASTROPHIC")

    assert (severity, severity.is_known) == ("CATASTROPHIC", False)


def test_a_gate_does_not_let_an_unknown_severity_through() -> None:
    assert Severity("CATASTROPHIC") >= Severity.CRITICAL


def test_a_severity_compares_with_its_word() -> None:
    assert Severity.LOW < "HIGH"
    assert Severity.HIGH <= "HIGH"
    assert Severity.CRITICAL > "HIGH"


def test_a_basic_finding_says_what_its_attributes_say() -> None:
    raw = basic()

    (finding,) = normalise(raw)

    assert finding == Finding(
        id="CVE-2019-5188",
        severity=Severity.MEDIUM,
        package="e2fsprogs",
        installed_version="1.44.1-1ubuntu1.1",
        fixed_version=None,
        score=4.6,
        uri="https://security.example/CVE-2019-5188",
        description="A flaw in e2fsprogs.",
        raw=raw,
    )


def test_the_newest_score_counts() -> None:
    scores = [{"key": "CVSS3_SCORE", "value": "7.5"}, {"key": "CVSS2_SCORE", "value": "4.6"}]

    (finding,) = normalise(basic(attributes=scores))

    assert finding.score == 7.5


@pytest.mark.parametrize(
    "attributes", [[], [{"key": "CVSS3_SCORE"}], [{"key": "CVSS3_SCORE", "value": "high"}]]
)
def test_a_score_that_is_no_number_is_none(attributes: list[dict[str, str]]) -> None:
    (finding,) = normalise(basic(attributes=attributes))

    assert finding.score is None


def test_an_enhanced_finding_becomes_one_for_each_package() -> None:
    raw = enhanced()

    library, tool = normalise(raw)

    assert [library.package, tool.package] == ["libcurl", "curl"]
    assert tool == Finding(
        id="CVE-2026-1",
        severity=Severity.CRITICAL,
        package="curl",
        installed_version="1:7.88.1-10",
        fixed_version="1:7.88.1-11",
        score=9.8,
        uri="https://security.example/CVE-2026-1",
        description="A flaw in curl.",
        raw=raw,
    )


def test_a_fix_that_is_not_available_is_none() -> None:
    library, _ = normalise(enhanced())

    assert (library.installed_version, library.fixed_version) == ("7.88.1-10+deb12u8", None)


def test_a_score_of_zero_is_a_score() -> None:
    finding = next(normalise(enhanced(score=0, scoreDetails={"cvss": {"score": 5}})))

    assert finding.score == 0


def test_a_finding_without_a_package_is_still_one() -> None:
    (finding,) = normalise(enhanced(packageVulnerabilityDetails=None, severity="UNTRIAGED"))

    assert (finding.id, finding.package, finding.severity) == ("CVE-2026-1 - curl", None, Severity.UNTRIAGED)


def test_an_answer_gives_the_findings_of_either_scanner() -> None:
    one = scan("COMPLETE", findings=[BASIC])
    other = scan("ACTIVE", enhancedFindings=[ENHANCED])

    assert [finding.package for finding in (*findings_in(one), *findings_in(other))] == [
        "e2fsprogs",
        "libcurl",
        "curl",
    ]


def test_an_answer_without_results_has_no_findings() -> None:
    assert list(findings_in(scan("IN_PROGRESS"))) == []


def test_counts_are_those_of_the_service() -> None:
    answer = scan("COMPLETE", findings=[BASIC, BASIC], enhancedFindings=[ENHANCED])

    counts = severity_counts(findings_in(answer))

    assert list(counts.items()) == [(Severity.CRITICAL, 1), (Severity.MEDIUM, 2)]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (scan("COMPLETE", findings=[]), FindingsState.SCANNED),
        (scan("ACTIVE", enhancedFindings=[]), FindingsState.SCANNED),
        (scan("ACTIVE"), FindingsState.IN_PROGRESS),
        (scan("PENDING", findings=[], enhancedFindings=[]), FindingsState.IN_PROGRESS),
        (scan("IN_PROGRESS"), FindingsState.IN_PROGRESS),
        (scan("FAILED", "Something broke."), FindingsState.FAILED),
        (
            scan("FAILED", "UnsupportedImageError: The operating system is not supported."),
            FindingsState.UNSUPPORTED,
        ),
        (scan("UNSUPPORTED_IMAGE"), FindingsState.UNSUPPORTED),
        (scan("SCAN_ELIGIBILITY_EXPIRED"), FindingsState.EXPIRED),
        (scan("FINDINGS_UNAVAILABLE"), FindingsState.UNAVAILABLE),
        (scan("LIMIT_EXCEEDED"), FindingsState.LIMITED),
        (scan("IMAGE_ARCHIVED"), FindingsState.ARCHIVED),
        (scan("IMAGE_SIZE_EXCEEDED"), FindingsState.TOO_LARGE),
        (scan("A_STATUS_OF_TOMORROW"), FindingsState.UNKNOWN),
    ],
)
def test_a_status_says_what_no_findings_mean(
    answer: models.DescribeImageScanFindingsResponse, state: FindingsState
) -> None:
    assert findings_state(answer) is state


def test_every_status_of_the_model_has_a_state() -> None:
    states = {status: findings_state(scan(status)) for status in models.ScanStatus}

    assert FindingsState.UNKNOWN not in states.values()


def test_an_image_that_was_never_scanned_is_not_clean() -> None:
    error = ScanNotFoundError("none", code="ScanNotFoundException", operation="Describe", http_status=400)

    assert findings_state(error) is FindingsState.NOT_SCANNED


def test_findings_go_into_a_set() -> None:
    raw = enhanced()

    assert len({*normalise(raw), *normalise(raw)}) == 2
