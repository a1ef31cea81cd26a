"""A Docker daemon of the tests' own: vfs storage, no bridge, no firewall rules, no TCP port, one temporary folder.

`ECRKIT_DOCKER_HOST`, such as `unix:///run/docker.sock`, makes the tests use a daemon that runs already: to try other
versions and the containerd image store. They leave images in it.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

START_SECONDS = 30
COMMAND_SECONDS = 60


class Docker:
    """The command line of Docker, talking to the daemon that listens on a socket in a folder."""

    def __init__(self, folder: Path, socket: str) -> None:
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DOCKER_CONFIG": str(folder / "config"),
            "DOCKER_HOST": socket,
            "DOCKER_BUILDKIT": "0",
            "NO_PROXY": "*",
        }

    def start(self, *arguments: str | Path, stdin: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Run a command and give how it ended."""
        return subprocess.run(
            ["docker", *map(str, arguments)],
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    def __call__(self, *arguments: str | Path, stdin: str | None = None) -> str:
        """Run a command that must succeed, and give what it printed."""
        done = self.start(*arguments, stdin=stdin)
        assert done.returncode == 0, f"docker {arguments}: {done.stderr}"
        return done.stdout.strip()

    def version(self) -> tuple[int, ...]:
        """Version of the daemon, for example (20, 10, 24)."""
        found = re.match(r"\d+(\.\d+)*", self("version", "--format", "{{.Server.Version}}"))
        assert found is not None
        return tuple(int(number) for number in found.group().split("."))

    def keeps_indexes(self) -> bool:
        """Whether images are in containerd's store, which has them as the registry has them."""
        return "io.containerd.snapshotter" in self("info", "--format", "{{.DriverStatus}}")

    def export(self, image: str, path: Path) -> Path:
        """Write the file system of an image as a tar archive."""
        container = self("create", "--pull=never", image, "/never-started")
        self("export", "--output", path, container)
        self("rm", container)
        return path


def why_docker_cannot_start() -> str | None:
    """Name what is missing for a daemon, if it can be told before trying."""
    missing = [tool for tool in ("dockerd", "docker", "setpriv", "unshare") if shutil.which(tool) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if os.geteuid() != 0:
        return "dockerd needs root"
    return None


@contextmanager
def running_docker() -> Generator[Docker]:
    """Start a daemon, or skip the test where it cannot start; stop it in the end."""
    if socket := os.environ.get("ECRKIT_DOCKER_HOST"):
        with TemporaryDirectory(prefix="docker-") as name:
            yield Docker(Path(name), socket)
        return
    if (reason := why_docker_cannot_start()) is not None:
        pytest.skip(reason)
    # A socket wants a short path, and pytest's temporary folders have long ones.
    with TemporaryDirectory(prefix="docker-") as name:
        folder = Path(name)
        socket = f"unix://{folder / 'docker.sock'}"
        docker = Docker(folder, socket)
        (folder / "daemon.json").write_text("{}")  # instead of the one that the machine may have
        with (folder / "log").open("wb") as log:
            daemon = subprocess.Popen(
                [
                    *("setpriv", "--pdeathsig", "TERM"),  # it ends with the tests, however they end
                    *("unshare", "--mount", "--propagation", "private"),  # and its mounts end with it
                    "dockerd",
                    "--storage-driver=vfs",
                    "--iptables=false",
                    "--ip6tables=false",
                    "--bridge=none",
                    f"--config-file={folder / 'daemon.json'}",
                    f"--data-root={folder / 'data'}",
                    f"--exec-root={folder / 'exec'}",
                    f"--pidfile={folder / 'pid'}",
                    f"--host={socket}",
                ],
                env={"PATH": os.environ["PATH"], "HOME": name, "NO_PROXY": "*"},
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the tests is not for the daemon
            )
        try:
            _wait_until_it_answers(daemon, docker, folder / "log")
            yield docker
        finally:
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()


def _wait_until_it_answers(daemon: "subprocess.Popen[bytes]", docker: Docker, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while docker.start("version").returncode != 0:
        if daemon.poll() is not None or time.monotonic() > end:
            last = log.read_text(errors="replace").strip().splitlines()[-1:]
            pytest.skip(f"dockerd does not start here: {''.join(last)}")
        time.sleep(0.2)
