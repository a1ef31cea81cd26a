"""What no ECR would send: every response ends as a result or as an error of ecrkit, and gives no secret away."""

import logging
import random
from contextlib import suppress
from traceback import walk_tb
from types import FrameType

import pytest

from ecrkit import Registry, models
from ecrkit.errors import (
    AccessError,
    ApiError,
    EcrKitError,
    EndpointUnreachableError,
    ServerError,
    ThrottlingError,
    TransportError,
    UnreadableAnswerError,
)
from ecrkit.retrying import is_retryable
from ecrkit.transport import BotoTransport
from tests.stub_server import HANG_UP, Answer, stub_server
from tests.transport.boto import make_client, ours

REQUEST = models.GetAccountSettingRequest(name="BASIC_SCAN_TYPE_VERSION")
GOOD = Answer(b'{"name": "X", "value": "7"}')

NO_OBJECTS = {
    "a string": b'"Service Unavailable"',
    "a list": b'["x"]',
    "a number": b"5",
    "null": b"null",
    "a deep nest": b"[" * 100_000,
    "a deep object": b'{"a":' * 100_000,
    "a type that is a list": b'{"__type": ["a"]}',
    "a type that is a number": b'{"__type": 7, "message": "x"}',
    "a message that is an object": b'{"message": {"a": 1}}',
    "no UTF-8": b"\xff\xfe\x00x",
    "HTML": b"<html><title>Bad gateway</title></html>",
    "nothing": b"",
    "half an object": b'{"__type": "Serv',
}
FAMILIES: dict[int, type[EcrKitError]] = {
    400: EcrKitError,
    403: AccessError,
    429: ThrottlingError,
    500: ServerError,
    502: ServerError,
    503: ServerError,
}


@pytest.mark.parametrize("body", NO_OBJECTS.values(), ids=NO_OBJECTS)
@pytest.mark.parametrize("status", FAMILIES)
def test_an_error_without_a_readable_body_is_judged_by_its_status(status: int, body: bytes) -> None:
    with stub_server(Answer(body, status)) as stub, pytest.raises(FAMILIES[status]):
        ours(make_client(stub.url)).send_once(REQUEST)


def test_the_text_of_a_gateway_is_kept() -> None:
    with (
        stub_server(Answer(b'"Service Unavailable"', 503)) as stub,
        pytest.raises(ServerError, match="Service Unavailable") as caught,
    ):
        ours(make_client(stub.url)).send_once(REQUEST)

    assert is_retryable(caught.value)


@pytest.mark.parametrize("body", NO_OBJECTS.values(), ids=NO_OBJECTS)
def test_botocore_tries_a_failure_of_a_gateway_again(body: bytes) -> None:
    with stub_server(Answer(body, 503), GOOD) as stub:
        assert ours(make_client(stub.url, attempts=2)).send_once(REQUEST, retries=True).value == "7"


@pytest.mark.parametrize("body", NO_OBJECTS.values(), ids=NO_OBJECTS)
def test_a_success_that_is_no_object_is_unreadable(body: bytes) -> None:
    if body in {b"", b'{"__type": ["a"]}', b'{"__type": 7, "message": "x"}', b'{"message": {"a": 1}}'}:
        body = b"[]"  # these are objects, whose members are all unknown
    with stub_server(Answer(body)) as stub, pytest.raises(UnreadableAnswerError):
        ours(make_client(stub.url)).send_once(REQUEST)


LENGTHS = ["abc", "-1", "", "1e3", "9" * 30, "5, 6", "0x10", "5, 5"]


@pytest.mark.parametrize("length", LENGTHS)
def test_a_download_with_a_wrong_length_ends_as_bytes_or_as_our_error(length: str) -> None:
    with stub_server(RawAnswer(length)) as stub:
        transport = BotoTransport(make_client("http://127.0.0.1:1", read_timeout=0.3))

        outcome = outcome_of(transport, f"{stub.url}/layer")

    assert isinstance(outcome, bytes | TransportError)


class RawAnswer(Answer):
    """An answer with this Content-Length before the right one."""

    def __init__(self, length: str) -> None:
        super().__init__(b"layer", 200, {"Content-Length": length})


def outcome_of(transport: BotoTransport, url: str) -> bytes | EcrKitError:
    try:
        with transport.download(url) as download:
            return download.read(100)
    except EcrKitError as error:
        return error


