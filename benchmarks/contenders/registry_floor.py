"""What the bytes themselves cost on the registry protocol: hash the layer, and hand it to a socket. Nothing else.

One thread, one buffer, one PATCH with the length of the file, and a PUT with its digest.
"""

import argparse
import hashlib
import os
import socket
from typing import BinaryIO
from urllib.parse import urlsplit

_BLOCK = 3 * 256 * 1024


class RegistryFloor:
    """One layer's way to the server over one plain socket."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._connection = socket.create_connection((host, port))
        self._answers: BinaryIO = self._connection.makefile("rb")

    def push(self, path: str) -> None:
        """Upload the file, hashing it on the way."""
        place = self._ask("POST", "/v2/bench/app/blobs/uploads/", 0)
        sha256 = hashlib.sha256()
        block = memoryview(bytearray(_BLOCK))
        self._begin("PATCH", place, os.stat(path).st_size)  # noqa: PTH116 -- Path costs an import more
        with open(path, "rb", buffering=0) as source:  # noqa: PTH123 -- as above
            while count := source.readinto(block):
                sha256.update(block[:count])
                self._connection.sendall(block[:count])
        place = self._end()
        self._ask("PUT", f"{place}?digest=sha256:{sha256.hexdigest()}", 0)

    def _ask(self, method: str, path: str, size: int) -> str:
        self._begin(method, path, size)
        return self._end()

    def _begin(self, method: str, path: str, size: int) -> None:
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Length: {size}\r\n\r\n"
        self._connection.sendall(head.encode())

    def _end(self) -> str:
        status = self._answers.readline()
        if b" 20" not in status:
            raise ConnectionError(f"the server answered {status!r}")
        location = ""
        while line := self._answers.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"location":
                location = value.strip().decode()
        return location


def main() -> None:
    """Push one file; `--idle` stops before the first byte."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--idle", action="store_true")
    parser.add_argument("file")
    options = parser.parse_args()
    endpoint: str = options.endpoint
    place = urlsplit(endpoint)
    floor = RegistryFloor(place.hostname or "127.0.0.1", place.port or 80)
    if not options.idle:
        floor.push(options.file)


if __name__ == "__main__":
    main()
