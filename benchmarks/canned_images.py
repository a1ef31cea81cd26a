"""A page of DescribeImages, created once and returned until the requested number of images was listed.

The repository's name says how many: `bench/images-10000`. Every page has 1,000 details, whatever `maxResults` says, so
that all clients parse the same bytes.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache

PAGE_SIZE = 1000


def images_answer(members: Mapping[str, object]) -> bytes:
    """Return the page for the request's `nextToken`."""
    repository = str(members["repositoryName"])
    total = int(repository.rpartition("-")[2])
    start = int(str(members.get("nextToken", "0")))
    count = min(PAGE_SIZE, total - start)
    more = f', "nextToken": "{start + count}"' if start + count < total else ""
    return b'{"imageDetails": [' + _details(repository, count) + b"]" + more.encode() + b"}"


@cache
def _details(repository: str, count: int) -> bytes:
    return b", ".join(json.dumps(_detail(repository, number)).encode() for number in range(count))


def _detail(repository: str, number: int) -> dict[str, object]:
    detail: dict[str, object] = {
        "registryId": "123456789012",
        "repositoryName": repository,
        "imageDigest": "sha256:" + hashlib.sha256(str(number).encode()).hexdigest(),
        "imageSizeInBytes": 45_000_000 + number,
        "imagePushedAt": 1_760_000_000.125 + number * 60,
        "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
        "artifactMediaType": "application/vnd.oci.image.config.v1+json",
        "imageStatus": "ACTIVE",
    }
    if number % 4:  # one image in four has lost its tag to a newer one
        detail["imageTags"] = [f"1.{number}.0", f"build-{number}"]
    if number % 2:
        detail["lastRecordedPullTime"] = 1_761_000_000.5 + number * 60
    return detail
