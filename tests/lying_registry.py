"""A registry of one repository, `app`, that serves images and lies where a test wants it to."""

import json
import threading
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from ecrkit import oci
from ecrkit.references import Digest
from tests.samples import MemoryImages
from tests.stub_server import Answer, Asked


@dataclass
class LyingRegistry:
    images: Mapping[str, MemoryImages]
    """Images by their tags."""

    lies: dict[str, list[Answer]] = field(default_factory=dict[str, list[Answer]])
    """Responses by path; given in their order, the last one for ever."""

    asked: list[Asked] = field(default_factory=list[Asked])
    host: str = ""

    def lie(self, path: str, *answers: Answer) -> None:
        self.lies[f"/v2/app/{path}"] = list(answers)

    def reference(self, suffix: str = "") -> str:
        return f"{self.host}/app{suffix}"

    def answer(self, path: str) -> Answer:
        if lies := self.lies.get(path):
            return lies.pop(0) if len(lies) > 1 else lies[0]
        kind, _, name = path.removeprefix("/v2/app/").partition("/")
        if kind == "tags":
            return Answer(json.dumps({"name": "app", "tags": list(self.images)}).encode())
        if kind == "manifests" and name in self.images:
            manifest = self.images[name].root
            return self._manifest(manifest.raw)
        found = [each.blobs[Digest(name)] for each in self.images.values() if name in each.blobs]
        if not found:
            return Answer(json.dumps({"errors": [{"code": "MANIFEST_UNKNOWN"}]}).encode(), 404)
        return self._manifest(found[0]) if kind == "manifests" else Answer(found[0])

    def _manifest(self, raw: bytes) -> Answer:
        headers = {
            "Content-Type": oci.parse_manifest(raw).media_type,
            "Docker-Content-Digest": str(Digest.of(raw)),
        }
        return Answer(raw, headers=headers)


@contextmanager
def lying_registry(images: Mapping[str, MemoryImages]) -> Generator[LyingRegistry]:
    registry = LyingRegistry(images)

    class Handler(_Handler):
        of = registry

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    registry.host = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def asked_paths(registry: LyingRegistry, methods: Iterable[str] = ("GET",)) -> list[str]:
    return [each.path for each in registry.asked if each.method in methods]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    of: ClassVar[LyingRegistry]

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.of.asked.append(Asked(self.command, self.path, dict(self.headers.items()), b""))
        answer = self.of.answer(self.path.partition("?")[0])
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        length = len(answer.body) if answer.claimed_length is None else answer.claimed_length
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.close_connection = answer.claimed_length is not None

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- its name in the base class
        pass
