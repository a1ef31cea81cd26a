"""A machine on which nobody has configured anything, and the ways in which people do."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

from tests.stub_server import Answer, Stub, stub_server

NO_REPOSITORIES = Answer(b'{"repositories": []}')


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_server(NO_REPOSITORIES) as server:
        yield server


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave neither credentials nor a region, and a home without files of AWS."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # the same on Windows
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture
def config_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Write the file that `AWS_CONFIG_FILE` names."""

    def write(text: str) -> None:
        path = tmp_path / "config"
        path.write_text(text, "utf-8")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(path))

    return write


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put credentials and a region into the environment, for tests that are about something else."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
