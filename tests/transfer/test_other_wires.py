"""What is written once works on every wire: here on a repository that is not ECR and takes no parts."""

import io
import threading
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from ecrkit import LayerEvent, Repository, RetryPolicy, events, oci
from ecrkit.errors import (
    ApiError,
    DigestMismatchError,
    EmptyLayerError,
    MissingBlobError,
    NotRereadableError,
    TransportError,
    api_error,
)
from ecrkit.pull import pull_layout
from ecrkit.push import LayerToPush, push_layers
from ecrkit.push.engine import Conditions
from ecrkit.push.image import push_image
from ecrkit.references import Digest
from ecrkit.testing import no_waiting
from tests.samples import image, join, noise
from tests.transfer.memory import PIECE, MemoryRepository, broken

CONTENT = noise(5 * PIECE // 2)
DIGEST = Digest.of(CONTENT)


@pytest.fixture
def memory() -> MemoryRepository:
    return MemoryRepository()


# Images


def test_an_image_is_pushed_with_its_tags(memory: MemoryRepository) -> None:
    source = image(noise(3000), noise(40))

    digest, report = push_image(memory, source, tags=["1", "2"])

    assert digest == source.root.digest == memory.tags["1"] == memory.tags["2"]
    assert set(memory.blobs) == set(source.blobs) - {digest}
    assert set(report.sent) == set(memory.uploaded)


def test_what_exists_is_skipped(memory: MemoryRepository) -> None:
    base, top = noise(300), noise(40)
    push_image(memory, image(base))
    told: list[LayerEvent] = []

    _, report = push_image(memory, image(base, top), progress=told.append)

    assert report.skipped == (Digest.of(base),)
    assert [each.layer for each in told if isinstance(each, events.LayerSkipped)] == [Digest.of(base)]


def test_children_are_stored_before_their_index(memory: MemoryRepository) -> None:
    arm = image(noise(1), platform="linux/arm64")
    index = join(image(noise(2)), arm)

    push_image(memory, index, tags="1")

    assert list(memory.stored)[-1] == index.root.digest
    assert arm.root.digest in memory.stored


def test_a_layer_that_is_nowhere_is_named_with_the_repository(memory: MemoryRepository) -> None:
    lost = noise(9)

    with pytest.raises(MissingBlobError, match="the repository memory/app"):
        push_image(memory, image(lost).without(Digest.of(lost)))


def test_an_image_goes_from_ecr_to_another_registry_with_its_referrers(
    repository: Repository, memory: MemoryRepository
) -> None:
    pushed = repository.push_image(image(CONTENT), tags="1")
    sbom = pushed.attach(b"sbom", artifact_type="application/spdx+json")

    push_image(memory, repository.image("1").source(), tags="1", referrers=True)

    assert memory.tags["1"] == pushed.digest
    assert memory.blobs[DIGEST] == CONTENT
    assert sbom.digest in memory.stored


def test_an_image_goes_from_another_registry_to_ecr_with_its_referrers(
    repository: Repository, memory: MemoryRepository
) -> None:
    subject = image(CONTENT)
    signature = image(noise(7), subject=subject.root.descriptor(), artifact_type="application/x-signature")
    push_image(memory, subject, tags="1")
    push_image(memory, signature)

    pushed = repository.push_image(memory.image("1"), tags="1", referrers=True)

    assert pushed.layers()[0].read() == CONTENT
    assert [each.digest for each in pushed.referrers()] == [signature.root.digest]


def test_an_image_is_pulled_from_another_registry(memory: MemoryRepository, tmp_path: Path) -> None:
    push_image(memory, image(CONTENT), tags="1")
    source = memory.image("1")

    pull_layout(source, source.roots, tmp_path / "layout", workers=2)

    layout = oci.OciLayout(tmp_path / "layout")
    assert oci.find_root(layout, "1").digest == memory.tags["1"]
    with layout.open_blob(DIGEST) as file:
        assert file.read() == CONTENT


def test_layers_are_mounted_from_a_repository_of_the_same_registry(memory: MemoryRepository) -> None:
    push_image(memory, image(CONTENT), tags="1")
    other = MemoryRepository("memory/other")

    _, report = push_image(other, memory.image("1"), tags="1")

    assert other.blobs == memory.blobs
    assert (other.uploaded, report.sent, report.bytes_sent) == ([], (), 0)


def test_layers_that_cannot_be_mounted_are_sent(repository: Repository, memory: MemoryRepository) -> None:
    repository.push_image(image(CONTENT), tags="1")

    push_image(memory, repository.image("1").source(), tags="1")

    assert memory.mounted == []
    assert DIGEST in memory.uploaded


# Layers as streams


def test_a_stream_is_hashed_while_it_is_sent(memory: MemoryRepository) -> None:
    [pushed] = push_layers(memory, [LayerToPush(io.BytesIO(CONTENT))], workers=1, skip_existing=False)

    assert (pushed.digest, pushed.size, pushed.uploaded) == (DIGEST, len(CONTENT), True)
    assert memory.blobs == {DIGEST: CONTENT}


def test_progress_grows_from_the_start_to_the_end(memory: MemoryRepository) -> None:
    told: list[LayerEvent] = []

    push_layers(memory, [LayerToPush(CONTENT, DIGEST)], workers=1, progress=told.append)

    assert told == [
        events.TransferPlanned("memory/app", len(CONTENT), layers=1),
        events.LayerStarted(DIGEST, len(CONTENT)),
        *(events.PartSent(DIGEST, len(CONTENT), received=count) for count in (1000, 2000, 2500)),
        events.LayerFinished(DIGEST, len(CONTENT), digest=DIGEST),
    ]


def test_a_broken_stream_is_sent_again_from_its_first_byte(memory: MemoryRepository) -> None:
    memory.failures = [broken(), broken()]
    told: list[LayerEvent] = []

    push_layers(memory, [LayerToPush(CONTENT)], workers=1, progress=told.append)

    assert memory.blobs == {DIGEST: CONTENT}
    assert [type(each) for each in told].count(events.LayerRestarted) == 2


def test_the_retry_policy_of_the_target_ends_the_attempts(memory: MemoryRepository) -> None:
    memory.retry = RetryPolicy(attempts=2, first_wait=0)
    memory.failures = [broken() for _ in range(9)]

    with pytest.raises(TransportError):
        push_layers(memory, [LayerToPush(CONTENT)], workers=1)

    assert len(memory.failures) == 7


def test_a_refusal_is_final(memory: MemoryRepository) -> None:
    memory.failures = [api_error("DENIED", "no", operation="PUT", http_status=403)]
    told: list[LayerEvent] = []

    with pytest.raises(ApiError, match="DENIED"):
        push_layers(memory, [LayerToPush(CONTENT)], workers=1, progress=told.append)

    assert isinstance(told[-1], events.LayerFailed)


def test_a_source_that_can_be_read_only_once_is_not_sent_again(memory: MemoryRepository) -> None:
    memory.failures = [broken()]

    with no_waiting(), pytest.raises(NotRereadableError, match="The connection broke"):
        push_layers(memory, [LayerToPush(iter([CONTENT]))], workers=1)


def test_a_stream_with_another_digest_is_refused(memory: MemoryRepository) -> None:
    with pytest.raises(DigestMismatchError):
        push_layers(memory, [LayerToPush(iter([CONTENT]), Digest.of(b"other"))], workers=1)


@pytest.mark.parametrize("source", [b"", iter([b""])], ids=["bytes", "stream"])
def test_an_empty_layer_is_refused(memory: MemoryRepository, source: bytes) -> None:
    with pytest.raises(EmptyLayerError):
        push_layers(memory, [LayerToPush(source)], workers=1)


def test_a_cancelled_push_sends_nothing_more(memory: MemoryRepository) -> None:
    cancelled = threading.Event()

    def cancel(event: LayerEvent) -> None:
        if isinstance(event, events.PartSent):
            cancelled.set()

    with pytest.raises(CancelledError):
        push_layers(
            memory,
            [LayerToPush(CONTENT)],
            workers=1,
            conditions=Conditions(cancelled=cancelled),
            progress=cancel,
        )

    assert memory.blobs == {}
