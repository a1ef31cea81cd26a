"""Platforms are read in the words of Docker and of `uname -m`, and matched as containerd does."""

import pytest

from ecrkit.errors import InvalidReferenceError
from ecrkit.oci import Platform


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("linux/amd64", "linux/amd64"),
        ("Linux/X86_64", "linux/amd64"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/arm/v7", "linux/arm/v7"),
        ("linux/armhf", "linux/arm/v7"),
        ("windows/amd64", "windows/amd64"),
    ],
)
def test_a_platform_is_read_and_printed(text: str, printed: str) -> None:
    assert str(Platform.parse(text)) == printed


@pytest.mark.parametrize("text", ["", "linux", "linux/", "a/b/c/d", "linux/amd 64", "/amd64"])
def test_what_is_no_platform_is_refused(text: str) -> None:
    with pytest.raises(InvalidReferenceError, match="is not a platform; expected the form"):
        Platform.parse(text)


@pytest.mark.parametrize(
    ("here", "offered", "rank"),
    [
        ("linux/amd64", "linux/amd64", 0),
        ("linux/amd64", "linux/amd64/v1", 0),
        ("linux/amd64", "linux/amd64/v3", None),
        ("linux/amd64/v3", "linux/amd64/v2", 1),
        ("linux/arm64", "linux/arm64/v8", 0),
        ("linux/arm", "linux/arm/v7", 0),
        ("linux/arm/v7", "linux/arm/v6", 1),
        ("linux/arm/v6", "linux/arm/v7", None),
        ("linux/amd64", "windows/amd64", None),
        ("linux/ppc64le", "linux/ppc64le", 0),
        ("linux/mips/softfloat", "linux/mips", None),
    ],
)
def test_a_newer_processor_runs_what_is_older(here: str, offered: str, rank: int | None) -> None:
    assert Platform.parse(here).rank(Platform.parse(offered)) == rank


def test_a_version_of_the_system_counts_if_asked_for() -> None:
    offered = Platform(os="windows", architecture="amd64", os_version="10.0.1")

    assert Platform(os="windows", architecture="amd64").rank(offered) == 0
    assert Platform(os="windows", architecture="amd64", os_version="10.0.2").rank(offered) is None


def test_this_machine_has_a_linux_platform() -> None:
    assert Platform.of_this_machine().os == "linux"
