"""What becomes of requests that are cancelled, too slow, or made after a fork, as the server sees it."""

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from ecrkit import Client, Registry, models
from ecrkit.cancellation import cancel_scope
from ecrkit.errors import (
    AnswerLostError,
    ClosedError,
    OperationCancelledError,
    OperationTimeoutError,
    UnreadableAnswerError,
)
from ecrkit.testing import FakeTransport
from ecrkit.transport import BotoTransport
from tests.silent_server import Silent, silent_server
from tests.stub_server import Answer, stub_server
from tests.transport.boto import make_client, ours

REQUEST = models.DescribeRepositoriesRequest()
ASK = models.GetAccountSettingRequest(name="BASIC_SCAN_TYPE_VERSION")
SEVEN = models.GetAccountSettingResponse(name="X", value="7")
SOON = 10  # seconds that the server is given to notice

Call = Callable[[Registry], object]
CALLS: dict[str, Call] = {
    "a request": lambda registry: registry.client.send(REQUEST),
    "a listing": lambda registry: list(registry.repositories()),
    "a layer": lambda registry: registry.repository("team/app").push_layer(b"layer"),
    "layers": lambda registry: registry.repository("team/app").push_layers(
        [b"one", b"two"], skip_existing=False
    ),
    "a manifest": lambda registry: registry.repository("team/app").image("1").manifest(),
    "a deletion": lambda registry: registry.repository("team/app").image("1").delete(),
}
calls = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@pytest.fixture
def silent() -> Iterator[Silent]:
    with silent_server() as server:
        yield server


@pytest.fixture
def registry(silent: Silent) -> Registry:
    return Registry(endpoint_url=silent.url, region_name="us-east-1")


@calls
def test_an_event_closes_the_connections_and_no_request_follows(
    silent: Silent, registry: Registry, call: Call
) -> None:
    cancel = threading.Event()

    def cancel_when_asked() -> None:
        silent.is_asked.wait(SOON)
        cancel.set()

    threading.Thread(target=cancel_when_asked).start()
    with pytest.raises(OperationCancelledError), cancel_scope(cancel=cancel):
        call(registry)

    assert silent.is_left.wait(SOON)
    assert len(silent.accepted) <= 2  # one for each worker


@calls
def test_a_timeout_closes_the_connections(silent: Silent, registry: Registry, call: Call) -> None:
    with pytest.raises(OperationTimeoutError), cancel_scope(timeout=0.2):
        call(registry)

    assert silent.is_left.wait(SOON)


def test_an_interrupt_closes_the_connections_of_all_workers(silent: Silent, registry: Registry) -> None:
    def interrupt_when_asked() -> None:
        silent.is_asked.wait(SOON)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt_when_asked).start()
    with pytest.raises(KeyboardInterrupt):
        CALLS["layers"](registry)

    assert silent.is_left.wait(SOON)


async def test_a_cancelled_task_closes_its_connection(silent: Silent, registry: Registry) -> None:
    task = asyncio.create_task(registry.client.asend(REQUEST))
    await asyncio.to_thread(silent.is_asked.wait, SOON)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task

    assert await asyncio.to_thread(silent.is_left.wait, SOON)
    assert len(silent.accepted) == 1


async def test_a_listing_that_is_cancelled_closes_its_connection(silent: Silent, registry: Registry) -> None:
    async def listing() -> list[object]:
        return [each async for each in registry.repositories()]

    task = asyncio.create_task(listing())
    await asyncio.to_thread(silent.is_asked.wait, SOON)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task

    assert await asyncio.to_thread(silent.is_left.wait, SOON)


def test_a_handshake_is_broken_off_too() -> None:
    with silent_server() as silent:  # it does not speak TLS: the handshake never ends
        registry = Registry(endpoint_url=silent.url.replace("http:", "https:"), region_name="us-east-1")

        with pytest.raises(OperationTimeoutError), cancel_scope(timeout=0.3):
            registry.client.send(REQUEST)

        assert silent.is_left.wait(SOON)


def test_a_download_is_broken_off() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    with silent_server(head, pause=0.0) as silent:
        transport = BotoTransport(make_client("http://127.0.0.1:1"))

        def read() -> None:
            with transport.download(f"{silent.url}/layer") as download:
                download.read(1000)

        with pytest.raises(OperationTimeoutError), cancel_scope(timeout=0.3):
            read()

        assert silent.is_left.wait(SOON)


