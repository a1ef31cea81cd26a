"""Layers pushed for real, through botocore and HTTP, in parts of ten bytes."""

import io
import os
import threading
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from ecrkit import LayerEvent, LayerToPush, UploadState
from ecrkit.errors import (
    DigestMismatchError,
    EmptyLayerError,
    InvalidReferenceError,
    InvalidSourceError,
    RepositoryNotFoundError,
    SourceChangedError,
)
from ecrkit.events import LayerFinished, LayerResumed, LayerSkipped, PartSent
from ecrkit.local import LocalECR
from ecrkit.models import UploadLayerPartRequest
from ecrkit.oci import media_types
from ecrkit.push.sources import layer_source
from ecrkit.resources import DescribedRepository, Registry, Repository
from ecrkit.transfer import EcrApi
from tests.push.answers import digest_of
from tests.samples import image

CONTENT = bytes(range(256)) + b"and the last part is not full"
DIGEST = digest_of(CONTENT)
GZIP = b"\x1f\x8b\x08\x00" + bytes(30)
ZSTD = b"\x28\xb5\x2f\xfd" + bytes(30)


def is_there(repository: Repository, digest: str) -> bool:
    return digest in EcrApi(repository.client, repository.name, None).available([digest])


def test_a_layer_is_pushed_from_a_path(fresh: DescribedRepository, tmp_path: Path) -> None:
    path = tmp_path / "layer.tar"
    path.write_bytes(CONTENT)

    layer = fresh.push_layer(path)

    assert (layer.digest, layer.size, layer.uploaded) == (DIGEST, len(CONTENT), True)
    assert is_there(fresh, DIGEST)


def test_a_layer_is_pushed_from_bytes(fresh: DescribedRepository) -> None:
    assert fresh.push_layer(CONTENT).digest == DIGEST
    assert is_there(fresh, DIGEST)


def test_a_layer_is_pushed_from_a_file_from_where_it_stands(fresh: DescribedRepository) -> None:
    file = io.BytesIO(b"something before" + CONTENT)
    file.seek(len(b"something before"))

    assert fresh.push_layer(file).digest == DIGEST


def test_a_layer_is_pushed_from_a_pipe(fresh: DescribedRepository) -> None:
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb", buffering=0) as target:
            for start in range(0, len(CONTENT), 17):
                target.write(CONTENT[start : start + 17])

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(reading, "rb") as stream:
        layer = fresh.push_layer(cast("BinaryIO", stream))
    writer.join()

    assert (layer.digest, layer.size) == (DIGEST, len(CONTENT))
    assert is_there(fresh, DIGEST)


def test_a_layer_is_pushed_from_chunks(fresh: DescribedRepository) -> None:
    chunks = (CONTENT[start : start + 23] for start in range(0, len(CONTENT), 23))

    assert fresh.push_layer(chunks).digest == DIGEST


def test_a_layer_that_is_there_is_not_sent_again(fresh: DescribedRepository) -> None:
    fresh.push_layer(CONTENT)
    events: list[LayerEvent] = []

    layer = fresh.push_layer(CONTENT, progress=events.append)

    assert (layer.digest, layer.size, layer.uploaded) == (DIGEST, len(CONTENT), False)
    assert events[-1] == LayerSkipped(DIGEST, len(CONTENT))


def test_a_layer_that_is_there_may_be_sent_all_the_same(fresh: DescribedRepository) -> None:
    fresh.push_layer(CONTENT)

    layer = fresh.push_layer(CONTENT, skip_existing=False)

    assert (layer.digest, layer.uploaded) == (DIGEST, True)


def test_a_stream_of_a_known_digest_is_not_read_where_the_layer_is_there(fresh: DescribedRepository) -> None:
    fresh.push_layer(CONTENT)
    stream = iter([CONTENT])

    layer = fresh.push_layer(stream, digest=DIGEST)

    assert not layer.uploaded
    assert next(stream) == CONTENT


def test_a_wrong_digest_names_both(fresh: DescribedRepository) -> None:
    other = digest_of(b"other")

    with pytest.raises(DigestMismatchError, match=f"{other}.*{DIGEST}"):
        fresh.push_layer(CONTENT, digest=other)

    assert not is_there(fresh, DIGEST)


def test_a_malformed_digest_is_refused(fresh: DescribedRepository) -> None:
    with pytest.raises(InvalidReferenceError, match="sha256"):
        fresh.push_layer(CONTENT, digest="latest")


@pytest.mark.parametrize("empty", [b"", [], [b""]], ids=repr)
def test_an_empty_layer_is_refused(fresh: DescribedRepository, empty: bytes | list[bytes]) -> None:
    with pytest.raises(EmptyLayerError, match="is empty"):
        fresh.push_layer(empty)


def test_what_is_no_source_is_refused(fresh: DescribedRepository) -> None:
    with pytest.raises(InvalidSourceError, match="int is not a source"):
        fresh.push_layer(cast("bytes", 42))


def test_a_missing_repository_is_named(local_registry: Registry) -> None:
    with pytest.raises(RepositoryNotFoundError, match="tests/missing"):
        local_registry.repository("tests/missing").push_layer(CONTENT)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (GZIP, media_types.OCI_LAYER_GZIP),
        (ZSTD, media_types.OCI_LAYER_ZSTD),
        (b"plain" * 20, media_types.OCI_LAYER),
    ],
    ids=["gzip", "zstd", "tar"],
)
@pytest.mark.parametrize("again", [False, True], ids=["sent", "there"])
def test_the_first_bytes_tell_the_media_type(
    fresh: DescribedRepository,
    content: bytes,
    expected: str,
    again: bool,  # noqa: FBT001 -- a column
) -> None:
    if again:
        fresh.push_layer(content)

    assert fresh.push_layer(content).media_type == expected


