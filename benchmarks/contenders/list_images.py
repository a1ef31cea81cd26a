"""Reads: list the images of a repository and look at four members of each, with ecrkit or with boto3's paginator."""

import argparse
from collections.abc import Callable
from functools import partial
from importlib import import_module
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


def import_ecrkit() -> int:
    """Import and nothing else."""
    import_module("ecrkit")
    return 0


def import_boto3() -> int:
    """Import and nothing else."""
    import_module("boto3")
    return 0


def _look(*members: object) -> None:
    """Have every member evaluated, should it be made on demand."""


def main() -> None:
    """Run one of the four, and fail when it did not see as many images as it was told to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["ecrkit", "boto3", "import-ecrkit", "import-boto3"])
    parser.add_argument("--endpoint", default="")
    parser.add_argument("--images", type=int, default=0)
    options = parser.parse_args()
    repository = f"bench/images-{options.images}"
    ways: dict[str, Callable[[], int]] = {
        "ecrkit": partial(with_ecrkit, options.endpoint, repository, options.images),
        "boto3": partial(with_boto3, options.endpoint, repository, options.images),
        "import-ecrkit": import_ecrkit,
        "import-boto3": import_boto3,
    }
    seen = ways[options.what]()
    if seen != options.images:
        raise SystemExit(f"saw {seen} images instead of {options.images}")


if __name__ == "__main__":
    main()
