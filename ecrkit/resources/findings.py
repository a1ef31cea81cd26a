"""`Finding`: one vulnerability in one package, in one form for basic and enhanced scanning.

Basic scanning returns attributes as keys and values, enhanced scanning the nested details of Amazon Inspector. The response
itself shows which of the two it was; the scan status does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain

from ecrkit import models
from ecrkit.errors import ScanNotFoundError
from ecrkit.tables import Displayed, Table, card
from ecrkit.waiter_conditions import has_scan_results


class Severity(models.OpenEnum):
    """Severity of a finding. Ordered: `finding.severity >= Severity.HIGH`.

    Unknown values rank above all others, so that a gate does not let them through.
    """

    UNDEFINED = "UNDEFINED"
    UNTRIAGED = "UNTRIAGED"
    INFORMATIONAL = "INFORMATIONAL"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"

    def __lt__(self, other: str) -> bool:
        return _rank(self) < _rank(other)

    def __le__(self, other: str) -> bool:
        return _rank(self) <= _rank(other)

    def __gt__(self, other: str) -> bool:
        return _rank(self) > _rank(other)

    def __ge__(self, other: str) -> bool:
        return _rank(self) >= _rank(other)


_RANKS = {str(severity): rank for rank, severity in enumerate(Severity)}


def _rank(severity: str) -> tuple[int, str]:
    text = str(severity)
    return _RANKS.get(text, len(_RANKS)), text


class FindingsState(StrEnum):
    """Whether the findings of an image are complete; if not, having none means nothing."""

    SCANNED = "SCANNED"
    """The findings are complete: none means that nothing was found."""

    NOT_SCANNED = "NOT_SCANNED"
    IN_PROGRESS = "IN_PROGRESS"
    UNSUPPORTED = "UNSUPPORTED"
    """The scanner does not support the operating system or the artifact type."""

    TOO_LARGE = "TOO_LARGE"
    FAILED = "FAILED"
    LIMITED = "LIMITED"
    """A scan quota is exhausted."""

    EXPIRED = "EXPIRED"
    """The image is too old, or unused for too long, to be scanned."""

    UNAVAILABLE = "UNAVAILABLE"
    ARCHIVED = "ARCHIVED"
    UNKNOWN = "UNKNOWN"
    """A status unknown to this release."""


_STATES = {
    models.ScanStatus.IN_PROGRESS: FindingsState.IN_PROGRESS,
    models.ScanStatus.PENDING: FindingsState.IN_PROGRESS,
    models.ScanStatus.ACTIVE: FindingsState.IN_PROGRESS,  # without results; has_scan_results() is asked first
    models.ScanStatus.FAILED: FindingsState.FAILED,
    models.ScanStatus.UNSUPPORTED_IMAGE: FindingsState.UNSUPPORTED,
    models.ScanStatus.SCAN_ELIGIBILITY_EXPIRED: FindingsState.EXPIRED,
    models.ScanStatus.FINDINGS_UNAVAILABLE: FindingsState.UNAVAILABLE,
    models.ScanStatus.LIMIT_EXCEEDED: FindingsState.LIMITED,
    models.ScanStatus.IMAGE_ARCHIVED: FindingsState.ARCHIVED,
    models.ScanStatus.IMAGE_SIZE_EXCEEDED: FindingsState.TOO_LARGE,
}


@dataclass(frozen=True, slots=True)
class Finding(Displayed):
    """One vulnerability in one package of an image."""

    id: str
    """CVE, or the name the scanner uses."""

    severity: Severity
    package: str | None
    """Name of the affected package."""

    installed_version: str | None
    fixed_version: str | None
    """Version with the fix, if known. Basic scanning never reports it."""

    score: float | None
    """Score of Amazon Inspector, or the CVSS score of basic scanning in its newest version."""

    uri: str | None
    description: str | None = field(repr=False)
    raw: models.ImageScanFinding | models.EnhancedImageScanFinding = field(repr=False, hash=False)
    """Finding as returned by ECR. An enhanced finding for several packages is shared between them."""

    def __table_row__(self) -> Mapping[str, object]:
        return {
            "severity": self.severity,
            "finding": self.id,
            "package": self.package,
            "installed": self.installed_version,
            "fixed in": self.fixed_version,
            "score": self.score,
        }

    def __table__(self) -> Table:
        return card({**self.__table_row__(), "URI": self.uri, "description": self.description})

    def __record__(self) -> Mapping[str, object]:
        return {
            "id": self.id,
            "severity": self.severity,
            "package": self.package,
            "installed_version": self.installed_version,
            "fixed_version": self.fixed_version,
            "score": self.score,
            "uri": self.uri,
            "description": self.description,
        }


def findings_state(answer: models.DescribeImageScanFindingsResponse | ScanNotFoundError) -> FindingsState:
    """Return whether a response has findings, or why not: no findings is not the same as no scan."""
    if isinstance(answer, ScanNotFoundError):
        return FindingsState.NOT_SCANNED
    if has_scan_results(answer):
        return FindingsState.SCANNED
    scan = answer.image_scan_status
    if scan.status == models.ScanStatus.FAILED and (scan.description or "").startswith(
        "UnsupportedImageError"
    ):
        return FindingsState.UNSUPPORTED  # basic scanning calls it a failure
    return _STATES.get(scan.status, FindingsState.UNKNOWN)


def findings_in(answer: models.DescribeImageScanFindingsResponse) -> Iterator[Finding]:
    """Return the findings in one response, of either kind of scanning."""
    if (found := answer.image_scan_findings) is not None:
        for raw in chain[models.ImageScanFinding | models.EnhancedImageScanFinding](
            found.findings, found.enhanced_findings
        ):
            yield from normalise(raw)


def normalise(raw: models.ImageScanFinding | models.EnhancedImageScanFinding) -> Iterator[Finding]:
    """Convert a finding of either kind: one for each affected package, and at least one."""
    if isinstance(raw, models.ImageScanFinding):
        yield _from_basic(raw)
    else:
        yield from _from_enhanced(raw)


def severity_counts(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Count findings as ECR does, most severe first. A finding for several packages counts once; zeros are left out."""
    # ECR counts raw findings; two with identical content are still two.
    severities = {id(finding.raw): finding.severity for finding in findings}
    return dict(sorted(Counter(severities.values()).items(), reverse=True))


