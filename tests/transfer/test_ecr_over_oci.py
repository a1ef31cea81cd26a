"""`Registry(wire="oci")`: layers are pushed over the registry protocol of the local ECR, everything else over its API."""

import io
import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, cast

import boto3
import pytest

from ecrkit import LayerEvent, Registry, Repository, RetryPolicy, events
from ecrkit.errors import (
    ConfigurationError,
    DigestMismatchError,
    EmptyLayerError,
    InvalidInputError,
    NotRereadableError,
    OperationCancelledError,
    OperationTimeoutError,
    RepositoryNotFoundError,
    ServerError,
    UnsupportedWireError,
)
from ecrkit.local import LocalECR
from ecrkit.oci import Descriptor, OciLayout, write_layout
from ecrkit.push import LayerToPush
from ecrkit.push.blobs import BlobSource
from ecrkit.push.sources import BlockReader, SourceLike
from ecrkit.references import Digest
from ecrkit.testing import FakeTransport, no_waiting
from tests.samples import image, noise
from tests.stub_server import Answer, stub_server

CONTENT = noise(3_000_000)
DIGEST = Digest.of(CONTENT)
_numbers = itertools.count(1)


def connect(url: str, wire: Literal["api", "oci"] = "oci") -> Registry:
    session: Any = cast("Any", boto3).Session("local", "local", region_name="us-east-1")
    return Registry(session, endpoint_url=url, wire=wire)


@pytest.fixture(scope="module")
def server() -> Iterator[LocalECR]:
    with LocalECR() as server:
        yield server


@pytest.fixture
def ecr(server: LocalECR) -> LocalECR:
    server.faults.clear()
    server.requests.clear()
    return server


@pytest.fixture
def registry(ecr: LocalECR) -> Iterator[Registry]:
    with connect(ecr.endpoint_url) as registry:
        yield registry


@pytest.fixture
def repository(registry: Registry) -> Repository:
    return registry.create_repository(f"over-oci/app-{next(_numbers)}")


def written(folder: Path) -> Path:
    file = folder / "layer"
    file.write_bytes(CONTENT)
    return file


def blob_requests(ecr: LocalECR, count: int) -> list[str]:
    """Return the requests for blobs; the last one may be recorded a little after its response has arrived."""
    deadline = time.monotonic() + 10
    while len(found := _blob_requests(ecr)) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def _blob_requests(ecr: LocalECR) -> list[str]:
    return [each.operation for each in ecr.requests if each.operation.endswith(" blobs")]


# Pushing


def test_a_file_takes_one_post_and_one_put(repository: Repository, ecr: LocalECR, tmp_path: Path) -> None:
    layer = repository.push_layer(written(tmp_path))

    assert (layer.digest, layer.size, layer.uploaded) == (DIGEST, len(CONTENT), True)
    assert blob_requests(ecr, 2) == ["POST blobs", "PUT blobs"]


@pytest.mark.parametrize("as_stream", [False, True], ids=["bytes", "stream"])
def test_an_unknown_digest_takes_one_patch(repository: Repository, ecr: LocalECR, *, as_stream: bool) -> None:
    source: SourceLike = iter([CONTENT[:10], CONTENT[10:]]) if as_stream else io.BytesIO(CONTENT)

    layer = repository.push_layer(source, skip_existing=False)

    assert layer.digest == DIGEST
    assert blob_requests(ecr, 3) == ["POST blobs", "PATCH blobs", "PUT blobs"]


def test_what_exists_is_not_sent(repository: Repository, ecr: LocalECR) -> None:
    repository.push_layer(CONTENT)
    assert len(blob_requests(ecr, 2)) == 2
    ecr.requests.clear()

    assert not repository.push_layer(CONTENT).uploaded
    assert blob_requests(ecr, 0) == []


def test_manifests_go_over_the_api(repository: Repository, ecr: LocalECR) -> None:
    pushed = repository.push_image(image(CONTENT), tags="1")

    assert repository.image("1").describe().digest == pushed.digest
    assert len(ecr.requests.of("PutImage")) == 1
    assert [each for each in ecr.requests if each.operation == "UploadLayerPart"] == []


def test_an_image_file_is_pushed(repository: Repository, tmp_path: Path) -> None:
    source = image(CONTENT)
    write_layout(source, tmp_path / "layout")

    pushed = repository.push_image(OciLayout(tmp_path / "layout"), tags="1")

    assert pushed.layers()[0].read() == CONTENT


