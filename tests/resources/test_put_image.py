"""Manifests on their way in: exact bytes, digest and media type always sent, the same again is a success."""

import json

import pytest

from ecrkit import Digest, Registry, RetryPolicy, models, oci
from ecrkit.errors import (
    ApiError,
    ImageTagAlreadyExistsError,
    InvalidManifestError,
    InvalidReferenceError,
    LayersNotFoundError,
    ReferencedImagesNotFoundError,
    TagImmutableError,
    api_error,
)
from ecrkit.models import ImageTagMutability
from ecrkit.oci import media_types
from ecrkit.resources import DescribedRepository, Repository
from ecrkit.testing import FakeTransport
from tests.resources.pictures import (
    described,
    manifest_of_nothing,
    oci_digest,
    pushed,
    pushed_manifest,
    put,
)


@pytest.fixture
def repository(fake: FakeTransport) -> Repository:
    return Registry(fake).repository("team/app")


def sent(fake: FakeTransport) -> models.PutImageRequest:
    request = fake.requests[0]
    assert isinstance(request, models.PutImageRequest)
    return request


def already(code: str) -> ApiError:
    return api_error(code, "it is there", operation="PutImage", http_status=400, request_id="r-1")


def test_the_exact_bytes_go_out_with_their_digest_and_media_type(
    fake: FakeTransport, repository: Repository
) -> None:
    manifest = manifest_of_nothing()
    fake.answers(put(manifest))
    odd = json.dumps(json.loads(manifest.text), indent=3) + "\n"

    image = repository.put_image(odd, "1.0")

    assert sent(fake).image_manifest == odd
    assert sent(fake).image_digest == image.digest == Digest.of(odd.encode())
    assert sent(fake).image_manifest_media_type == media_types.OCI_MANIFEST
    assert sent(fake).image_tag == "1.0"


def test_an_image_goes_to_the_registry_that_is_named(fake: FakeTransport) -> None:
    fake.answers(put(manifest_of_nothing()))

    Registry(fake, registry_id="444455556666").repository("team/app").put_image(manifest_of_nothing())

    assert sent(fake).registry_id == "444455556666"


@pytest.mark.parametrize("kind", ["bytes", "text", "document"])
def test_a_manifest_is_bytes_text_or_a_document(
    fake: FakeTransport, repository: Repository, kind: str
) -> None:
    manifest = manifest_of_nothing()
    fake.answers(put(manifest))
    forms: dict[str, bytes | str | oci.ImageManifest] = {
        "bytes": manifest.raw,
        "text": manifest.text,
        "document": manifest,
    }

    image = repository.put_image(forms[kind])

    assert image.digest == manifest.digest
    assert sent(fake).image_tag is None


def test_a_manifest_that_does_not_say_what_it_is_goes_out_with_what_it_looks_like(
    fake: FakeTransport, repository: Repository
) -> None:
    members = json.loads(manifest_of_nothing().text)
    del members["mediaType"]
    fake.answers(put(manifest_of_nothing()))

    repository.put_image(json.dumps(members))

    assert sent(fake).image_manifest_media_type == media_types.OCI_MANIFEST
    assert sent(fake).image_manifest == json.dumps(members)


def test_the_caller_may_say_what_the_manifest_is(fake: FakeTransport, repository: Repository) -> None:
    members = json.loads(manifest_of_nothing().text)
    del members["mediaType"]
    fake.answers(put(manifest_of_nothing()))

    repository.put_image(json.dumps(members), media_type=media_types.DOCKER_MANIFEST)

    assert sent(fake).image_manifest_media_type == media_types.DOCKER_MANIFEST


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        (b"not json", "JSON"),
        (b"", "JSON"),
        (b"[]", "object"),
        (b"\xff\xfe", "UTF-8"),
        (b"{}", "mediaType"),
        (b'{"schemaVersion": 1}', "schema 1"),
        (b'{"mediaType": "text/plain"}', "text/plain"),
    ],
)
def test_what_is_no_manifest_is_refused_before_it_is_sent(
    fake: FakeTransport, repository: Repository, manifest: bytes, words: str
) -> None:
    with pytest.raises(InvalidManifestError, match=words):
        repository.put_image(manifest)

    assert fake.requests == []


def test_a_media_type_that_the_manifest_contradicts_is_refused(
    fake: FakeTransport, repository: Repository
) -> None:
    with pytest.raises(InvalidManifestError, match="announced as"):
        repository.put_image(manifest_of_nothing().raw, media_type=media_types.DOCKER_MANIFEST)

    assert fake.requests == []


@pytest.mark.parametrize("tag", ["", "a b", "-x", "sha256:1", "a/b", "1.0+build", "x" * 129])
def test_a_tag_that_no_image_can_have_is_refused_before_it_is_sent(
    fake: FakeTransport, repository: Repository, tag: str
) -> None:
    with pytest.raises(InvalidReferenceError, match="is not a tag"):
        repository.put_image(manifest_of_nothing(), tag)

    assert fake.requests == []


# The same again


