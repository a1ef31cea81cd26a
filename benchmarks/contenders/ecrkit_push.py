"""ecrkit: one `push_layer`, or `push_layers` for several files."""

import argparse
import sys

import ecrkit


def main() -> None:
    """Push the files, or standard input when there are none; `--idle` stops before the first byte."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--idle", action="store_true")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--digest", help="what the file hashes to, as a build tool knows it")
    parser.add_argument("--one-pass", action="store_true", help="do not hash first to ask whether ECR has it")
    parser.add_argument("--wire", choices=["api", "oci"], default="api")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    files: list[str] = options.files
    registry = ecrkit.Registry(region_name="eu-west-1", endpoint_url=options.endpoint, wire=options.wire)
    repository = registry.repository("bench/app")
    if options.idle:
        return
    match files:
        case []:
            repository.push_layer(sys.stdin.buffer)
        case [path]:
            repository.push_layer(path, digest=options.digest, skip_existing=not options.one_pass)
        case paths:
            repository.push_layers(paths, workers=options.workers)


if __name__ == "__main__":
    main()
