"""Several layers at once: what is asked, what is sent, in which order, and what becomes of failures."""

import itertools
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ecrkit import Client, LayerToPush, models
from ecrkit.errors import EmptyLayerError, RepositoryNotFoundError, UploadNotFoundError
from ecrkit.events import (
    BytesHashed,
    LayerEvent,
    LayerFailed,
    LayerFinished,
    LayerSkipped,
    LayerStarted,
    TransferPlanned,
)
from ecrkit.push.engine import Conditions
from ecrkit.push.layers import PushedLayer, push_layers
from ecrkit.push.sources import SourceLike
from ecrkit.testing import FakeTransport
from ecrkit.transfer import EcrApi
from tests.push.answers import (
    AnyRequest,
    availability,
    begun,
    completed,
    digest_of,
    operations_of,
    refused,
    taken,
)


@pytest.fixture
def ecr(fake: FakeTransport) -> FakeTransport:
    """An ECR that has no layer and takes all."""
    numbers = itertools.count(1)
    fake.always(models.BatchCheckLayerAvailabilityRequest, _none_of)
    fake.always(models.InitiateLayerUploadRequest, lambda _: begun(f"upload-{next(numbers)}"))
    fake.always(models.UploadLayerPartRequest, taken)
    fake.always(models.CompleteLayerUploadRequest, completed)
    return fake


def _none_of(request: AnyRequest) -> models.BatchCheckLayerAvailabilityResponse:
    assert isinstance(request, models.BatchCheckLayerAvailabilityRequest)
    return availability(*request.layer_digests, there=False)


def push(
    ecr: FakeTransport,
    layers: Sequence[LayerToPush],
    *,
    workers: int = 4,
    skip_existing: bool = True,
    events: list[LayerEvent] | None = None,
    conditions: Conditions | None = None,
) -> list[PushedLayer]:
    return push_layers(
        EcrApi(Client(ecr), "team/app", None),
        layers,
        workers=workers,
        skip_existing=skip_existing,
        conditions=conditions,
        progress=None if events is None else events.append,
    )


def contents(count: int) -> list[bytes]:
    return [f"layer {number}".encode() for number in range(count)]


def finished(events: list[LayerEvent]) -> list[str]:
    return [each.digest for each in events if isinstance(each, LayerFinished)]


@pytest.mark.parametrize(
    ("source", "shown"), [(b"secret", "<bytes>"), ("a.tar", "'a.tar'"), (Path("a.tar"), "'a.tar'")]
)
def test_a_layer_shows_where_it_comes_from_and_none_of_its_bytes(source: SourceLike, shown: str) -> None:
    assert repr(LayerToPush(source)) == f"LayerToPush({shown}, digest=None, media_type=None)"


@pytest.mark.parametrize(
    ("count", "expected"), [(1, [1]), (100, [100]), (101, [100, 1]), (250, [100, 100, 50])]
)
def test_availability_is_asked_for_a_hundred_digests_at_a_time(
    ecr: FakeTransport, count: int, expected: list[int]
) -> None:
    push(ecr, [LayerToPush(content) for content in contents(count)])

    asked = ecr.requests_of(models.BatchCheckLayerAvailabilityRequest)
    assert [len(request.layer_digests) for request in asked] == expected
    assert len({digest for request in asked for digest in request.layer_digests}) == count


def test_each_missing_digest_is_sent_once_and_the_largest_first(ecr: FakeTransport) -> None:
    events: list[LayerEvent] = []
    small, middle, large = b"s" * 5, b"m" * 15, b"l" * 35

    layers = push(
        ecr,
        [LayerToPush(each) for each in (small, large, middle, large, small)],
        workers=1,
        events=events,
    )

    assert finished(events) == [digest_of(large), digest_of(middle), digest_of(small)]
    assert [each.size for each in layers] == [5, 35, 15, 35, 5]
    assert operations_of(ecr).count("InitiateLayerUpload") == 3


def test_a_layer_that_is_there_is_skipped_under_its_digest(ecr: FakeTransport) -> None:
    events: list[LayerEvent] = []
    there = models.Layer(
        layer_digest=digest_of(b"there"),
        layer_availability=models.LayerAvailability.AVAILABLE,
        layer_size=5,
        media_type="application/x",
    )
    ecr.answers_to(
        models.BatchCheckLayerAvailabilityRequest, models.BatchCheckLayerAvailabilityResponse(layers=[there])
    )

    [layer] = push(ecr, [LayerToPush(b"there")], events=events)

    assert layer == PushedLayer(digest_of(b"there"), 5, "application/x", uploaded=False)
    assert events[-1] == LayerSkipped(digest_of(b"there"), 5)
    assert LayerStarted not in map(type, events)
    assert operations_of(ecr) == ["BatchCheckLayerAvailability"]


