"""Layers over plain boto3: the state machine of uploads, and downloads."""

import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from ecrkit.local import LocalECR
from tests.local.clients import Repository, answer_of, code_of, digest_of, message_of

DATA = b"0123456789abcdefghij!"


def fetch(url: str, **headers: str) -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_parts_in_order_make_a_layer(repository: Repository) -> None:
    upload_id = repository.begin()
    first = repository.part(upload_id, 0, DATA[:10])
    second = repository.part(upload_id, 10, DATA[10:20])
    repository.part(upload_id, 20, DATA[20:])

    done = repository.complete(upload_id, digest_of(DATA))

    assert (first["lastByteReceived"], second["lastByteReceived"]) == (9, 19)
    assert done["layerDigest"] == digest_of(DATA)


def test_an_upload_says_how_large_parts_should_be(repository: Repository) -> None:
    started = repository.client.initiate_layer_upload(repositoryName=repository.name)

    assert started["partSize"] == 10


def test_a_part_out_of_order_says_what_the_service_has(repository: Repository) -> None:
    upload_id = repository.begin()
    repository.part(upload_id, 0, DATA[:10])

    with pytest.raises(ClientError) as refused:
        repository.part(upload_id, 0, DATA[:10])

    answer = answer_of(refused.value)
    assert answer["lastValidByteReceived"] == 9
    assert answer["uploadId"] == upload_id
    assert message_of(refused.value) == "First byte of the layer part is 0 instead of 10"


def test_a_part_that_is_not_as_long_as_its_range_is_refused(repository: Repository) -> None:
    upload_id = repository.begin()

    with pytest.raises(ClientError) as refused:
        repository.part(upload_id, 0, DATA[:10], last=4)

    assert code_of(refused.value) == "InvalidLayerPartException"


def test_a_refused_part_leaves_the_upload_as_it_was(repository: Repository) -> None:
    upload_id = repository.begin()
    repository.part(upload_id, 0, DATA[:10])
    with pytest.raises(ClientError):
        repository.part(upload_id, 3, DATA[:10])

    repository.part(upload_id, 10, DATA[10:])

    assert repository.complete(upload_id, digest_of(DATA))["layerDigest"] == digest_of(DATA)


def test_a_small_part_is_refused_only_at_the_end(repository: Repository) -> None:
    upload_id = repository.begin()
    repository.part(upload_id, 0, b"tiny")
    repository.part(upload_id, 4, b"the last one")

    with pytest.raises(ClientError) as refused:
        repository.complete(upload_id, digest_of(b"tinythe last one"))

    assert code_of(refused.value) == "LayerPartTooSmallException"


def test_an_upload_without_parts_cannot_be_completed(repository: Repository) -> None:
    upload_id = repository.begin()

    with pytest.raises(ClientError) as refused:
        repository.complete(upload_id, digest_of(b""))

    assert message_of(refused.value) == (
        f"The upload with id '{upload_id}' in the repository with name '{repository.name}' in registry with id "
        "'000000000000' cannot be completed because it does not have any parts"
    )


def test_one_of_several_digests_is_enough(repository: Repository) -> None:
    upload_id = repository.begin()
    repository.part(upload_id, 0, DATA)

    done = repository.complete(upload_id, "sha512:" + "0" * 128, digest_of(DATA))

    assert done["layerDigest"] == digest_of(DATA)


def test_a_wrong_digest_ends_the_upload(repository: Repository) -> None:
    upload_id = repository.begin()
    repository.part(upload_id, 0, DATA)

    with pytest.raises(ClientError) as refused:
        repository.complete(upload_id, digest_of(b"other"))
    with pytest.raises(ClientError) as gone:
        repository.complete(upload_id, digest_of(DATA))

    assert code_of(refused.value) == "InvalidLayerException"
    assert code_of(gone.value) == "UploadNotFoundException"


