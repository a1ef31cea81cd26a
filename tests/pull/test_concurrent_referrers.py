"""Referrers of several images are listed concurrently."""

import threading

from ecrkit import Client, models
from ecrkit.pull.source import PulledImages
from ecrkit.references import Digest
from ecrkit.testing import Answer, FakeTransport
from ecrkit.transfer.ecr_api import EcrApi
from tests.samples import image, noise


def test_the_referrers_of_several_images_are_listed_concurrently() -> None:
    in_flight = threading.Barrier(4, timeout=30)

    def listed(request: models.ListImageReferrersRequest) -> Answer:
        del request
        in_flight.wait()  # nothing is answered before all four were requested
        return models.ListImageReferrersResponse(referrers=[])

    fake, root = FakeTransport(), image().root
    fake.always(models.ListImageReferrersRequest, listed)
    fake.always(models.BatchGetImageRequest, models.BatchGetImageResponse(images=[], failures=[]))
    subjects = [Digest.of(noise(size)) for size in range(1, 5)]

    pulled = PulledImages(EcrApi(Client(fake), "team/app", None), root.descriptor(), root)
    found = list(pulled.referrers_of(subjects))

    requests = fake.requests_of(models.ListImageReferrersRequest)
    assert (found, {each.subject_id.image_digest for each in requests}) == ([], set(subjects))
