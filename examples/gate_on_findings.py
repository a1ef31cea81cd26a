"""Let a build pass only if its image has no bad findings, in basic and in enhanced scanning alike.

    python examples/gate_on_findings.py team/app 1.4.2 --at-least HIGH --allow CVE-2026-1234

It ends with 0 if the image may go out, with 1 if it may not, and with an error where nobody looked: that is no pass.
"""

import argparse
import sys
from collections.abc import Collection

from ecrkit import Finding, Image, Registry, Severity


def bad_findings(image: Image, at_least: Severity, allowed: Collection[str]) -> list[Finding]:
    """Wait for the scan that ECR starts on push, and give what must not go out, the worst first."""
    image.until_scanned().wait(timeout=600)
    found = [finding for finding in image.findings(min_severity=at_least) if finding.id not in allowed]
    return sorted(found, key=lambda finding: finding.severity, reverse=True)


def main() -> None:
    """Parse the command line, and check each image of the tag."""
    parser = argparse.ArgumentParser(description="Judge an image by its findings.")
    parser.add_argument("repository")
    parser.add_argument("tag")
    parser.add_argument("--at-least", type=Severity, default=Severity.HIGH)
    parser.add_argument("--allow", action="append", default=[], help="a finding to let through, by its id")
    options = parser.parse_args()
    index = Registry().repository(options.repository).image(options.tag)
    bad = 0
    for platform in index.platforms():  # an index has no scan of its own, its images have
        for finding in bad_findings(index.resolve(platform), options.at_least, options.allow):
            fix = f"fixed in {finding.fixed_version}" if finding.fixed_version else "no fix known"
            print(
                f"{platform}: {finding.severity} {finding.id} in {finding.package} {finding.installed_version}, {fix}"
            )
            bad += 1
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
