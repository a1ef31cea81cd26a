import base64
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from tests.faults.proxy import Effect, Fault, FaultProxy

PART = b"0123456789" * 1000
TARGET = "AmazonEC2ContainerRegistry_V20150921."


class Upstream(ThreadingHTTPServer):
    """Answers every request with what it was asked, and remembers it."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Echo)
        self.seen: list[bytes] = []
        self.broken: list[int] = []
        self.slow_seconds = 0.0
        self.heard = threading.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def wait_for_broken(self) -> list[int]:
        with self.heard:
            self.heard.wait_for(lambda: self.broken, timeout=5)
            return self.broken


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def upstream(self) -> Upstream:
        assert isinstance(self.server, Upstream)
        return self.server

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        try:
            body = self.rfile.read(length)
        except ConnectionError:
            body = b""
        if len(body) < length:
            with self.upstream.heard:
                self.upstream.broken.append(len(body))
                self.upstream.heard.notify_all()
            self.close_connection = True
            return
        self.upstream.seen.append(body)
        time.sleep(self.upstream.slow_seconds)
        self._answer(json.dumps({"call": len(self.upstream.seen)}).encode())

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "12345")
        self.end_headers()

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        del format, args


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(upstream: Upstream) -> Iterator[FaultProxy]:
    with FaultProxy(upstream.url) as proxy:
        yield proxy


class Client:
    """A connection that stays open from one call to the next."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self.connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)

    def call(self, operation: str = "PutImage", body: bytes = b"{}") -> tuple[int, bytes]:
        self.connection.request("POST", "/", body, {"X-Amz-Target": TARGET + operation})
        with self.connection.getresponse() as answer:
            return answer.status, answer.read()


@pytest.fixture
def client(proxy: FaultProxy) -> Iterator[Client]:
    client = Client(proxy.url)
    yield client
    client.connection.close()


def part_body() -> bytes:
    return json.dumps(
        {
            "layerPartBlob": base64.b64encode(PART).decode(),
            "partFirstByte": 500,
            "partLastByte": 500 + len(PART) - 1,
        }
    ).encode()


def test_without_a_fault_a_request_and_its_answer_pass_unchanged(client: Client, upstream: Upstream) -> None:
    answer = client.call(body=b'{"any": "body"}')

    assert answer == (200, b'{"call": 1}')
    assert upstream.seen == [b'{"any": "body"}']


def test_a_connection_carries_many_requests(client: Client, upstream: Upstream) -> None:
    answers = [client.call() for _ in range(3)]

    assert [body for _, body in answers] == [b'{"call": 1}', b'{"call": 2}', b'{"call": 3}']


def test_a_large_body_arrives_whole(client: Client, upstream: Upstream) -> None:
    body = bytes(range(256)) * 60_000

    client.call(body=body)

    assert upstream.seen == [body]


def test_requests_are_counted_by_operation(client: Client, proxy: FaultProxy) -> None:
    for operation in ("PutImage", "UploadLayerPart", "PutImage"):
        client.call(operation)

    assert proxy.counts == {"PutImage": 2, "UploadLayerPart": 1}


def test_a_request_without_an_operation_is_counted_by_its_method_and_path(
    client: Client, proxy: FaultProxy
) -> None:
    client.connection.request("HEAD", "/v2/app/manifests/x?query=1")
    length = client.connection.getresponse().getheader("Content-Length")

    assert length == "12345"
    assert proxy.counts == {"HEAD /v2/app/manifests/x": 1}


def test_requests_for_blobs_are_counted_by_method(client: Client, proxy: FaultProxy) -> None:
    for name in ("x", "y"):
        client.connection.request("HEAD", f"/v2/{name}/blobs/sha256:1")
        client.connection.getresponse().read()

    assert proxy.counts == {"HEAD blobs": 2}


