"""A push whose process is killed goes on in another one; a push that is interrupted ends soon, with all its threads."""

import hashlib
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrkit import Registry, UploadState
from ecrkit.local import LocalECR
from tests.faults.proxy import Effect, Fault, FaultProxy
from tests.faults.running import line_of, running

MIB = 1024 * 1024
LAYER_SIZE, PART_SIZE = 200 * MIB, 10 * MIB
PARTS = LAYER_SIZE // PART_SIZE
SENT = 8
LONG = 90.0  # seconds; the proxy gives up waiting when its test ends
PATIENCE = 60.0  # seconds that a busy machine may take for what takes one


@pytest.fixture(scope="module")
def ecr() -> Iterator[LocalECR]:
    with LocalECR() as server:  # parts as large as those of the service
        yield server


@pytest.fixture(scope="module")
def registry(ecr: LocalECR) -> Registry:
    return ecr.registry()


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("killed") / "layer.tar"
    with path.open("wb") as file:
        for number in range(LAYER_SIZE // MIB):
            file.write(number.to_bytes(64, "big") * (MIB // 64))
    return path


def wait_for_state(path: Path, received: int) -> UploadState:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if path.exists() and (state := UploadState.from_json(path.read_text())).received == received:
            return state
        time.sleep(0.02)
    raise AssertionError(f"the program did not come as far as {received} bytes")


@pytest.mark.parametrize(
    "effect",
    [
        pytest.param(Effect.DELAY_BEFORE, id="before ECR has the part under way"),
        pytest.param(Effect.DELAY_AFTER, id="when ECR has more than the state says"),
    ],
)
def test_a_push_that_was_killed_goes_on_in_another_process(
    ecr: LocalECR, registry: Registry, layer: Path, tmp_path: Path, effect: Effect
) -> None:
    name = registry.create_repository(f"killed/{effect.name.lower()}").name
    kept = tmp_path / "state.json"
    with FaultProxy(ecr.endpoint_url) as proxy:
        proxy.faults = [Fault("UploadLayerPart", nth=SENT + 1, effect=effect, seconds=LONG)]
        with running("start", proxy.url, name, layer, "--state", kept) as program:
            wait_for_state(kept, SENT * PART_SIZE)
            wait_for_parts(ecr, SENT + (effect is Effect.DELAY_AFTER))
            program.kill()
            assert program.wait(PATIENCE) == -signal.SIGKILL
        ecr.requests.clear()
        proxy.start_over()

        with running("resume", proxy.url, name, layer, "--state", kept) as program:
            digest = line_of(program)
        asked = proxy.counts

    with layer.open("rb") as file:
        assert digest == f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    assert asked == {"UploadLayerPart": PARTS - SENT, "CompleteLayerUpload": 1}


def test_a_push_of_several_layers_that_was_killed_resumes_each_of_them(
    ecr: LocalECR, registry: Registry, tmp_path: Path
) -> None:
    name = registry.create_repository("killed/several").name
    layers = [tmp_path / f"layer-{number}" for number in range(2)]
    for number, path in enumerate(layers):
        with path.open("wb") as file:
            file.write(bytes([number + 1]))
            file.truncate(4 * PART_SIZE)
    kept = tmp_path / "state"
    with FaultProxy(ecr.endpoint_url) as proxy:
        proxy.faults = [
            Fault("UploadLayerPart", nth=nth, effect=Effect.DELAY_BEFORE, seconds=LONG) for nth in (5, 6)
        ]
        ecr.requests.clear()
        with running("push-kept", proxy.url, name, *layers, "--state", kept) as program:
            wait_for_parts(ecr, 4)
            wait_until_kept(kept, 4 * PART_SIZE)
            program.kill()
            assert program.wait(PATIENCE) == -signal.SIGKILL
        proxy.start_over()

        with running("push-kept", proxy.url, name, *layers, "--state", kept) as program:
            digests = [line_of(program) for _ in layers]
        asked = proxy.counts

    assert digests == [f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" for path in layers]
    assert asked["UploadLayerPart"] == 8 - 4
    assert "InitiateLayerUpload" not in asked
    assert list(kept.iterdir()) == []


def wait_until_kept(folder: Path, received: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while sum(UploadState.from_json(each.read_text()).received for each in folder.glob("*.json")) != received:
        assert time.monotonic() < deadline, f"the states do not come to {received} bytes"
        time.sleep(0.02)


def wait_for_parts(ecr: LocalECR, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(ecr.requests.of("UploadLayerPart")) < count:
        assert time.monotonic() < deadline, f"ECR did not get {count} parts"
        time.sleep(0.02)


def test_an_interrupt_ends_a_push_of_several_layers_and_all_its_threads(
    ecr: LocalECR, registry: Registry, tmp_path: Path
) -> None:
    name = registry.create_repository("interrupted/app").name
    layers = [tmp_path / f"layer-{number}" for number in range(4)]
    for number, path in enumerate(layers):
        with path.open("wb") as file:
            file.write(bytes([number + 1]))
            file.truncate(60 * MIB)
    with (
        FaultProxy(ecr.endpoint_url, bytes_per_second=MIB) as proxy,  # more than a minute for each layer
        running("push-many", proxy.url, name, *layers) as program,
    ):
        assert [line_of(program) for _ in layers] == ["started"] * len(layers)
        interrupted_at = time.monotonic()
        program.send_signal(signal.SIGINT)

        said = line_of(program)
        seconds = time.monotonic() - interrupted_at
        last_words = line_of(program)

    assert said == "interrupted"
    assert seconds < 10
    assert last_words == "threads left: []"
    assert proxy.count("CompleteLayerUpload") == 0
