"""One layer on its way into a file: resumed, renewed, verified, and never two writers in one file."""

import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Generator, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest

from ecrkit import Layer, Registry, Repository
from ecrkit.errors import AnswerLostError, DigestMismatchError, InvalidImageError, LayerInaccessibleError
from ecrkit.events import (
    BytesReceived,
    LayerEvent,
    LayerFailed,
    LayerFinished,
    LayerRestarted,
    LayerResumed,
    LayerStarted,
)
from ecrkit.local import LocalECR
from ecrkit.pull.download import download_blob
from ecrkit.references import Digest
from ecrkit.resources._endpoints import api_of, endpoint_of
from ecrkit.testing import FakeTransport, no_waiting
from ecrkit.transfer.blobs import RemoteBlob
from tests.faults.proxy import Effect, Fault, FaultProxy
from tests.pull.blobs import blob_at
from tests.samples import image, noise

CONTENT = noise(5_000_000)
DIGEST = Digest.of(CONTENT)
DOWNLOAD = f"GET /layers/{DIGEST.replace(':', '-')}"


@pytest.fixture(scope="module")
def stored(registry: Registry) -> Repository:
    repository = registry.create_repository("team/big")
    repository.push_image(image(CONTENT), tags="1")
    return repository


@pytest.fixture
def layer(stored: Repository) -> Layer:
    return stored.image("1").layers()[0]


@pytest.fixture
def proxy(ecr: LocalECR) -> Iterator[FaultProxy]:
    with FaultProxy(ecr.endpoint_url) as running:
        yield running


def through(proxy: FaultProxy) -> Layer:
    """Give the layer as a client sees it that knows only the proxy."""
    session = boto3.Session("local", "local", region_name="us-east-1")
    return Registry(session, endpoint_url=proxy.url).repository("team/big").image("1").layers()[0]


def fake_blob(*answers: bytes, size: int | None = None, content: bytes = CONTENT) -> RemoteBlob:
    """Give a blob whose URLs lead to the answers, one after the other."""
    fake = FakeTransport()
    fake.blobs = {str(number): answer for number, answer in enumerate(answers)}
    urls = iter(fake.blobs)
    return blob_at(fake, lambda: next(urls), Digest.of(content), size)


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_a_downloaded_layer_has_its_bytes_under_its_name_and_nothing_beside_it(
    layer: Layer, tmp_path: Path
) -> None:
    path = layer.download(tmp_path / "new" / "layer.tar")

    assert path.read_bytes() == CONTENT
    assert hidden(path.parent) == []


def test_a_file_that_is_there_is_replaced(layer: Layer, tmp_path: Path) -> None:
    (tmp_path / "layer").write_bytes(b"old")

    layer.download(tmp_path / "layer")

    assert (tmp_path / "layer").read_bytes() == CONTENT


@pytest.mark.parametrize("effect", [Effect.TRUNCATE_AND_CLOSE, Effect.DROP_AFTER, Effect.ERROR_503_BEFORE])
def test_a_broken_connection_is_replaced(proxy: FaultProxy, tmp_path: Path, effect: Effect) -> None:
    layer = through(proxy)
    proxy.faults = [Fault(DOWNLOAD, nth=1, effect=effect)]

    with no_waiting():
        layer.download(tmp_path / "layer")

    assert (tmp_path / "layer").read_bytes() == CONTENT
    assert proxy.fired == proxy.faults


def test_a_download_goes_on_with_what_an_interrupted_run_left(proxy: FaultProxy, tmp_path: Path) -> None:
    layer = through(proxy)
    proxy.faults = [
        Fault(DOWNLOAD, nth=1, effect=Effect.TRUNCATE_AND_CLOSE),
        Fault(DOWNLOAD, nth=2, effect=Effect.DROP_BEFORE, times=99),
    ]
    with no_waiting(), pytest.raises(AnswerLostError):
        layer.download(tmp_path / "layer")
    [left] = hidden(tmp_path)
    assert 1_000_000 < (tmp_path / left).stat().st_size < len(CONTENT)
    layer = through(proxy)
    proxy.start_over()
    layer.download(tmp_path / "layer")

    assert (tmp_path / "layer").read_bytes() == CONTENT
    assert hidden(tmp_path) == []


