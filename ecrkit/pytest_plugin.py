"""Fixtures for the tests of code that uses ECR: `local_ecr`, a fresh local ECR, and `ecr_registry`, which talks to it.

pytest loads this by itself where ecrkit is installed. Nothing is imported, and nothing started, before a test asks.
"""

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
    """A local ECR with nothing in it. One server serves all tests, emptied before each."""
    _ecrkit_server.reset()
    return _ecrkit_server


@pytest.fixture
def ecr_registry(local_ecr: "LocalECR") -> "Registry":
    """A registry of the SDK that talks to `local_ecr`."""
    return local_ecr.registry()