def test_a_body_in_chunks_is_handed_on(client: Client, upstream: Upstream) -> None:
    client.connection.request("POST", "/v2/x/blobs/1", iter([b"ab", b"c"]), encode_chunked=True)

    assert client.connection.getresponse().status == 200
    assert upstream.seen == [b"abc"]


def test_a_fault_strikes_the_nth_call_of_its_operation_and_no_other(
    client: Client, proxy: FaultProxy
) -> None:
    fault = Fault("PutImage", nth=2, effect=Effect.THROTTLE_BEFORE)
    proxy.faults = [fault]

    statuses = [client.call(operation)[0] for operation in ("PutImage", "GetImage", "PutImage", "PutImage")]

    assert statuses == [200, 200, 400, 200]
    assert proxy.fired == [fault]


def test_a_fault_strikes_as_many_times_in_a_row_as_it_says(client: Client, proxy: FaultProxy) -> None:
    proxy.faults = [Fault("PutImage", nth=2, times=2, effect=Effect.THROTTLE_BEFORE)]

    assert [client.call()[0] for _ in range(4)] == [200, 400, 400, 200]


def test_starting_over_counts_from_one_again(client: Client, proxy: FaultProxy) -> None:
    client.call()

    proxy.start_over(Fault("PutImage", nth=1, effect=Effect.THROTTLE_BEFORE))

    assert client.call()[0] == 400
    assert proxy.count("PutImage") == 1


@pytest.mark.parametrize(
    ("effect", "reached_upstream"),
    [
        (Effect.DROP_BEFORE, 0),
        (Effect.DROP_AFTER, 1),
        (Effect.RESET_BEFORE, 0),
        (Effect.RESET_AFTER, 1),
    ],
)
def test_a_dropped_call_has_no_answer(
    client: Client, proxy: FaultProxy, upstream: Upstream, effect: Effect, reached_upstream: int
) -> None:
    proxy.faults = [Fault("PutImage", nth=1, effect=effect)]

    with pytest.raises(ConnectionError):
        client.call()

    assert len(upstream.seen) == reached_upstream


@pytest.mark.parametrize(
    ("effect", "error"),
    [(Effect.DROP_AFTER, http.client.RemoteDisconnected), (Effect.RESET_AFTER, ConnectionResetError)],
)
def test_a_reset_is_told_from_an_orderly_close(
    client: Client, proxy: FaultProxy, effect: Effect, error: type[Exception]
) -> None:
    proxy.faults = [Fault("PutImage", nth=1, effect=effect)]

    with pytest.raises(ConnectionError) as caught:
        client.call()

    assert caught.type is error


def test_after_a_drop_the_next_connection_is_served(client: Client, proxy: FaultProxy) -> None:
    proxy.faults = [Fault("PutImage", nth=1, effect=Effect.RESET_BEFORE)]
    with pytest.raises(ConnectionError):
        client.call()
    client.connection.close()

    assert client.call()[0] == 200


@pytest.mark.parametrize(
    ("effect", "status", "words", "reached_upstream"),
    [
        (Effect.ERROR_500_BEFORE, 500, b"ServerException", 0),
        (Effect.ERROR_500_AFTER, 500, b"ServerException", 1),
        (Effect.ERROR_503_BEFORE, 503, b"<html>", 0),
        (Effect.ERROR_503_AFTER, 503, b"<html>", 1),
        (Effect.THROTTLE_BEFORE, 400, b"ThrottlingException", 0),
        (Effect.THROTTLE_AFTER, 400, b"ThrottlingException", 1),
        (Effect.EXPIRED_CREDENTIALS, 400, b"ExpiredTokenException", 0),
        (Effect.EMPTY_BEFORE, 200, b"{}", 0),
        (Effect.EMPTY_AFTER, 200, b"{}", 1),
    ],
)
def test_a_wrong_answer_comes_before_or_after_upstream_did_its_work(
    client: Client,
    proxy: FaultProxy,
    upstream: Upstream,
    effect: Effect,
    status: int,
    words: bytes,
    reached_upstream: int,
) -> None:
    proxy.faults = [Fault("PutImage", nth=1, effect=effect)]

    found, body = client.call()

    assert (found, len(upstream.seen)) == (status, reached_upstream)
    assert words in body


