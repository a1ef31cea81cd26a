"""Attach an SBOM to an image, and release the image into another repository together with it.

    python examples/copy_with_referrers.py team/app:1.4.2 release/app --sbom sbom.spdx.json

What refers to an image (signatures, SBOMs, attestations) are images of their own, which most copies forget.
"""

import argparse

from ecrkit import Registry

SPDX = "application/spdx+json"


def main() -> None:
    """Attach, copy, and list what has arrived."""
    parser = argparse.ArgumentParser(description="Copy an image with all that refers to it.")
    parser.add_argument("source", help="repository:tag")
    parser.add_argument("target", help="the repository to copy to")
    parser.add_argument("--sbom", help="a file to attach first")
    options = parser.parse_args()
    registry = Registry()
    name, _, tag = options.source.partition(":")
    image = registry.repository(name).image(tag)
    if options.sbom:
        image.attach(options.sbom, artifact_type=SPDX)  # attaching again is idempotent
    copied = image.copy_to(registry.repository(options.target), create_repository=True)
    print(f"{options.target}:{tag} is {copied.digest}, as before")
    for referrer in copied.referrers():
        print(f"{referrer.artifact_type}: {referrer.digest}, {referrer.size} bytes")


if __name__ == "__main__":
    main()
