"""Every kind of fault at every call of a push: the right digest is stored, and nobody asks more often than needed."""

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

from ecrkit import EcrKitError, Registry, Repository, RetryPolicy
from ecrkit.errors import NotRereadableError
from ecrkit.local import LocalECR, Settings
from ecrkit.testing import no_waiting
from tests.faults.proxy import Effect, Fault, FaultProxy

KIB = 1024
SMALL = Settings(part_size=64 * KIB, min_part_size=32 * KIB)
LAYER = random.Random(3).randbytes(150 * KIB)  # two whole parts and a rest
DIGEST = f"sha256:{hashlib.sha256(LAYER).hexdigest()}"
# Longer than the client waits for an answer.
READ_TIMEOUT, LATE = 0.5, 0.8
DELAYS = {Effect.DELAY_BEFORE, Effect.DELAY_AFTER}
_numbers = itertools.count(1)

CALLS = [
    ("BatchCheckLayerAvailability", 1),
    ("InitiateLayerUpload", 1),
    ("UploadLayerPart", 1),
    ("UploadLayerPart", 2),
    ("UploadLayerPart", 3),
    ("CompleteLayerUpload", 1),
]
UNHURT_CALLS = len(CALLS)
# A fault costs at most a layer that is begun anew, and a question for it: no retry of a retry.
MOST_CALLS = 2 * UNHURT_CALLS + 2


def every_fault() -> list[Fault]:
    return [
        Fault(operation, nth, effect, seconds=LATE if effect in DELAYS else 0.0)
        for effect in Effect
        for operation, nth in CALLS
        if effect is not Effect.PARTIAL_PART or operation == "UploadLayerPart"
    ]


def name_of(fault: Fault) -> str:
    return f"{fault.effect.name}-{fault.operation}-{fault.nth}"


class OneShot(io.BytesIO):
    """What a pipe is: it can be read once, from its start to its end."""

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0, /) -> int:
        raise io.UnsupportedOperation(f"seek to {offset} from {whence}")


@pytest.fixture(scope="module")
def ecr() -> Iterator[LocalECR]:
    with LocalECR(settings=SMALL) as server:
        yield server


@pytest.fixture(scope="module")
def direct(ecr: LocalECR) -> Registry:
    return ecr.registry()


@pytest.fixture(scope="module")
def session() -> Any:
    untyped: Any = boto3
    return untyped.Session("local", "local", region_name=SMALL.region)


@pytest.fixture
def proxy(ecr: LocalECR) -> Iterator[FaultProxy]:
    with FaultProxy(ecr.endpoint_url) as proxy:
        yield proxy


@pytest.fixture
def stored(direct: Registry) -> Repository:
    """The repository, asked without a proxy in between."""
    return direct.create_repository(f"faults/app-{next(_numbers)}")


@pytest.fixture
def repository(proxy: FaultProxy, session: Any, stored: Repository) -> Repository:
    """The same repository, behind the proxy."""
    config = Config(read_timeout=READ_TIMEOUT)
    return Registry(session, endpoint_url=proxy.url, config=config).repository(stored.name)


def has_layer(repository: Repository) -> bool:
    return not repository.push_layer(LAYER).uploaded


@pytest.mark.parametrize("fault", every_fault(), ids=name_of)
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


@pytest.mark.parametrize(
    "fault",
    [fault for fault in every_fault() if fault.operation != "BatchCheckLayerAvailability"],
    ids=name_of,
)
def test_one_fault_anywhere_does_not_keep_a_stream_from_arriving_unless_it_had_to_begin_anew(
    proxy: FaultProxy, repository: Repository, stored: Repository, fault: Fault
) -> None:
    proxy.faults = [fault]

    with no_waiting():
        if fault.effect is Effect.PARTIAL_PART:  # what ECR took of it is less than it allows a part to have
            with pytest.raises(NotRereadableError):
                repository.push_layer(OneShot(LAYER))
        else:
            assert repository.push_layer(OneShot(LAYER)).digest == DIGEST
            assert has_layer(stored)

    assert proxy.fired == [fault]
    assert sum(proxy.counts.values()) <= MOST_CALLS


@pytest.mark.parametrize(
    ("operation", "nth"), [("UploadLayerPart", 1), ("UploadLayerPart", 2), ("CompleteLayerUpload", 1)]
)
def test_a_request_that_was_given_up_may_arrive_before_the_one_sent_in_its_place(
    proxy: FaultProxy, repository: Repository, stored: Repository, operation: str, nth: int
) -> None:
    given_up = Fault(operation, nth, Effect.DELAY_BEFORE, seconds=READ_TIMEOUT + 0.2)
    in_its_place = Fault(operation, nth + 1, Effect.DELAY_BEFORE, seconds=READ_TIMEOUT - 0.1)
    proxy.faults = [given_up, in_its_place]

    with no_waiting():
        digest = repository.push_layer(LAYER).digest

    assert digest == DIGEST
    assert has_layer(stored)
    assert proxy.fired == [given_up, in_its_place]
    assert sum(proxy.counts.values()) <= MOST_CALLS


@pytest.mark.parametrize("effect", [Effect.THROTTLE_BEFORE, Effect.ERROR_503_BEFORE, Effect.DROP_BEFORE])
@pytest.mark.parametrize("operation", ["UploadLayerPart", "CompleteLayerUpload"])
def test_a_fault_that_does_not_end_is_met_with_as_many_requests_as_the_caller_allows(
    proxy: FaultProxy, repository: Repository, operation: str, effect: Effect
) -> None:
    proxy.faults = [Fault(operation, nth=1, effect=effect, times=1000)]

    with no_waiting(), pytest.raises(EcrKitError):
        repository.push_layer(LAYER, retry=RetryPolicy(attempts=5))

    assert proxy.count(operation) == 5


def test_a_part_of_which_ecr_took_half_is_gone_on_with_behind_that_half(
    session: Any,
) -> None:
    layer = random.Random(4).randbytes(11 * 1024 * KIB)
    with LocalECR() as full_size, FaultProxy(full_size.endpoint_url) as proxy:  # parts of 10 MiB
        name = full_size.registry().create_repository("faults/app").name
        repository = Registry(session, endpoint_url=proxy.url).repository(name)
        fault = Fault("UploadLayerPart", nth=1, effect=Effect.PARTIAL_PART)
        proxy.faults = [fault]

        with no_waiting():
            digest = repository.push_layer(layer).digest

    assert digest == f"sha256:{hashlib.sha256(layer).hexdigest()}"
    assert proxy.fired == [fault]
    # Half of the first part, all of it (refused: the half is there), the other half, the second part.
    assert (proxy.count("UploadLayerPart"), proxy.count("InitiateLayerUpload")) == (4, 1)
