"""`cancel=` and `timeout=` of everything that transfers, against a server that accepts connections and never answers."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest

from ecrkit import Layer, LayerEvent, Registry, Repository, errors
from ecrkit.events import PartSent
from tests.samples import image, noise
from tests.silent_server import Silent, silent_server

SOON = 10  # seconds that the server is given to notice
DIGEST = "sha256:" + "a" * 64


class Call(Protocol):
    def __call__(self, repository: Repository, folder: Path, **options: Any) -> object: ...


def download(repository: Repository, folder: Path, **options: Any) -> object:
    layer = Layer(repository, DIGEST, size=3, media_type="application/octet-stream")
    return layer.download(folder / "layer", **options)


CALLS: dict[str, Call] = {
    "push_layer": lambda repository, folder, **options: repository.push_layer(b"layer", **options),
    "push_layers": lambda repository, folder, **options: repository.push_layers([b"one", b"two"], **options),
    "push_image": lambda repository, folder, **options: repository.push_image(image(), tags="1", **options),
    "pull": lambda repository, folder, **options: repository.image("1").pull(folder, **options),
    "save": lambda repository, folder, **options: repository.image("1").save(folder / "a.tar", **options),
    "copy_to": lambda repository, folder, **options: repository.image("1").copy_to(repository, **options),
    "copy_to of a repository": lambda repository, folder, **options: repository.copy_to(
        repository.registry.repository("team/other"), **options
    ),
    "attach": lambda repository, folder, **options: repository.image("1").attach(
        b"sbom", artifact_type="text/spdx", **options
    ),
    "download": download,
}

calls = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@pytest.fixture
def silent() -> Iterator[Silent]:
    with silent_server() as server:
        yield server


@pytest.fixture
def call_of(silent: Silent, tmp_path: Path) -> Callable[[Call], Callable[..., object]]:
    registry = Registry(endpoint_url=silent.url, region_name="us-east-1")
    return lambda call: partial(call, registry.repository("team/app"), tmp_path)


@calls
def test_an_event_ends_the_call_and_closes_its_connections(
    silent: Silent, call_of: Callable[[Call], Callable[..., object]], call: Call
) -> None:
    cancel = threading.Event()

    def cancel_when_asked() -> None:
        silent.is_asked.wait(SOON)
        cancel.set()

    threading.Thread(target=cancel_when_asked).start()
    with pytest.raises(errors.OperationCancelledError):
        call_of(call)(cancel=cancel)

    assert silent.is_left.wait(SOON)


@calls
def test_a_timeout_ends_the_call_and_closes_its_connections(
    silent: Silent, call_of: Callable[[Call], Callable[..., object]], call: Call
) -> None:
    with pytest.raises(errors.OperationTimeoutError, match=r"within 0\.2 s"):
        call_of(call)(timeout=0.2)

    assert not silent.accepted or silent.is_left.wait(SOON)


@calls
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cancel": True}, r"cancel is True; it must be a threading\.Event"),
        ({"timeout": "30"}, "timeout is '30'; it must be seconds or a timedelta"),
        ({"timeout": -1}, "timeout is -1; it must be 0 or more"),
    ],
)
def test_other_values_are_refused_before_anything_is_sent(
    silent: Silent,
    call_of: Callable[[Call], Callable[..., object]],
    call: Call,
    options: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(errors.InvalidInputError, match=message):
        call_of(call)(**options)

    assert not silent.accepted


def test_a_push_that_is_cancelled_between_parts_stores_no_image(repository: Repository) -> None:
    cancel = threading.Event()

    def cancel_at_the_first_part(event: LayerEvent) -> None:
        if isinstance(event, PartSent):
            cancel.set()

    with pytest.raises(errors.OperationCancelledError):
        repository.push_image(
            image(noise(12 * 1024 * 1024)), tags="1", progress=cancel_at_the_first_part, cancel=cancel
        )

    assert list(repository.images()) == []
