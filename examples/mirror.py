"""Mirror a list of images from one region to another, with their signatures and SBOMs.

    python examples/mirror.py --from us-east-1 --to eu-west-1 < images.txt

Each line names an image: `team/app:1.4.2`, or `team/app@sha256:...`. What is there already costs a few requests and no
bytes, so the program can run every night. One image that fails does not keep the others from being copied.
"""

import argparse
import sys

from ecrkit import EcrKitError, Registry


def mirror(source: Registry, target: Registry, name: str) -> None:
    """Copy one image; the digest stays what it is."""
    repository, by_digest, digest = name.partition("@")
    if not by_digest:
        repository, _, tag = name.partition(":")
        image = source.repository(repository).image(tag)
    else:
        image = source.repository(repository).image(digest=digest)
    copied = image.copy_to(target.repository(repository), create_repository=True)
    print(f"{name}: {copied.digest}, {copied.report}")


def main() -> None:
    """Copy all of the list, and tell at the end what did not work."""
    parser = argparse.ArgumentParser(description="Mirror images to another region.")
    parser.add_argument("--from", dest="source", required=True)
    parser.add_argument("--to", dest="target", required=True)
    options = parser.parse_args()
    source, target = Registry(region_name=options.source), Registry(region_name=options.target)
    failed = 0
    for line in sys.stdin:
        if not (name := line.strip()):
            continue
        try:
            mirror(source, target, name)
        except EcrKitError as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed += 1
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
