"""The short way through the body of UploadLayerPart, against the long one."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrkit.local.part_body import Body, parse_json, parse_part
from ecrkit.local.refusals import Refusal

BLOB = b"the bytes of a part"
MEMBERS: dict[str, Any] = {
    "repositoryName": "team/app",
    "uploadId": "6cb64b8a-9378-0e33-2ab1-b780fab8a9e9",
    "partFirstByte": 0,
    "partLastByte": 18,
    "layerPartBlob": base64.b64encode(BLOB).decode(),
}


class Watched:
    """The general parser, remembering how much it was given."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, body: Body) -> dict[str, object]:
        self.sizes.append(len(body))
        return parse_json(body)


def test_the_blob_does_not_go_through_the_general_parser() -> None:
    parse = Watched()
    body = json.dumps(MEMBERS | {"layerPartBlob": "A" * 1_000_000}).encode()

    members = parse_part(body, parse)

    assert members["layerPartBlob"] == base64.b64decode("A" * 1_000_000)
    assert max(parse.sizes) < 1_000


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" ,\n", "\t:\r\n ")])
def test_whitespace_does_not_matter(separators: tuple[str, str]) -> None:
    members = parse_part(json.dumps(MEMBERS, separators=separators).encode())

    assert members == MEMBERS | {"layerPartBlob": BLOB}


def test_the_order_of_the_members_does_not_matter() -> None:
    first = dict(reversed(MEMBERS.items()))

    assert parse_part(json.dumps(first).encode()) == MEMBERS | {"layerPartBlob": BLOB}


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": "\\"layerPartBlob\\": \\"", "layerPartBlob": "QUJD"}',
        b'{"a": {"layerPartBlob": "WFla"}, "layerPartBlob": "QUJD"}',
        b'{"layerPartBlob": "WFla", "layerPartBlob": "QUJD"}',
        b'{"layerPartBlob": "QU\\u004aD"}',
        b'{"layerPartBl\\u006fb": "QUJD"}',
        b'{"a": "layerPartBlob", "layerPartBlob": "QUJD"}',
        b'{"padding": "' + b" " * 20_000 + b'", "layerPartBlob": "QUJD"}',
    ],
)
def test_what_could_be_misread_goes_the_long_way(body: bytes) -> None:
    expected = parse_json(body)

    members = parse_part(body)

    assert members["layerPartBlob"] == base64.b64decode(str(expected["layerPartBlob"]))


@pytest.mark.parametrize("blob", ["QUJ", "QU D", "QUJD\n", "QU-_", "é"])
def test_what_is_not_base64_is_refused(blob: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_part(json.dumps(MEMBERS | {"layerPartBlob": blob}).encode())

    assert refused.value.code == "SerializationException"


@pytest.mark.parametrize("body", [b"", b"{", b'{"layerPartBlob": "QUJD', b'{"layerPartBlob": "QUJD" "x"}'])
def test_what_is_cut_short_gives_no_blob(body: bytes) -> None:
    try:
        members = parse_part(body)
    except Refusal as refused:
        assert refused.code == "SerializationException"  # noqa: PT017 -- either answer is right
    else:
        assert "layerPartBlob" not in members


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text() | st.just("QUJD"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "layerPartBlob", '"']) | st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from(["a", "layerPartBlob"]) | st.text(), json_values, max_size=4),
    st.sampled_from([None, 2]),
)
def test_both_ways_read_the_same(members: dict[str, object], indent: int | None) -> None:
    body = json.dumps(members, indent=indent).encode()
    try:
        expected: object = parse_json(body)
    except Refusal as refused:
        expected = refused.code

    try:
        got: object = parse_part(body)
    except Refusal as refused:
        got = refused.code

    if isinstance(expected, dict) and isinstance(got, dict):
        assert {**got, "layerPartBlob": None} == {**expected, "layerPartBlob": None}
    else:
        assert got == "SerializationException"
