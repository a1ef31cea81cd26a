"""`ImageScans`: starting the scan of one image, waiting for it, and reading its findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from ecrkit import models
from ecrkit.client import Client
from ecrkit.errors import (
    InvalidInputError,
    LimitExceededError,
    ResultsUnavailableError,
    ScanNotFoundError,
)
from ecrkit.paging import Items
from ecrkit.resources.findings import Finding, FindingsState, Severity, findings_in, findings_state
from ecrkit.waiter import Waiter, begin
from ecrkit.waiter_conditions import SCAN_POLLING, scan_complete


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Outcome of the last scan of an image, without the findings themselves."""

    state: FindingsState
    """Whether the findings are complete, or why not: no findings is not the same as no scan."""

    description: str | None
    """Description by ECR, if there is one."""

    counts: dict[Severity, int] = field(hash=False)
    """Number of findings by severity, most severe first. If the state is `SCANNED`, missing severities have none."""

    completed_at: datetime | None
    """When the last scan completed, in UTC."""

    raw: models.DescribeImageScanFindingsResponse | None = field(repr=False, hash=False)
    """Response of ECR, with at most one finding; None if ECR knows of no scan."""


class ImageScans:
    """The scans of one image, of either kind of scanning."""

    def __init__(
        self,
        client: Client,
        registry_id: str | None,
        repository_name: str,
        image_id: models.ImageIdentifier,
        *,
        label: str,
    ) -> None:
        self._client = client
        self._registry_id = registry_id
        self._repository_name = repository_name
        self._image_id = image_id
        self._label = label  # of the image, for messages

    def start(self) -> models.DescribeImageScanFindingsRequest:
        """Start a scan, and return the request that asks for its status.

        ECR scans an image once in 24 hours. If it refuses for that reason, the earlier scan takes the place of this one;
        if the quota of the account is exhausted, there is none.
        """
        request = models.StartImageScanRequest(
            registry_id=self._registry_id, repository_name=self._repository_name, image_id=self._image_id
        )
        try:
            scanned = self._client.send(request).image_id
        except LimitExceededError as error:
            try:
                scanned = self._client.send(self.status_request()).image_id
            except ScanNotFoundError:
                raise error from None
        return self.status_request(scanned.image_digest if scanned else None)

    def status_request(self, digest: str | None = None) -> models.DescribeImageScanFindingsRequest:
        """Return a request for the status, with at most one finding.

        Args:
            digest: Image that the tag named when the scan started.
        """
        return models.DescribeImageScanFindingsRequest(
            registry_id=self._registry_id,
            repository_name=self._repository_name,
            image_id=self._image_id if digest is None else models.ImageIdentifier(image_digest=digest),
            max_results=1,
        )

    def begin(self, *, settled: bool) -> Waiter[ScanResult]:
        """Start a scan now, and return a waiter for it."""
        return self.waiter(begin(self.start), settled=settled)

    def waiter(
        self,
        request: models.DescribeImageScanFindingsRequest
        | Callable[[], models.DescribeImageScanFindingsRequest],
        *,
        settled: bool,
    ) -> Waiter[ScanResult]:
        """Return a waiter for a scan."""
        return Waiter(
            self._client,
            request,
            condition=partial(scan_complete, settled=settled),
            result=scan_result,
            subject=f"the scan of {self._label}",
            polling=SCAN_POLLING,
        )

    def result(self) -> ScanResult:
        """Return the outcome of the last scan, also if there is none."""
        try:
            return scan_result(self._client.send(self.status_request()))
        except ScanNotFoundError as error:
            return ScanResult(findings_state(error), error.message, {}, None, None)

    def findings(
        self,
        min_severity: Severity | str | None,
        *,
        limit: int | None,
        page_size: int | None,
        start: str | None,
    ) -> Items[Finding]:
        """List the findings of the last scan."""
        least = _known_severity(min_severity)
        return Items(
            self._client,
            self.status_request().model_copy(update={"max_results": None}),
            lambda page: [each for each in self._read(page) if least is None or each.severity >= least],
            limit=limit,
            page_size=page_size,
            start=start,
        )

    def _read(self, page: models.DescribeImageScanFindingsResponse) -> list[Finding]:
        if (state := findings_state(page)) is not FindingsState.SCANNED:
            status = page.image_scan_status
            because = f" ({status.description})" if status.description else ""
            raise ResultsUnavailableError(
                f"{self._label} has no findings to read: its scan is {status.status}{because}", state
            )
        return list(findings_in(page))


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


def _known_severity(wanted: Severity | str | None) -> Severity | None:
    if wanted is None:
        return None
    severity = Severity(wanted)
    if not severity.is_known:  # unknown severities rank above all others, and would hide every finding
        raise InvalidInputError(
            f"{str(wanted)!r} is not a severity; the severities are {', '.join(Severity)}"
        )
    return severity