def test_the_same_image_again_is_a_success(fake: FakeTransport, repository: Repository) -> None:
    manifest = manifest_of_nothing()
    fake.answers(already("ImageAlreadyExistsException"))

    assert repository.put_image(manifest, "1.0").digest == manifest.digest


def test_an_immutable_tag_that_names_the_image_already_is_a_success(
    fake: FakeTransport, repository: Repository
) -> None:
    manifest = manifest_of_nothing()
    fake.answers(already("ImageTagAlreadyExistsException"), described(manifest.digest, "1.0"))

    assert repository.put_image(manifest, "1.0").digest == manifest.digest


def test_an_immutable_tag_of_another_image_names_both_digests(
    fake: FakeTransport, repository: Repository
) -> None:
    manifest, other = manifest_of_nothing(), oci_digest("a")
    fake.answers(already("ImageTagAlreadyExistsException"), described(other, "1.0"))

    with pytest.raises(TagImmutableError) as raised:
        repository.put_image(manifest, "1.0")

    assert (raised.value.existing, raised.value.wanted) == (other, manifest.digest)
    assert all(each in str(raised.value) for each in (other, manifest.digest, "1.0"))
    assert raised.value.request_id == "r-1"


def test_an_immutable_tag_that_vanished_meanwhile_is_the_error_of_the_service(
    fake: FakeTransport, repository: Repository
) -> None:
    gone = api_error("ImageNotFoundException", "gone", operation="DescribeImages", http_status=400)
    fake.answers(already("ImageTagAlreadyExistsException"), gone)

    with pytest.raises(ImageTagAlreadyExistsError) as raised:
        repository.put_image(manifest_of_nothing(), "1.0")

    assert type(raised.value) is ImageTagAlreadyExistsError


# For real


def test_an_image_has_the_bytes_that_were_put(fresh: DescribedRepository) -> None:
    manifest = pushed_manifest(fresh)
    odd = (json.dumps(json.loads(manifest.text), indent=2) + "\n").encode()

    image = fresh.put_image(odd, "odd")

    assert image.manifest().raw == odd
    assert fresh.image("odd").manifest().raw == odd
    assert fresh.image("odd").describe().digest == Digest.of(odd)


@pytest.mark.parametrize("mutability", [ImageTagMutability.MUTABLE, ImageTagMutability.IMMUTABLE])
def test_an_image_can_be_put_twice_whatever_the_mutability(
    local_registry: Registry, mutability: ImageTagMutability
) -> None:
    repository = local_registry.create_repository(
        f"tests/twice-{mutability.value.lower()}", tag_mutability=mutability
    )

    first, second = pushed(repository, "1.0"), pushed(repository, "1.0")

    assert first.digest == second.digest
    assert len(list(repository.images())) == 1


def test_an_immutable_tag_does_not_move(local_registry: Registry) -> None:
    repository = local_registry.create_repository("tests/immutable", tag_mutability="IMMUTABLE")
    first = pushed(repository, "1.0")

    with pytest.raises(TagImmutableError) as raised:
        pushed(repository, "1.0", b"another layer")

    assert raised.value.existing == first.digest
    assert repository.image("1.0").describe().digest == first.digest


def test_a_tag_moves_where_it_may(fresh: DescribedRepository) -> None:
    pushed(fresh, "latest")
    second = pushed(fresh, "latest", b"another layer")

    assert fresh.image("latest").describe().digest == second.digest


def test_missing_layers_are_named(fresh: DescribedRepository) -> None:
    with pytest.raises(LayersNotFoundError, match=oci_digest("1")):
        fresh.put_image(manifest_of_nothing())


def test_missing_images_of_an_index_are_named(fresh: DescribedRepository) -> None:
    index = oci.build_index([manifest_of_nothing().descriptor()])

    with pytest.raises(ReferencedImagesNotFoundError, match=manifest_of_nothing().digest):
        fresh.put_image(index)


def test_several_tags_are_put_one_by_one_each_once(fake: FakeTransport, repository: Repository) -> None:
    manifest = manifest_of_nothing()
    fake.answers(put(manifest), put(manifest))

    repository.put_image(manifest, "1.0", tags=["1", "1.0"])

    assert [request.to_wire().get("imageTag") for request in fake.requests] == ["1.0", "1"]


def test_one_string_is_one_tag(fake: FakeTransport, repository: Repository) -> None:
    fake.answers(put(manifest_of_nothing()))

    repository.put_image(manifest_of_nothing(), tags="latest")

    assert sent(fake).image_tag == "latest"


def test_a_malformed_tag_is_refused_before_anything_is_sent(
    fake: FakeTransport, repository: Repository
) -> None:
    with pytest.raises(InvalidReferenceError):
        repository.put_image(manifest_of_nothing(), "good", tags=["not good"])

    assert fake.requests == []


def test_the_retry_policy_decides_how_often_to_put(fake: FakeTransport, repository: Repository) -> None:
    fake.answers(api_error("ServerException", "busy", operation="PutImage", http_status=500))

    with pytest.raises(ApiError, match="busy"):
        repository.put_image(manifest_of_nothing(), retry=RetryPolicy(attempts=1))

    assert len(fake.requests) == 1
