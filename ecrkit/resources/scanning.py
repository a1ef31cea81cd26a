"""`ScanResult`: how the scan of an image stands, and how much it found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ecrkit import models
from ecrkit.errors import InvalidInputError
from ecrkit.resources.findings import FindingsState, Severity, findings_state


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What is known of the scan of an image, without the findings themselves."""

    state: FindingsState
    """Whether the findings can be read, or why not: no findings are not the same as no scan."""

    description: str | None
    """The service's own words; absent where there are none."""

    counts: dict[Severity, int] = field(hash=False)
    """How many findings there are, the worst first. What is absent was not found, if the state is `SCANNED`."""

    completed_at: datetime | None
    """When the last scan was completed, in UTC."""

    raw: models.DescribeImageScanFindingsResponse | None = field(repr=False, hash=False)
    """What the service said, with at most one finding; absent where it knows of no scan."""


def scan_result(answer: models.DescribeImageScanFindingsResponse) -> ScanResult:
    """Summarise a response, of either kind of scanning."""
    found = answer.image_scan_findings
    counts = found.finding_severity_counts if found is not None else {}
    ordered = sorted(((Severity(str(name)), count) for name, count in counts.items()), reverse=True)
    return ScanResult(
        state=findings_state(answer),
        description=answer.image_scan_status.description,
        counts=dict(ordered),
        completed_at=found.image_scan_completed_at if found is not None else None,
        raw=answer,
    )


def known_severity(wanted: Severity | str | None) -> Severity | None:
    """Return the severity to filter by.

    Raises:
        InvalidInputError: ECR has no such severity; filtering by an unknown one would hide every finding.
    """
    if wanted is None:
        return None
    severity = Severity(wanted)
    if not severity.is_known:  # unknown severities rank above all others
        known = ", ".join(Severity)
        raise InvalidInputError(f"{str(wanted)!r} is not a severity; there are {known}")
    return severity