def test_the_file_of_a_layer_is_left_to_the_kernel(tmp_path: Path) -> None:
    write_layout(image(CONTENT), tmp_path / "layout")
    layer = Descriptor(media_type="application/x", digest=DIGEST, size=len(CONTENT))

    with BlobSource(OciLayout(tmp_path / "layout"), layer).open() as reader:
        assert isinstance(reader, BlockReader)
        reader.read(5)
        piece = reader.read_piece(10)

    assert piece is not None
    assert (piece.first_byte, piece.size) == (5, 10)


def test_the_login_is_requested_once(repository: Repository, ecr: LocalECR) -> None:
    repository.push_layers([LayerToPush(noise(number)) for number in (10, 20, 30)])

    assert len(ecr.requests.of("GetAuthorizationToken")) == 1


def test_an_attached_artifact_is_pushed(repository: Repository) -> None:
    pushed = repository.push_image(image(CONTENT), tags="1")

    sbom = pushed.attach(b"{}  ", artifact_type="application/spdx+json")

    assert [each.digest for each in pushed.referrers()] == [sbom.digest]


def test_progress_grows_to_the_size(repository: Repository, tmp_path: Path) -> None:
    told: list[LayerEvent] = []

    repository.push_layer(written(tmp_path), progress=told.append)

    received = [each.received for each in told if isinstance(each, events.PartSent)]
    assert received == sorted(received)
    assert isinstance(told[-1], events.LayerFinished)


def test_an_empty_layer_is_refused(repository: Repository, ecr: LocalECR) -> None:
    with pytest.raises(EmptyLayerError):
        repository.push_layer(iter([b""]))


def test_a_wrong_digest_names_both(repository: Repository, tmp_path: Path) -> None:
    with pytest.raises(DigestMismatchError, match=f"{Digest.of(b'x')}, but its content has {DIGEST}"):
        repository.push_layer(written(tmp_path), digest=Digest.of(b"x"))


# What goes wrong


@pytest.mark.parametrize("effect", ["drop-before", "drop-after", "throttle", "error"])
@pytest.mark.parametrize("operation", ["POST blobs", "PATCH blobs", "PUT blobs"])
def test_a_fault_is_survived(
    repository: Repository,
    ecr: LocalECR,
    tmp_path: Path,
    effect: Literal["drop-before", "drop-after", "throttle", "error"],
    operation: str,
) -> None:
    ecr.faults.add(effect, operation)

    with no_waiting():
        layer = repository.push_layer(written(tmp_path), skip_existing=False)

    assert layer.digest == DIGEST
    assert not repository.push_layer(CONTENT).uploaded


def test_a_layer_whose_response_was_lost_is_not_sent_again(
    repository: Repository, ecr: LocalECR, tmp_path: Path
) -> None:
    ecr.faults.add("drop-after", "PUT blobs")

    with no_waiting():
        repository.push_layer(written(tmp_path), digest=DIGEST, skip_existing=False)

    assert blob_requests(ecr, 2) == ["POST blobs", "PUT blobs"]


def test_a_stream_survives_the_loss_of_the_last_response(repository: Repository, ecr: LocalECR) -> None:
    ecr.faults.add("drop-after", "PUT blobs")

    with no_waiting():
        layer = repository.push_layer(iter([CONTENT]))

    assert layer.digest == DIGEST


def test_a_broken_stream_cannot_restart(repository: Repository, ecr: LocalECR) -> None:
    ecr.faults.add("error", "PATCH blobs")

    with no_waiting(), pytest.raises(NotRereadableError):
        repository.push_layer(iter([CONTENT]))


def test_the_retry_policy_ends_the_attempts(repository: Repository, ecr: LocalECR) -> None:
    ecr.faults.add("error", "PUT blobs", times=None)

    with pytest.raises(ServerError):
        repository.push_layer(CONTENT, retry=RetryPolicy(attempts=2, first_wait=0))

    assert len(ecr.requests.of("PUT blobs")) == 2


def test_an_expired_login_is_renewed(repository: Repository, ecr: LocalECR) -> None:
    repository.push_layer(b"first")
    ecr.clock.advance(timedelta(hours=13))

    assert repository.push_layer(CONTENT).digest == DIGEST
    assert len(ecr.requests.of("GetAuthorizationToken")) == 2


