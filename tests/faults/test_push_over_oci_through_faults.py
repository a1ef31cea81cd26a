"""Every kind of fault at every call of a push over the registry protocol: the right digest is stored, and nothing hangs."""

import hashlib
import io
import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from ecrkit import Registry, Repository
from ecrkit.errors import NotRereadableError
from ecrkit.local import LocalECR, Settings
from ecrkit.testing import no_waiting
from tests.faults.proxy import Effect, Fault, FaultProxy

KIB = 1024
SMALL = Settings(part_size=64 * KIB, min_part_size=32 * KIB)
LAYER = random.Random(5).randbytes(150 * KIB)
DIGEST = f"sha256:{hashlib.sha256(LAYER).hexdigest()}"
READ_TIMEOUT, LATE = 0.5, 0.8
DELAYS = {Effect.DELAY_BEFORE, Effect.DELAY_AFTER}
MOST_CALLS = 14
_numbers = itertools.count(1)

OF_A_FILE = ("BatchCheckLayerAvailability", "GetAuthorizationToken", "POST blobs", "PUT blobs")
OF_A_STREAM = ("GetAuthorizationToken", "POST blobs", "PATCH blobs", "PUT blobs")


def every_fault(operations: tuple[str, ...]) -> list[Fault]:
    return [
        Fault(operation, 1, effect, seconds=LATE if effect in DELAYS else 0.0)
        for effect in Effect
        for operation in operations
        if effect is not Effect.PARTIAL_PART
    ]


def name_of(fault: Fault) -> str:
    return f"{fault.effect.name}-{fault.operation.replace(' ', '-')}"


@pytest.fixture(scope="module")
def ecr() -> Iterator[LocalECR]:
    with LocalECR(settings=SMALL) as server:
        yield server


@pytest.fixture
def proxy(ecr: LocalECR) -> Iterator[FaultProxy]:
    with FaultProxy(ecr.endpoint_url) as proxy:
        yield proxy


@pytest.fixture
def stored(ecr: LocalECR) -> Repository:
    """The repository, asked without a proxy in between."""
    return ecr.registry().create_repository(f"faults/app-{next(_numbers)}")


@pytest.fixture
def repository(proxy: FaultProxy, stored: Repository) -> Iterator[Repository]:
    """The same repository, behind the proxy."""
    untyped: Any = boto3
    session = untyped.Session("local", "local", region_name=SMALL.region)
    config = Config(read_timeout=READ_TIMEOUT)
    with Registry(session, endpoint_url=proxy.url, config=config, wire="oci") as registry:
        yield registry.repository(stored.name)


def has_layer(repository: Repository) -> bool:
    return not repository.push_layer(LAYER).uploaded


@pytest.mark.parametrize("fault", every_fault(OF_A_FILE), ids=name_of)
def test_one_fault_anywhere_does_not_keep_a_file_from_arriving(
    proxy: FaultProxy, repository: Repository, stored: Repository, tmp_path: Path, fault: Fault
) -> None:
    (tmp_path / "layer").write_bytes(LAYER)
    proxy.faults = [fault]

    with no_waiting():
        layer = repository.push_layer(tmp_path / "layer")

    assert layer.digest == DIGEST
    assert has_layer(stored)
    assert proxy.fired == [fault]
    assert sum(proxy.counts.values()) <= MOST_CALLS


@pytest.mark.parametrize("fault", every_fault(OF_A_STREAM), ids=name_of)
def test_one_fault_anywhere_does_not_keep_a_layer_of_unknown_digest_from_arriving(
    proxy: FaultProxy, repository: Repository, stored: Repository, fault: Fault
) -> None:
    proxy.faults = [fault]

    with no_waiting():
        layer = repository.push_layer(io.BytesIO(LAYER), skip_existing=False)

    assert layer.digest == DIGEST
    assert has_layer(stored)
    assert proxy.fired == [fault]
    assert sum(proxy.counts.values()) <= MOST_CALLS


@pytest.mark.parametrize("fault", every_fault(OF_A_STREAM), ids=name_of)
def test_a_stream_arrives_unless_its_bytes_were_on_the_way(
    proxy: FaultProxy, repository: Repository, stored: Repository, fault: Fault
) -> None:
    proxy.faults = [fault]
    arrived = True

    with no_waiting():
        try:
            repository.push_layer(iter([LAYER]))
        except NotRereadableError:
            arrived = False

    assert has_layer(stored) or not arrived
    # A connection that is closed after a response may take the next request, and its bytes, with it.
    assert arrived or fault.operation == "PATCH blobs" or fault.effect is Effect.TRUNCATE_AND_CLOSE
    assert proxy.fired == [fault]
