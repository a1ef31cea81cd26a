"""Mirror a list of images from any registries into one or more regions, and create repositories as needed.

    python examples/mirror.py images.yaml --to eu-west-1 --to us-east-1

The list names repositories, the tags that are wanted, and optionally platforms and the name in ECR:

    - from: docker.io/library/python
      tags: "3.1?-slim*"
      platforms: [linux/amd64, linux/arm64]
      to: mirror/python
    - from: ghcr.io/org/app
      tags: ["1.4.2", "latest"]
      referrers: true

Logins are those of `docker login`. What a region has already is not sent again, so the program can run every night. An image
that fails does not stop the others; the program then ends with status 1.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

from ecrkit import EcrKitError, Registry, oci


def mirror(entry: dict[str, Any], registry: Registry, *, dry_run: bool) -> bool:
    """Mirror what one entry of the list names; return whether all of it is there now."""
    source = oci.remote_repository(entry["from"])
    target = registry.repository(entry.get("to", source.name))
    print(f"{source} -> {registry.region_name}/{target.name}")
    try:
        report = target.sync_from(
            source,
            tags=entry.get("tags"),
            platforms=entry.get("platforms"),
            referrers=entry.get("referrers", False),
            create_repository=True,
            dry_run=dry_run,
        )
    except EcrKitError as error:
        print(f"{source}: {error}", file=sys.stderr)
        return False
    print(report)
    return not report.failures


def main() -> None:
    """Mirror the whole list into each region."""
    parser = argparse.ArgumentParser(description="Mirror images into regions of ECR.")
    parser.add_argument("list", type=Path, help="YAML file with the images")
    parser.add_argument("--to", action="append", required=True, metavar="REGION")
    parser.add_argument("--dry-run", action="store_true", help="only print what would be copied")
    options = parser.parse_args()
    entries = yaml.safe_load(options.list.read_text("utf-8"))
    complete = True
    for region in options.to:
        with Registry(region_name=region) as registry:
            for entry in entries:
                complete &= mirror(entry, registry, dry_run=options.dry_run)
    sys.exit(0 if complete else 1)


if __name__ == "__main__":
    main()