def test_a_late_request_reaches_upstream_though_the_client_has_gone(
    client: Client, proxy: FaultProxy, upstream: Upstream
) -> None:
    proxy.faults = [Fault("PutImage", nth=1, effect=Effect.DELAY_BEFORE, seconds=0.2)]
    client.connection.timeout = 0.05

    with pytest.raises(TimeoutError):
        client.call()
    seen_by_then = list(upstream.seen)
    deadline = time.monotonic() + 5
    while not upstream.seen and time.monotonic() < deadline:
        time.sleep(0.01)

    assert (seen_by_then, upstream.seen) == ([], [b"{}"])


def test_a_late_answer_is_of_a_call_that_upstream_has_handled(
    client: Client, proxy: FaultProxy, upstream: Upstream
) -> None:
    proxy.faults = [Fault("PutImage", nth=1, effect=Effect.DELAY_AFTER, seconds=30)]
    client.connection.timeout = 0.5

    with pytest.raises(TimeoutError):
        client.call()

    assert upstream.seen == [b"{}"]


def test_a_truncated_answer_looks_whole(client: Client, proxy: FaultProxy) -> None:
    proxy.faults = [Fault("PutImage", nth=1, effect=Effect.TRUNCATE)]

    first, second = client.call(), client.call()

    assert first == (200, b'{"cal')
    assert second == (200, b'{"call": 2}')


def test_an_answer_that_is_cut_off_ends_before_its_announced_length(
    client: Client, proxy: FaultProxy
) -> None:
    proxy.faults = [Fault("PutImage", nth=1, effect=Effect.TRUNCATE_AND_CLOSE)]

    with pytest.raises(http.client.IncompleteRead) as caught:
        client.call()

    assert caught.value.partial == b'{"cal'


def test_a_duplicated_request_is_answered_with_the_second_answer(
    client: Client, proxy: FaultProxy, upstream: Upstream
) -> None:
    proxy.faults = [Fault("PutImage", nth=1, effect=Effect.DUPLICATE)]

    answer = client.call(body=b'{"n": 1}')

    assert answer == (200, b'{"call": 2}')
    assert upstream.seen == [b'{"n": 1}', b'{"n": 1}']


def test_a_reset_in_the_body_leaves_upstream_with_half_of_it(
    client: Client, proxy: FaultProxy, upstream: Upstream
) -> None:
    proxy.faults = [Fault("UploadLayerPart", nth=1, effect=Effect.RESET_IN_BODY)]

    with pytest.raises(ConnectionError):
        client.call("UploadLayerPart", bytes(20_000_000))

    assert upstream.wait_for_broken()[0] <= 10_000_000
    assert upstream.seen == []