def test_only_what_is_missing_is_asked_for_again(tmp_path: Path) -> None:
    asked: list[int] = []

    class Watched(FakeTransport):
        def download(self, url: str, *, first_byte: int = 0):  # type: ignore[no-untyped-def]
            asked.append(first_byte)
            return super().download(url, first_byte=first_byte)

    fake = Watched()
    fake.blobs = {"short": CONTENT[:2_000_000], "whole": CONTENT}
    urls = iter(["short", "whole"])

    download_blob(blob_at(fake, lambda: next(urls), DIGEST, len(CONTENT)), tmp_path / "layer")

    assert asked == [0, 2_000_000]


def test_an_expired_url_is_renewed(ecr: LocalECR, layer: Layer, tmp_path: Path) -> None:
    origin = api_of(layer.repository)
    expired = origin.download_url(DIGEST)
    ecr.clock.advance(3601)
    urls = iter([expired, origin.download_url(DIGEST)])

    with no_waiting():
        download_blob(
            blob_at(origin.client.transport, lambda: next(urls), DIGEST, len(CONTENT)), tmp_path / "layer"
        )

    assert (tmp_path / "layer").read_bytes() == CONTENT


def test_progress_follows_a_download_to_its_end(layer: Layer, tmp_path: Path) -> None:
    told: list[LayerEvent] = []

    layer.download(tmp_path / "layer", progress=told.append)

    first, *middle, last = told
    size = len(CONTENT)
    assert (first, last) == (LayerStarted(DIGEST, size), LayerFinished(DIGEST, size, digest=DIGEST))
    received = [each.received for each in middle if isinstance(each, BytesReceived)]
    assert received == [*range(1_048_576, size, 1_048_576), size]
    assert len(received) == len(middle)


def test_progress_says_where_an_interrupted_download_goes_on(layer: Layer, tmp_path: Path) -> None:
    told: list[LayerEvent] = []
    (tmp_path / f".layer.{DIGEST.hex[:16]}.part").write_bytes(CONTENT[:4_500_000])

    layer.download(tmp_path / "layer", progress=told.append)

    size = len(CONTENT)
    assert told == [
        LayerResumed(DIGEST, size, received=4_500_000),
        BytesReceived(DIGEST, size, received=size),
        LayerFinished(DIGEST, size, digest=DIGEST),
    ]


def test_progress_says_where_a_broken_connection_was_replaced(tmp_path: Path) -> None:
    told: list[LayerEvent] = []
    blob = fake_blob(CONTENT[:600_000], CONTENT, size=len(CONTENT))

    download_blob(blob, tmp_path / "layer", progress=told.append)

    assert [each for each in told if isinstance(each, LayerResumed)] == [
        LayerResumed(DIGEST, len(CONTENT), received=600_000)
    ]


def test_progress_says_why_a_download_begins_anew(layer: Layer, tmp_path: Path) -> None:
    told: list[LayerEvent] = []
    (tmp_path / f".layer.{DIGEST.hex[:16]}.part").write_bytes(b"damaged" * 1000)

    layer.download(tmp_path / "layer", progress=told.append)

    kinds = [type(each) for each in told if not isinstance(each, BytesReceived)]
    assert kinds == [LayerResumed, LayerRestarted, LayerStarted, LayerFinished]
    assert LayerRestarted(DIGEST, len(CONTENT), reason="what an earlier run left is damaged") in told


def test_progress_says_why_a_download_failed_and_never_by_which_url(tmp_path: Path) -> None:
    told: list[LayerEvent] = []
    with storage() as url:
        registry = Registry(boto3.Session("local", "local", region_name="us-east-1"), endpoint_url=url)
        blob = blob_at(
            registry.client.transport,
            lambda: f"{url}/denied?X-Amz-Signature=secret",
            DIGEST,
            len(CONTENT),
            attempts=2,
        )

        with pytest.raises(AnswerLostError):
            download_blob(blob, tmp_path / "layer", progress=told.append)

    [begun, failed] = told
    assert (type(begun), type(failed)) == (LayerStarted, LayerFailed)
    assert "HTTP 403" in str(failed)
    assert "secret" not in str(told)
    assert url not in str(told)


