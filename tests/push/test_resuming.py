"""Pushes that keep how far they are in a folder, over a fake: what is sent again, what is refused, what is left."""

import itertools
import threading
from pathlib import Path

import pytest

from ecrkit import Client, LayerToPush, UploadState, models
from ecrkit.errors import InvalidInputError, SourceChangedError
from ecrkit.events import LayerEvent, LayerResumed, PartSent
from ecrkit.push import PushedLayer, layer_source, push_layers
from ecrkit.push.image import push_image
from ecrkit.push.state import fingerprint_of
from ecrkit.testing import FakeTransport
from ecrkit.transfer import EcrApi
from tests.push.answers import (
    AN_UPLOAD,
    CONTENT,
    DIGEST,
    AnyRequest,
    availability,
    begun,
    completed,
    digest_of,
    misplaced,
    operations_of,
    ranges_of,
    refused,
    taken,
    upload,
)
from tests.samples import image
from tests.transfer.memory import MemoryRepository

OTHER = CONTENT[::-1]


class Crash(Exception):  # noqa: N818 -- stands for the end of the process
    pass


@pytest.fixture
def ecr(fake: FakeTransport) -> FakeTransport:
    """An ECR that has no layer and takes all."""
    numbers = itertools.count(1)
    fake.always(models.BatchCheckLayerAvailabilityRequest, availability(DIGEST, there=False))
    fake.always(models.InitiateLayerUploadRequest, lambda _: begun(f"upload-{next(numbers)}"))
    fake.always(models.UploadLayerPartRequest, taken)
    fake.always(models.CompleteLayerUploadRequest, completed)
    return fake


def push(
    ecr: FakeTransport,
    folder: Path,
    *layers: LayerToPush,
    name: str = "team/app",
    parts: int | None = None,
    skip_existing: bool = True,
    events: list[LayerEvent] | None = None,
) -> list[PushedLayer]:
    """Push, and end like a process that is killed after a number of parts."""
    left = parts

    def progress(event: LayerEvent) -> None:
        nonlocal left
        if events is not None:
            events.append(event)
        if isinstance(event, PartSent) and left is not None:
            left -= 1
            if left == 0:
                raise Crash

    return push_layers(
        EcrApi(Client(ecr), name, None),
        layers,
        workers=1,
        skip_existing=skip_existing,
        progress=progress,
        resume=folder,
    )


def crash(ecr: FakeTransport, folder: Path, *layers: LayerToPush, skip_existing: bool = True) -> None:
    with pytest.raises(Crash):
        push(ecr, folder, *layers, parts=2, skip_existing=skip_existing)


@pytest.mark.parametrize("known", [DIGEST, None], ids=["known digest", "unknown digest"])
@pytest.mark.parametrize("skip_existing", [True, False])
def test_a_later_push_sends_only_the_parts_that_ecr_lacks(
    ecr: FakeTransport, tmp_path: Path, known: str | None, *, skip_existing: bool
) -> None:
    events: list[LayerEvent] = []
    layer = LayerToPush(CONTENT, known)
    crash(ecr, tmp_path, layer, skip_existing=skip_existing)

    [pushed] = push(ecr, tmp_path, layer, skip_existing=skip_existing, events=events)

    assert ranges_of(ecr) == [(0, 9), (10, 19), (20, 24)]
    assert operations_of(ecr).count("InitiateLayerUpload") == 1
    assert pushed.digest == DIGEST
    assert [each.received for each in events if isinstance(each, LayerResumed)] == [20]


