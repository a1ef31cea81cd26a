"""The engine over a fake: one layer, and everything that can happen to it."""

import hashlib
import io
import json
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrkit import Client, RetryPolicy, models
from ecrkit.errors import (
    DigestMismatchError,
    EmptyLayerError,
    InvalidInputError,
    RepositoryNotFoundError,
    SourceChangedError,
    UnreadableAnswerError,
)
from ecrkit.events import (
    LayerCancelled,
    LayerEvent,
    LayerFinished,
    LayerResumed,
    LayerStarted,
    PartSent,
)
from ecrkit.push.engine import Conditions, LayerUpload
from ecrkit.push.sources import layer_source
from ecrkit.push.state import UploadState
from ecrkit.testing import FakeTransport, no_waiting
from ecrkit.transfer import EcrApi
from ecrkit.transfer.parts import MAX_PART_SIZE, MAX_PARTS
from tests.push.answers import (
    ALL_PARTS,
    AN_UPLOAD,
    CONTENT,
    DIGEST,
    AnyRequest,
    availability,
    begun,
    completed,
    digest_of,
    layer_sent,
    misplaced,
    operations_of,
    ranges_of,
    refused,
    taken,
    taken_until,
    upload,
)

ANOTHER_ACCOUNT = "444455556666"


# All goes well


def test_a_layer_goes_in_parts_of_the_size_that_ecr_names(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, taken, taken, completed)

    pushed = upload(fake).run()

    assert ranges_of(fake) == ALL_PARTS
    assert layer_sent(fake) == CONTENT
    assert (pushed.digest, pushed.size, pushed.head) == (DIGEST, 25, CONTENT[:8])


def test_parts_and_completion_name_the_upload_and_the_digest(fake: FakeTransport) -> None:
    fake.answers(begun(AN_UPLOAD), taken, taken, taken, completed)

    upload(fake).run()

    sent = [request.to_wire() for request in fake.requests[1:]]
    assert {each["uploadId"] for each in sent} == {AN_UPLOAD}
    assert sent[-1]["layerDigests"] == [DIGEST]


def test_every_request_names_the_registry(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, taken, taken, refused("UploadNotFoundException"), availability(DIGEST))

    LayerUpload(EcrApi(Client(fake), "team/app", ANOTHER_ACCOUNT), layer_source(CONTENT)).run()

    assert [each.to_wire()["registryId"] for each in fake.requests] == [ANOTHER_ACCOUNT] * 6
    assert [json.loads(body)["registryId"] for body in fake.bodies] == [ANOTHER_ACCOUNT] * 3


