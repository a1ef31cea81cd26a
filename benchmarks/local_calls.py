"""Calls per second and latency of the local ECR as a repository grows, beside moto's server and Docker's registry.

Each server is a process of its own. The clients are threads of another one, with a connection each, and share the cores
with the server. moto (with flask) and docker-registry are left out where they are not installed.

    python -m benchmarks.local_calls
    python -m benchmarks.local_calls --images 1000 10000 100000 --clients 1 8 32
"""

import argparse
import base64
import hashlib
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import Protocol
from urllib.parse import urlsplit

from benchmarks.processes import NotInstalledError, environment, python
from benchmarks.stamp import make_stamp
from benchmarks.tables import Table

_NAME = "bench/app"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_LAYER, _CONFIG = b"a layer that all images share", b"{}"
_FILLERS = 8
_START_SECONDS = 30.0
_ERROR = 400
_SIGNATURE = (
    "AWS4-HMAC-SHA256 Credential=benchmark/20260101/us-east-1/ecr/aws4_request, "
    f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
)


@dataclass(frozen=True)
class Call:
    """A request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


class Connection:
    """One client."""

    def __init__(self, endpoint: str) -> None:
        self._connection = HTTPConnection(urlsplit(endpoint).netloc)

    def send(self, call: Call) -> tuple[bytes, str]:
        """Send a request; return the body of the response and its `Location`."""
        self._connection.request(call.method, call.path, call.body, call.headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= _ERROR:
            raise ConnectionError(f"{call.method} {call.path}: {response.status} {content[:300]!r}")
        return content, response.getheader("Location", "")


class Calls(Protocol):
    """The requests of one kind of server."""

    def prepare(self, client: Connection) -> None:
        """Create the repository and the blobs that all images share."""
        ...

    def push(self, number: int) -> Call:
        """Put an image under a tag of its own."""
        ...

    def read(self, number: int) -> Call:
        """Read the manifest of a tag."""
        ...

    def page(self, number: int) -> Call:
        """List a hundred images."""
        ...


class EcrCalls:
    """The service's own protocol.

    Args:
        layers: Whether the server has uploads of layers; moto takes images without them.
    """

    def __init__(self, *, layers: bool) -> None:
        self._layers = layers

    def prepare(self, client: Connection) -> None:
        """Create the repository and the blobs that all images share."""
        client.send(self._call("CreateRepository"))
        for blob in (_LAYER, _CONFIG) if self._layers else ():
            begun = json.loads(client.send(self._call("InitiateLayerUpload"))[0])["uploadId"]
            place = {"uploadId": begun, "partFirstByte": 0, "partLastByte": len(blob) - 1}
            part = base64.b64encode(blob).decode()
            client.send(self._call("UploadLayerPart", **place, layerPartBlob=part))
            client.send(self._call("CompleteLayerUpload", uploadId=begun, layerDigests=[_digest(blob)]))

    def push(self, number: int) -> Call:
        """Put an image under a tag of its own."""
        manifest = {"imageManifest": _manifest(number), "imageManifestMediaType": _MANIFEST}
        return self._call("PutImage", imageTag=f"v{number}", **manifest)

    def read(self, number: int) -> Call:
        """Read the manifest of a tag."""
        return self._call("BatchGetImage", imageIds=[{"imageTag": f"v{number}"}])

    def page(self, number: int) -> Call:
        """List a hundred images."""
        del number  # the first page
        return self._call("DescribeImages", maxResults=100)

    def _call(self, operation: str, **members: object) -> Call:
        body = json.dumps({"repositoryName": _NAME, **members}).encode()
        headers = {
            "Authorization": _SIGNATURE,
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Date": "20260101T000000Z",
            "X-Amz-Target": f"AmazonEC2ContainerRegistry_V20150921.{operation}",
        }
        return Call("POST", "/", headers, body)


class RegistryCalls:
    """The protocol of OCI registries."""

    def prepare(self, client: Connection) -> None:
        """Push the blobs that all images share."""
        for blob in (_LAYER, _CONFIG):
            _, place = client.send(Call("POST", f"/v2/{_NAME}/blobs/uploads/", {}))
            target = urlsplit(place)
            path = f"{target.path}?{target.query}&digest={_digest(blob)}"
            client.send(Call("PUT", path, {"Content-Type": "application/octet-stream"}, blob))

    def push(self, number: int) -> Call:
        """Put an image under a tag of its own."""
        path = f"/v2/{_NAME}/manifests/v{number}"
        return Call("PUT", path, {"Content-Type": _MANIFEST}, _manifest(number).encode())

    def read(self, number: int) -> Call:
        """Read the manifest of a tag."""
        return Call("GET", f"/v2/{_NAME}/manifests/v{number}", {"Accept": _MANIFEST})

    def page(self, number: int) -> Call:
        """List a hundred tags; the protocol has no listing of images."""
        del number  # the first page
        return Call("GET", f"/v2/{_NAME}/tags/list?n=100", {})


@dataclass(frozen=True)
class Contender:
    """A server to measure."""

    name: str
    calls: Calls
    command: Callable[[int, Path], Sequence[str]]
    health: str = "/"


def _local_ecr(port: int, folder: Path) -> Sequence[str]:
    return python("ecrkit.local", "--port", str(port), "--data", str(folder / "data"), "--quiet")


def _moto(port: int, folder: Path) -> Sequence[str]:
    del folder  # it keeps everything in memory
    if not (find_spec("moto") and find_spec("flask") and find_spec("flask_cors")):
        raise NotInstalledError("moto's server needs moto, flask and flask-cors")
    return python("moto.server", "-H", "127.0.0.1", "-p", str(port))


def _docker_registry(port: int, folder: Path) -> Sequence[str]:
    program = shutil.which("docker-registry")
    if program is None:
        raise NotInstalledError("docker-registry is not installed")
    config = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
        "http": {"addr": f"127.0.0.1:{port}"},
    }
    (folder / "config.yml").write_text(json.dumps(config))  # which is YAML too
    return (program, "serve", str(folder / "config.yml"))


CONTENDERS = (
    Contender("local ECR", EcrCalls(layers=True), _local_ecr),
    Contender("moto", EcrCalls(layers=False), _moto, "/moto-api/"),
    Contender("docker-registry", RegistryCalls(), _docker_registry, "/v2/"),
)
ACTIONS = ("push", "read", "page")


def main() -> None:
    """Measure and print."""
    options = _parse()
    table = Table(
        "Calls to local registries",
        f"{options.seconds:g} s each; clients and server share {len(os.sched_getaffinity(0))} cores. Latencies in ms "
        "with one client. push: PutImage of an image whose layers exist, or PUT of a manifest; read: BatchGetImage by "
        "tag, or GET; page: DescribeImages of 100 images, or 100 tags.",
        (
            "server, call, images",
            *(f"{clients} clients, calls/s" for clients in options.clients),
            "median",
            "99 %",
        ),
    )
    for contender in CONTENDERS:
        if contender.name not in options.servers:
            continue
        try:
            _measure(contender, options, table)
        except (NotInstalledError, ConnectionError) as error:
            table.problems[contender.name] = error
    print(table.as_text(), "", *table.complaints(), sep="\n")
    print(
        *make_stamp(shlex.join(["python", "-m", "benchmarks.local_calls", *sys.argv[1:]])).lines(), sep="\n"
    )


def _measure(contender: Contender, options: argparse.Namespace, table: Table) -> None:
    numbers = count()
    with _server(contender) as endpoint:
        contender.calls.prepare(Connection(endpoint))
        filled = 0
        for images in options.images:
            if not _fill(contender, endpoint, numbers, images - filled, options.fill_seconds):
                table.problems[f"{contender.name}, {images} images"] = TimeoutError(
                    f"pushing took longer than {options.fill_seconds:g} s"
                )
                return
            filled = images
            for action in ACTIONS:
                make = getattr(contender.calls, action)
                source = numbers if action == "push" else _Cycle(images)
                rates, latencies = list[str](), [0.0, 0.0]
                for clients in options.clients:
                    times = _run(endpoint, make, source, clients, options.seconds)
                    rates.append(f"{len(times) / options.seconds:.0f}")
                    if clients == 1:
                        latencies = times
                shown = (f"{median(latencies) * 1000:.2f}", f"{quantiles(latencies, n=100)[-1] * 1000:.2f}")
                table.rows.append((f"{contender.name}, {action}, {images}", *rates, *shown))


class _Cycle:
    """Numbers below a size, over and over."""

    def __init__(self, size: int) -> None:
        self._numbers = count()
        self._size = size

    def __iter__(self) -> "_Cycle":
        return self

    def __next__(self) -> int:
        return next(self._numbers) * 7919 % self._size  # a prime, so that neighbours are far apart


def _run(
    endpoint: str,
    make: Callable[[int], Call],
    numbers: "count[int] | _Cycle",
    clients: int,
    seconds: float,
) -> list[float]:
    """Send requests from several clients at once; return how long each took."""
    end = time.perf_counter() + seconds

    def work() -> list[float]:
        connection, times = Connection(endpoint), list[float]()
        while (started := time.perf_counter()) < end:
            connection.send(make(next(numbers)))
            times.append(time.perf_counter() - started)
        return times

    with ThreadPoolExecutor(clients) as threads:
        done = [threads.submit(work) for _ in range(clients)]
        return [each for part in done for each in part.result()]


def _fill(contender: Contender, endpoint: str, numbers: "count[int]", images: int, seconds: float) -> bool:
    """Push images; False if that takes too long."""
    end, left = time.perf_counter() + seconds, iter(range(images))

    def work() -> None:
        connection = Connection(endpoint)
        for _ in left:
            if time.perf_counter() > end:
                return
            connection.send(contender.calls.push(next(numbers)))

    with ThreadPoolExecutor(_FILLERS) as threads:
        for each in [threads.submit(work) for _ in range(_FILLERS)]:
            each.result()
    return next(left, None) is None


@contextmanager
def _server(contender: Contender) -> Generator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="local-calls-") as folder:
        command = contender.command(port, Path(folder))
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment()
        ) as process:
            try:
                _wait_for(f"http://127.0.0.1:{port}", contender.health)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()


def _wait_for(endpoint: str, path: str) -> None:
    end = time.monotonic() + _START_SECONDS
    while not _answers(endpoint, path):
        if time.monotonic() > end:
            raise ConnectionError(f"it did not start within {_START_SECONDS:g} s")
        time.sleep(0.1)


def _answers(endpoint: str, path: str) -> bool:
    try:
        Connection(endpoint).send(Call("GET", path, {}))
    except OSError:
        return False
    return True


def _manifest(number: int) -> str:
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": _MANIFEST,
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": _digest(_CONFIG),
                "size": len(_CONFIG),
            },
            "layers": [
                {
                    "mediaType": "application/vnd.oci.image.layer.v1.tar",
                    "digest": _digest(_LAYER),
                    "size": len(_LAYER),
                }
            ],
            "annotations": {"number": str(number)},
        }
    )


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [each.name for each in CONTENDERS]
    parser.add_argument("--servers", nargs="+", choices=names, default=names, help="which ones (all)")
    parser.add_argument(
        "--images", type=int, nargs="+", default=[1000, 10_000], help="sizes of the repository"
    )
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32], help="at once (1 8 32)")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement (%(default)s)")
    parser.add_argument(
        "--fill-seconds", type=float, default=240.0, help="for pushing the images of a size (%(default)s)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
