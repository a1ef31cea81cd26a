"""`Registry.close()` and `with`: connections are released, and later calls say so."""

from typing import Any

import boto3
import pytest

from ecrkit import Registry
from ecrkit.errors import ClosedError
from ecrkit.local import LocalECR


def connect(ecr: LocalECR) -> Registry:
    return Registry(boto3.Session("local", "local", region_name="us-east-1"), endpoint_url=ecr.endpoint_url)


def client_of(ecr: LocalECR) -> Any:
    session: Any = boto3.Session("local", "local", region_name="us-east-1")
    return session.client("ecr", endpoint_url=ecr.endpoint_url)


def test_a_registry_is_closed_at_the_end_of_a_with_block(ecr: LocalECR) -> None:
    with connect(ecr) as registry:
        registry.create_repository("team/closed")

    with pytest.raises(ClosedError):
        registry.repository("team/closed").exists()


def test_closing_twice_is_fine(ecr: LocalECR) -> None:
    registry = connect(ecr)

    registry.close()
    registry.close()

    with pytest.raises(ClosedError):
        list(registry.repositories())


def test_an_injected_client_stays_open(ecr: LocalECR) -> None:
    client = client_of(ecr)

    with Registry(client=client) as registry:
        list(registry.repositories())

    assert client.describe_repositories()["repositories"] is not None
