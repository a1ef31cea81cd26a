"""Scanning of an image: starting it, waiting for it, what came of it, and what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from ecrkit import models
from ecrkit.errors import (
    InvalidInputError,
    LimitExceededError,
    ResultsUnavailableError,
    ScanNotFoundError,
)
from ecrkit.paging import Items
from ecrkit.resources.findings import Finding, FindingsState, Severity, findings_in, findings_state
from ecrkit.resources.handle import ImageHandle
from ecrkit.waiters import SCAN_PACE, scan_complete
from ecrkit.waiting import Waiter, begin


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


class ImageScanning(ImageHandle):
    """Scans an image for known vulnerabilities. Both kinds of scanning, basic and enhanced, look the same here."""

    def scan(self, *, settled: bool = False) -> Waiter[ScanResult]:
        """Start a scan at once, and give a waiter for its result.

        ECR scans an image once in 24 hours, and a scan on push counts. Where it refuses for that reason there are
        findings, or will be, so they are waited for as if the scan had been started here (T50).

        In an event loop the request goes out from another thread, so that nothing is blocked; what goes wrong with it
        is raised by `await`.

        Example:
            >>> image.scan().wait(timeout=300).counts
            >>> result = await image.scan()

        Args:
            settled: Whether to wait for a time of completion, or for a finding (T48). See `until_scanned`.

        Raises:
            ValidationError: The registry has enhanced scanning, where Amazon Inspector decides when to scan: use
                `until_scanned`.
            UnsupportedImageTypeError: It is an index or an artifact; scan the images that an index lists.
            ImageArchivedError: The image is in the archive; `restore` it first.
            LimitExceededError: The account has no scans left for today, and this image was never scanned.
            ImageNotFoundError: There is no such image.
        """
        return self._scan_waiter(begin(self._start_scan), settled=settled)

    def until_scanned(self, *, settled: bool = False) -> Waiter[ScanResult]:
        """Give a waiter for a scan that somebody else starts: ECR on push, or Amazon Inspector.

        It goes on while there is no scan yet, as right after a push (T47). Continuous scanning never ends; its first
        results end the wait (T49).

        Args:
            settled: Whether to wait for a time of completion, or for a finding: enhanced scanning has been seen to say
                COMPLETE before it had looked (T48). An image without any findings may then never be settled.

        Raises:
            WaitFailedError: When waited for: there will be no result. The image is not supported, or too large, ...
        """
        return self._scan_waiter(self._findings_request(), settled=settled)

    def scan_result(self) -> ScanResult:
        """Ask how the last scan of the image stands, and how much it found.

        Raises:
            ImageNotFoundError: There is no such image.
        """
        try:
            return _result(self.client.send(self._findings_request()))
        except ScanNotFoundError as error:
            return ScanResult(findings_state(error), error.message, {}, None, None)

    def findings(
        self,
        *,
        min_severity: Severity | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> Items[Finding]:
        """List what the last scan found, of either kind of scanning, in the order of the service.

        An empty listing means that nothing was found. Where there is no result to be read, an error says so, so that
        an image nobody looked at does not pass for a clean one.

        Args:
            min_severity: Leaves out findings below, for example `Severity.HIGH`.
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 1000; ECR's default is 100.
            start: Where to go on: the `resume_token` of an earlier listing with the same severity.

        Raises:
            ScanNotFoundError: When listed: no scan of the image has begun.
            ResultsUnavailableError: When listed: the scan is under way, failed, or was not possible.
            InvalidInputError: There is no such severity.
        """
        least = _severity(min_severity)
        request = self._findings_request().model_copy(update={"max_results": None})
        return Items(
            self.client,
            request,
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
                f"The findings of {self!r} cannot be read: {status.status}{because}", state
            )
        return list(findings_in(page))

    def _start_scan(self) -> models.DescribeImageScanFindingsRequest:
        request = models.StartImageScanRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            image_id=self._identifier,
        )
        try:
            scanned = self.client.send(request).image_id
        except LimitExceededError as error:
            return self._request_for_earlier_scan(error)
        return self._findings_request(scanned.image_digest if scanned else None)

    def _request_for_earlier_scan(self, error: LimitExceededError) -> models.DescribeImageScanFindingsRequest:
        """Tell the quota of an image, which stands for a scan, from that of the account, which does not."""
        request = self._findings_request()
        try:
            scanned = self.client.send(request).image_id
        except ScanNotFoundError:
            raise error from None
        return self._findings_request(scanned.image_digest if scanned else None)

    def _findings_request(self, digest: str | None = None) -> models.DescribeImageScanFindingsRequest:
        """Ask for the state, with one finding at the most. A digest pins what a tag named when the scan began."""
        return models.DescribeImageScanFindingsRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            image_id=models.ImageIdentifier(image_digest=digest) if digest is not None else self._identifier,
            max_results=1,
        )

    def _scan_waiter(
        self,
        request: models.DescribeImageScanFindingsRequest
        | Callable[[], models.DescribeImageScanFindingsRequest],
        *,
        settled: bool,
    ) -> Waiter[ScanResult]:
        return Waiter(
            self.client,
            request,
            judge=partial(scan_complete, settled=settled),
            result=_result,
            subject=f"the scan of {self._name}",
            pace=SCAN_PACE,
        )


def _result(answer: models.DescribeImageScanFindingsResponse) -> ScanResult:
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


def _severity(wanted: Severity | str | None) -> Severity | None:
    if wanted is None:
        return None
    severity = Severity(wanted)
    if not severity.is_known:  # it would be above all others, and hide everything
        known = ", ".join(Severity)
        raise InvalidInputError(f"{str(wanted)!r} is not a severity; there are {known}")
    return severity