def test_calls_of_the_owner_of_a_client_are_not_cancelled() -> None:
    with stub_server(Answer(b'{"name": "X", "value": "7"}')) as stub:
        client = make_client(stub.url)
        ours(client)
        with cancel_scope() as scope:
            scope.cancel()
            answers = client.get_account_setting(name="X")["value"]

        assert answers == "7"


def test_a_response_that_trickles_is_given_up() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n"
    with silent_server(head + b" " * 2000, pause=0.02) as silent:
        client = make_client(silent.url, read_timeout=0.5)

        with pytest.raises(AnswerLostError, match="longer than"):
            ours(client).send_once(REQUEST)

        assert silent.is_left.wait(SOON)


def test_a_download_that_trickles_is_given_up() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n"
    with silent_server(head + b" " * 2000, pause=0.02) as silent:
        transport = BotoTransport(make_client("http://127.0.0.1:1", read_timeout=0.5))

        def read() -> None:
            with transport.download(f"{silent.url}/layer") as download:
                download.read(2000)

        with pytest.raises(AnswerLostError, match="ended early"):
            read()


# Forked processes


def in_child(run: Callable[[], object]) -> object:
    """Run something in a forked child, and return what it returned, as JSON has it."""
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(sending, json.dumps(run()).encode())
        finally:
            os._exit(0)
    os.close(sending)
    with os.fdopen(receiving, "rb") as result:
        said = result.read()
    os.waitpid(child, 0)
    return json.loads(said or b'"the child has died"')