def test_the_caller_knows_the_media_type_better(fresh: DescribedRepository) -> None:
    assert fresh.push_layer(GZIP, media_type="application/x").media_type == "application/x"


def test_no_byte_is_counted_twice(fresh: DescribedRepository) -> None:
    events: list[LayerEvent] = []

    fresh.push_layer(CONTENT, progress=events.append)

    received = [each.received for each in events if isinstance(each, PartSent)]
    assert received == [*range(10, len(CONTENT), 10), len(CONTENT)]
    assert isinstance(events[-1], LayerFinished)


def test_several_layers_are_pushed_at_once_in_the_order_of_their_sources(fresh: DescribedRepository) -> None:
    contents = [f"layer {number} ".encode() * (number + 1) for number in range(6)]

    layers = fresh.push_layers(contents, workers=3)

    assert [layer.digest for layer in layers] == [digest_of(content) for content in contents]
    assert all(layer.uploaded for layer in layers)


def test_a_digest_among_several_is_sent_once(fresh: DescribedRepository) -> None:
    events: list[LayerEvent] = []

    layers = fresh.push_layers([CONTENT, CONTENT, CONTENT], progress=events.append)

    assert {layer.digest for layer in layers} == {DIGEST}
    assert [type(each) for each in events].count(LayerFinished) == 1


def test_no_layer_is_no_work(fresh: DescribedRepository) -> None:
    assert fresh.push_layers([]) == []


def test_one_wrong_layer_ends_the_push_of_all(fresh: DescribedRepository) -> None:
    wrong = LayerToPush(layer_source(b"wrong"), digest_of(b"other"))

    with pytest.raises(DigestMismatchError):
        fresh.push_layers([wrong, CONTENT, b"another"], workers=2)

    assert [each.name for each in threading.enumerate() if each.name.startswith("ecrkit-worker")] == []


def test_an_upload_is_resumed_by_another_process(fresh: DescribedRepository) -> None:
    saved: list[str] = []

    def save_and_break(event: LayerEvent) -> None:
        saved.append(upload.state.to_json())
        if isinstance(event, PartSent) and event.received == 50:
            raise KeyboardInterrupt

    upload = fresh.start_upload(CONTENT, progress=save_and_break)
    with pytest.raises(KeyboardInterrupt):
        upload.finish()

    assert UploadState.from_json(saved[-1]).received == 50  # as the event says
    events: list[LayerEvent] = []
    resumed = fresh.resume_upload(UploadState.from_json(saved[-1]), CONTENT, progress=events.append)
    layer = resumed.finish()

    assert layer.digest == DIGEST
    received = [each.received for each in events if isinstance(each, PartSent)]
    assert received == [*range(60, len(CONTENT), 10), len(CONTENT)]


def test_a_state_older_than_the_upload_is_resumed_where_the_upload_is(fresh: DescribedRepository) -> None:
    upload = fresh.start_upload(CONTENT)
    old = upload.state
    fresh.client.send(_first_part(fresh, old.upload_id))

    layer = fresh.resume_upload(old, CONTENT).finish()

    assert layer.digest == DIGEST


def _first_part(repository: DescribedRepository, upload_id: str) -> UploadLayerPartRequest:
    return UploadLayerPartRequest(
        repository_name=repository.name,
        upload_id=upload_id,
        part_first_byte=0,
        part_last_byte=9,
        layer_part_blob=CONTENT[:10],
    )


def test_a_layer_with_what_is_known_of_it_takes_any_source(
    fresh: DescribedRepository, tmp_path: Path
) -> None:
    (tmp_path / "layer").write_bytes(CONTENT)

    layers = fresh.push_layers(
        [LayerToPush(tmp_path / "layer", DIGEST), LayerToPush(b"others"), LayerToPush(iter([ZSTD]))]
    )

    assert [layer.digest for layer in layers] == [DIGEST, digest_of(b"others"), digest_of(ZSTD)]


def test_a_malformed_digest_of_one_of_several_layers_is_refused(fresh: DescribedRepository) -> None:
    with pytest.raises(InvalidReferenceError):
        fresh.push_layers([LayerToPush(CONTENT, "sha256:short")])


def test_another_file_of_equal_length_cannot_resume_an_upload(
    fresh: DescribedRepository, local_ecr: LocalECR
) -> None:
    upload = fresh.start_upload(CONTENT)
    state = UploadState.from_json(upload.state.to_json())
    local_ecr.requests.clear()

    with pytest.raises(SourceChangedError, match="its bytes differ"):
        fresh.resume_upload(state, CONTENT[::-1])

    assert len(local_ecr.requests) == 0


def test_an_image_is_pushed_with_a_folder_that_is_empty_again(
    fresh: DescribedRepository, tmp_path: Path
) -> None:
    source = image(CONTENT)

    def crash(event: LayerEvent) -> None:
        if isinstance(event, PartSent):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fresh.push_image(source, progress=crash, resume=tmp_path)
    assert list(tmp_path.iterdir())
    events: list[LayerEvent] = []

    fresh.push_image(source, tags="1", progress=events.append, resume=tmp_path)

    assert any(isinstance(each, LayerResumed) for each in events)
    assert list(tmp_path.iterdir()) == []
