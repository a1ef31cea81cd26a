"""What the bytes themselves cost: hash the layer, base64, hash the body, hand it to a socket. Nothing else.

ECR wants the body's hash in a header before the body, so a part has to be complete before its first byte leaves: that
is part of the floor. One thread, one buffer; its wall time is no floor, as nothing overlaps.
"""

import argparse
import hashlib
import json
import socket
from io import FileIO
from typing import Protocol
from urllib.parse import urlsplit

import pybase64

_PART_SIZE = 10_485_760
_BLOCK = 3 * 256 * 1024  # a multiple of 3, so that base64 has no padding inside; stays in a core's cache
_TARGET = "AmazonEC2ContainerRegistry_V20150921"


class Hash(Protocol):
    """A hash that is being fed."""

    def update(self, data: bytes | memoryview, /) -> None: ...

    def hexdigest(self) -> str: ...


class FloorUpload:
    """One layer's way to the server over one plain socket."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._connection = socket.create_connection((host, port))
        self._answers = self._connection.makefile("rb")
        self._block = memoryview(b"")
        self._body = memoryview(b"")

    def push(self, path: str) -> None:
        """Upload the file as parts, hashing it on the way."""
        self._block = memoryview(bytearray(_BLOCK))
        self._body = memoryview(bytearray(_PART_SIZE * 4 // 3 + 4096))
        upload_id = self._ask("InitiateLayerUpload", {"repositoryName": "bench/app"})["uploadId"]
        layer_hash = hashlib.sha256()
        first = 0
        with open(path, "rb", buffering=0) as source:  # noqa: PTH123 -- Path.open costs an import more
            while taken := self._send_part(source, layer_hash, first, upload_id):
                first += taken
        digest = f"sha256:{layer_hash.hexdigest()}"
        members = {"repositoryName": "bench/app", "uploadId": upload_id, "layerDigests": [digest]}
        self._ask("CompleteLayerUpload", members)

    def _send_part(self, source: FileIO, layer_hash: Hash, first: int, upload_id: object) -> int:
        body_hash = hashlib.sha256()
        used = self._append(0, b'{"layerPartBlob":"', body_hash)
        taken = 0
        while taken < _PART_SIZE and (
            count := source.readinto(self._block[: min(_BLOCK, _PART_SIZE - taken)])
        ):
            block = self._block[:count]
            layer_hash.update(block)
            used = self._append(used, pybase64.b64encode(block), body_hash)
            taken += count
        if not taken:
            return 0
        rest = json.dumps(
            {
                "repositoryName": "bench/app",
                "uploadId": upload_id,
                "partFirstByte": first,
                "partLastByte": first + taken - 1,
            }
        )
        used = self._append(used, b'",' + rest[1:].encode(), body_hash)
        self._send("UploadLayerPart", self._body[:used], body_hash.hexdigest())
        return taken

    def _append(self, used: int, data: bytes, body_hash: Hash) -> int:
        end = used + len(data)
        self._body[used:end] = data
        body_hash.update(data)
        return end

    def _ask(self, operation: str, members: dict[str, object]) -> dict[str, object]:
        body = json.dumps(members).encode()
        return self._send(operation, body, hashlib.sha256(body).hexdigest())

    def _send(self, operation: str, body: bytes | memoryview, body_hash: str) -> dict[str, object]:
        head = (
            f"POST / HTTP/1.1\r\nHost: {self._host}\r\nX-Amz-Target: {_TARGET}.{operation}\r\n"
            f"X-Amz-Content-SHA256: {body_hash}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._connection.sendall(head.encode())
        self._connection.sendall(body)
        status = self._answers.readline()
        if b" 200 " not in status:
            raise ConnectionError(f"the server answered {status!r}")
        length = 0
        while line := self._answers.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        answer: dict[str, object] = json.loads(self._answers.read(length))
        return answer


def main() -> None:
    """Push one file; `--idle` stops before the first byte."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--idle", action="store_true")
    parser.add_argument("file")
    options = parser.parse_args()
    endpoint: str = options.endpoint
    place = urlsplit(endpoint)
    upload = FloorUpload(place.hostname or "127.0.0.1", place.port or 80)
    if not options.idle:
        upload.push(options.file)


if __name__ == "__main__":
    main()
