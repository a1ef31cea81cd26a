"""podman with a store of its own, which neither needs a daemon nor leaves anything."""

import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

PODMAN_SECONDS = 60


class Podman:
    """The command line of podman, with everything that it keeps in one folder."""

    def __init__(self, folder: Path) -> None:
        self._policy = folder / "policy.json"
        self._policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
        self._store = ("--root", f"{folder}/root", "--runroot", f"{folder}/run", "--storage-driver", "vfs")
        self._folder = folder

    def start(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run a command and give how it ended."""
        return subprocess.run(
            ["podman", *self._store, *map(str, arguments)],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self._folder),
                "XDG_RUNTIME_DIR": str(self._folder),
                "NO_PROXY": "*",
            },
            capture_output=True,
            text=True,
            timeout=PODMAN_SECONDS,
            check=False,
        )

    def run(self, *arguments: str | Path) -> str:
        """Run a command that must succeed, and give what it printed."""
        done = self.start(*arguments)
        assert done.returncode == 0, f"podman {arguments}: {done.stderr}"
        return done.stdout.strip()

    def over_the_registry(self, command: str, password: str, *arguments: str) -> str:
        """Push or pull, at a registry that speaks plain HTTP."""
        login = ("--tls-verify=false", f"--creds=AWS:{password}")
        return self.run(command, "--signature-policy", self._policy, *login, *arguments)

    def load(self, path: Path) -> str:
        """Load an archive."""
        return self.run("load", "--signature-policy", self._policy, "--quiet", "--input", path)


@contextmanager
def usable_podman() -> Generator[Podman]:
    """Give podman, or skip the test where it does not run."""
    if shutil.which("podman") is None:
        pytest.skip("podman is not installed")
    with TemporaryDirectory(prefix="podman-") as folder:  # podman wants a short path, and tmp_path is none
        made = Podman(Path(folder))
        tried = made.start("info")
        if tried.returncode != 0:  # in some containers it may not make name spaces
            pytest.skip(f"podman does not run here: {tried.stderr.strip()}")
        yield made
