"""Fixtures for the tests of code that uses ECR: `local_ecr`, `ecr_registry` and `ecr_environment`.

pytest loads this by itself where ecrkit is installed. Nothing is imported, and nothing started, before a test asks.
With pytest-xdist, each worker has a server of its own.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ecrkit import Registry
    from ecrkit.local import LocalECR


@pytest.fixture(scope="session")
def _ecrkit_server() -> Iterator["LocalECR"]:  # pyright: ignore[reportUnusedFunction] -- pytest finds it
    from ecrkit.local import LocalECR, Settings  # noqa: PLC0415 -- the extra may be missing, and most tests need no server

    with LocalECR(settings=Settings(clean_scans=True)) as server:
        yield server


@pytest.fixture
def local_ecr(_ecrkit_server: "LocalECR") -> "LocalECR":
    """An empty local ECR. One server serves all tests of a session, and is emptied before each."""
    _ecrkit_server.reset()
    return _ecrkit_server


@pytest.fixture
def ecr_registry(local_ecr: "LocalECR") -> "Registry":
    """A `Registry` that talks to `local_ecr`."""
    return local_ecr.registry()


@pytest.fixture
def ecr_environment(local_ecr: "LocalECR", monkeypatch: pytest.MonkeyPatch) -> "LocalECR":
    """`local_ecr`, with environment variables that lead code under test to it: boto3, `Registry()` and subprocesses.

    Sets endpoint, credentials and region for the duration of the test, and hides profiles, config files and the
    instance metadata service, so that nothing reaches AWS by mistake.
    """
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(name)
    region = local_ecr.settings.region
    for name, value in {
        "AWS_ENDPOINT_URL_ECR": local_ecr.endpoint_url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)  # it may have been made with other credentials
    return local_ecr
