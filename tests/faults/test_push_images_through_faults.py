"""Pushes of whole images while the network and the service fail."""

from collections.abc import Iterator

import boto3
import pytest

from ecrkit import Registry, Repository, RetryPolicy, models
from ecrkit.errors import LayersNotFoundError, RepositoryAlreadyExistsError, ThrottlingError, api_error
from ecrkit.local import LocalECR
from ecrkit.models import Request, Response
from ecrkit.references import Digest
from ecrkit.testing import Answer, FakeTransport, no_waiting
from tests.faults.proxy import Effect, Fault, FaultProxy
from tests.samples import image, join, noise


@pytest.fixture
def proxy(ecr: LocalECR) -> Iterator[FaultProxy]:
    with FaultProxy(ecr.endpoint_url) as running:
        yield running


def through(proxy: FaultProxy, repository: Repository) -> Repository:
    session = boto3.Session("local", "local", region_name="us-east-1")
    return Registry(session, endpoint_url=proxy.url).repository(repository.name)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("PutImage", nth=1, effect=Effect.DROP_AFTER),
        Fault("PutImage", nth=2, effect=Effect.THROTTLE_BEFORE),
        Fault("PutImage", nth=3, effect=Effect.ERROR_500_AFTER),
        Fault("PutImage", nth=3, effect=Effect.EMPTY_AFTER),
        Fault("UploadLayerPart", nth=2, effect=Effect.DROP_AFTER),
        Fault("CompleteLayerUpload", nth=1, effect=Effect.RESET_AFTER),
        Fault("BatchCheckLayerAvailability", nth=1, effect=Effect.ERROR_503_BEFORE),
    ],
    ids=lambda fault: f"{fault.operation}-{fault.nth}-{fault.effect.name}",
)
def test_an_image_arrives_whatever_happens_once(
    proxy: FaultProxy, repository: Repository, fault: Fault
) -> None:
    source = join(image(noise(250_000)), image(noise(7), platform="linux/arm64"))
    proxy.faults = [fault]

    with no_waiting():
        pushed = through(proxy, repository).push_image(source, tags="1")

    assert proxy.fired == [fault]
    assert repository.image("1").describe().digest == pushed.digest


def test_a_manifest_is_put_as_patiently_as_layers_are_sent(proxy: FaultProxy, repository: Repository) -> None:
    """Ten of these requests in a second are few, and what they are sent for is all there by then."""
    proxy.faults = [Fault("PutImage", nth=1, times=7, effect=Effect.THROTTLE_BEFORE)]

    with no_waiting() as pauses:
        through(proxy, repository).push_image(image(noise(7)), tags="1")

    assert len(pauses) == 7
    assert proxy.count("PutImage") == 8
    assert repository.image("1").exists()


def test_the_patience_with_a_manifest_is_that_of_the_push(proxy: FaultProxy, repository: Repository) -> None:
    proxy.faults = [Fault("PutImage", nth=1, times=7, effect=Effect.THROTTLE_BEFORE)]

    with no_waiting(), pytest.raises(ThrottlingError):
        through(proxy, repository).push_image(image(noise(7)), retry=RetryPolicy(attempts=2))

    assert proxy.count("PutImage") == 2


class Forgetful:
    """An ECR that says that it has every layer, and loses them at the first PutImage."""

    def __init__(self, *, loses: int) -> None:
        self.loses = loses
        self.completed: list[str] = []
        self.availability = models.LayerAvailability.AVAILABLE

    def __call__(self, request: Request[Response]) -> Answer:
        match request:
            case models.BatchCheckLayerAvailabilityRequest(layer_digests=digests):
                layers = [
                    models.Layer(layer_digest=each, layer_availability=self.availability) for each in digests
                ]
                return models.BatchCheckLayerAvailabilityResponse(layers=layers)
            case models.PutImageRequest() if self.loses:
                self.loses -= 1
                self.availability = models.LayerAvailability.UNAVAILABLE
                return api_error("LayersNotFoundException", "lost", operation="PutImage", http_status=400)
            case models.InitiateLayerUploadRequest():
                return models.InitiateLayerUploadResponse(
                    upload_id="00000000-0000-0000-0000-000000000000", part_size=100_000
                )
            case models.UploadLayerPartRequest(part_last_byte=last):
                return models.UploadLayerPartResponse(last_byte_received=last)
            case models.CompleteLayerUploadRequest(layer_digests=[digest]):
                self.completed.append(digest)
                return models.CompleteLayerUploadResponse(layer_digest=digest)
            case _:
                return b'{"image":{"imageId":{},"registryId":"1","repositoryName":"team/app","imageManifest":"{}"}}'


def test_layers_that_ecr_lost_before_the_manifest_came_are_sent_again() -> None:
    ecr = Forgetful(loses=1)
    source = image(noise(7))

    pushed = Registry(FakeTransport(*[ecr] * 20)).repository("team/app").push_image(source)

    assert set(ecr.completed) == set(source.blobs) - {source.root.digest}
    assert set(pushed.report.sent) == {Digest(each) for each in ecr.completed}
    assert pushed.report.skipped == ()


def test_layers_that_ecr_loses_twice_are_an_error() -> None:
    ecr = Forgetful(loses=2)

    with pytest.raises(LayersNotFoundError):
        Registry(FakeTransport(*[ecr] * 20)).repository("team/app").push_image(image(noise(7)))


def test_what_was_put_is_not_read_back() -> None:
    """Nobody has promised that it could be read in the same moment."""
    ecr = Forgetful(loses=0)
    fake = FakeTransport(*[ecr] * 20)

    Registry(fake).repository("team/app").push_image(image(noise(7)), tags=["1", "2"])

    first = next(n for n, each in enumerate(fake.requests) if isinstance(each, models.PutImageRequest))
    assert {type(each) for each in fake.requests[first:]} == {models.PutImageRequest}


def test_a_hundred_layers_are_asked_for_in_one_request() -> None:
    ecr = Forgetful(loses=0)
    fake = FakeTransport(*[ecr] * 20)
    source = image(*[b"%d" % number for number in range(250)])

    Registry(fake).repository("team/app").push_image(source)

    asked = [
        len(each.layer_digests)
        for each in fake.requests
        if isinstance(each, models.BatchCheckLayerAvailabilityRequest)
    ]
    assert asked == [100, 100, 51]


def test_somebody_else_may_create_the_repository_first(registry: Registry, ecr: LocalECR) -> None:
    registry.create_repository("team/race")
    with pytest.raises(RepositoryAlreadyExistsError):
        registry.create_repository("team/race")

    pushed = registry.repository("team/race").push_image(image(), create_repository=True)

    assert pushed.exists()