def test_a_missing_repository_is_named(registry: Registry) -> None:
    with pytest.raises(RepositoryNotFoundError, match="not/there"):
        registry.repository("not/there").push_layer(CONTENT, skip_existing=False)


def test_a_missing_repository_that_is_answered_by_hanging_up_is_named(
    registry: Registry, ecr: LocalECR
) -> None:
    ecr.faults.add("drop-before", "POST blobs", times=None)

    with no_waiting(), pytest.raises(RepositoryNotFoundError, match="not/there"):
        registry.repository("not/there").push_layer(CONTENT, skip_existing=False)


def test_a_push_is_cancelled(repository: Repository) -> None:
    cancelled = threading.Event()

    def cancel(event: LayerEvent) -> None:
        if isinstance(event, events.LayerStarted):
            cancelled.set()

    with pytest.raises((OperationCancelledError, CancelledError)):
        repository.push_layer(CONTENT, cancel=cancelled, progress=cancel)

    assert repository.push_layer(CONTENT).uploaded


@pytest.mark.parametrize("operation", ["POST blobs", "PATCH blobs", "PUT blobs"])
def test_a_deadline_ends_a_request_that_is_not_answered(
    repository: Repository, ecr: LocalECR, operation: str
) -> None:
    ecr.faults.add("delay", operation, seconds=5)

    with pytest.raises(OperationTimeoutError):
        repository.push_layer(CONTENT, skip_existing=False, timeout=0.5)


def test_a_server_that_does_not_speak_the_protocol_is_quoted() -> None:
    login = b'{"authorizationData": [{"authorizationToken": "QVdTOng=", "expiresAt": 4e9, "proxyEndpoint": "%s"}]}'
    page = Answer(b"<html>Not here</html>", 404, {"Content-Type": "text/html"})
    with stub_server(page) as stub:
        stub.answers[:] = [Answer(login % stub.url.encode()), page]

        with pytest.raises(UnsupportedWireError, match="HTTP 404, text/html: it begins with '<html>Not here"):
            connect(stub.url).repository("team/app").push_layer(CONTENT, skip_existing=False)


# Mounting


def test_a_copy_within_the_registry_sends_no_bytes(
    registry: Registry, repository: Repository, ecr: LocalECR
) -> None:
    registry.settings.put("BLOB_MOUNTING", "ENABLED")
    original = repository.push_image(image(CONTENT), tags="1")
    other = registry.create_repository(f"over-oci/app-{next(_numbers)}")
    assert len(blob_requests(ecr, 4)) == 4
    ecr.requests.clear()

    copied = original.copy_to(other, tags="1")

    assert other.image("1").layers()[0].read() == CONTENT
    assert copied.report.bytes_sent == 0
    assert ecr.requests.of("PUT blobs") == []


def test_a_copy_sends_what_the_account_does_not_mount(
    registry: Registry, repository: Repository, ecr: LocalECR
) -> None:
    registry.settings.put("BLOB_MOUNTING", "DISABLED")
    original = repository.push_image(image(CONTENT, noise(9)), tags="1")
    other = registry.create_repository(f"over-oci/app-{next(_numbers)}")
    assert len(blob_requests(ecr, 6)) == 6
    ecr.requests.clear()

    original.copy_to(other, tags="1")

    assert other.image("1").layers()[0].read() == CONTENT
    # One of the four tried to mount.
    assert sorted(blob_requests(ecr, 7)) == ["POST blobs"] * 4 + ["PUT blobs"] * 3


# What the other wire is for


def test_an_upload_cannot_be_resumed_by_part(repository: Repository) -> None:
    with pytest.raises(UnsupportedWireError, match="push_layer"):
        repository.start_upload(CONTENT)


def test_there_are_two_wires() -> None:
    with pytest.raises(InvalidInputError, match="wire is 'http'"):
        Registry(FakeTransport(), wire=cast("Any", "http"))


def test_a_fake_transport_has_no_connections_for_the_registry_protocol() -> None:
    repository = Registry(FakeTransport(), wire="oci").repository("team/app")

    with pytest.raises(ConfigurationError, match="FakeTransport"):
        repository.push_layer(CONTENT, skip_existing=False)
