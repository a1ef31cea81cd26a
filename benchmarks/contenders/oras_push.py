"""oras-py: `upload_blob` as it comes, one request with the whole blob in memory."""

import argparse
import hashlib
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# Not `import oras`: it brings no types, and who type-checks need not have it.
Registry: Any = import_module("oras.provider").Registry


def main() -> None:
    """Push one file; `--idle` stops before the first byte."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--idle", action="store_true")
    parser.add_argument("file")
    options = parser.parse_args()
    endpoint: str = options.endpoint
    place = urlsplit(endpoint).netloc
    registry = Registry(hostname=place, insecure=True)
    if options.idle:
        return
    with Path(options.file).open("rb") as source:
        digest = f"sha256:{hashlib.file_digest(source, 'sha256').hexdigest()}"
    layer = {"digest": digest, "size": Path(options.file).stat().st_size}
    answer = registry.upload_blob(options.file, f"{place}/bench/app:1", layer)
    answer.raise_for_status()


if __name__ == "__main__":
    main()