def test_a_partial_part_is_a_whole_shorter_part_to_upstream(
    client: Client, proxy: FaultProxy, upstream: Upstream
) -> None:
    proxy.faults = [Fault("UploadLayerPart", nth=1, effect=Effect.PARTIAL_PART)]

    with pytest.raises(ConnectionError):
        client.call("UploadLayerPart", part_body())

    members = json.loads(upstream.seen[0])
    assert base64.b64decode(members["layerPartBlob"]) == PART[: len(PART) // 2]
    assert (members["partFirstByte"], members["partLastByte"]) == (500, 500 + len(PART) // 2 - 1)


def test_many_clients_are_served_at_once(proxy: FaultProxy, upstream: Upstream) -> None:
    proxy.faults = [Fault("UploadLayerPart", nth=1, effect=Effect.DELAY_BEFORE, seconds=30)]

    def call(operation: str) -> int:
        client = Client(proxy.url)
        try:
            return client.call(operation)[0]
        finally:
            client.connection.close()

    with ThreadPoolExecutor(9) as pool:
        delayed = pool.submit(call, "UploadLayerPart")
        statuses = list(pool.map(call, ["PutImage"] * 8))
        proxy.close()

    assert statuses == [200] * 8
    assert isinstance(delayed.exception(), ConnectionError)


def test_more_clients_than_allowed_are_hung_up_on(upstream: Upstream) -> None:
    with FaultProxy(upstream.url, max_connections=1) as proxy:
        first, second = Client(proxy.url), Client(proxy.url)
        first.call()

        with pytest.raises(ConnectionError):
            second.call()

        first.connection.close()
        second.connection.close()


def test_a_body_above_the_limit_is_refused(upstream: Upstream) -> None:
    with FaultProxy(upstream.url, max_body=10) as proxy:
        client = Client(proxy.url)

        status, _ = client.call(body=b"x" * 11)

        client.connection.close()
    assert (status, upstream.seen) == (413, [])


def test_closing_ends_delays_and_threads(client: Client, proxy: FaultProxy) -> None:
    proxy.faults = [Fault("PutImage", nth=1, effect=Effect.DELAY_BEFORE, seconds=600)]
    client.connection.request("POST", "/", b"{}", {"X-Amz-Target": TARGET + "PutImage"})
    while not proxy.fired:
        time.sleep(0.01)

    proxy.close()

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("fault-proxy")]


def test_closing_does_not_wait_for_a_slow_upstream(
    client: Client, proxy: FaultProxy, upstream: Upstream
) -> None:
    upstream.slow_seconds = 1.0
    client.connection.request("POST", "/", b"{}", {"X-Amz-Target": TARGET + "PutImage"})
    while not upstream.seen:
        time.sleep(0.01)

    proxy.close()

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("fault-proxy")]


def test_after_closing_nobody_listens(upstream: Upstream) -> None:
    with FaultProxy(upstream.url) as proxy:
        place = urlsplit(proxy.url)

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((place.hostname, place.port))


def test_an_upstream_that_is_gone_is_a_bad_gateway() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        gone = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with FaultProxy(gone) as proxy:
        client = Client(proxy.url)

        status, _ = client.call()

        client.connection.close()
    assert status == 502


def test_a_failure_of_the_proxy_itself_is_raised_at_the_end(upstream: Upstream) -> None:
    fault = Fault("UploadLayerPart", nth=1, effect=Effect.PARTIAL_PART)

    with (
        pytest.raises(ExceptionGroup, match="the proxy itself failed"),
        FaultProxy(upstream.url, [fault]) as proxy,
        pytest.raises(ConnectionError),
    ):
        Client(proxy.url).call("UploadLayerPart", b"not json")


@pytest.mark.parametrize(
    "url", ["http://example.com:80", "https://127.0.0.1:443", "http://127.0.0.1", "nonsense"]
)
def test_only_a_server_on_this_machine_is_stood_before(url: str) -> None:
    with pytest.raises(ValueError, match="is not http://127"):
        FaultProxy(url)


def test_a_proxy_that_is_not_running_has_no_url(upstream: Upstream) -> None:
    with pytest.raises(RuntimeError, match="not running"):
        _ = FaultProxy(upstream.url).url


@pytest.mark.parametrize(
    ("operation", "nth", "effect", "seconds"),
    [
        ("PutImage", 0, Effect.DROP_AFTER, 0),
        ("PutImage", 1, Effect.DELAY_AFTER, 0),
        ("PutImage", 1, Effect.DROP_AFTER, 1),
        ("PutImage", 1, Effect.PARTIAL_PART, 0),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    operation: str, nth: int, effect: Effect, seconds: float
) -> None:
    with pytest.raises(ValueError, match="Fault"):
        Fault(operation, nth, effect, seconds=seconds)
