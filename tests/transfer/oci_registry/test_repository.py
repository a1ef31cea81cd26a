"""A repository over the OCI protocol: of the local ECR, which deviates from the specification as ECR does."""

import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrkit import Repository, RetryPolicy
from ecrkit.errors import (
    DigestMismatchError,
    ImageNotFoundError,
    LayersNotFoundError,
    RepositoryNotFoundError,
    SourceChangedError,
    TagImmutableError,
)
from ecrkit.local import LocalECR
from ecrkit.oci import build_index
from ecrkit.push import LayerToPush, push_layers
from ecrkit.push.image import push_image
from ecrkit.references import Digest
from ecrkit.transfer import BlobReader, RemoteBlob
from ecrkit.transfer.oci_registry import Credentials, FixedLogin, OciRepository, RegistryClient
from ecrkit.transport._http import http_session
from tests.samples import image, noise
from tests.stub_server import Answer, stub_server

CONTENT = noise(300_000)
DIGEST = Digest.of(CONTENT)
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def ecr() -> Iterator[LocalECR]:
    with LocalECR() as server:
        yield server


@pytest.fixture
def stored(ecr: LocalECR) -> Repository:
    return ecr.registry().create_repository(f"team/app-{next(_numbers)}")


@pytest.fixture
def there(stored: Repository) -> OciRepository:
    return over_oci(stored)


def over_oci(stored: Repository) -> OciRepository:
    login = stored.registry.docker_credentials()
    client = RegistryClient(
        login.endpoint, http_session(), FixedLogin(Credentials(login.username, login.password))
    )
    return OciRepository(client, stored.name, RetryPolicy(attempts=3, first_wait=0))


def test_an_image_is_pushed_and_read(there: OciRepository, stored: Repository) -> None:
    source = image(CONTENT, noise(40))

    digest, _ = push_image(there, source, tags=["1", "2"])

    assert there.manifest("1").raw == source.blobs[digest]
    assert there.digest_of("2") == digest == stored.image("1").describe().digest
    assert sorted(there.tags(page_size=1)) == ["1", "2"]
    assert there.manifests([digest])[digest].digest == digest


def test_a_push_again_sends_nothing(there: OciRepository) -> None:
    push_image(there, image(CONTENT), tags="1")

    _, report = push_image(there, image(CONTENT), tags="1")

    assert report.sent == ()


def test_a_layer_is_read_from_any_byte(there: OciRepository) -> None:
    push_image(there, image(CONTENT), tags="1")

    with RemoteBlob.of(there, DIGEST, len(CONTENT)).open(first_byte=299_990) as stream:
        assert stream.read() == CONTENT[299_990:]


def test_a_file_of_known_digest_is_sent(there: OciRepository, tmp_path: Path) -> None:
    file = tmp_path / "layer"
    file.write_bytes(CONTENT)

    [pushed] = push_layers(there, [LayerToPush(file, DIGEST)], workers=1)

    assert pushed.uploaded
    assert there.available([DIGEST])[DIGEST].size == len(CONTENT)


@pytest.mark.parametrize(
    "source", [io.BytesIO(CONTENT), iter([CONTENT[:7], CONTENT[7:]])], ids=["file", "stream"]
)
def test_a_layer_of_unknown_digest_is_sent(
    there: OciRepository, source: io.BytesIO | Iterator[bytes]
) -> None:
    [pushed] = push_layers(there, [LayerToPush(source)], workers=1, skip_existing=False)

    assert pushed.digest == DIGEST
    assert DIGEST in there.available([DIGEST])


def test_a_wrong_digest_is_refused(there: OciRepository) -> None:
    with pytest.raises(DigestMismatchError, match=f"its content has {DIGEST}"):
        push_layers(there, [LayerToPush(CONTENT, Digest.of(b"other"))], workers=1)


def test_a_missing_repository_is_named(there: OciRepository) -> None:
    nowhere = OciRepository(there.client, "not/there")

    with pytest.raises(RepositoryNotFoundError, match="'not/there'"):
        push_layers(nowhere, [LayerToPush(CONTENT)], workers=1, skip_existing=False)


def test_a_missing_tag_is_not_found(there: OciRepository) -> None:
    with pytest.raises(ImageNotFoundError):
        there.manifest("1")

    assert there.digest_of("1") is None
    assert list(there.tagged(["1"])) == []
    assert list(there.missing_images([DIGEST])) == [DIGEST]


def test_a_missing_layer_is_not_found(there: OciRepository) -> None:
    with pytest.raises(LayersNotFoundError), there.open_blob(DIGEST):
        pass


def test_referrers_are_listed(there: OciRepository) -> None:
    subject = image(CONTENT)
    signature = image(noise(7), subject=subject.root.descriptor(), artifact_type="application/x-signature")
    push_image(there, subject, tags="1")
    push_image(there, signature)

    assert [each.digest for each in there.referrers(subject.root.digest)] == [signature.root.digest]


def test_an_immutable_tag_names_both_images(there: OciRepository, stored: Repository) -> None:
    stored.set_tag_mutability("IMMUTABLE")
    push_image(there, image(CONTENT), tags="1")
    push_image(there, image(CONTENT), tags="1")

    with pytest.raises(TagImmutableError):
        push_image(there, image(noise(9)), tags="1")


def test_a_layer_is_mounted_where_the_account_allows_it(
    ecr: LocalECR, there: OciRepository, stored: Repository
) -> None:
    push_image(there, image(CONTENT), tags="1")
    other = over_oci(ecr.registry().create_repository("mounted/here"))
    before = other.mount_blob(DIGEST, there)
    stored.registry.settings.put("BLOB_MOUNTING", "ENABLED")

    assert not before
    assert other.mount_blob(DIGEST, there)
    assert DIGEST in other.available([DIGEST])


def test_a_manifest_with_other_bytes_is_refused() -> None:
    with stub_server(Answer(b"{}", 200)) as stub:
        there = OciRepository(RegistryClient(stub.url, http_session()), "team/app")
        with pytest.raises(DigestMismatchError):
            there.manifest(DIGEST)


def test_referrers_come_from_a_tag_where_the_api_is_missing() -> None:
    listed = build_index([image(noise(3)).root.descriptor()])
    missing = Answer(b'{"errors": [{"code": "NOT_FOUND"}]}', 404)
    with stub_server(missing, Answer(listed.raw, 200, {"Content-Type": listed.media_type})) as stub:
        there = OciRepository(RegistryClient(stub.url, http_session()), "team/app")

        assert list(there.referrers(DIGEST)) == list(listed.manifests)

    assert stub.asked[1].path == f"/v2/team/app/manifests/sha256-{DIGEST.hex}"


class Truncated:
    """A reader that ends early."""

    size = 100
    expected = DIGEST
    digest = DIGEST

    def __init__(self) -> None:
        self._blocks = [b"x" * 10, b""]

    def read(self, _: int, /) -> memoryview:
        return memoryview(self._blocks.pop(0))


def test_a_source_that_ends_early_does_not_leave_the_registry_waiting(there: OciRepository) -> None:
    content: BlobReader = Truncated()

    with pytest.raises(SourceChangedError, match="after 10 of 100 bytes"):
        there.upload_blob(content)