class CountingServer:
    """Answers each request with the number of the connection that it came over."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while self.listener.fileno() >= 0:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return  # it was closed
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True).start()

    def _serve(self, connection: Any, number: int) -> None:
        with suppress(OSError), connection, connection.makefile("rb") as stream:
            while stream.readline():  # the request line
                headers = dict(line.split(b": ", 1) for line in iter(stream.readline, b"\r\n"))
                stream.read(int(headers.get(b"Content-Length", b"0")))
                body = json.dumps({"name": "X", "value": str(number)}).encode()
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


@pytest.fixture
def counting() -> Iterator[CountingServer]:
    server = CountingServer()
    yield server
    server.listener.shutdown(socket.SHUT_RDWR)
    server.listener.close()


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


@needs_fork
@pytest.mark.parametrize("is_injected", [False, True])
def test_a_child_has_connections_of_its_own(counting: CountingServer, is_injected: bool) -> None:  # noqa: FBT001 -- a parameter of a test
    client = make_client(counting.url) if is_injected else None
    registry = Registry(client=client, endpoint_url=counting.url, region_name="us-east-1")

    def connection() -> str:
        return registry.client.send(ASK).value or ""

    before, child, after = connection(), in_child(connection), connection()

    assert (before, child, after) == ("1", "2", "1")


@needs_fork
def test_a_child_downloads_over_connections_of_its_own(counting: CountingServer) -> None:
    transport = BotoTransport(make_client("http://127.0.0.1:1"))

    def connection() -> str:
        with transport.download(f"{counting.url}/layer") as download:
            return str(json.loads(download.read(1000))["value"])

    before, child, after = connection(), in_child(connection), connection()

    assert (before, child, after) == ("1", "2", "1")


@needs_fork
def test_a_child_awaits_in_threads_of_its_own(counting: CountingServer) -> None:
    registry = Registry(endpoint_url=counting.url, region_name="us-east-1")

    async def connection() -> str:
        return (await registry.client.asend(ASK)).value or ""

    def run() -> str:
        return asyncio.run(connection())

    assert (run(), in_child(run), run()) == ("1", "2", "1")


# Responses that belong to another request


UPLOAD = "11111111-1111-1111-1111-111111111111"
MIXED_UP: dict[str, tuple[models.Request[models.Response], object]] = {
    "a repository": (
        models.DescribeRepositoriesRequest(repository_names=["team/app"]),
        {"repositories": [{"repositoryName": "team/other", "repositoryArn": "a", "registryId": "1"}]},
    ),
    "images": (
        models.DescribeImagesRequest(repository_name="team/app"),
        {
            "imageDetails": [
                {
                    "repositoryName": "team/other",
                    "registryId": "1",
                    "imageDigest": "d",
                    "imagePushedAt": 1,
                    "imageTags": [],
                    "imageSizeInBytes": 1,
                }
            ]
        },
    ),
    "a policy": (
        models.GetLifecyclePolicyRequest(repository_name="team/app"),
        {"repositoryName": "team/other", "registryId": "1", "lifecyclePolicyText": "{}"},
    ),
    "an upload": (
        models.CompleteLayerUploadRequest(
            repository_name="team/app", upload_id=UPLOAD, layer_digests=["sha256:" + "a" * 64]
        ),
        {"repositoryName": "team/app", "registryId": "1", "uploadId": "team/other", "layerDigest": "d"},
    ),
}


@pytest.mark.parametrize(("asked", "said"), MIXED_UP.values(), ids=MIXED_UP)
def test_a_response_to_another_request_is_refused(
    asked: models.Request[models.Response], said: object
) -> None:
    fake = FakeTransport(json.dumps(said).encode())

    with pytest.raises(UnreadableAnswerError, match="'team/other'"):
        Client(fake).send_once(asked)


def test_a_response_to_another_request_is_asked_for_again() -> None:
    asked, said = MIXED_UP["a policy"]
    wrong = json.dumps(said).encode()
    right = wrong.replace(b"team/other", b"team/app")

    Client(fake := FakeTransport(wrong, right)).send(asked)

    assert len(fake.requests) == 2


# After close()


def test_a_client_that_was_closed_says_so() -> None:
    with stub_server(Answer(b'{"name": "X", "value": "7"}')) as stub:
        client = Registry(endpoint_url=stub.url, region_name="us-east-1").client
        client.send(ASK)
        client.close()

        with pytest.raises(ClosedError, match="was closed"):
            client.send(ASK)
        with pytest.raises(ClosedError, match="was closed"):
            client.transport.download(stub.url)


async def test_nothing_is_awaited_after_close() -> None:
    client = Client(FakeTransport())
    client.close()

    with pytest.raises(ClosedError):
        await client.asend(ASK)


def test_an_injected_client_stays_open() -> None:
    with stub_server(Answer(b'{"name": "X", "value": "7"}')) as stub:
        injected = make_client(stub.url)
        with ours(injected) as client:
            client.send(ASK)

        assert injected.get_account_setting(name="X")["value"] == "7"


# Threads


async def test_awaited_calls_leave_the_threads_of_the_event_loop_alone() -> None:
    names: list[str] = []

    def answer(_: models.Request[models.Response]) -> models.Response:
        names.append(threading.current_thread().name)
        return SEVEN

    fake = FakeTransport()
    fake.always(models.GetAccountSettingRequest, answer)
    await Client(fake).asend(ASK)

    assert names[0].startswith("ecrkit-call")


async def test_as_many_calls_run_at_once_as_there_are_connections() -> None:
    all_there = threading.Barrier(64)
    fake = FakeTransport()

    def answer(_: models.Request[models.Response]) -> models.Response:
        all_there.wait(SOON)
        return SEVEN

    fake.always(models.GetAccountSettingRequest, answer)
    client = Client(fake)

    answers = await asyncio.gather(*(client.asend(ASK) for _ in range(64)))

    assert len(answers) == 64


def test_a_client_serves_several_event_loops() -> None:
    fake = FakeTransport()
    fake.always(models.GetAccountSettingRequest, SEVEN)
    client = Client(fake)

    def ask(_number: int) -> str:
        return asyncio.run(client.asend(ASK)).value or ""

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(4)))

    assert answers == ["7"] * 4


# Metadata


def test_a_response_knows_its_request_id() -> None:
    answer = Answer(b'{"name": "X", "value": "7"}', headers={"x-amzn-RequestId": "id-7"})
    with stub_server(answer) as stub:
        response = ours(make_client(stub.url)).send(ASK)

    metadata = response.response_metadata
    assert metadata is not None
    assert (metadata.request_id, metadata.http_status, metadata.attempts) == ("id-7", 200, 1)


def test_metadata_counts_attempts() -> None:
    with stub_server(Answer(b"", 503), Answer(b'{"name": "X", "value": "7"}')) as stub:
        client = make_client(stub.url, attempts=3)
        response = ours(client).send(ASK)

    assert response.response_metadata is not None
    assert response.response_metadata.attempts == 2


def test_metadata_is_no_part_of_what_ecr_said() -> None:
    with stub_server(Answer(b'{"name": "X", "value": "7"}')) as stub:
        response = ours(make_client(stub.url)).send(ASK)

    assert response == SEVEN
    assert response.model_dump() == {"name": "X", "value": "7"}
    assert SEVEN.response_metadata is None