@given(content=st.binary(min_size=1, max_size=120), part_size=st.integers(1, 50))
def test_any_layer_arrives_whole_in_parts_of_any_size(content: bytes, part_size: int) -> None:
    count = -(-len(content) // part_size)
    fake = FakeTransport(begun(part_size=part_size), *[taken] * count, completed)

    pushed = upload(fake, iter([content])).run()

    assert layer_sent(fake) == content
    assert pushed.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_events_come_in_order(fake: FakeTransport) -> None:
    events: list[LayerEvent] = []
    fake.answers(begun(), taken, taken, taken, completed)

    upload(fake, digest=DIGEST, emit=events.append).run()

    assert events == [
        LayerStarted(DIGEST, 25),
        PartSent(DIGEST, 25, received=10),
        PartSent(DIGEST, 25, received=20),
        PartSent(DIGEST, 25, received=25),
        LayerFinished(DIGEST, 25, digest=DIGEST),
    ]


def test_an_upload_that_is_cancelled_says_so(fake: FakeTransport) -> None:
    events: list[LayerEvent] = []
    fake.answers(begun())
    conditions = Conditions()
    conditions.cancelled.set()

    with pytest.raises(CancelledError):
        LayerUpload(
            EcrApi(Client(fake), "team/app", None),
            layer_source(CONTENT),
            conditions=conditions,
            emit=events.append,
        ).run()

    assert isinstance(events[-1], LayerCancelled)
    assert events[-1].reason == "The push was cancelled"


def test_an_upload_that_is_interrupted_says_so(fake: FakeTransport) -> None:
    events: list[LayerEvent] = []

    def interrupt(_: AnyRequest) -> models.UploadLayerPartResponse:
        raise KeyboardInterrupt

    fake.answers(begun(), interrupt)

    with pytest.raises(KeyboardInterrupt):
        upload(fake, emit=events.append).run()

    assert isinstance(events[-1], LayerCancelled)


def test_a_stream_is_called_by_its_kind_until_its_digest_is_known(fake: FakeTransport) -> None:
    events: list[LayerEvent] = []
    fake.answers(begun(), taken, taken, taken, completed)

    upload(fake, iter([CONTENT]), emit=events.append).run()

    assert {(each.layer, each.size) for each in events} == {("list_iterator", None)}
    assert events[-1] == LayerFinished("list_iterator", None, digest=DIGEST)


def test_the_state_follows_what_ecr_has(fake: FakeTransport) -> None:
    states: list[UploadState | None] = []
    ours = upload(fake, emit=lambda event: states.append(ours.state))
    fake.answers(begun(), taken, taken, taken, completed)

    assert ours.state is None
    ours.run()

    assert [each and each.received for each in states] == [0, 10, 20, 25, 25]
    assert ours.state == UploadState(AN_UPLOAD, 10, 25)


def test_the_state_has_what_ecr_turned_out_to_have_when_that_is_told(fake: FakeTransport) -> None:
    states: dict[type[LayerEvent], UploadState | None] = {}
    ours = upload(fake, CONTENT[:10], emit=lambda event: states.update({type(event): ours.state}))
    fake.answers(begun(), misplaced(9), completed)

    ours.run()

    assert states[LayerResumed] == UploadState(AN_UPLOAD, 10, 10)


# What is wrong with the layer


@pytest.mark.parametrize("empty", [b"", io.BytesIO(), memoryview(b"")])
def test_a_layer_known_to_be_empty_is_refused_before_anything_is_sent(
    fake: FakeTransport, empty: bytes
) -> None:
    with pytest.raises(EmptyLayerError, match="OCI empty descriptor"):
        upload(fake, empty).run()

    assert fake.requests == []


def test_a_stream_that_turns_out_empty_is_refused(fake: FakeTransport) -> None:
    fake.answers(begun())

    with pytest.raises(EmptyLayerError):
        upload(fake, iter([b"", b""])).run()

    assert operations_of(fake) == ["InitiateLayerUpload"]


def test_bytes_that_do_not_have_the_digest_are_not_committed(fake: FakeTransport) -> None:
    other = digest_of(b"other")
    fake.answers(begun(), taken, taken, taken, refused("InvalidLayerException"))

    with pytest.raises(DigestMismatchError) as raised:
        upload(fake, digest=other).run()

    assert (raised.value.expected, raised.value.actual) == (other, DIGEST)
    assert other in str(raised.value)
    assert DIGEST in str(raised.value)


def test_a_digest_that_is_known_is_for_ecr_to_verify(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, taken, taken, refused("InvalidLayerException"))

    with pytest.raises(DigestMismatchError):
        upload(fake, digest=digest_of(b"other")).run()

    assert operations_of(fake)[-1] == "CompleteLayerUpload"


def test_a_stream_that_does_not_have_the_digest_is_not_committed(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, taken, taken)

    with pytest.raises(DigestMismatchError):
        upload(fake, iter([CONTENT]), digest=digest_of(b"other")).run()

    assert "CompleteLayerUpload" not in operations_of(fake)


def test_a_file_that_grows_while_it_is_pushed_is_not_committed(fake: FakeTransport, tmp_path: Path) -> None:
    path = tmp_path / "layer.tar"
    path.write_bytes(CONTENT)

    def grow(event: LayerEvent) -> None:
        if isinstance(event, LayerStarted):
            with path.open("ab") as file:
                file.write(b"more")

    fake.answers(begun(), *[taken] * 9)

    with pytest.raises(SourceChangedError, match=r"layer\.tar"):
        upload(fake, path, emit=grow).run()

    assert "CompleteLayerUpload" not in operations_of(fake)


def test_a_file_that_does_not_stop_growing_is_sent_no_further_than_its_size(
    fake: FakeTransport, tmp_path: Path
) -> None:
    path = tmp_path / "layer.tar"
    path.write_bytes(CONTENT * 40)

    def grow(event: LayerEvent) -> None:
        with path.open("ab") as file:
            file.write(CONTENT)

    fake.answers(begun())
    fake.always(models.UploadLayerPartRequest, taken)

    with pytest.raises(SourceChangedError, match="had 1000 bytes"):
        upload(fake, path, emit=grow).run()

    assert max(last for _, last in ranges_of(fake)) < 1000


def test_a_file_that_shrinks_while_it_is_pushed_is_not_committed(fake: FakeTransport, tmp_path: Path) -> None:
    path = tmp_path / "layer.tar"
    path.write_bytes(CONTENT * 10)
    fake.answers(begun(), *[taken] * 30)

    with pytest.raises(SourceChangedError):
        upload(fake, path, emit=lambda event: path.write_bytes(CONTENT)).run()

    assert "CompleteLayerUpload" not in operations_of(fake)


def test_an_error_of_the_stream_ends_the_push(fake: FakeTransport) -> None:
    def chunks() -> Iterator[bytes]:
        yield CONTENT[:12]
        raise RuntimeError("the producer broke")

    fake.answers(begun(), taken, taken)

    with pytest.raises(RuntimeError, match="the producer broke"):
        upload(fake, chunks()).run()

    assert "CompleteLayerUpload" not in operations_of(fake)


def test_a_layer_of_too_many_parts_is_refused_before_its_first_part(fake: FakeTransport) -> None:
    fake.answers(begun(part_size=1))

    with pytest.raises(InvalidInputError, match="4200 parts"):
        upload(fake, bytes(MAX_PARTS + 1)).run()

    assert ranges_of(fake) == []


def test_a_stream_of_too_many_parts_ends_at_the_last_one_that_ecr_takes(fake: FakeTransport) -> None:
    fake.answers(begun(part_size=1), *[taken] * MAX_PARTS)

    with pytest.raises(InvalidInputError, match="more than the 4200 parts"):
        upload(fake, iter([bytes(MAX_PARTS + 1)])).run()

    assert len(ranges_of(fake)) == MAX_PARTS


# What is wrong with the service


@pytest.mark.parametrize("part_size", [0, -1, MAX_PART_SIZE + 1])
def test_a_part_size_that_cannot_be_right_is_not_followed(fake: FakeTransport, part_size: int) -> None:
    fake.answers(begun(part_size=part_size))

    with pytest.raises(UnreadableAnswerError, match=str(part_size)):
        upload(fake).run()

    assert ranges_of(fake) == []


def test_a_digest_that_ecr_computed_otherwise_is_an_error(fake: FakeTransport) -> None:
    other = digest_of(b"other")
    fake.answers(begun(), taken, taken, taken)
    fake.answers(lambda request: completed(request).model_copy(update={"layer_digest": other}))

    with pytest.raises(DigestMismatchError, match=other):
        upload(fake).run()


@pytest.mark.parametrize("last_byte", [-1, 30, 9_999])
def test_a_position_that_cannot_be_right_is_not_believed(fake: FakeTransport, last_byte: int) -> None:
    fake.answers(begun(), taken_until(last_byte), misplaced(9), taken, taken, completed)

    with no_waiting():
        pushed = upload(fake).run()

    assert ranges_of(fake) == [(0, 9), *ALL_PARTS]
    assert pushed.digest == DIGEST


def test_an_error_that_will_not_get_better_is_raised_at_once(fake: FakeTransport) -> None:
    fake.answers(begun(), refused("RepositoryNotFoundException"))

    with no_waiting() as pauses, pytest.raises(RepositoryNotFoundError):
        upload(fake).run()

    assert pauses == []


# A push that is called off


def test_a_push_that_is_called_off_ends_with_the_part_under_way(fake: FakeTransport) -> None:
    cancelled = threading.Event()
    ours = LayerUpload(
        EcrApi(Client(fake), "team/app", None),
        layer_source(CONTENT),
        conditions=Conditions(cancelled=cancelled),
        emit=lambda event: cancelled.set() if isinstance(event, PartSent) else None,
    )
    fake.answers(begun(), taken, taken)

    with pytest.raises(CancelledError):
        ours.run()

    assert len(ranges_of(fake)) <= 2
    assert "CompleteLayerUpload" not in operations_of(fake)


def test_a_push_that_is_called_off_while_it_waits_does_not_try_again(fake: FakeTransport) -> None:
    conditions = Conditions()

    def throttle(_: AnyRequest) -> models.Response:
        conditions.cancelled.set()
        raise refused("ThrottlingException")

    fake.answers(begun())
    fake.always(models.UploadLayerPartRequest, throttle)
    patient = RetryPolicy(first_wait=3600, longest_wait=3600)
    target = EcrApi(Client(fake), "team/app", None, patient)

    with pytest.raises(CancelledError):
        LayerUpload(target, layer_source(CONTENT), conditions=conditions).run()

    assert ranges_of(fake) == [(0, 9)]


def test_a_part_that_is_confirmed_byte_by_byte_ends_the_push(fake: FakeTransport) -> None:
    fake.answers(begun(part_size=100), *[taken_until(byte) for byte in range(100)])

    with pytest.raises(UnreadableAnswerError, match="16 bytes of a part of 100 in 16 requests"):
        upload(fake, b"x" * 100).run()