def test_a_layer_that_is_there_already_is_refused(repository: Repository) -> None:
    digest = repository.layer(DATA)
    upload_id = repository.begin()
    repository.part(upload_id, 0, DATA)

    with pytest.raises(ClientError) as refused:
        repository.complete(upload_id, digest)

    assert code_of(refused.value) == "LayerAlreadyExistsException"
    assert digest in message_of(refused.value)


def test_a_completed_upload_is_gone(repository: Repository) -> None:
    upload_id = repository.begin()
    repository.part(upload_id, 0, DATA)
    repository.complete(upload_id, digest_of(DATA))

    with pytest.raises(ClientError) as refused:
        repository.part(upload_id, len(DATA), b"more")

    assert code_of(refused.value) == "UploadNotFoundException"


def test_an_upload_belongs_to_its_repository(repository: Repository) -> None:
    other = Repository.create(repository.client, f"{repository.name}-other")
    upload_id = repository.begin()

    with pytest.raises(ClientError) as refused:
        other.part(upload_id, 0, DATA)

    assert code_of(refused.value) == "UploadNotFoundException"


def test_availability_tells_layers_from_what_is_malformed(repository: Repository) -> None:
    there, missing = repository.layer(DATA), digest_of(b"missing")

    answer = repository.client.batch_check_layer_availability(
        repositoryName=repository.name, layerDigests=[there, missing, "not a digest", ""]
    )

    assert answer["layers"] == [
        {"layerDigest": there, "layerAvailability": "AVAILABLE", "layerSize": len(DATA)},
        {"layerDigest": missing, "layerAvailability": "UNAVAILABLE"},
    ]
    assert [each["failureCode"] for each in answer["failures"]] == [
        "InvalidLayerDigest",
        "MissingLayerDigest",
    ]


def test_a_layer_is_known_only_in_its_own_repository(repository: Repository) -> None:
    other = Repository.create(repository.client, f"{repository.name}-second")
    digest = repository.layer(DATA)

    assert other.availability(digest) == "UNAVAILABLE"


def test_a_layer_of_no_image_cannot_be_downloaded(repository: Repository) -> None:
    digest = repository.layer(DATA)

    with pytest.raises(ClientError) as refused:
        repository.client.get_download_url_for_layer(repositoryName=repository.name, layerDigest=digest)

    assert code_of(refused.value) == "LayerInaccessibleException"


@pytest.fixture
def download_url(repository: Repository) -> str:
    repository.image("the bytes of a layer")
    answer = repository.client.get_download_url_for_layer(
        repositoryName=repository.name, layerDigest=digest_of("the bytes of a layer")
    )
    return str(answer["downloadUrl"])


def test_a_download_gives_the_bytes(download_url: str) -> None:
    assert fetch(download_url) == (200, b"the bytes of a layer")


def test_a_download_honours_a_range(download_url: str) -> None:
    assert fetch(download_url, Range="bytes=4-8") == (206, b"bytes")


def test_a_download_refuses_a_second_way_to_authenticate(download_url: str) -> None:
    status, _ = fetch(download_url, Authorization="Basic QVdTOng=")

    assert status == 400


def test_a_download_url_is_not_signed_for_head(download_url: str) -> None:
    request = urllib.request.Request(download_url, method="HEAD")

    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(request, timeout=10):
        pass
    refused.value.close()

    assert refused.value.code == 403


def test_a_download_url_of_another_layer_is_not_signed(download_url: str) -> None:
    forged = download_url.replace(digest_of("the bytes of a layer")[7:], "0" * 64)

    assert fetch(forged)[0] == 403


def test_a_download_url_expires(download_url: str, ecr: LocalECR) -> None:
    ecr.clock.advance(2 * 3600)

    assert fetch(download_url)[0] == 403


def test_an_upload_expires(repository: Repository, ecr: LocalECR) -> None:
    upload_id = repository.begin()
    ecr.clock.advance(25 * 3600)

    with pytest.raises(ClientError) as refused:
        repository.part(upload_id, 0, DATA)

    assert code_of(refused.value) == "UploadNotFoundException"