def test_what_progress_raises_ends_a_download_that_can_go_on_later(layer: Layer, tmp_path: Path) -> None:
    told: list[LayerEvent] = []

    def broken(event: LayerEvent) -> None:
        told.append(event)
        if len(told) == 2:
            raise RuntimeError("the display is gone")

    with pytest.raises(RuntimeError, match="the display is gone"):
        layer.download(tmp_path / "layer", progress=broken)
    assert [type(each) for each in told] == [LayerStarted, BytesReceived]
    layer.download(tmp_path / "layer", progress=told.append)

    assert told[2] == LayerResumed(DIGEST, len(CONTENT), received=1_048_576)
    assert hidden(tmp_path) == []


def test_wrong_bytes_leave_nothing_behind(tmp_path: Path) -> None:
    wrong = CONTENT[:-1] + b"!"

    with pytest.raises(DigestMismatchError):
        download_blob(fake_blob(wrong, size=len(CONTENT)), tmp_path / "layer")

    assert list(tmp_path.iterdir()) == []


def test_wrong_bytes_leave_an_older_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "layer").write_bytes(b"old")

    with pytest.raises(DigestMismatchError):
        download_blob(fake_blob(b"wrong"), tmp_path / "layer")

    assert (tmp_path / "layer").read_bytes() == b"old"


def test_a_manifest_that_promises_too_many_bytes_is_found_out(layer: Layer, tmp_path: Path) -> None:
    too_many = Layer(layer.repository, DIGEST, size=len(CONTENT) + 1, media_type="application/x-layer")

    with no_waiting(), pytest.raises(InvalidImageError, match="5000000 bytes, but should have 5000001"):
        too_many.download(tmp_path / "layer")

    assert list(tmp_path.iterdir()) == []


def test_a_manifest_that_promises_too_few_bytes_is_found_out(layer: Layer, tmp_path: Path) -> None:
    too_few = Layer(layer.repository, DIGEST, size=len(CONTENT) - 1, media_type="application/x-layer")

    with pytest.raises(DigestMismatchError):
        too_few.download(tmp_path / "layer")

    assert list(tmp_path.iterdir()) == []


def test_what_an_earlier_run_left_damaged_is_fetched_anew(layer: Layer, tmp_path: Path) -> None:
    left = tmp_path / f".layer.{DIGEST.hex[:16]}.part"
    left.write_bytes(b"damaged" * 1000)

    layer.download(tmp_path / "layer")

    assert (tmp_path / "layer").read_bytes() == CONTENT


def test_what_an_earlier_run_left_too_long_is_fetched_anew(layer: Layer, tmp_path: Path) -> None:
    left = tmp_path / f".layer.{DIGEST.hex[:16]}.part"
    left.write_bytes(CONTENT + b"more")

    layer.download(tmp_path / "layer")

    assert (tmp_path / "layer").read_bytes() == CONTENT


def test_a_storage_without_ranges_is_read_from_its_start_again(tmp_path: Path) -> None:
    with storage() as url:
        left = tmp_path / f".layer.{DIGEST.hex[:16]}.part"
        left.write_bytes(CONTENT[:3_000_000])
        transport = Registry(
            boto3.Session("local", "local", region_name="us-east-1"), endpoint_url=url
        ).client.transport

        download_blob(blob_at(transport, lambda: f"{url}/whole", DIGEST, len(CONTENT)), tmp_path / "layer")

    assert (tmp_path / "layer").read_bytes() == CONTENT


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    with storage() as url:
        transport = Registry(
            boto3.Session("local", "local", region_name="us-east-1"), endpoint_url=url
        ).client.transport
        blob = blob_at(transport, lambda: f"{url}/moved", DIGEST, len(CONTENT), attempts=2)

        with pytest.raises(AnswerLostError, match="HTTP 307"):
            download_blob(blob, tmp_path / "layer")


