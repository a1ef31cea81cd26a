"""Images that skopeo, buildah and umoci write, and what they read in ours."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

TOOLS = ("skopeo", "buildah", "umoci")


def need(*tools: str) -> pytest.MarkDecorator:
    """Skip a test where a tool is missing; `make test` installs them where it runs as root on Debian."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def run(*command: str | Path) -> str:
    """Run a tool and give what it printed."""
    done = subprocess.run(
        [str(each) for each in command], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout.strip()


class Buildah:
    """Builds images from nothing, with everything that it keeps in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self._policy = folder / "policy.json"
        self._policy.write_text('{"default":[{"type":"insecureAcceptAnything"}]}')
        self._options = (
            "--storage-driver=vfs",
            f"--root={folder / 'root'}",
            f"--runroot={folder / 'run'}",
        )

    def __call__(self, command: str, *arguments: str | Path) -> str:
        trusting = [f"--signature-policy={self._policy}"] if command in {"from", "commit"} else []
        return run("buildah", *self._options, command, *trusting, *arguments)

    def image(self, content: Path, architecture: str, *targets: str) -> None:
        """Build an image of one folder, and write it to the targets."""
        container = self("from", "scratch")
        self("copy", container, content, "/app")
        self("config", "--label", "made=by-buildah", "--env", "X=1", "--cmd", "/app/a", container)
        self("config", "--os", "linux", "--arch", architecture, container)
        for target in targets:
            self("commit", "--quiet", container, target)
        self("rm", container)


def skopeo_reads(image: str, folder: Path) -> dict[str, bytes]:
    """Let skopeo verify an image and write every file of it: layers and configs by digest, and the manifest."""
    run("skopeo", "--insecure-policy", "copy", "--quiet", "--all", image, f"dir:{folder}")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def tree(folder: Path) -> dict[str, bytes]:
    """Read all files below a folder."""
    return {
        os.fspath(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def write_content(folder: Path, names: Sequence[str]) -> Path:
    """Make a folder with some files."""
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_bytes(name.encode() * 10_000)
    return folder
