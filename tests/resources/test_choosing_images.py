"""Listing, choosing, reading and deleting images, page by page and by the hundred."""

import re
from typing import Any

import pytest

from ecrkit import Registry, Repository, models
from ecrkit.errors import (
    BatchFailedError,
    ImageNotFoundError,
    ImageReferencedError,
    InvalidReferenceError,
)
from ecrkit.testing import FakeTransport


def repository(fake: FakeTransport) -> Repository:
    return Registry(fake, registry_id="123456789012").repository("team/app")


def digest(number: int) -> str:
    return f"sha256:{number:064x}"


def detail(number: int, *tags: str, pushed_at: int = 1700000000) -> dict[str, Any]:
    return {
        "registryId": "123456789012",
        "repositoryName": "team/app",
        "imageDigest": digest(number),
        "imageTags": list(tags),
        "imagePushedAt": pushed_at,
    }


def page(*details: dict[str, Any], token: str | None = None) -> models.DescribeImagesResponse:
    return models.DescribeImagesResponse.model_validate({"imageDetails": details, "nextToken": token})


def batch(images: list[int], failures: list[tuple[str, str]] | None = None) -> models.BatchGetImageResponse:
    return models.BatchGetImageResponse.model_validate(
        {
            "images": [
                {
                    "registryId": "123456789012",
                    "repositoryName": "team/app",
                    "imageId": {"imageDigest": digest(number)},
                    "imageManifest": "{}",
                }
                for number in images
            ],
            "failures": [
                {"imageId": {"imageTag": tag}, "failureCode": code, "failureReason": "no"}
                for tag, code in failures or []
            ],
        }
    )


def deleted(gone: list[int], held: list[int] | None = None) -> models.BatchDeleteImageResponse:
    return models.BatchDeleteImageResponse.model_validate(
        {
            "imageIds": [{"imageDigest": digest(number)} for number in gone],
            "failures": [
                {
                    "imageId": {"imageDigest": digest(number)},
                    "failureCode": "ImageReferencedByManifestList",
                    "failureReason": "Requested image referenced by manifest list",
                }
                for number in held or []
            ],
        }
    )


def sent(fake: FakeTransport) -> list[dict[str, Any]]:
    return [request.to_wire() for request in fake.requests]


def test_an_empty_page_with_a_token_does_not_end_a_listing() -> None:
    fake = FakeTransport(page(detail(1), token="2"), page(token="3"), page(detail(2)))

    assert [image.digest for image in repository(fake).images()] == [digest(1), digest(2)]


def test_only_images_with_a_tag_like_the_wildcard_are_given_out() -> None:
    fake = FakeTransport(page(detail(1, "v1.0"), detail(2, "v10"), detail(3, "latest", "v1.1")))

    found = [image.digest for image in repository(fake).images(tags="v1.*")]

    assert found == [digest(1), digest(3)]
    assert sent(fake)[0]["filter"] == {"tagStatus": "TAGGED"}


def test_a_pattern_has_to_match_a_whole_tag() -> None:
    fake = FakeTransport(page(detail(1, "1.2"), detail(2, "1.2-rc1")))

    found = repository(fake).images(tags=re.compile(r"\d+\.\d+"))

    assert [image.digest for image in found] == [digest(1)]


def test_a_limit_counts_chosen_images_and_can_be_gone_on_from() -> None:
    first, second = page(detail(1), detail(2, "v1"), token="2"), page(detail(3, "v1"), detail(4, "v1"))
    listing = repository(FakeTransport(first, second)).images(tags="v*", limit=2)
    found = [image.digest for image in listing]

    rest = repository(FakeTransport(second)).images(tags="v*", start=listing.resume_token)

    assert (found, [image.digest for image in rest]) == ([digest(2), digest(3)], [digest(4)])


def test_archived_images_are_asked_for_by_their_status() -> None:
    fake = FakeTransport(page())

    list(repository(fake).images(status="ANY"))

    assert sent(fake)[0]["filter"] == {"imageStatus": "ANY"}


def test_the_latest_image_is_the_one_pushed_last_on_whatever_page() -> None:
    fake = FakeTransport(
        page(detail(1, "v1", pushed_at=1700000300), token="2"),
        page(detail(2, "v1", pushed_at=1700000900), detail(3, "v1", pushed_at=1700000100)),
    )

    latest = repository(fake).images(tags="v*").latest()

    assert latest is not None
    assert latest.digest == digest(2)


def test_there_is_no_latest_of_no_images() -> None:
    assert repository(FakeTransport(page())).images().latest() is None


def test_images_can_be_sorted_newest_first() -> None:
    fake = FakeTransport(page(*(detail(number, pushed_at=1700000000 + number % 3) for number in range(1, 4))))

    assert [image.digest for image in repository(fake).images().newest_first()] == [
        digest(2),
        digest(1),
        digest(3),
    ]


