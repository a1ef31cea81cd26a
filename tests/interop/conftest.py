"""A Docker daemon that is started once, by the first test that asks for it."""

from collections.abc import Iterator

import pytest

from tests.interop.docker import Docker, running_docker


@pytest.fixture(scope="session")
def docker() -> Iterator[Docker]:
    with running_docker() as started:
        yield started
