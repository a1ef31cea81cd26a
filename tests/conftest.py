"""What every test runs in: no network but this machine's own, no credentials of its owner, a local ECR when asked for."""

import itertools
import os
import re
import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import botocore
import pytest
from botocore.exceptions import ParamValidationError

from ecrkit import Registry, Repository
from ecrkit.errors import UnsupportedOperationError
from ecrkit.local import LocalECR, Settings
from ecrkit.resources import DescribedRepository
from ecrkit.testing import FakeTransport
from tests.network_guard import attempts_elsewhere, only_this_machine
from tests.versions import OUTDATED

SMALL_PARTS = Settings(part_size=10, min_part_size=5)
"""A layer of some hundred bytes takes many parts."""

MEDIUM_PARTS = Settings(part_size=100_000, min_part_size=50_000)

_numbers = itertools.count(1)


SLOW = (
    "aio/test_cancelled_tasks.py",
    "benchmarks",
    "codegen",
    "contracts",
    "docs",
    "faults",
    "interop",
    "local/test_aws_cli.py",
    "local/test_container_tools.py",
    "local/test_durability.py",
    "local/test_lifetime.py",
    "local/test_oras_and_podman.py",
    "local/test_recorded.py",
    "local/test_replication.py",
    "local/test_security.py",
    "local/test_ways_to_run.py",
    "models/test_operations_against_botocore.py",
    "oci/test_compression.py",
    "package",
    "policy/test_evaluation_properties.py",
    "pull/test_downloading_layers.py",
    "pull/test_killed.py",
    "pull/test_pulling_images.py",
    "pull/test_resumed_ranges.py",
    "resources/test_copying_repositories.py",
    "resources/test_deleting_images.py",
    "resources/test_from_uri.py",
    "resources/test_images_over_http.py",
    "resources/test_random_images.py",
    "resources/test_retry_policies.py",
    "resources/test_syncing.py",
    "test_waiter.py",
    "transfer/test_ecr_over_oci.py",
    "transport/connections",
    "transport/test_cancelling.py",
    "transport/test_malformed_responses.py",
    "transport/test_transport.py",
    "typing",
)
"""What `make test-fast` leaves out, as it does tests marked `slow`: it starts programs or tries many random inputs."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        path = item.path.relative_to(Path(__file__).parent)
        if any(path.is_relative_to(slow) for slow in SLOW):
            item.add_marker("slow")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Iterator[None]:
    with _skipping_what_needs_a_newer_botocore():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    with _skipping_what_needs_a_newer_botocore():
        yield


@contextmanager
def _skipping_what_needs_a_newer_botocore() -> Generator[None]:
    """Skip what the installed botocore is too old for; `make test-all` has an old one once on purpose."""
    try:
        yield
    except (UnsupportedOperationError, AttributeError, ParamValidationError) as error:
        if not OUTDATED or not re.search(
            r"does not know|'ECR' object has no attribute|Unknown parameter", str(error)
        ):
            raise
        pytest.skip(f"botocore {botocore.__version__} is too old: {error}")


@pytest.fixture(scope="session", autouse=True)
def _network_of_this_machine_only() -> Iterator[None]:
    with only_this_machine():
        yield


@pytest.fixture(autouse=True)
def _nothing_was_asked_elsewhere() -> Iterator[None]:
    """Fail a test also where somebody caught the guard's failure on its way."""
    attempts_elsewhere.clear()
    yield
    if attempts_elsewhere:
        pytest.fail(f"The test asked for other machines than this one: {', '.join(attempts_elsewhere)}")


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> Iterator[None]:
    """Tests of Ctrl-C need one; whoever starts the tests in the background has it ignored, for children too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", autouse=True)
def _nobodys_account() -> Iterator[None]:
    """Give botocore credentials that are none, and hide those of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as environment:
        for name in list(os.environ):
            if name.startswith("AWS_") or name.lower().endswith("_proxy"):
                environment.delenv(name)
        environment.setenv("AWS_ACCESS_KEY_ID", "local")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "none")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environment.setenv("AWS_CONFIG_FILE", os.devnull)
        environment.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


@pytest.fixture
def fake() -> FakeTransport:
    return FakeTransport()


@pytest.fixture(scope="session")
def local_ecr() -> Iterator[LocalECR]:
    with LocalECR(settings=SMALL_PARTS) as ecr:
        yield ecr


@pytest.fixture(scope="session")
def local_registry(local_ecr: LocalECR) -> Registry:
    return local_ecr.registry()


@pytest.fixture
def fresh(local_registry: Registry) -> DescribedRepository:
    """A repository of the local ECR that no other test uses."""
    return local_registry.create_repository(f"tests/fresh-{next(_numbers)}")


@pytest.fixture(scope="module")
def ecr() -> Iterator[LocalECR]:
    """A local ECR of the module's own, with parts that images of some hundred kilobytes need several of."""
    with LocalECR(settings=MEDIUM_PARTS) as server:
        yield server


@pytest.fixture(scope="module")
def registry(ecr: LocalECR) -> Registry:
    return ecr.registry()


@pytest.fixture
def repository(registry: Registry) -> Repository:
    return registry.create_repository(f"team/app-{next(_numbers)}")


@pytest.fixture
def other(registry: Registry) -> Repository:
    return registry.create_repository(f"team/other-{next(_numbers)}")
