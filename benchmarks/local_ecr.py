"""How many MiB/s of layer parts the local ECR takes, on one core and over loopback.

The server is a process of its own on one core, the client sits on another (if there is one) and sends bodies that were
encoded before the clock starts: the server's own work is what shows.

    python -m benchmarks.local_ecr --size 1024 --layers 1 2
"""

import argparse
import hashlib
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

import pybase64

from benchmarks.processes import MIB, environment, python
from benchmarks.stamp import make_stamp
from benchmarks.tables import Table

_PART = 10 * MIB
_REPOSITORY = "bench/app"
_TARGET = "AmazonEC2ContainerRegistry_V20150921"
_SIGNATURE = (  # its form is all that a local ECR asks for unless it runs with --require-auth
    "AWS4-HMAC-SHA256 Credential=benchmark/20260101/us-east-1/ecr/aws4_request, "
    f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Layer:
    """A layer of one repeated part, encoded once; the short part at its end makes it like no other."""

    part: bytes
    encoded: bytes
    count: int
    end: bytes
    digest: str

    @classmethod
    def make(cls, size: int) -> "Layer":
        """Make one of about this many bytes."""
        part, end, count = os.urandom(_PART), os.urandom(16), max(1, size // _PART)
        whole = hashlib.sha256()
        for _ in range(count):
            whole.update(part)
        whole.update(end)
        return cls(part, pybase64.b64encode(part), count, end, f"sha256:{whole.hexdigest()}")

    @property
    def size(self) -> int:
        """All bytes of it."""
        return self.count * len(self.part) + len(self.end)


@dataclass(frozen=True)
class Server:
    """A local ECR in a process of its own, pinned to a core."""

    endpoint: str
    pid: int

    def cpu_seconds(self) -> float:
        """CPU seconds of its threads so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@dataclass(frozen=True)
class Run:
    """Cost of one push of all layers."""

    mib: float
    wall: float
    cpu: float


class Client:
    """One connection that speaks as much of ECR as a push of layers needs."""

    def __init__(self, endpoint: str) -> None:
        self._connection = HTTPConnection(urlsplit(endpoint).netloc)

    def ask(self, operation: str, members: dict[str, object], blob: bytes | None = None) -> dict[str, object]:
        """Ask for one operation; a blob goes out as it is, after the other members."""
        text = json.dumps({"repositoryName": _REPOSITORY, **members}).encode()
        pieces = [text] if blob is None else [text[:-1] + b', "layerPartBlob": "', blob, b'"}']
        headers = {
            "Authorization": _SIGNATURE,
            "Content-Length": str(sum(map(len, pieces))),
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Date": "20260101T000000Z",
            "X-Amz-Target": f"{_TARGET}.{operation}",
        }
        self._connection.request("POST", "/", pieces, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise ConnectionError(f"{operation}: {said!r}")
        read: dict[str, object] = json.loads(said)
        return read

    def push(self, layer: Layer) -> None:
        """Upload a layer from its first part to its digest."""
        upload = {"uploadId": self.ask("InitiateLayerUpload", {})["uploadId"]}
        for number in range(layer.count):
            self._part(upload, number * _PART, _PART, layer.encoded)
        self._part(upload, layer.count * _PART, len(layer.end), pybase64.b64encode(layer.end))
        self.ask("CompleteLayerUpload", {**upload, "layerDigests": [layer.digest]})

    def _part(self, upload: dict[str, object], first: int, length: int, encoded: bytes) -> None:
        place = {"partFirstByte": first, "partLastByte": first + length - 1}
        self.ask("UploadLayerPart", {**upload, **place}, encoded)


def main() -> None:
    """Measure and print."""
    options = _parse()
    cores = sorted(os.sched_getaffinity(0))
    table = Table(
        f"Layers of {options.size} MiB into the local ECR on one core",
        f"Medians of {options.repetitions} runs. MiB of layers, 4/3 of which go over loopback as base64. Wall time "
        "is of the whole push, CPU time of the server alone.",
        ("layers at once", "wall s", "MiB/s", "server CPU s", "MiB per CPU s"),
    )
    for count in options.layers:
        # One run more, which does not count: a virtual machine gets its memory when it first writes to it.
        runs = [
            _push(count, options.size * MIB, cores, options.folder) for _ in range(options.repetitions + 1)
        ]
        runs.pop(0)
        wall, cpu = median(run.wall for run in runs), median(run.cpu for run in runs)
        mib = runs[0].mib
        numbers = (f"{wall:.2f}", f"{mib / wall:.0f}", f"{cpu:.2f}", f"{mib / cpu:.0f}")
        table.rows.append((str(count), *numbers))
    print(table.as_text(), "", sep="\n")
    print(*make_stamp(shlex.join(["python", "-m", "benchmarks.local_ecr", *sys.argv[1:]])).lines(), sep="\n")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=512, help="MiB of a layer (%(default)s)")
    parser.add_argument("--layers", type=int, nargs="+", default=[1, 2], help="how many at once (1 2)")
    parser.add_argument("--repetitions", type=int, default=3, help="runs of each (%(default)s)")
    parser.add_argument("--folder", type=Path, help="where the data goes (the system's temporary folder)")
    return parser.parse_args()


def _push(count: int, size: int, cores: list[int], folder: Path | None) -> Run:
    layers = [Layer.make(size) for _ in range(count)]
    with (
        tempfile.TemporaryDirectory(prefix="local-ecr-", dir=folder) as data,
        _server(Path(data), cores) as server,
        ThreadPoolExecutor(count) as threads,
    ):
        clients = [Client(server.endpoint) for _ in layers]
        clients[0].ask("CreateRepository", {})
        cpu, started = server.cpu_seconds(), perf_counter()
        for done in [
            threads.submit(client.push, layer) for client, layer in zip(clients, layers, strict=True)
        ]:
            done.result()
        wall = perf_counter() - started
        return Run(sum(layer.size for layer in layers) / MIB, wall, server.cpu_seconds() - cpu)


@contextmanager
def _server(data: Path, cores: list[int]) -> Generator[Server]:
    """Run a local ECR on the last core, and everything here on the others."""
    os.sched_setaffinity(0, cores[-1:])  # what starts now inherits it, with all threads it will have
    command = python("ecrkit.local", "--port", "0", "--data", str(data), "--quiet")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        os.sched_setaffinity(0, cores[:-1] or cores)
        try:
            greeting = process.stdout.readline() if process.stdout else ""
            if "http://" not in greeting:
                raise RuntimeError("the local ECR did not start")
            yield Server(greeting.split()[-1], process.pid)
        finally:
            process.terminate()
            process.communicate()
            os.sched_setaffinity(0, cores)


if __name__ == "__main__":
    main()
