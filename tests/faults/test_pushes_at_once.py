"""The same layer, pushed twice at the same time: both pushes succeed."""

import hashlib
import itertools
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ecrkit import LayerEvent, Repository
from ecrkit.events import LayerStarted
from ecrkit.local import LocalECR, Settings
from tests.faults.running import go_on, line_of, running

KIB = 1024
LAYER = random.Random(5).randbytes(600 * KIB)
DIGEST = f"sha256:{hashlib.sha256(LAYER).hexdigest()}"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def ecr() -> Iterator[LocalECR]:
    with LocalECR(settings=Settings(part_size=64 * KIB, min_part_size=32 * KIB)) as server:
        yield server


@pytest.fixture
def repository(ecr: LocalECR) -> Repository:
    return ecr.registry().create_repository(f"at-once/app-{next(_numbers)}")


def test_two_threads_push_the_same_layer(repository: Repository) -> None:
    both_have_begun = threading.Barrier(2)

    def wait_for_the_other(event: LayerEvent) -> None:
        if isinstance(event, LayerStarted):
            both_have_begun.wait(60)

    def push() -> str:
        return repository.push_layer(LAYER, progress=wait_for_the_other).digest

    with ThreadPoolExecutor(2) as pool:
        digests = [future.result(60) for future in [pool.submit(push), pool.submit(push)]]

    assert digests == [DIGEST, DIGEST]
    assert not repository.push_layer(LAYER).uploaded


def test_two_processes_push_the_same_layer(ecr: LocalECR, repository: Repository, tmp_path: Path) -> None:
    path = tmp_path / "layer.tar"
    path.write_bytes(LAYER)
    arguments = ("push", ecr.endpoint_url, repository.name, path)
    with running(*arguments) as one, running(*arguments) as other:
        started = [line_of(one), line_of(other)]
        go_on(one)
        go_on(other)
        digests = [line_of(one), line_of(other)]

    assert started == ["started", "started"]
    assert digests == [DIGEST, DIGEST]
    assert not repository.push_layer(LAYER).uploaded