@contextmanager
def storage() -> Generator[str]:
    """Run a storage that does no ranges, moves one of its files, and gives none of another."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/moved":
                self.send_response(307)
                self.send_header("Location", "/whole")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if self.path.startswith("/denied"):
                self.send_error(403)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name there
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_layer_that_no_image_refers_to_cannot_be_read(repository: Repository, tmp_path: Path) -> None:
    layer = repository.push_layer(b"alone")

    with pytest.raises(LayerInaccessibleError):
        layer.download(tmp_path / "layer")


def test_a_cancelled_download_keeps_what_has_arrived(layer: Layer, tmp_path: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()

    with pytest.raises(CancelledError):
        download_blob(
            RemoteBlob.of(endpoint_of(layer.repository), DIGEST), tmp_path / "layer", cancelled=cancelled
        )

    assert len(hidden(tmp_path)) == 1


def test_threads_that_download_to_the_same_path_do_not_disturb_each_other(
    layer: Layer, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(6) as pool:
        paths = list(pool.map(layer.download, [tmp_path / "layer"] * 12))

    assert {path.read_bytes() == CONTENT for path in paths} == {True}
    assert hidden(tmp_path) == []


_PROGRAM = """
import sys, boto3
from ecrkit import Registry
registry = Registry(boto3.Session("local", "local", region_name="us-east-1"), endpoint_url=sys.argv[1])
for _ in range(5):
    registry.repository("team/big").image("1").layers()[0].download(sys.argv[2])
"""


def test_processes_that_download_to_the_same_path_do_not_disturb_each_other(
    ecr: LocalECR, stored: Repository, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", _PROGRAM, ecr.endpoint_url, str(tmp_path / "layer")]
    running = [subprocess.Popen(command) for _ in range(2)]

    codes = [each.wait(timeout=60) for each in running]

    assert codes == [0, 0]
    assert (tmp_path / "layer").read_bytes() == CONTENT
    assert hidden(tmp_path) == []


def test_an_open_layer_gives_its_bytes_as_they_arrive(layer: Layer) -> None:
    with layer.open() as stream:
        head = stream.read(10)
        rest = stream.read()

    assert head + rest == CONTENT


def test_an_open_layer_of_unknown_size_asks_for_it(stored: Repository) -> None:
    layer = Layer(stored, DIGEST, media_type="application/x-layer")

    with layer.open() as stream:
        content = stream.read()

    assert content == CONTENT


def test_an_open_layer_outlives_its_connection(proxy: FaultProxy) -> None:
    layer = through(proxy)
    proxy.faults = [Fault(DOWNLOAD, nth=1, effect=Effect.TRUNCATE_AND_CLOSE)]

    with no_waiting(), layer.open() as stream:
        content = stream.read()

    assert content == CONTENT


def test_an_open_layer_with_a_wrong_byte_is_an_error_before_its_end(tmp_path: Path) -> None:
    with LocalECR(tmp_path) as ecr:
        repository = ecr.registry().create_repository("team/damaged")
        pushed = repository.push_image(image(CONTENT))
        [path] = [
            each for each in tmp_path.rglob("*") if each.is_file() and each.stat().st_size == len(CONTENT)
        ]
        path.chmod(0o644)
        path.write_bytes(CONTENT[:-1] + b"!")

        with pushed.layers()[0].open() as stream, pytest.raises(DigestMismatchError):
            stream.read()


def test_memory_stays_flat_however_large_the_layer_is(tmp_path: Path) -> None:
    with LocalECR() as ecr:
        content = noise(40 * 1024 * 1024)
        pushed = ecr.registry().create_repository("team/large").push_image(image(content))
        layer = pushed.layers()[0]
        layer.download(tmp_path / "warm")
        tracemalloc.start()
        try:
            layer.download(tmp_path / "layer")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peak < 16 * 1024 * 1024
