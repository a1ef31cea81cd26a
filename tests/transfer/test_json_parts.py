"""The bodies of parts, byte by byte."""

import hashlib
import json

import pybase64
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrkit.errors import InvalidInputError, UnreadableAnswerError
from ecrkit.transfer.json_parts import PartBody, PartBuffer, request_tail
from ecrkit.transfer.parts import MAX_PART_SIZE, MAX_PARTS, MIN_PART_SIZE, check_part_size

blocks = st.lists(st.binary(max_size=40).map(lambda block: block[: len(block) // 3 * 3]), max_size=6)


def filled(content: bytes, *, first_byte: int = 0, room: int | None = None) -> PartBuffer:
    part = PartBuffer(len(content) if room is None else room)
    part.start(first_byte)
    part.append(content)
    return part


def body_of(part: PartBuffer, **names: str) -> PartBody:
    given_names: dict[str, str | None] = {"registry_id": None, **names}
    tail = request_tail(
        part.first_byte,
        part.last_byte,
        registry_id=given_names["registry_id"],
        repository_name=str(given_names.get("repository_name", "team/app")),
        upload_id=str(given_names.get("upload_id", "upload-1")),
    )
    return part.body(tail)


def whole(body: PartBody) -> bytes:
    body.seek(0)
    return b"".join(iter(lambda: bytes(body.read()), b""))


@given(head=blocks, last=st.binary(max_size=20), first_byte=st.integers(0, 2**40))
def test_a_body_is_the_json_of_its_members_whatever_the_blocks(
    head: list[bytes], last: bytes, first_byte: int
) -> None:
    content = b"".join(head) + last
    part = PartBuffer(len(content) + 5)
    part.start(first_byte)
    for block in [*head, last]:
        part.append(block)

    members = json.loads(whole(body_of(part, registry_id="123456789012")))

    assert pybase64.b64decode(members.pop("layerPartBlob"), validate=True) == content
    assert members == {
        "partFirstByte": first_byte,
        "partLastByte": first_byte + len(content) - 1,
        "registryId": "123456789012",
        "repositoryName": "team/app",
        "uploadId": "upload-1",
    }


@given(head=blocks, last=st.binary(max_size=20))
def test_the_hash_of_a_body_is_that_of_its_bytes(head: list[bytes], last: bytes) -> None:
    part = PartBuffer(sum(map(len, [*head, last])) + 1)
    for block in [*head, last]:
        part.append(block)

    body = body_of(part)

    assert body.sha256 == hashlib.sha256(whole(body)).hexdigest()
    assert len(body) == len(whole(body))


def test_names_that_json_escapes_arrive_as_they_are() -> None:
    body = body_of(filled(b"abc"), upload_id='"quoted" \\ and ünïcode')

    assert json.loads(whole(body))["uploadId"] == '"quoted" \\ and ünïcode'


def test_the_longest_names_fit_while_an_earlier_body_is_still_there() -> None:
    part = filled(b"abc")
    names = {"registry_id": "1" * 12, "repository_name": "r" * 256, "upload_id": "u" * 1000}

    earlier = body_of(part)
    again = body_of(part, **names)

    assert json.loads(bytes(again.read()))["uploadId"] == names["upload_id"]
    assert len(earlier) < len(again)


def test_an_absent_registry_is_not_named() -> None:
    assert "registryId" not in json.loads(whole(body_of(filled(b"abc"))))


def test_the_same_part_can_be_closed_again_for_another_upload() -> None:
    part = filled(b"0123456789")
    first = body_of(part, upload_id="a-rather-long-id")
    before = json.loads(whole(first))

    second = body_of(part, upload_id="b")

    assert before["uploadId"] == "a-rather-long-id"
    assert json.loads(whole(second))["uploadId"] == "b"
    assert second.sha256 == hashlib.sha256(whole(second)).hexdigest()


@given(first=st.binary(min_size=1, max_size=30), second=st.binary(min_size=1, max_size=30))
def test_a_buffer_that_is_filled_again_remembers_nothing(first: bytes, second: bytes) -> None:
    part = filled(first, room=30)
    body_of(part)

    part.start(len(first))
    part.append(second)

    members = json.loads(whole(body_of(part)))
    assert pybase64.b64decode(members["layerPartBlob"]) == second
    assert (part.first_byte, part.last_byte) == (len(first), len(first) + len(second) - 1)


@given(content=st.binary(min_size=2, max_size=60), data=st.data())
def test_a_tail_has_what_comes_from_its_position_on(content: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(content) - 1))
    part = filled(content, first_byte=100)

    tail = part.tail_from(100 + cut)

    assert pybase64.b64decode(json.loads(whole(body_of(tail)))["layerPartBlob"]) == content[cut:]
    assert (tail.first_byte, tail.last_byte) == (100 + cut, 100 + len(content) - 1)


def test_the_room_of_a_part_shrinks_as_it_is_filled() -> None:
    assert filled(b"abc", room=10).room == 7


def test_a_block_may_be_any_buffer() -> None:
    part = PartBuffer(3)
    part.append(memoryview(bytearray(b"abc")))

    assert part.content_from(0) == b"abc"


def test_a_body_is_read_from_the_start_as_often_as_botocore_likes() -> None:
    body = body_of(filled(b"abc"))
    once = whole(body)

    assert whole(body) == once
    assert body.seek(0, 2) == len(body)
    assert body.seek(-1, 1) == len(body) - 1 == body.tell()
    assert bytes(body.read()) == b"}"


def test_a_piece_is_no_smaller_than_was_asked_for() -> None:
    asked_for = 2 * 1024 * 1024
    body = body_of(filled(bytes(asked_for)))

    assert len(body.read(asked_for)) >= asked_for


def test_a_large_body_goes_in_pieces_of_a_mebibyte_where_less_is_asked_for() -> None:
    body = body_of(filled(bytes(2 * 1024 * 1024)))

    assert len(body.read(8192)) == 1024 * 1024


def test_a_body_is_read_whole_as_bytes_where_no_size_is_asked_for() -> None:
    body = body_of(filled(bytes(2 * 1024 * 1024)))

    content = body.read()

    assert isinstance(content, bytes)
    assert hashlib.sha256(content).hexdigest() == body.sha256


def test_before_each_piece_the_bytes_sent_so_far_are_told() -> None:
    asked: list[int] = []
    body = filled(b"abc").body(b'"}', before_read=asked.append)

    whole(body)

    assert asked == [0, 3]  # one piece, and the end


def test_the_limits_are_those_that_the_service_publishes() -> None:
    assert (MAX_PARTS, MIN_PART_SIZE, MAX_PART_SIZE) == (4_200, 5_242_880, 20_971_520)


@pytest.mark.parametrize("size", [0, -1, MAX_PART_SIZE + 1])
def test_a_part_size_that_cannot_be_right_is_refused(size: int) -> None:
    with pytest.raises(UnreadableAnswerError, match=str(size)):
        check_part_size(size, None)


@pytest.mark.parametrize(("size", "layer"), [(1, None), (MAX_PART_SIZE, None), (10, MAX_PARTS * 10)])
def test_a_part_size_that_can_be_right_is_accepted(size: int, layer: int | None) -> None:
    check_part_size(size, layer)


def test_a_layer_of_too_many_parts_is_refused_before_it_is_sent() -> None:
    with pytest.raises(InvalidInputError, match="42001 bytes"):
        check_part_size(10, MAX_PARTS * 10 + 1)
