"""One small local ECR for each module, plain boto3 as its client, and a fresh repository for each test."""

import itertools
from collections.abc import Iterator

import pytest

from ecrkit.local import LocalECR, Settings
from tests.local.clients import Client, Repository, make_client

SMALL = Settings(part_size=10, min_part_size=5)
_names = itertools.count(1)


@pytest.fixture(scope="module")
def ecr() -> Iterator[LocalECR]:
    with LocalECR(settings=SMALL) as server:
        yield server


@pytest.fixture(scope="module")
def client(ecr: LocalECR) -> Iterator[Client]:
    made = make_client(ecr)
    yield made
    made.close()


@pytest.fixture
def repository(client: Client) -> Repository:
    return Repository.create(client, f"team/app-{next(_names)}")
