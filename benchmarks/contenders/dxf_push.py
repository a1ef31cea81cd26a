"""python-dxf: `push_blob` of a file."""

import argparse
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

# Not `import dxf`: who type-checks need not have it.
DXF: Any = import_module("dxf").DXF


def main() -> None:
    """Push one file; `--idle` stops before the first byte."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--idle", action="store_true")
    parser.add_argument("file")
    options = parser.parse_args()
    endpoint: str = options.endpoint
    registry = DXF(urlsplit(endpoint).netloc, "bench/app", insecure=True)
    if not options.idle:
        registry.push_blob(options.file)


if __name__ == "__main__":
    main()
