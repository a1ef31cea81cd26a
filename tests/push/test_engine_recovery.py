"""The engine over a fake: how a layer finds its way after lost answers, restarts, and the end of a process."""

import pytest

from ecrkit.errors import (
    AnswerLostError,
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
from ecrkit.push.engine import Conditions
from ecrkit.push.state import UploadState
from ecrkit.testing import FakeTransport, no_waiting
from tests.push.answers import (
    ALL_PARTS,
    AN_UPLOAD,
    ANOTHER_UPLOAD,
    CONTENT,
    DIGEST,
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

LOST = AnswerLostError("the connection broke")


def received_by(events: list[LayerEvent]) -> list[int]:
    return [each.received for each in events if isinstance(each, PartSent | LayerResumed)]


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
    assert "no longer knows the upload" in reason


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
