"""Reads: list the images of a repository and look at four members of each, with ecrkit or with boto3's paginator."""

import argparse
from itertools import islice
from typing import Any


def with_ecrkit(endpoint: str, repository: str, count: int) -> int:
    """Iterate typed images."""
    import ecrkit  # noqa: PLC0415 -- what is imported is part of what is measured

    registry = ecrkit.Registry(region_name="eu-west-1", endpoint_url=endpoint)
    seen = 0
    for image in islice(registry.repository(repository).images(), count):
        _look(image.digest, image.tags, image.size, image.pushed_at)
        seen += 1
    return seen


def with_boto3(endpoint: str, repository: str, count: int) -> int:
    """Iterate boto3's dicts."""
    import boto3  # noqa: PLC0415 -- what is imported is part of what is measured

    untyped: Any = boto3
    client = untyped.client("ecr", region_name="eu-west-1", endpoint_url=endpoint)
    pages = client.get_paginator("describe_images").paginate(repositoryName=repository)
    seen = 0
    for image in islice((image for page in pages for image in page["imageDetails"]), count):
        _look(image["imageDigest"], image.get("imageTags"), image["imageSizeInBytes"], image["imagePushedAt"])
        seen += 1
    return seen


def _look(*members: object) -> None:
    """Have every member evaluated, should it be made on demand."""


def main() -> None:
    """List with one of the two, and fail when it did not see as many images as it was told to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["ecrkit", "boto3"])
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--images", type=int, required=True)
    options = parser.parse_args()
    list_images = with_ecrkit if options.what == "ecrkit" else with_boto3
    seen = list_images(options.endpoint, f"bench/images-{options.images}", options.images)
    if seen != options.images:
        raise SystemExit(f"saw {seen} images instead of {options.images}")


if __name__ == "__main__":
    main()