def test_times_are_in_utc() -> None:
    latest = repository(FakeTransport(page(detail(1)))).images().latest()

    assert latest is not None
    assert latest.pushed_at.isoformat() == "2023-11-14T22:13:20+00:00"


def test_tags_come_one_by_one_each_with_its_digest() -> None:
    rows = [{"imageDigest": digest(1), "imageTag": tag} for tag in ("1", "1.4")]
    fake = FakeTransport(models.ListImagesResponse.model_validate({"imageIds": rows}))

    assert [row.image_tag for row in repository(fake).tags(page_size=1000)] == ["1", "1.4"]
    assert sent(fake)[0]["filter"] == {"tagStatus": "TAGGED"}


def test_named_images_are_read_by_the_hundred_and_never_in_pages() -> None:
    fake = FakeTransport(*[batch([])] * 3)

    repository(fake).get_images(digest(number) for number in range(250))

    assert [len(request["imageIds"]) for request in sent(fake)] == [100, 100, 50]
    assert all("maxResults" not in request and "nextToken" not in request for request in sent(fake))


def test_each_image_is_asked_for_once() -> None:
    fake = FakeTransport(batch([1]))
    here = repository(fake)

    here.get_images([digest(1), here.image(digest(1)), models.ImageIdentifier(image_digest=digest(1))])

    assert sent(fake)[0]["imageIds"] == [{"imageDigest": digest(1)}]


def test_failures_of_every_batch_are_kept() -> None:
    fake = FakeTransport(
        batch([1], [("t1", "ImageNotFound")]), batch([2], [("t200", "UpstreamUnavailable"), ("t201", "New")])
    )

    result = repository(fake).get_images(f"t{number}" for number in range(150))

    assert [each.image_id.image_digest for each in result.ok] == [digest(1), digest(2)]
    assert [(each.what, each.error.code) for each in result.failures] == [
        ("t1", "ImageNotFound"),
        ("t200", "UpstreamUnavailable"),
        ("t201", "New"),
    ]


def test_a_failure_in_a_batch_is_the_error_it_would_have_been_alone() -> None:
    result = repository(FakeTransport(batch([], [("t1", "ImageNotFound")]))).get_images(["t1"])

    with pytest.raises(BatchFailedError) as caught:
        result.raise_on_failure()

    assert isinstance(caught.value.errors[0], ImageNotFoundError)


def test_one_tag_is_not_taken_for_a_list_of_letters() -> None:
    fake = FakeTransport(batch([1]))

    repository(fake).get_images("latest")

    assert sent(fake)[0]["imageIds"] == [{"imageTag": "latest"}]


def test_a_malformed_name_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(InvalidReferenceError):
        repository(FakeTransport()).get_images(["fine", "not/fine"])


def test_no_images_need_no_request() -> None:
    assert repository(FakeTransport()).get_images([]).ok == []


def test_named_images_are_described_by_the_hundred() -> None:
    fake = FakeTransport(page(*(detail(number) for number in range(100))), page(detail(100)))

    details = repository(fake).describe_images(digest(number) for number in range(101))

    assert len(details) == 101
    assert sorted(len(request["imageIds"]) for request in sent(fake)) == [1, 100]  # sent concurrently


def test_images_are_deleted_by_the_hundred() -> None:
    fake = FakeTransport(deleted(list(range(100))), deleted(list(range(100, 120))))

    result = repository(fake).delete_images(digest(number) for number in range(120))

    assert len(result.raise_on_failure()) == 120


def test_images_of_an_index_go_in_a_second_pass() -> None:
    fake = FakeTransport(deleted([1], held=[2, 3]), deleted([2, 3]))

    result = repository(fake).delete_images([digest(1), digest(2), digest(3)])

    assert [each.image_digest for each in result.raise_on_failure()] == [digest(1), digest(2), digest(3)]
    assert len(fake.requests) == 2


def test_images_of_an_index_that_stays_are_failures() -> None:
    fake = FakeTransport(deleted([1], held=[2]), deleted([], held=[2]))

    result = repository(fake).delete_images([digest(1), digest(2)])

    assert [each.what for each in result.failures] == [digest(2)]
    assert isinstance(result.failures[0].error, ImageReferencedError)
    assert len(fake.requests) == 2


def test_deleting_by_tag_deletes_the_image_and_not_only_the_tag() -> None:
    fake = FakeTransport(batch([1], [("gone", "ImageNotFound")]), deleted([1]))

    result = repository(fake).delete_images(["1.4.2", "gone"])

    assert sent(fake)[1]["imageIds"] == [{"imageDigest": digest(1)}]
    assert [each.what for each in result.failures] == ["gone"]