@pytest.mark.parametrize(
    "url",
    [
        "http://[",
        "http://[::1",
        "http://",
        "",
        "layer",
        "ftp://127.0.0.1/layer",
        "file:///etc/passwd",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:port/",
        "http://\x00/",
        "http://127.0.0.1:1/ space\r\nX: y",
        "//127.0.0.1/",
    ],
)
def test_a_malformed_url_is_our_error(url: str) -> None:
    outcome = outcome_of(BotoTransport(make_client("http://127.0.0.1:1", read_timeout=0.3)), url)

    assert isinstance(outcome, TransportError)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_arrives_ends_as_a_result_or_as_our_error(seed: int) -> None:
    rng = random.Random(seed)
    answers = [arbitrary(rng) for _ in range(8)]
    with stub_server(*answers) as stub:
        client = ours(make_client(stub.url, read_timeout=0.3))
        transport = BotoTransport(make_client("http://127.0.0.1:1", read_timeout=0.3))
        for _ in range(4):
            with suppress(ApiError, TransportError):  # which is all that may be raised
                client.send_once(REQUEST)
            assert isinstance(outcome_of(transport, f"{stub.url}/layer"), bytes | TransportError)


def arbitrary(rng: random.Random) -> Answer:
    if rng.random() < 0.1:
        return HANG_UP
    body = bytearray(rng.choice([*NO_OBJECTS.values(), GOOD.body])[:2000])
    for _ in range(rng.randrange(4)):
        if body:
            body[rng.randrange(len(body))] = rng.randrange(256)
    headers = rng.choice(
        [
            {},
            {"Content-Type": "\x80"},
            {"Date": "never"},
            {"Content-Range": "bytes 9-1/x"},
            {"Retry-After": "soon"},
        ]
    )
    claimed = len(body) + rng.randrange(5) if rng.random() < 0.2 else None
    return Answer(
        bytes(body), rng.choice([200, 200, 204, 206, 302, 400, 403, 416, 429, 500, 503]), headers, claimed
    )


# Secrets


def everything_in(error: BaseException) -> str:
    """Collect what an error reporter would: texts, causes, contexts, and the locals of frames of the library."""
    found: list[str] = []
    pending: list[BaseException | None] = [error]
    while pending:
        each = pending.pop()
        if each is None:
            continue
        found.append(repr(each) + str(each))
        frames: list[FrameType] = [frame for frame, _ in walk_tb(each.__traceback__)]
        for frame in frames:
            if str(frame.f_globals.get("__name__", "")).startswith("ecrkit"):
                found.extend(repr(value) for value in frame.f_locals.values())
        pending += [each.__cause__, each.__context__]
    return "\n".join(found)


def test_the_password_of_an_endpoint_is_in_no_error_and_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    registry = Registry(endpoint_url="http://user:SECRETPW@127.0.0.1:1", region_name="us-east-1")

    with caplog.at_level(logging.WARNING), pytest.raises(EndpointUnreachableError) as caught:
        registry.client.send_once(REQUEST)

    assert "SECRETPW" not in everything_in(caught.value)
    assert "SECRETPW" not in caplog.text


@pytest.mark.parametrize(
    "answer", [HANG_UP, Answer(b"", 200, {}, 5), Answer(b"", 206, {"Content-Range": "bytes 9-9/9"})]
)
def test_a_presigned_url_is_nowhere_in_an_error(answer: Answer) -> None:
    with stub_server(answer) as stub:
        outcome = outcome_of(
            BotoTransport(make_client("http://127.0.0.1:1", read_timeout=0.3)),
            f"{stub.url}/layer?X-Amz-Signature=SECRET",
        )

    assert isinstance(outcome, TransportError)
    assert "SECRET" not in everything_in(outcome)


def test_a_session_token_is_nowhere_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "SECRETTOKEN")
    said = b'{"__type": "InvalidSignatureException", "message": "no. The Canonical String for this request SECRETTOKEN"}'
    with stub_server(Answer(said, 403)) as stub, pytest.raises(AccessError) as caught:
        ours(make_client(stub.url)).send_once(REQUEST)

    assert "SECRETTOKEN" not in everything_in(caught.value)


def test_a_token_in_a_response_that_cannot_be_read_is_nowhere_in_the_error() -> None:
    said = b'{"authorizationData": [{"authorizationToken": "SECRETTOKEN", "expiresAt": "never"}]}'
    with stub_server(Answer(said)) as stub, pytest.raises(UnreadableAnswerError) as caught:
        ours(make_client(stub.url)).send_once(models.GetAuthorizationTokenRequest())

    assert "SECRETTOKEN" not in everything_in(caught.value)
