"""Random layers, sizes, sources and accidents: the right digest is stored or a typed error raised, in bounded requests."""

import hashlib
import io
import itertools
from collections.abc import Iterator
from typing import Any, Self, cast

import boto3
import pytest
from botocore.config import Config
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ecrkit import EcrKitError, LayerEvent, Registry, Repository, UploadState
from ecrkit.errors import NotRereadableError
from ecrkit.events import LayerRestarted, LayerResumed, PartSent
from ecrkit.local import LocalECR, Settings
from ecrkit.testing import no_waiting
from ecrkit.transfer import EcrApi
from tests.faults.proxy import Effect, Fault, FaultProxy

PART_SIZES = (7, 64, 1000)
MOST_FAULTS = 3  # as many as a layer may begin anew
OPERATIONS = (
    "BatchCheckLayerAvailability",
    "InitiateLayerUpload",
    "UploadLayerPart",
    "UploadLayerPart",  # most requests are parts
    "CompleteLayerUpload",
)
SLOW = {Effect.DELAY_BEFORE, Effect.DELAY_AFTER}  # the matrix has them
EFFECTS = sorted(set(Effect) - SLOW, key=lambda effect: effect.name)
_numbers = itertools.count(1)


class CrashError(Exception):
    """The program ends in the middle of a push."""


class Accidents(RuleBasedStateMachine):
    """Plan accidents, then push; or push, crash and go on."""

    world: "World"  # set by the test

    def __init__(self) -> None:
        super().__init__()
        self.planned: list[Fault] = []
        self.pushed: set[str] = set()
        self.reached = 0

    @initialize(part_size=st.sampled_from(PART_SIZES))
    def choose_a_server(self, part_size: int) -> None:
        self.part_size = part_size
        self.proxy, self.repository, self.stored = self.world.place(part_size)

    @rule(operation=st.sampled_from(OPERATIONS), nth=st.integers(1, 4), effect=st.sampled_from(EFFECTS))
    def plan_an_accident(self, operation: str, nth: int, effect: Effect) -> None:
        if len(self.planned) < MOST_FAULTS:
            part = "UploadLayerPart"
            self.planned.append(Fault(part if effect is Effect.PARTIAL_PART else operation, nth, effect))

    @rule(layer=st.binary(min_size=1, max_size=40), times=st.integers(1, 12), skip_existing=st.booleans())
    def push_bytes(self, layer: bytes, times: int, skip_existing: bool) -> None:  # noqa: FBT001 -- drawn
        content = layer * times
        self.begin()

        with no_waiting():
            pushed = self.repository.push_layer(content, skip_existing=skip_existing, progress=self.follow)

        self.arrived(pushed.digest, content)

    @rule(chunks=st.lists(st.binary(max_size=30), min_size=1, max_size=20), one_shot=st.booleans())
    def push_a_stream(self, chunks: list[bytes], one_shot: bool) -> None:  # noqa: FBT001 -- drawn
        content = b"".join(chunks)
        source = iter(chunks) if one_shot else io.BytesIO(content)
        self.begin()

        try:
            with no_waiting():
                pushed = self.repository.push_layer(source, progress=self.follow)
        except EcrKitError as error:
            # A stream cannot begin anew; else nothing but its emptiness is in the way.
            assert not content or (one_shot and isinstance(error, NotRereadableError))  # noqa: PT017 -- either is fine
            self.asked_within_bounds(content)
        else:
            self.arrived(pushed.digest, content)

    @rule(layer=st.binary(min_size=1, max_size=200), crash_after=st.integers(1, 6))
    def push_and_crash_and_go_on(self, layer: bytes, crash_after: int) -> None:
        self.begin()
        parts = itertools.count(1)
        states: list[str] = []

        def crash(event: LayerEvent) -> None:
            self.follow(event)
            states.append(upload.state.to_json())
            if isinstance(event, PartSent) and next(parts) == crash_after:
                raise CrashError

        with no_waiting():
            upload = self.repository.start_upload(layer, progress=crash)
            states.append(upload.state.to_json())
            try:
                digest = upload.finish().digest
            except CrashError:
                self.reached = 0
                state = UploadState.from_json(states[-1])
                digest = self.repository.resume_upload(state, layer, progress=self.follow).finish().digest

        self.arrived(digest, layer)

    @invariant()
    def nothing_of_ours_is_lost(self) -> None:
        for digest in self.pushed:
            assert has(self.stored, digest)

    def begin(self) -> None:
        self.proxy.start_over(*self.planned)
        self.reached = 0

    def follow(self, event: LayerEvent) -> None:
        if isinstance(event, LayerRestarted):
            self.reached = 0
        elif isinstance(event, PartSent | LayerResumed):
            assert event.received >= self.reached
            self.reached = event.received

    def arrived(self, digest: str, content: bytes) -> None:
        self.asked_within_bounds(content)
        assert digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.pushed.add(digest)

    def asked_within_bounds(self, content: bytes) -> None:
        # Each accident costs at most a layer that is begun anew and a question for it; so does a crash.
        unhurt = -(-len(content) // self.part_size) + 3
        assert sum(self.proxy.counts.values()) <= (len(self.proxy.fired) + 2) * (unhurt + 1)
        self.planned.clear()


def has(stored: Repository, digest: str) -> bool:
    """Whether ECR has the layer, asked without a proxy in between."""
    return digest in EcrApi(stored.client, stored.name, None).available([digest])


class World:
    """A local ECR and a proxy for each size of a part."""

    def __init__(self) -> None:
        self._places: dict[int, tuple[LocalECR, FaultProxy]] = {}

    def __enter__(self) -> Self:
        for size in PART_SIZES:
            ecr = LocalECR(settings=Settings(part_size=size, min_part_size=size // 2)).start()
            self._places[size] = ecr, FaultProxy(ecr.endpoint_url).__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        for ecr, proxy in self._places.values():
            proxy.close()
            ecr.stop()

    def place(self, part_size: int) -> tuple[FaultProxy, Repository, Repository]:
        """Make a repository: give the proxy, the repository behind it, and the same one without a proxy."""
        ecr, proxy = self._places[part_size]
        stored = ecr.registry().create_repository(f"random/app-{next(_numbers)}")
        session: Any = cast("Any", boto3).Session("local", "local", region_name="us-east-1")
        config = Config(read_timeout=20)
        return proxy, Registry(session, endpoint_url=proxy.url, config=config).repository(stored.name), stored


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as world:
        yield world


def test_random_accidents_never_store_a_wrong_layer(world: World) -> None:
    class Here(Accidents):
        pass

    Here.world = world
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=15,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