@pytest.mark.parametrize(
    ("told", "wanted", "size", "media_type"),
    [
        ({}, None, 5, "application/vnd.oci.image.layer.v1.tar"),
        ({"layer_size": 7, "media_type": "application/x"}, None, 7, "application/x"),
        ({"media_type": "application/x"}, "application/y", 5, "application/y"),
    ],
    ids=["ecr tells nothing", "ecr tells it", "the caller knows better"],
)
def test_what_a_layer_that_is_there_is_like(
    ecr: FakeTransport, told: dict[str, Any], wanted: str | None, size: int, media_type: str
) -> None:
    there = models.Layer(
        layer_digest=digest_of(b"there"), layer_availability=models.LayerAvailability.AVAILABLE, **told
    )
    ecr.answers_to(
        models.BatchCheckLayerAvailabilityRequest, models.BatchCheckLayerAvailabilityResponse(layers=[there])
    )

    [layer] = push(ecr, [LayerToPush(b"there", media_type=wanted)])

    assert (layer.size, layer.media_type) == (size, media_type)


def test_nothing_is_asked_where_the_caller_says_so(ecr: FakeTransport) -> None:
    push(ecr, [LayerToPush(b"one"), LayerToPush(b"two", digest_of(b"two"))], skip_existing=False)

    assert "BatchCheckLayerAvailability" not in operations_of(ecr)


def test_nothing_is_read_twice_where_nothing_is_asked(ecr: FakeTransport) -> None:
    events: list[LayerEvent] = []

    push(ecr, [LayerToPush(b"one")], skip_existing=False, events=events)

    assert events[1] == LayerStarted("a layer of 3 bytes", 3)  # its digest is known at the end only


def test_an_empty_layer_is_not_asked_for(ecr: FakeTransport) -> None:
    with pytest.raises(EmptyLayerError):
        push(ecr, [LayerToPush(b"")])

    assert operations_of(ecr) == []


def test_a_stream_of_unknown_digest_is_not_asked_for(ecr: FakeTransport) -> None:
    [layer] = push(ecr, [LayerToPush(iter([b"stream"]))])

    assert layer.digest == digest_of(b"stream")
    assert "BatchCheckLayerAvailability" not in operations_of(ecr)


def test_the_first_failure_cancels_the_rest_and_has_the_others_in_its_notes(ecr: FakeTransport) -> None:
    both_are_sent = threading.Barrier(2)
    conditions = Conditions()

    def fail(request: AnyRequest) -> models.UploadLayerPartResponse:
        assert isinstance(request, models.UploadLayerPartRequest)
        both_are_sent.wait(30)
        if request.upload_id == "upload-2":
            assert conditions.cancelled.wait(30)  # by the failure of the first
            raise refused("KmsException")
        raise refused("RepositoryNotFoundException")

    events: list[LayerEvent] = []
    ecr.always(models.UploadLayerPartRequest, fail)
    layers = [LayerToPush(content) for content in contents(6)]

    with pytest.raises(RepositoryNotFoundError) as raised:
        push(ecr, layers, workers=2, events=events, conditions=conditions)

    assert [note.partition(":")[0] for note in raised.value.__notes__] == ["Something else failed as well"]
    assert "KmsError" in raised.value.__notes__[0]
    assert [type(each) for each in events][-4:] == [LayerStarted, LayerStarted, LayerFailed, LayerFailed]
    assert operations_of(ecr).count("InitiateLayerUpload") == 2


def test_each_layer_is_pushed_under_the_conditions_that_are_given(ecr: FakeTransport) -> None:
    ecr.answers_to(models.UploadLayerPartRequest, refused("UploadNotFoundException"))

    with pytest.raises(UploadNotFoundError):
        push(ecr, [LayerToPush(b"one")], conditions=Conditions(restarts=0))

    assert operations_of(ecr).count("InitiateLayerUpload") == 1


def test_what_is_raised_while_progress_is_told_ends_the_push_and_is_not_told(ecr: FakeTransport) -> None:
    told: list[LayerEvent] = []

    def broken(event: LayerEvent) -> None:
        told.append(event)
        raise RuntimeError("the display is gone")

    with pytest.raises(RuntimeError, match="the display is gone"):
        push_layers(
            EcrApi(Client(ecr), "team/app", None),
            [LayerToPush(content) for content in contents(6)],
            workers=2,
            progress=broken,
        )

    assert [type(each) for each in told] == [TransferPlanned]


def test_the_plan_comes_first_and_counts_all_layers(ecr: FakeTransport) -> None:
    events: list[LayerEvent] = []

    push(ecr, [LayerToPush(b"one"), LayerToPush(b"three")], events=events)

    assert events[0] == TransferPlanned("team/app", 8, layers=2)


def test_a_plan_with_a_stream_has_no_total(ecr: FakeTransport) -> None:
    events: list[LayerEvent] = []

    push(ecr, [LayerToPush(b"one"), LayerToPush(iter([b"three"]))], events=events)

    assert events[0] == TransferPlanned("team/app", None, layers=2)


def test_hashing_is_told_from_the_first_byte_to_the_last(ecr: FakeTransport) -> None:
    events: list[LayerEvent] = []

    push(ecr, [LayerToPush(b"one")], events=events)

    assert [each.hashed for each in events if isinstance(each, BytesHashed)] == [0, 3]


def test_events_have_the_name_of_the_file_next_to_the_digest(ecr: FakeTransport, tmp_path: Path) -> None:
    events: list[LayerEvent] = []
    path = tmp_path / "app.tar"
    path.write_bytes(b"one")

    push(ecr, [LayerToPush(path)], events=events)

    assert {each.name for each in events[1:]} == {str(path)}
    assert events[-1].layer == digest_of(b"one")
