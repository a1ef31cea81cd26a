"""Start the discarding server as a process of its own, and ask it what arrived."""

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen

from benchmarks.processes import environment, python


@dataclass(frozen=True)
class Server:
    """A discarding server that runs."""

    endpoint: str

    @property
    def registry(self) -> str:
        """The host and port, as docker's tools want it."""
        return self.endpoint.removeprefix("http://")

    def body_bytes(self) -> int:
        """Say how many bytes of request bodies have arrived so far."""
        with urlopen(f"{self.endpoint}/counters") as answer:
            counted: dict[str, int] = json.load(answer)
        return counted["body_bytes"]


@contextmanager
def discard_server(*, bandwidth: float = 0.0, round_trip: float = 0.0) -> Generator[Server]:
    """Run a discarding server for the length of a `with` block."""
    command = python(
        "benchmarks.discard_server", "--bandwidth", str(bandwidth), "--round-trip", str(round_trip)
    )
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        try:
            if process.stdout is None or not (port := process.stdout.readline().strip()):
                raise RuntimeError("the discarding server did not start")
            yield Server(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