def test_nothing_is_left_when_all_layers_are_pushed(ecr: FakeTransport, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    crash(ecr, folder, LayerToPush(CONTENT))
    assert len(list(folder.glob("*.json"))) == 1

    push(ecr, folder, LayerToPush(CONTENT), LayerToPush(OTHER))

    assert list(folder.iterdir()) == []


def test_a_layer_that_ecr_has_by_now_loses_its_state(ecr: FakeTransport, tmp_path: Path) -> None:
    crash(ecr, tmp_path, LayerToPush(CONTENT))
    ecr.always(models.BatchCheckLayerAvailabilityRequest, availability(DIGEST))

    [pushed] = push(ecr, tmp_path, LayerToPush(CONTENT))

    assert not pushed.uploaded
    assert list(tmp_path.iterdir()) == []


def test_another_file_of_equal_length_starts_an_upload_of_its_own(ecr: FakeTransport, tmp_path: Path) -> None:
    crash(ecr, tmp_path, LayerToPush(CONTENT))

    [pushed] = push(ecr, tmp_path, LayerToPush(OTHER))

    assert pushed.digest == digest_of(OTHER)
    assert ranges_of(ecr)[2:] == [(0, 9), (10, 19), (20, 24)]


def test_another_file_under_the_same_digest_is_refused_before_the_first_byte(
    ecr: FakeTransport, tmp_path: Path
) -> None:
    crash(ecr, tmp_path, LayerToPush(CONTENT, DIGEST))
    sent = len(ranges_of(ecr))

    with pytest.raises(SourceChangedError, match="its bytes differ"):
        push(ecr, tmp_path, LayerToPush(OTHER, DIGEST))

    assert len(ranges_of(ecr)) == sent


def test_the_same_layer_for_another_repository_starts_an_upload_of_its_own(
    ecr: FakeTransport, tmp_path: Path
) -> None:
    crash(ecr, tmp_path, LayerToPush(CONTENT))

    push(ecr, tmp_path, LayerToPush(CONTENT), name="team/other")

    assert operations_of(ecr).count("InitiateLayerUpload") == 2


def test_an_upload_that_ecr_no_longer_knows_restarts(ecr: FakeTransport, tmp_path: Path) -> None:
    crash(ecr, tmp_path, LayerToPush(CONTENT))
    ecr.answers_to(models.UploadLayerPartRequest, refused("UploadNotFoundException"))

    push(ecr, tmp_path, LayerToPush(CONTENT))

    assert ranges_of(ecr)[-3:] == [(0, 9), (10, 19), (20, 24)]
    assert list(tmp_path.iterdir()) == []


def test_a_state_that_cannot_be_read_is_ignored(ecr: FakeTransport, tmp_path: Path) -> None:
    crash(ecr, tmp_path, LayerToPush(CONTENT))
    [kept] = tmp_path.glob("*.json")
    kept.write_bytes(b"\xff{")

    [pushed] = push(ecr, tmp_path, LayerToPush(CONTENT))

    assert pushed.uploaded


def test_two_pushes_of_one_layer_with_one_folder_use_two_uploads(ecr: FakeTransport, tmp_path: Path) -> None:
    both = threading.Barrier(2)

    def wait(request: AnyRequest) -> models.UploadLayerPartResponse:
        assert isinstance(request, models.UploadLayerPartRequest)
        if request.part_first_byte == 0:
            both.wait(30)
        return taken(request)

    ecr.always(models.UploadLayerPartRequest, wait)
    threads = [threading.Thread(target=push, args=(ecr, tmp_path, LayerToPush(CONTENT))) for _ in range(2)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert operations_of(ecr).count("CompleteLayerUpload") == 2
    assert operations_of(ecr).count("InitiateLayerUpload") == 2
    assert list(tmp_path.iterdir()) == []


def test_a_stream_of_unknown_digest_is_pushed_without_a_state(ecr: FakeTransport, tmp_path: Path) -> None:
    crash(ecr, tmp_path, LayerToPush(iter([CONTENT])))

    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_folder_is_refused(ecr: FakeTransport, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")

    with pytest.raises(InvalidInputError, match=r"resume cannot be used.*pass the path of a folder"):
        push(ecr, tmp_path / "state", LayerToPush(CONTENT))


def test_a_repository_that_takes_no_parts_refuses_to_resume(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="wire='api'"):
        push_layers(MemoryRepository(), [LayerToPush(CONTENT)], workers=1, resume=tmp_path)
    with pytest.raises(InvalidInputError, match="wire='api'"):
        push_image(MemoryRepository(), image(CONTENT), resume=tmp_path)


# States


def test_a_state_names_the_layer_that_it_is_of(fake: FakeTransport) -> None:
    fake.answers(begun())

    state = upload(fake, digest=DIGEST).begin()

    assert (state.size, state.digest) == (25, DIGEST)


@pytest.mark.parametrize(
    ("state", "digest", "problem"),
    [
        (UploadState(AN_UPLOAD, 10, 10, size=24), None, "25 bytes, not 24"),
        (UploadState(AN_UPLOAD, 10, 10, digest=DIGEST), digest_of(OTHER), f"not {DIGEST}"),
        (UploadState(AN_UPLOAD, 10, 26), None, "ECR has already received 26"),
        (
            UploadState(AN_UPLOAD, 10, 10, fingerprint=fingerprint_of(layer_source(OTHER))),
            None,
            "its bytes differ",
        ),
    ],
)
def test_another_layer_is_refused_before_anything_is_sent(
    fake: FakeTransport, state: UploadState, digest: str | None, problem: str
) -> None:
    with pytest.raises(SourceChangedError, match=problem):
        upload(fake, state=state, digest=digest)

    assert fake.requests == []


def test_a_state_of_version_1_still_resumes(fake: FakeTransport) -> None:
    state = UploadState.from_json(f'{{"upload_id": "{AN_UPLOAD}", "part_size": 10, "received": 20}}')
    fake.answers(taken, completed)

    upload(fake, state=state).run()

    assert ranges_of(fake) == [(20, 24)]


def test_a_resumed_upload_is_verified_against_the_digest_in_its_state(fake: FakeTransport) -> None:
    fake.answers(misplaced(24), completed)

    pushed = upload(fake, state=UploadState(AN_UPLOAD, 10, 20, digest=DIGEST)).run()

    assert pushed.digest == DIGEST


def test_the_fingerprint_tells_large_layers_apart_by_one_sample(tmp_path: Path) -> None:
    content = bytearray(5_000_000)
    path = tmp_path / "layer"
    path.write_bytes(content)
    before = fingerprint_of(layer_source(path))
    content[-1] = 1
    path.write_bytes(content)

    assert fingerprint_of(layer_source(path)) != before


def test_the_fingerprint_is_the_same_for_all_kinds_of_sources(tmp_path: Path) -> None:
    path = tmp_path / "layer"
    path.write_bytes(b"before" + CONTENT)
    with path.open("rb") as file:
        file.seek(6)
        of_file = fingerprint_of(layer_source(file))

    assert of_file == fingerprint_of(layer_source(CONTENT))
    assert fingerprint_of(layer_source(iter([CONTENT]))) is None
