"""In which order, and how concurrently, the manifests of an image are put."""

import threading
from collections.abc import Callable

import pytest

from ecrkit import Registry, models
from ecrkit.errors import AccessDeniedError
from ecrkit.push.image import independent_groups, plan_image
from ecrkit.references import Digest
from ecrkit.testing import Answer, FakeTransport, service_error
from tests.samples import MemoryImages, image, join, noise


def images(count: int) -> list[MemoryImages]:
    return [image(noise(10 + number)) for number in range(count)]


def has_every_layer(request: models.BatchCheckLayerAvailabilityRequest) -> Answer:
    layers = [
        models.Layer(layer_digest=each, layer_availability=models.LayerAvailability.AVAILABLE)
        for each in request.layer_digests
    ]
    return models.BatchCheckLayerAvailabilityResponse(layers=layers)


def stored(request: models.PutImageRequest) -> models.PutImageResponse:
    digest = models.ImageIdentifier(image_digest=request.image_digest)
    image = models.Image(
        registry_id="123456789012",
        repository_name=request.repository_name,
        image_id=digest,
        image_manifest=request.image_manifest,
    )
    return models.PutImageResponse(image=image)


def registry_that_puts(put: Callable[[models.PutImageRequest], Answer]) -> tuple[FakeTransport, Registry]:
    fake = FakeTransport()
    fake.always(models.BatchCheckLayerAvailabilityRequest, has_every_layer)
    fake.always(models.PutImageRequest, put)
    return fake, Registry(fake)


def test_the_images_of_an_index_are_put_concurrently() -> None:
    in_flight = threading.Barrier(4, timeout=30)
    source = join(*images(4))

    def put(request: models.PutImageRequest) -> Answer:
        if request.image_digest != source.root.digest:
            in_flight.wait()  # nothing is answered before all four were requested
        return stored(request)

    fake, registry = registry_that_puts(put)

    registry.repository("team/app").push_image(source, workers=4)

    assert len(fake.requests_of(models.PutImageRequest)) == 5


def test_an_index_is_put_after_all_its_images_with_its_tags_in_their_order() -> None:
    fake, registry = registry_that_puts(stored)
    source = join(*images(9))

    registry.repository("team/app").push_image(source, tags=["1.4.2", "1.4", "1"])

    last = [(each.image_digest, each.image_tag) for each in fake.requests_of(models.PutImageRequest)[9:]]
    assert last == [(source.root.digest, tag) for tag in ("1.4.2", "1.4", "1")]


def test_an_image_that_is_refused_ends_the_push_before_its_index() -> None:
    children = images(3)
    source = join(*children)

    def put(request: models.PutImageRequest) -> Answer:
        refused = request.image_digest == children[1].root.digest
        return service_error(AccessDeniedError) if refused else stored(request)

    fake, registry = registry_that_puts(put)

    with pytest.raises(AccessDeniedError):
        registry.repository("team/app").push_image(source, tags="1")

    put_digests = {each.image_digest for each in fake.requests_of(models.PutImageRequest)}
    assert source.root.digest not in put_digests


def test_nothing_is_put_together_with_what_it_lists() -> None:
    first, second, third = images(3)
    inner = join(first, second)
    source = join(inner, third)

    groups = independent_groups(plan_image(source, source.root.descriptor()))

    assert [{each.digest for each in group} for group in groups] == [
        digests(first, second),
        digests(inner, third),
        digests(source),
    ]


def digests(*sources: MemoryImages) -> set[Digest]:
    return {each.root.digest for each in sources}
