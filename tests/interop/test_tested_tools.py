"""The guide lists the tools that these tests run, with their versions."""

import re
import shutil
from pathlib import Path

import pytest

from tests.interop.docker import Docker
from tests.interop.other_tools import run

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "push-an-image.md"


def listed(tool: str) -> set[str]:
    """Read the versions of a tool in the table of the guide."""
    return set(re.findall(rf"^\| {tool} (\d+\.\d+)\b", GUIDE.read_text(), re.MULTILINE))


def is_debian_12() -> bool:
    release = Path("/etc/os-release")
    return release.is_file() and {"ID=debian", 'VERSION_ID="12"'} <= set(release.read_text().splitlines())


pytestmark = pytest.mark.skipif(not is_debian_12(), reason="the guide has the versions of Debian 12")


@pytest.mark.parametrize("tool", ["podman", "buildah", "skopeo", "umoci"])
def test_the_guide_lists_the_version_that_the_tests_run(tool: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"not installed: {tool}")
    found = re.search(r"\d+\.\d+", run(tool, "--version"))
    assert found is not None
    assert found.group() in listed(tool)


def test_the_guide_lists_the_docker_that_the_tests_run(docker: Docker) -> None:
    assert ".".join(map(str, docker.version()[:2])) in listed("Docker")