def _from_basic(raw: models.ImageScanFinding) -> Finding:
    attributes = {attribute.key: attribute.value for attribute in raw.attributes}
    scores = sorted((key, value) for key, value in attributes.items() if re.fullmatch(r"CVSS\d_SCORE", key))
    return Finding(
        id=raw.name,
        severity=Severity(str(raw.severity)),
        package=attributes.get("package_name"),
        installed_version=attributes.get("package_version"),
        fixed_version=None,
        score=_number(scores[-1][1]) if scores else None,
        uri=raw.uri,
        description=raw.description,
        raw=raw,
    )


def _from_enhanced(raw: models.EnhancedImageScanFinding) -> Iterator[Finding]:
    details = raw.package_vulnerability_details or models.PackageVulnerabilityDetails()
    score = raw.score_details.cvss.score if raw.score_details and raw.score_details.cvss else None
    for package in details.vulnerable_packages or [models.VulnerablePackage()]:
        yield Finding(
            id=details.vulnerability_id or raw.title or raw.finding_arn or "",
            severity=Severity(raw.severity or Severity.UNDEFINED),
            package=package.name,
            installed_version=_installed(package),
            fixed_version=None if package.fixed_in_version in _NO_FIX else package.fixed_in_version,
            score=score if raw.score is None else raw.score,
            uri=details.source_url or next(iter(details.reference_urls), None),
            description=raw.description,
            raw=raw,
        )


_NO_FIX = frozenset({"NotAvailable", ""})  # Inspector's word for none


def _installed(package: models.VulnerablePackage) -> str | None:
    """Format a version as package managers and Inspector do: epoch:version-release."""
    if not package.version:
        return None
    epoch = f"{package.epoch}:" if package.epoch else ""
    release = f"-{package.release}" if package.release else ""
    return f"{epoch}{package.version}{release}"


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
