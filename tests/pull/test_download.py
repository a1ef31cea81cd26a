"""Layers on their way out: verified, resumed, and under their name only when every byte is right."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ecrkit import Client, Digest, Layer, Registry, models
from ecrkit.errors import (
    AnswerLostError,
    DigestMismatchError,
    InvalidInputError,
    LayerInaccessibleError,
    LayersNotFoundError,
)
from ecrkit.resources import DescribedRepository
from ecrkit.testing import FakeTransport, no_waiting
from ecrkit.transfer import EcrApi
from ecrkit.transport import Download
from tests.resources.pictures import oci_digest, pushed

CONTENT = bytes(range(256))
DIGEST = Digest.of(CONTENT)
URL = "https://storage.example.com/layer?X-Amz-Signature=very-secret"


class Storage(FakeTransport):
    """Gives out one layer, and fails in the ways that it is told to, one for each download."""

    def __init__(self, content: bytes = CONTENT) -> None:
        super().__init__(*[models.GetDownloadUrlForLayerResponse(download_url=URL)] * 20)
        self.content = content
        self.failures: list[Callable[[int], Download]] = []
        self.first_bytes: list[int] = []
        self.connected = 0

    @contextmanager
    def download(self, url: str, *, first_byte: int = 0) -> Generator[Download]:
        assert url == URL
        self.first_bytes.append(first_byte)
        self.connected += 1
        try:
            yield self._serve(first_byte)
        finally:
            self.connected -= 1

    def _serve(self, first_byte: int) -> Download:
        if self.failures:
            return self.failures.pop(0)(first_byte)
        if first_byte > len(self.content):
            return Served(b"", 416)
        return Served(self.content[first_byte:], 206 if first_byte else 200)

    def layer(self, *, size: int | None = len(CONTENT), digest: str = DIGEST) -> Layer:
        return Layer(Registry(self).repository("team/app"), digest, size=size, media_type="x")


class Served:
    def __init__(self, content: bytes, status: int = 200, *, broken: bool = False) -> None:
        self.status = status
        self._content = content
        self._broken = broken

    def read(self, size: int, /) -> bytes:
        block, self._content = self._content[:size], self._content[size:]
        if not block and self._broken:
            raise AnswerLostError("broke off")
        return block


def broken_after(count: int) -> Callable[[int], Download]:
    def serve(first_byte: int) -> Download:
        return Served(CONTENT[first_byte : first_byte + count], 206 if first_byte else 200, broken=True)

    return serve


def status(code: int) -> Callable[[int], Download]:
    return lambda first_byte: Served(b"<Error>no</Error>", code)


@pytest.fixture
def storage() -> Storage:
    return Storage()


def test_a_layer_is_downloaded_as_it_was_pushed(fresh: DescribedRepository, tmp_path: Path) -> None:
    [layer] = pushed(fresh, "1.0", CONTENT).layers()

    path = layer.download(tmp_path / "new" / "folder" / "layer.tar")

    assert path == tmp_path / "new" / "folder" / "layer.tar"
    assert path.read_bytes() == CONTENT
    assert list(path.parent.iterdir()) == [path]


def test_everything_is_read_from_the_registry_that_is_named(fake: FakeTransport) -> None:
    origin = EcrApi(Client(fake), "team/app", "444455556666")
    fake.answers(*[models.BatchGetImageResponse(images=[], failures=[])] * 2)
    fake.answers(models.GetDownloadUrlForLayerResponse(download_url=URL))
    fake.answers(models.ListImageReferrersResponse(referrers=[]))

    origin.manifests([DIGEST])
    list(origin.tagged(["1.0"]))
    origin.download_url(DIGEST)
    list(origin.referrers(DIGEST))

    asked = [(request.operation, request.to_wire()["registryId"]) for request in fake.requests]
    assert asked == [
        ("BatchGetImage", "444455556666"),
        ("BatchGetImage", "444455556666"),
        ("GetDownloadUrlForLayer", "444455556666"),
        ("ListImageReferrers", "444455556666"),
    ]


def test_a_path_may_be_a_text(storage: Storage, tmp_path: Path) -> None:
    assert storage.layer().download(str(tmp_path / "layer")).read_bytes() == CONTENT


def test_a_layer_replaces_what_was_there(storage: Storage, tmp_path: Path) -> None:
    path = tmp_path / "layer"
    path.write_bytes(b"something else")

    storage.layer().download(path)

    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("size", [None, len(CONTENT)], ids=["unknown size", "known size"])
def test_a_connection_that_breaks_goes_on_where_it_was(
    storage: Storage, tmp_path: Path, size: int | None
) -> None:
    storage.failures = [broken_after(100), broken_after(50)]

    with no_waiting():
        path = storage.layer(size=size).download(tmp_path / "layer")

    assert path.read_bytes() == CONTENT
    assert storage.first_bytes == [0, 100, 150]


def test_an_answer_that_ends_early_goes_on_where_it_was(storage: Storage, tmp_path: Path) -> None:
    storage.failures = [lambda first_byte: Served(CONTENT[:100])]

    with no_waiting():
        path = storage.layer().download(tmp_path / "layer")

    assert path.read_bytes() == CONTENT
    assert storage.first_bytes == [0, 100]


def test_a_url_that_has_expired_is_asked_for_again(storage: Storage, tmp_path: Path) -> None:
    storage.failures = [status(403)]

    with no_waiting():
        path = storage.layer().download(tmp_path / "layer")

    assert path.read_bytes() == CONTENT
    assert [request.operation for request in storage.requests] == ["GetDownloadUrlForLayer"] * 2


def test_a_storage_that_knows_no_ranges_gives_the_whole_again(storage: Storage, tmp_path: Path) -> None:
    storage.failures = [broken_after(100), lambda first_byte: Served(CONTENT)]

    with no_waiting():
        path = storage.layer().download(tmp_path / "layer")

    assert path.read_bytes() == CONTENT


def test_an_interrupted_download_goes_on_when_it_is_called_again(storage: Storage, tmp_path: Path) -> None:
    storage.failures = [broken_after(100), *[status(503)] * 7]
    with no_waiting(), pytest.raises(AnswerLostError, match="503"):
        storage.layer().download(tmp_path / "layer")
    assert not (tmp_path / "layer").exists()

    storage.layer().download(tmp_path / "layer")

    assert storage.first_bytes[-1] == 100
    assert (tmp_path / "layer").read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [tmp_path / "layer"]


def test_what_an_interrupted_download_has_whole_is_not_fetched_again(
    storage: Storage, tmp_path: Path
) -> None:
    (tmp_path / f".layer.{DIGEST.hex[:16]}.part").write_bytes(CONTENT)

    path = storage.layer().download(tmp_path / "layer")

    assert path.read_bytes() == CONTENT
    assert storage.first_bytes == []


def test_wrong_bytes_leave_nothing_behind(tmp_path: Path) -> None:
    storage = Storage(b"!" + CONTENT[1:])

    with pytest.raises(DigestMismatchError) as raised:
        storage.layer().download(tmp_path / "layer")

    assert (raised.value.expected, raised.value.actual) == (DIGEST, Digest.of(storage.content))
    assert list(tmp_path.iterdir()) == []


def test_wrong_bytes_do_not_touch_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "layer"
    path.write_bytes(b"as it was")

    with pytest.raises(DigestMismatchError):
        Storage(b"wrong").layer(size=5).download(path)

    assert path.read_bytes() == b"as it was"


@pytest.mark.parametrize("size", [None, len(CONTENT)], ids=["unknown size", "known size"])
def test_more_bytes_than_there_are_begin_anew(storage: Storage, tmp_path: Path, size: int | None) -> None:
    storage.failures = [broken_after(100), *[status(503)] * 7]
    with no_waiting(), pytest.raises(AnswerLostError):
        storage.layer(size=size).download(tmp_path / "layer")
    [partial] = tmp_path.iterdir()
    partial.write_bytes(bytes(len(CONTENT) + 1))

    with no_waiting():
        path = storage.layer(size=size).download(tmp_path / "layer")

    assert path.read_bytes() == CONTENT


def test_no_error_of_a_download_shows_its_url(storage: Storage, tmp_path: Path) -> None:
    storage.failures = [status(503)] * 8

    with no_waiting(), pytest.raises(AnswerLostError) as raised:
        storage.layer().download(tmp_path / "layer")

    assert "very-secret" not in str(raised.value)


def test_a_layer_that_is_not_there_is_named(fresh: DescribedRepository, tmp_path: Path) -> None:
    layer = Layer(fresh, oci_digest("a"), media_type="x")

    with pytest.raises(LayersNotFoundError, match=oci_digest("a")):
        layer.download(tmp_path / "layer")

    assert not (tmp_path / "layer").exists()


def test_a_layer_of_no_image_cannot_be_downloaded(fresh: DescribedRepository, tmp_path: Path) -> None:
    with pytest.raises(LayerInaccessibleError) as raised:
        fresh.push_layer(CONTENT).download(tmp_path / "layer")

    assert raised.value.hint is not None


def test_a_stream_that_is_closed_before_its_end_lets_go_of_its_connection(storage: Storage) -> None:
    with storage.layer().open() as stream:
        stream.read(1)
        held = storage.connected

    assert (held, storage.connected) == (1, 0)


def test_a_connection_that_breaks_is_let_go_before_the_next_one(storage: Storage, tmp_path: Path) -> None:
    storage.failures = [broken_after(100), status(503)]

    with no_waiting():
        storage.layer().download(tmp_path / "layer")

    assert (len(storage.first_bytes), storage.connected) == (3, 0)


# Small layers, in memory


def test_a_small_layer_is_read_into_memory(fresh: DescribedRepository) -> None:
    [layer] = pushed(fresh, "1.0", CONTENT).layers()

    assert layer.read() == CONTENT


def test_a_layer_that_is_too_large_for_the_memory_is_refused(storage: Storage) -> None:
    with pytest.raises(InvalidInputError, match="more than 100 bytes"):
        storage.layer().read(at_most=100)


def test_a_layer_may_have_as_many_bytes_as_are_wanted_in_memory(storage: Storage) -> None:
    assert storage.layer().read(at_most=len(CONTENT)) == CONTENT


def test_of_a_layer_that_is_too_large_no_more_is_read_than_it_takes_to_know(storage: Storage) -> None:
    served = Served(bytes(10_000_000))
    storage.failures = [lambda first_byte: served]

    with pytest.raises(InvalidInputError, match="more than 100 bytes"):
        storage.layer(size=10_000_000).read(at_most=100)

    assert len(served.read(10_000_000)) > 9_000_000


def test_wrong_bytes_are_not_given_out(storage: Storage) -> None:
    with pytest.raises(DigestMismatchError):
        storage.layer(digest=oci_digest("a")).read()


def test_a_broken_connection_is_tried_again(storage: Storage) -> None:
    storage.failures = [broken_after(100), status(403)]

    with no_waiting():
        assert storage.layer().read() == CONTENT
