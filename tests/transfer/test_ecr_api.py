"""A repository of ECR through its API: what is sent, what is retried, and what a response means."""

import pytest

from ecrkit import Client, Digest, RetryPolicy, models
from ecrkit.errors import (
    ApiError,
    EcrKitError,
    EndpointUnreachableError,
    NotFoundError,
    UnreadableAnswerError,
)
from ecrkit.testing import FakeTransport, no_waiting
from ecrkit.transfer import EcrApi, MountTarget, PartTarget, RemoteBlob, StoredBlob, StreamTarget
from tests.push.answers import begun, refused

CONTENT = b"a layer"
DIGEST = Digest.of(CONTENT)
OTHER = Digest.of(b"another layer")


def api(fake: FakeTransport, *, attempts: int = 8) -> EcrApi:
    return EcrApi(Client(fake), "team/app", "444455556666", RetryPolicy(attempts=attempts))


def url(path: str = "layer") -> models.GetDownloadUrlForLayerResponse:
    return models.GetDownloadUrlForLayerResponse(download_url=path)


def throttled() -> EcrKitError:
    return refused("ThrottlingException")


def test_it_takes_layers_in_parts_and_mounts_none(fake: FakeTransport) -> None:
    repository = api(fake)

    assert isinstance(repository, PartTarget)
    assert not isinstance(repository, StreamTarget | MountTarget)


def test_every_request_is_retried_by_one_policy(fake: FakeTransport) -> None:
    referrers = models.ListImageReferrersResponse(referrers=[])
    images = models.BatchGetImageResponse(images=[], failures=[])
    fake.answers(throttled(), images, throttled(), referrers, throttled(), begun())
    repository = api(fake, attempts=2)

    with no_waiting():
        repository.manifests([DIGEST])
        list(repository.referrers(DIGEST))
        repository.begin_upload()

    assert len(fake.requests) == 6


def test_an_endpoint_that_cannot_be_reached_is_tried_three_times(fake: FakeTransport) -> None:
    fake.answers(*[EndpointUnreachableError("no route")] * 9)

    with no_waiting(), pytest.raises(EndpointUnreachableError):
        api(fake).begin_upload()

    assert len(fake.requests) == 3


def test_a_throttled_download_is_retried_by_the_policy_and_by_nothing_else(fake: FakeTransport) -> None:
    fake.blobs = {"layer": CONTENT}
    fake.answers(throttled(), throttled(), url())

    with no_waiting(), RemoteBlob.of(api(fake, attempts=3), DIGEST).open() as stream:
        assert stream.next_block(100) == CONTENT

    assert len(fake.requests) == 3


def test_the_policy_ends_the_attempts_to_download(fake: FakeTransport) -> None:
    fake.answers(*[throttled() for _ in range(9)])

    with (
        no_waiting(),
        RemoteBlob.of(api(fake, attempts=3), DIGEST).open() as stream,
        pytest.raises(ApiError, match="Throttling"),
    ):
        stream.next_block(100)

    assert len(fake.requests) == 3


def test_a_layer_that_does_not_exist_is_asked_for_once(fake: FakeTransport) -> None:
    fake.answers(refused("LayersNotFoundException"))

    with RemoteBlob.of(api(fake), DIGEST).open() as stream, pytest.raises(NotFoundError):
        stream.next_block(100)

    assert len(fake.requests) == 1


def test_only_available_layers_count(fake: FakeTransport) -> None:
    states = [
        models.Layer(
            layer_digest=DIGEST, layer_availability=models.LayerAvailability.AVAILABLE, layer_size=7
        ),
        models.Layer(layer_digest=OTHER, layer_availability=models.LayerAvailability.UNAVAILABLE),
    ]
    fake.answers(models.BatchCheckLayerAvailabilityResponse(layers=states))

    assert api(fake).available([DIGEST, OTHER]) == {DIGEST: StoredBlob(size=7)}


def test_layers_are_asked_for_by_the_hundred(fake: FakeTransport) -> None:
    fake.answers(*[models.BatchCheckLayerAvailabilityResponse(layers=[])] * 2)

    api(fake).available(Digest.of(bytes([number])) for number in range(101))

    sent = [
        len(request.layer_digests)
        for request in fake.requests
        if isinstance(request, models.BatchCheckLayerAvailabilityRequest)
    ]
    assert sent == [100, 1]


def test_referrers_of_every_page_are_described(fake: FakeTransport) -> None:
    pages = [
        models.ListImageReferrersResponse(
            referrers=[
                models.ImageReferrer(
                    digest=digest, media_type="application/x", artifact_type="application/sbom", size=3
                )
            ],
            next_token=token,
        )
        for digest, token in ((DIGEST, "more"), (OTHER, None))
    ]
    fake.answers(*pages)

    found = list(api(fake).referrers(Digest.of(b"subject")))

    assert [(each.digest, each.artifact_type) for each in found] == [
        (DIGEST, "application/sbom"),
        (OTHER, "application/sbom"),
    ]


@pytest.mark.parametrize("last", [-1, 9])
def test_a_byte_outside_of_the_part_is_no_confirmation(fake: FakeTransport, last: int) -> None:
    fake.answers(models.UploadLayerPartResponse(last_byte_received=last))
    repository = api(fake)
    part = repository.new_part(5)
    part.append(b"abcde")

    with pytest.raises(UnreadableAnswerError, match="bytes 0 to 4"):
        repository.upload_part("an-upload", part, before_read=lambda _: None)
