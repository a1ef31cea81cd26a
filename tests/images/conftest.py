"""One local ECR with small parts for each module, and a fresh repository for each test."""

import itertools
from collections.abc import Iterator

import pytest

from ecrkit import Registry, Repository
from ecrkit.local import LocalECR, Settings

SMALL = Settings(part_size=100_000, min_part_size=50_000)
_names = itertools.count(1)


@pytest.fixture(scope="module")
def ecr() -> Iterator[LocalECR]:
    with LocalECR(settings=SMALL) as server:
        yield server


@pytest.fixture(scope="module")
def registry(ecr: LocalECR) -> Registry:
    return ecr.registry()


@pytest.fixture
def repository(registry: Registry) -> Repository:
    return registry.create_repository(f"team/app-{next(_names)}")


@pytest.fixture
def other(registry: Registry) -> Repository:
    return registry.create_repository(f"team/other-{next(_names)}")
