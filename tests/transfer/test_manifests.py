"""Images that are named one by one: a hundred to a request, several requests at the same time."""

import threading
from typing import cast

from ecrkit.models import (
    BatchDeleteImageRequest,
    BatchDeleteImageResponse,
    BatchGetImageRequest,
    BatchGetImageResponse,
    DescribeImagesRequest,
    DescribeImagesResponse,
    Image,
    ImageDetail,
    ImageFailure,
    ImageIdentifier,
    Request,
    Response,
)
from ecrkit.references import Digest
from ecrkit.transfer.manifests import ResponseT, describe_images, read_images, remove_images

NAMES = [ImageIdentifier(image_digest=Digest.of(str(number).encode())) for number in range(250)]


class Ecr:
    """Answers three requests only when all three have arrived."""

    def __init__(self) -> None:
        self._all_three = threading.Barrier(3)

    def send(self, request: Request[ResponseT], /) -> ResponseT:
        self._all_three.wait(10)
        return cast("ResponseT", _answer(request))


def _answer(request: Request[Response]) -> Response:
    if isinstance(request, DescribeImagesRequest):
        return DescribeImagesResponse.model_validate(
            {"imageDetails": [_detail(each) for each in request.image_ids or ()]}
        )
    if isinstance(request, BatchGetImageRequest):
        return BatchGetImageResponse(
            images=[
                Image(
                    registry_id="123456789012", repository_name="team/app", image_id=each, image_manifest="{}"
                )
                for each in request.image_ids[1:]
            ],
            failures=[_failure(request.image_ids[0])],
        )
    assert isinstance(request, BatchDeleteImageRequest)
    return BatchDeleteImageResponse(
        image_ids=request.image_ids[1:], failures=[_failure(request.image_ids[0])]
    )


def _detail(identifier: ImageIdentifier) -> ImageDetail:
    return ImageDetail.model_validate(
        {
            "registryId": "123456789012",
            "repositoryName": "team/app",
            "imageDigest": identifier.image_digest,
            "imagePushedAt": 1,
        }
    )


def _failure(identifier: ImageIdentifier) -> ImageFailure:
    return ImageFailure.model_validate(
        {"imageId": identifier, "failureCode": "ImageNotFound", "failureReason": "Gone"}
    )


def test_several_requests_for_details_are_sent_at_the_same_time() -> None:
    found = describe_images(Ecr().send, "team/app", None, NAMES)

    assert [each.image_digest for each in found] == [each.image_digest for each in NAMES]


def test_several_requests_for_manifests_are_sent_at_the_same_time() -> None:
    found = read_images(Ecr().send, "team/app", None, NAMES)

    firsts = (0, 100, 200)
    assert [each.image_id for each in found.ok] == [
        each for number, each in enumerate(NAMES) if number not in firsts
    ]
    assert [each.what for each in found.failures] == [NAMES[number].image_digest for number in firsts]


def test_several_requests_to_delete_are_sent_at_the_same_time() -> None:
    removed = remove_images(Ecr().send, "team/app", None, NAMES)

    assert len(removed.ok) == 247
    assert [each.error.code for each in removed.failures] == ["ImageNotFound"] * 3
