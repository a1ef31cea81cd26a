"""One small local ECR for each module, plain boto3 as its client, and a fresh repository for each test."""

import base64
import itertools
from collections.abc import Iterator

import pytest

from ecrkit.local import LocalECR, Settings
from tests.local.clients import Client, Repository, make_client

SMALL = Settings(part_size=10, min_part_size=5)
_names = itertools.count(1)


@pytest.fixture(scope="module")
def sizes() -> Settings:
    """Of parts; a module that wants those of the service has a fixture of its own."""
    return SMALL


@pytest.fixture(scope="module")
def ecr(sizes: Settings) -> Iterator[LocalECR]:
    with LocalECR(settings=sizes) as server:
        yield server


@pytest.fixture(scope="module")
def client(ecr: LocalECR) -> Iterator[Client]:
    made = make_client(ecr)
    yield made
    made.close()


@pytest.fixture
def repository(client: Client) -> Repository:
    return Repository.create(client, f"team/app-{next(_names)}")


@pytest.fixture
def host(ecr: LocalECR) -> str:
    return ecr.endpoint_url.removeprefix("http://")


@pytest.fixture
def password(client: Client) -> str:
    """What Docker logs in with, as AWS."""
    data = client.get_authorization_token()["authorizationData"][0]
    return base64.b64decode(data["authorizationToken"]).decode().removeprefix("AWS:")
