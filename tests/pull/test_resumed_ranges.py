"""Responses to range requests: what they deliver is checked, and a bad one costs one request."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import boto3
import pytest

from ecrkit import Registry
from ecrkit.errors import AnswerLostError, DigestMismatchError, InvalidImageError
from ecrkit.pull.download import download_blob
from ecrkit.references import Digest
from ecrkit.testing import no_waiting
from ecrkit.transfer.blobs import RemoteBlob
from ecrkit.transport._ranges import stated_size
from tests.pull.blobs import blob_at
from tests.samples import noise

CONTENT = noise(700_000)
HALF = len(CONTENT) // 2
DIGEST = Digest.of(CONTENT)

Respond = Callable[[BaseHTTPRequestHandler, int], None]
"""Answers a request that asks for the bytes from a first one on."""


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in ({"Content_Length": str(len(body))} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def cut(handler: BaseHTTPRequestHandler, first: int) -> None:
    del first
    send(handler, 200, CONTENT[:HALF], Content_Length=str(len(CONTENT)))


def right(handler: BaseHTTPRequestHandler, first: int) -> None:
    stated = f"bytes {first}-{len(CONTENT) - 1}/{len(CONTENT)}"
    send(handler, 206, CONTENT[first:], Content_Range=stated)


class Storage:
    """Answers each download with the next of its responses, and from then on as it should."""

    def __init__(self) -> None:
        self.responses: list[Respond] = []
        self.asked: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = self.headers.get("Range", "bytes=0-")
                first = int(asked[len("bytes=") : -1])
                outer.asked.append(first)
                respond = outer.responses.pop(0) if outer.responses else right
                respond(self, first)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name there
                del format, args

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def blob(self, *, size: int = len(CONTENT), attempts: int = 4) -> RemoteBlob:
        session = boto3.Session("local", "local", region_name="us-east-1")
        transport = Registry(session, endpoint_url=self.url).client.transport
        return blob_at(transport, lambda: self.url, DIGEST, size, attempts=attempts)


@pytest.fixture
def storage() -> Iterator[Storage]:
    storage = Storage()
    thread = Thread(target=storage.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with storage.server:
        yield storage
        storage.server.shutdown()
        thread.join()


def from_wrong_byte(handler: BaseHTTPRequestHandler, first: int) -> None:
    stated = f"bytes {first - 1000}-{len(CONTENT) - 1}/{len(CONTENT)}"
    send(handler, 206, CONTENT[first - 1000 :], Content_Range=stated)


def whole_as_range(handler: BaseHTTPRequestHandler, first: int) -> None:
    del first
    send(handler, 206, CONTENT, Content_Range=f"bytes 0-{len(CONTENT) - 1}/{len(CONTENT)}")


def of_another_layer(handler: BaseHTTPRequestHandler, first: int) -> None:
    send(handler, 206, bytes(999 - HALF % 7), Content_Range=f"bytes {first}-{first + 998}/{first + 999}")


def in_other_units(handler: BaseHTTPRequestHandler, first: int) -> None:
    send(handler, 206, CONTENT[first:], Content_Range=f"seconds {first}-{len(CONTENT) - 1}/{len(CONTENT)}")


def multipart(handler: BaseHTTPRequestHandler, first: int) -> None:
    del first
    body = b"--X\r\nContent-Range: bytes 0-1/2\r\n\r\nab\r\n--X--"
    send(handler, 206, body, Content_Type="multipart/byteranges; boundary=X")


def no_such_range(handler: BaseHTTPRequestHandler, first: int) -> None:
    del first
    send(handler, 416, b"")


BAD = [from_wrong_byte, whole_as_range, of_another_layer, in_other_units, multipart, no_such_range]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_range_costs_one_request(storage: Storage, tmp_path: Path, bad: Respond) -> None:
    storage.responses = [cut, bad]

    with no_waiting():
        download_blob(storage.blob(), tmp_path / "layer")

    assert (tmp_path / "layer").read_bytes() == CONTENT
    assert storage.asked == [0, HALF, HALF]


def test_a_range_that_does_not_say_what_it_is_may_be_right(storage: Storage, tmp_path: Path) -> None:
    storage.responses = [cut, lambda handler, first: send(handler, 206, CONTENT[first:])]

    download_blob(storage.blob(), tmp_path / "layer")

    assert (tmp_path / "layer").read_bytes() == CONTENT
    assert storage.asked == [0, HALF]


def test_a_range_with_wrong_bytes_starts_the_layer_over(storage: Storage, tmp_path: Path) -> None:
    storage.responses = [cut, lambda handler, first: send(handler, 206, bytes(len(CONTENT) - first))]

    with no_waiting():
        download_blob(storage.blob(), tmp_path / "layer")

    assert (tmp_path / "layer").read_bytes() == CONTENT
    assert storage.asked == [0, HALF, 0]


def test_the_layer_starts_over_once(storage: Storage, tmp_path: Path) -> None:
    wrong: list[Respond] = [cut, lambda handler, first: send(handler, 206, bytes(len(CONTENT) - first))]
    storage.responses = wrong * 3

    with no_waiting(), pytest.raises(DigestMismatchError):
        download_blob(storage.blob(), tmp_path / "layer")

    assert storage.asked == [0, HALF] * 2


def test_a_storage_that_denies_a_byte_is_named(storage: Storage, tmp_path: Path) -> None:
    storage.responses = [cut, *[no_such_range] * 9]

    with no_waiting(), pytest.raises(AnswerLostError, match=f"no byte {HALF} .HTTP 416.; .* {len(CONTENT)}"):
        download_blob(storage.blob(), tmp_path / "layer")


def test_a_size_that_the_storage_states_twice_is_believed(storage: Storage, tmp_path: Path) -> None:
    short = CONTENT[:HALF]
    storage.responses = [
        lambda handler, first: send(handler, 200, short),
        lambda handler, first: send(handler, 416, b"", Content_Range=f"bytes */{HALF}"),
    ] * 2

    with (
        no_waiting(),
        pytest.raises(InvalidImageError, match=f"{HALF} bytes, but should have {len(CONTENT)}"),
    ):
        download_blob(storage.blob(), tmp_path / "layer")


@pytest.mark.parametrize(
    ("status", "headers", "size"),
    [
        (200, {"Content-Length": "20"}, 20),
        (200, {"Content-Length": "20, 20"}, None),
        (206, {"Content-Range": "bytes 10-19/20"}, 20),
        (206, {"Content-Range": "bytes 10-14/*"}, None),
        (206, {"Content-Range": "Bytes 10-14/20"}, 20),
        (206, {}, None),
        (416, {"Content-Range": "bytes */20"}, 20),
        (416, {"Content-Range": "bytes 0-1/20"}, None),
        (503, {"Content-Length": "20"}, None),
    ],
)
def test_the_size_of_the_layer_is_what_the_headers_state(
    status: int, headers: dict[str, str], size: int | None
) -> None:
    assert stated_size(status, headers, first_byte=10) == size


@pytest.mark.parametrize(
    "stated", ["bytes 9-19/20", "bytes 10-9/20", "bytes 10-20/20", "items 10-19/20", "bytes */20", "10-19/20"]
)
def test_another_range_than_the_requested_one_is_refused(stated: str) -> None:
    with pytest.raises(AnswerLostError, match="'bytes 10-' was requested"):
        stated_size(206, {"Content-Range": stated}, first_byte=10)


def test_a_range_must_not_go_beyond_the_requested_one() -> None:
    with pytest.raises(AnswerLostError, match="'bytes 10-14' was requested"):
        stated_size(206, {"Content-Range": "bytes 10-15/20"}, first_byte=10, last_byte=14)
