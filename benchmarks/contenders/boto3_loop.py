"""The usual boto3 loop: hash the file, read a part, hand it to `upload_layer_part`."""

import argparse
import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, BinaryIO

import boto3


def push(client: Any, source: BinaryIO, digest: str | None = None) -> None:
    """Upload one layer, as the examples on the web do it; hash it on the way when nobody has done that yet."""
    upload = client.initiate_layer_upload(repositoryName="bench/app")
    sha256 = hashlib.sha256()
    first = 0
    while blob := source.read(upload["partSize"]):
        if digest is None:
            sha256.update(blob)
        client.upload_layer_part(
            repositoryName="bench/app",
            uploadId=upload["uploadId"],
            partFirstByte=first,
            partLastByte=first + len(blob) - 1,
            layerPartBlob=blob,
        )
        first += len(blob)
    client.complete_layer_upload(
        repositoryName="bench/app",
        uploadId=upload["uploadId"],
        layerDigests=[digest or f"sha256:{sha256.hexdigest()}"],
    )


def push_file(client: Any, path: str) -> None:
    """Ask whether ECR has the file, and push it when not."""
    with open(path, "rb") as source:  # noqa: PTH123 -- the usual loop, spelled the usual way
        digest = f"sha256:{hashlib.file_digest(source, 'sha256').hexdigest()}"
        found = client.batch_check_layer_availability(repositoryName="bench/app", layerDigests=[digest])
        if found["layers"][0]["layerAvailability"] != "AVAILABLE":
            source.seek(0)
            push(client, source, digest)


def main() -> None:
    """Push the files, or standard input when there are none; `--idle` stops before the first byte."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--idle", action="store_true")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    files: list[str] = options.files
    untyped: Any = boto3
    client = untyped.client("ecr", region_name="eu-west-1", endpoint_url=options.endpoint)
    if options.idle:
        return
    if not files:
        push(client, sys.stdin.buffer)
        return
    workers: int = options.workers
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(partial(push_file, client), files))


if __name__ == "__main__":
    main()
