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
    AnswerLostError,
    DigestMismatchError,
    EmptyLayerError,
    EndpointUnreachableError,
    InvalidInputError,
    InvalidLayerError,
    LayerPartTooSmallError,
    NotRereadableError,
    RepositoryNotFoundError,
    SourceChangedError,
    ThrottlingError,
    UnreadableAnswerError,
    UploadNotFoundError,
)
from ecrkit.events import (
    LayerEvent,
    LayerFailed,
    LayerFinished,
    LayerRestarted,
    LayerResumed,
    LayerStarted,
    PartSent,
)
from ecrkit.push.engine import Conditions, LayerUpload
from ecrkit.push.parts import MAX_PART_SIZE, MAX_PARTS
from ecrkit.push.sources import layer_source
from ecrkit.push.state import UploadState
from ecrkit.push.target import Target
from ecrkit.testing import FakeTransport, no_waiting
from tests.push.answers import (
    AN_UPLOAD,
    ANOTHER_UPLOAD,
    CONTENT,
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

DIGEST = digest_of(CONTENT)
ANOTHER_ACCOUNT = "444455556666"
ALL_PARTS = [(0, 9), (10, 19), (20, 24)]
LOST = AnswerLostError("the connection broke")


def received_by(events: list[LayerEvent]) -> list[int]:
    return [each.received for each in events if isinstance(each, PartSent | LayerResumed)]


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

    LayerUpload(Target(Client(fake), "team/app", ANOTHER_ACCOUNT), layer_source(CONTENT)).run()

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


# Answers that are lost


@pytest.mark.parametrize(
    "failure", [LOST, refused("ThrottlingException"), refused("ServerException")], ids=str
)
def test_a_part_whose_answer_is_lost_is_sent_again(fake: FakeTransport, failure: AnswerLostError) -> None:
    fake.answers(begun(), taken, failure, failure, taken, taken, completed)

    with no_waiting() as pauses:
        pushed = upload(fake).run()

    assert ranges_of(fake) == [(0, 9), (10, 19), (10, 19), (10, 19), (20, 24)]
    assert layer_sent(fake) == CONTENT
    assert pushed.digest == DIGEST
    assert len(pauses) == 2


def test_a_part_that_ecr_had_after_all_is_a_success(fake: FakeTransport) -> None:
    events: list[LayerEvent] = []
    fake.answers(begun(), taken, LOST, misplaced(19), taken, completed)

    with no_waiting():
        upload(fake, emit=events.append).run()

    assert ranges_of(fake) == [(0, 9), (10, 19), (10, 19), (20, 24)]
    assert received_by(events) == [10, 20, 25]


def test_a_part_that_ecr_had_half_of_goes_on_there(fake: FakeTransport) -> None:
    events: list[LayerEvent] = []
    fake.answers(begun(), taken, LOST, misplaced(14), taken, taken, completed)

    with no_waiting():
        upload(fake, emit=events.append).run()

    assert ranges_of(fake) == [(0, 9), (10, 19), (10, 19), (15, 19), (20, 24)]
    assert layer_sent(fake) == CONTENT
    assert received_by(events) == [10, 15, 20, 25]


def test_a_part_that_ecr_confirms_half_of_goes_on_there(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, taken_until(14), taken, taken, completed)

    upload(fake).run()

    assert ranges_of(fake) == [(0, 9), (10, 19), (15, 19), (20, 24)]
    assert layer_sent(fake) == CONTENT


@pytest.mark.parametrize("one_shot", [False, True], ids=["bytes", "stream"])
def test_a_rest_that_is_too_small_goes_on_where_the_last_part_is_full(
    fake: FakeTransport,
    one_shot: bool,  # noqa: FBT001 -- a column
) -> None:
    fake.answers(begun(), taken, misplaced(17), taken, completed)

    upload(fake, iter([CONTENT[:20]]) if one_shot else CONTENT[:20]).run()

    assert ranges_of(fake) == [(0, 9), (10, 19), (18, 19)]
    assert layer_sent(fake) == CONTENT[:20]


def test_a_rest_that_is_too_small_restarts_where_a_stream_goes_on(fake: FakeTransport) -> None:
    fake.answers(begun(), misplaced(7))

    with pytest.raises(NotRereadableError, match="too small to send"):
        upload(fake, iter([CONTENT])).run()


def test_an_upload_id_may_look_like_anything(fake: FakeTransport) -> None:
    fake.answers(begun("an id of another kind"), taken, taken, taken, completed)

    assert upload(fake).run().digest == digest_of(CONTENT)


def test_a_part_that_ecr_has_nothing_of_is_sent_again(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, misplaced(9), taken, taken, completed)

    with no_waiting():
        upload(fake).run()

    assert ranges_of(fake) == [(0, 9), (10, 19), (10, 19), (20, 24)]


def test_an_endpoint_that_cannot_be_reached_is_tried_three_times(fake: FakeTransport) -> None:
    fake.answers(*[EndpointUnreachableError("nobody is there") for _ in range(4)])

    with no_waiting(), pytest.raises(EndpointUnreachableError):
        upload(fake, attempts=7).run()

    assert operations_of(fake) == ["InitiateLayerUpload"] * 3


def test_patience_ends(fake: FakeTransport) -> None:
    fake.answers(begun(), *[refused("ThrottlingException")] * 3)

    with no_waiting(), pytest.raises(ThrottlingError):
        upload(fake, attempts=3).run()

    assert len(ranges_of(fake)) == 3


# Uploads that begin anew


@pytest.mark.parametrize(
    "cause",
    [refused("UploadNotFoundException"), misplaced(4), misplaced(16), refused("InvalidLayerPartException")],
    ids=["expired", "bytes lost", "rest too small", "no position"],
)
def test_a_layer_begins_anew_where_nothing_else_helps(fake: FakeTransport, cause: AnswerLostError) -> None:
    events: list[LayerEvent] = []
    fake.answers(begun(AN_UPLOAD), taken, cause, begun(ANOTHER_UPLOAD), taken, taken, taken, completed)

    pushed = upload(fake, emit=events.append).run()

    assert pushed.digest == DIGEST
    assert [request.to_wire()["uploadId"] for request in fake.requests[4:]] == [ANOTHER_UPLOAD] * 4
    assert [type(each) for each in events] == [
        LayerStarted,
        PartSent,
        LayerRestarted,
        LayerStarted,
        PartSent,
        PartSent,
        PartSent,
        LayerFinished,
    ]


def test_a_restart_says_why(fake: FakeTransport) -> None:
    events: list[LayerEvent] = []
    fake.answers(begun(), refused("UploadNotFoundException"), begun(), taken, taken, taken, completed)

    upload(fake, emit=events.append).run()

    [reason] = [each.reason for each in events if isinstance(each, LayerRestarted)]
    assert "does not know the upload" in reason


def test_whoever_hears_of_a_restart_can_write_the_new_upload_down(fake: FakeTransport) -> None:
    states: list[UploadState | None] = []
    fake.answers(begun(AN_UPLOAD), taken, refused("UploadNotFoundException"))
    fake.answers(begun(ANOTHER_UPLOAD), taken, taken, taken, completed)

    def keep(event: LayerEvent) -> None:
        if isinstance(event, LayerRestarted):
            states.append(pushed.state)

    pushed = upload(fake, emit=keep)

    pushed.run()

    assert states == [UploadState(ANOTHER_UPLOAD, 10)]


def test_an_upload_that_cannot_begin_anew_keeps_its_state(fake: FakeTransport) -> None:
    fake.answers(begun(AN_UPLOAD), taken, refused("UploadNotFoundException"))
    fake.answers(refused("RepositoryNotFoundException"))
    pushed = upload(fake)

    with pytest.raises(RepositoryNotFoundError) as raised:
        pushed.run()

    assert pushed.state == UploadState(AN_UPLOAD, 10, received=10)
    assert isinstance(raised.value.__cause__, UploadNotFoundError)


def test_a_failure_is_told_with_what_the_error_says(fake: FakeTransport) -> None:
    events: list[LayerEvent] = []
    fake.answers(begun(), refused("RepositoryNotFoundException"))

    with pytest.raises(RepositoryNotFoundError) as raised:
        upload(fake, digest=DIGEST, emit=events.append).run()

    assert events[1:] == [LayerFailed(DIGEST, len(CONTENT), reason=str(raised.value))]


def test_who_raised_when_told_is_told_of_the_next_run(fake: FakeTransport) -> None:
    told: list[LayerEvent] = []

    def break_once(event: LayerEvent) -> None:
        told.append(event)
        if len(told) == 1:
            raise RuntimeError("the disk is full")

    fake.answers(begun(), taken, taken, taken, completed)
    pushed = upload(fake, emit=break_once)
    with pytest.raises(RuntimeError, match="the disk is full"):
        pushed.run()
    assert len(told) == 1

    pushed.run()

    assert [type(each) for each in told[1:]] == [LayerStarted, PartSent, PartSent, PartSent, LayerFinished]


def test_a_layer_begins_anew_three_times_unless_told_otherwise(fake: FakeTransport) -> None:
    for _ in range(4):
        fake.answers(begun(), refused("UploadNotFoundException"))

    with pytest.raises(UploadNotFoundError):
        upload(fake, restarts=Conditions().restarts).run()

    assert operations_of(fake).count("InitiateLayerUpload") == 1 + 3


def test_a_layer_does_not_begin_anew_for_ever(fake: FakeTransport) -> None:
    for _ in range(3):
        fake.answers(begun(), refused("UploadNotFoundException"))

    with pytest.raises(UploadNotFoundError):
        upload(fake, restarts=2).run()

    assert operations_of(fake).count("InitiateLayerUpload") == 3


def test_a_stream_cannot_begin_anew_and_says_so(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, refused("UploadNotFoundException"))

    with pytest.raises(NotRereadableError, match="read only once") as raised:
        upload(fake, iter([CONTENT])).run()

    assert isinstance(raised.value.__cause__, UploadNotFoundError)


# The end of an upload


def test_a_completion_whose_answer_is_lost_is_asked_for_again(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, taken, taken, LOST, completed)

    with no_waiting():
        pushed = upload(fake).run()

    assert pushed.digest == DIGEST


def test_a_completion_that_was_done_before_is_found_by_asking_for_the_layer(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, taken, taken, LOST, refused("UploadNotFoundException"), availability(DIGEST))

    with no_waiting():
        pushed = upload(fake).run()

    assert pushed.digest == DIGEST
    assert operations_of(fake)[-1] == "BatchCheckLayerAvailability"


def test_an_upload_that_expired_before_its_completion_begins_anew(fake: FakeTransport) -> None:
    fake.answers(begun(AN_UPLOAD), taken, taken, taken, refused("UploadNotFoundException"))
    fake.answers(availability(DIGEST, there=False), begun(ANOTHER_UPLOAD), taken, taken, taken, completed)

    assert upload(fake).run().digest == DIGEST
    assert len(ranges_of(fake)) == 6


def test_a_layer_that_somebody_else_has_pushed_meanwhile_is_a_success(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, taken, taken, refused("LayerAlreadyExistsException"))

    assert upload(fake).run().digest == DIGEST


def test_a_part_that_is_counted_as_too_small_begins_anew(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, taken, taken, refused("LayerPartTooSmallException"))
    fake.answers(begun(), taken, taken, taken, completed)

    assert upload(fake).run().digest == DIGEST


def test_parts_that_are_always_too_small_end_the_push(fake: FakeTransport) -> None:
    for _ in range(2):
        fake.answers(begun(), taken, taken, taken, refused("LayerPartTooSmallException"))

    with pytest.raises(LayerPartTooSmallError):
        upload(fake, restarts=1).run()


def test_bytes_that_changed_on_the_way_end_the_push(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, taken, taken, refused("InvalidLayerException"))

    with pytest.raises(InvalidLayerError):
        upload(fake).run()


def test_a_stream_that_ecr_refuses_is_not_read_again_to_say_why(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, taken, taken, refused("InvalidLayerException"))

    with pytest.raises(InvalidLayerError):
        upload(fake, iter([CONTENT]), digest=DIGEST).run()


def test_another_refusal_is_not_taken_for_wrong_bytes(fake: FakeTransport) -> None:
    fake.answers(begun(), taken, taken, taken, refused("RepositoryNotFoundException"))

    with pytest.raises(RepositoryNotFoundError):
        upload(fake, digest=digest_of(b"other")).run()


# Uploads that an earlier process began


def test_an_upload_goes_on_where_it_was(fake: FakeTransport) -> None:
    events: list[LayerEvent] = []
    fake.answers(taken, completed)

    pushed = upload(fake, state=UploadState(AN_UPLOAD, 10, 20), emit=events.append).run()

    assert ranges_of(fake) == [(20, 24)]
    assert pushed.digest == DIGEST
    assert events[0] == LayerResumed("a layer of 25 bytes", 25, received=20)


def test_an_upload_goes_on_in_full_parts_from_any_byte_on(fake: FakeTransport) -> None:
    fake.answers(taken, taken, completed)

    pushed = upload(fake, state=UploadState(AN_UPLOAD, 10, 7)).run()

    assert ranges_of(fake) == [(7, 16), (17, 24)]
    assert pushed.digest == DIGEST


def test_an_upload_that_is_further_than_its_state_goes_on_where_it_is(fake: FakeTransport) -> None:
    fake.answers(misplaced(19), taken, completed)

    upload(fake, state=UploadState(AN_UPLOAD, 10, 10)).run()

    assert ranges_of(fake) == [(10, 19), (20, 24)]


def test_an_upload_that_lacks_only_its_completion_is_completed(fake: FakeTransport) -> None:
    fake.answers(completed)

    pushed = upload(fake, state=UploadState(AN_UPLOAD, 10, 25)).run()

    assert pushed.digest == DIGEST
    assert ranges_of(fake) == []


def test_an_upload_that_is_gone_begins_anew(fake: FakeTransport) -> None:
    fake.answers(refused("UploadNotFoundException"), begun(ANOTHER_UPLOAD), taken, taken, taken, completed)

    upload(fake, state=UploadState(AN_UPLOAD, 10, 10)).run()

    assert ranges_of(fake) == [(10, 19), *ALL_PARTS]


@pytest.mark.parametrize("source", [CONTENT, [CONTENT]], ids=["known size", "stream"])
def test_a_state_that_is_ahead_of_the_layer_belongs_to_another_one(
    fake: FakeTransport, source: bytes | list[bytes]
) -> None:
    with pytest.raises(SourceChangedError, match="26"):
        upload(fake, source, state=UploadState(AN_UPLOAD, 10, 26)).run()

    assert fake.requests == []


def test_a_state_survives_being_written_down() -> None:
    state = UploadState('id with " and ü', 10, 7)

    assert UploadState.from_json(state.to_json()) == state


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        '{"upload_id": 1, "part_size": 10, "received": 0}',
        '{"upload_id": "u", "part_size": "10", "received": 0}',
        '{"upload_id": "u", "part_size": 10, "received": 1.5}',
    ],
)
def test_a_text_that_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="state of an upload"):
        UploadState.from_json(text)


def test_a_state_with_parts_of_no_bytes_is_refused() -> None:
    with pytest.raises(UnreadableAnswerError, match="parts of 0 bytes"):
        UploadState.from_json('{"upload_id": "u", "part_size": 0, "received": 0}')


def test_a_state_from_before_the_first_byte_begins_there() -> None:
    text = '{"upload_id": "u", "part_size": 10, "received": -1}'

    assert UploadState.from_json(text).received == 0


# A push that is called off


def test_a_push_that_is_called_off_ends_with_the_part_under_way(fake: FakeTransport) -> None:
    cancelled = threading.Event()
    ours = LayerUpload(
        Target(Client(fake), "team/app", None),
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
    target = Target(Client(fake), "team/app", None, patient)

    with pytest.raises(CancelledError):
        LayerUpload(target, layer_source(CONTENT), conditions=conditions).run()

    assert ranges_of(fake) == [(0, 9)]
