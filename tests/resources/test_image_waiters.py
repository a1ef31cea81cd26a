"""Waiters of an image: there, replicated, signed, back from the archive."""

from typing import Any

import pytest

from ecrkit import Image, Registry, models
from ecrkit.errors import (
    ApiError,
    ImageNotFoundError,
    ImageStorageClassUpdateNotSupportedError,
    RepositoryNotFoundError,
    WaitFailedError,
    WaitTimeoutError,
)
from ecrkit.testing import FakeTransport, no_waiting

DIGEST = "sha256:" + "a" * 64
PROFILE = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/mine"


def image(fake: FakeTransport) -> Image:
    return Registry(fake, registry_id="123456789012").repository("team/app").image("1.4.2")


def described(status: str | None = "ACTIVE") -> models.DescribeImagesResponse:
    detail = {
        "registryId": "123456789012",
        "repositoryName": "team/app",
        "imageDigest": DIGEST,
        "imagePushedAt": 1700000000,
        "imageStatus": status,
    }
    return models.DescribeImagesResponse.model_validate({"imageDetails": [detail]})


def replicated(**statuses: str) -> models.DescribeImageReplicationStatusResponse:
    rows = [
        {"region": region.replace("_", "-"), "registryId": "123456789012", "status": status}
        for region, status in statuses.items()
    ]
    return models.DescribeImageReplicationStatusResponse.model_validate({"replicationStatuses": rows})


def signed(status: str, **more: str) -> models.DescribeImageSigningStatusResponse:
    row = {"signingProfileArn": PROFILE, "status": status, **more}
    return models.DescribeImageSigningStatusResponse.model_validate({"signingStatuses": [row]})


def moved(status: str) -> models.UpdateImageStorageClassResponse:
    return models.UpdateImageStorageClassResponse.model_validate({"imageStatus": status})


def refusal(kind: type[ApiError]) -> ApiError:
    return kind("no", code=kind.__name__, operation="DescribeImages", http_status=400)


def sent(fake: FakeTransport) -> list[tuple[str, dict[str, Any]]]:
    return [(request.operation, request.to_wire()) for request in fake.requests]


def test_an_image_is_waited_for_until_it_is_there() -> None:
    fake = FakeTransport(refusal(ImageNotFoundError), refusal(ImageNotFoundError), described())

    with no_waiting() as pauses:
        found = image(fake).until_exists().wait()

    assert (found.digest, len(pauses)) == (DIGEST, 2)


async def test_an_image_can_be_awaited() -> None:
    fake = FakeTransport(refusal(ImageNotFoundError), described())

    with no_waiting():
        assert (await image(fake).until_exists()).digest == DIGEST


def test_an_image_in_a_missing_repository_is_not_waited_for() -> None:
    with pytest.raises(RepositoryNotFoundError):
        image(FakeTransport(refusal(RepositoryNotFoundError))).until_exists().wait()


def test_an_image_in_a_repository_that_may_come_is_waited_for() -> None:
    fake = FakeTransport(refusal(RepositoryNotFoundError), described())

    with no_waiting():
        image(fake).until_exists(repository_may_come=True).wait()

    assert len(fake.requests) == 2


def test_archived_images_exist_too() -> None:
    fake = FakeTransport(described("ARCHIVED"))

    assert image(fake).exists()
    assert sent(fake)[0][1]["filter"] == {"imageStatus": "ANY"}


def test_replication_is_waited_for_everywhere_it_goes() -> None:
    fake = FakeTransport(
        replicated(eu_west_1="IN_PROGRESS", us_west_2="COMPLETE"),
        replicated(eu_west_1="COMPLETE", us_west_2="COMPLETE"),
    )

    with no_waiting() as pauses:
        statuses = image(fake).until_replicated().wait()

    assert ([each.region for each in statuses], len(pauses)) == (["eu-west-1", "us-west-2"], 1)


def test_replication_to_a_region_does_not_wait_for_the_others() -> None:
    fake = FakeTransport(replicated(eu_west_1="IN_PROGRESS", us_west_2="COMPLETE"))

    statuses = image(fake).until_replicated(["us-west-2"]).wait()

    assert len(statuses) == 2


def test_replication_to_a_region_that_is_not_listed_yet_is_waited_for() -> None:
    fake = FakeTransport(replicated(), replicated(us_west_2="COMPLETE"))

    with no_waiting() as pauses:
        image(fake).until_replicated("us-west-2").wait()

    assert len(pauses) == 1


def test_replication_that_goes_nowhere_ends_with_a_timeout_that_says_so() -> None:
    with no_waiting(), pytest.raises(WaitTimeoutError, match="no destination is listed"):
        image(FakeTransport(*[replicated()] * 3)).until_replicated().wait(max_attempts=3)


def test_replication_that_failed_ends_the_wait_even_if_another_place_is_not_listed() -> None:
    fake = FakeTransport(replicated(us_west_2="FAILED"))

    with pytest.raises(WaitFailedError, match="us-west-2"):
        image(fake).until_replicated(["eu-west-1", "us-west-2"]).wait()


def test_replication_into_the_registry_of_another_account_is_told_apart() -> None:
    elsewhere = models.ReplicationDestination(region="us-west-2", registry_id="210987654321")
    fake = FakeTransport(replicated(us_west_2="COMPLETE"))

    with no_waiting(), pytest.raises(WaitTimeoutError, match="210987654321"):
        image(fake).until_replicated([elsewhere]).wait(timeout=0)


def test_replication_status_is_empty_where_no_rule_applied() -> None:
    assert image(FakeTransport(replicated())).replication_status() == []


def test_signatures_are_waited_for() -> None:
    fake = FakeTransport(signed("IN_PROGRESS"), signed("COMPLETE"))

    with no_waiting():
        [status] = image(fake).until_signed().wait()

    assert status.signing_profile_arn == PROFILE


def test_a_signature_that_failed_says_why() -> None:
    with pytest.raises(WaitFailedError, match="no such key"):
        image(FakeTransport(signed("FAILED", failureReason="no such key"))).until_signed([PROFILE]).wait()


def test_signing_status_comes_profile_by_profile() -> None:
    assert [each.status for each in image(FakeTransport(signed("COMPLETE"))).signing_status()] == ["COMPLETE"]


def test_restoring_is_begun_at_once_and_waited_for() -> None:
    fake = FakeTransport(moved("ACTIVATING"), described("ACTIVATING"), described("ACTIVE"))
    waiter = image(fake).restore()
    begun = sent(fake)

    with no_waiting() as pauses:
        restored = waiter.wait()

    assert begun == [
        (
            "UpdateImageStorageClass",
            {
                "registryId": "123456789012",
                "repositoryName": "team/app",
                "imageId": {"imageTag": "1.4.2"},
                "targetStorageClass": "STANDARD",
            },
        )
    ]
    assert (restored.status, pauses) == (models.ImageStatus.ACTIVE, [15])


async def test_restoring_can_be_awaited() -> None:
    fake = FakeTransport(moved("ACTIVATING"), described("ACTIVE"))

    with no_waiting():
        assert (await image(fake).restore()).status == models.ImageStatus.ACTIVE


def test_restoring_what_is_not_archived_is_a_success() -> None:
    fake = FakeTransport(refusal(ImageStorageClassUpdateNotSupportedError), described(), described())

    assert image(fake).restore().wait().status == models.ImageStatus.ACTIVE


def test_archiving_what_is_archived_is_a_success() -> None:
    fake = FakeTransport(refusal(ImageStorageClassUpdateNotSupportedError), described("ARCHIVED"))

    image(fake).archive()

    assert [operation for operation, _ in sent(fake)] == ["UpdateImageStorageClass", "DescribeImages"]


def test_archiving_what_cannot_be_archived_is_refused() -> None:
    fake = FakeTransport(refusal(ImageStorageClassUpdateNotSupportedError), described("ACTIVE"))

    with pytest.raises(ImageStorageClassUpdateNotSupportedError):
        image(fake).archive()


def test_an_image_that_somebody_else_restores_is_waited_for() -> None:
    fake = FakeTransport(described("ACTIVATING"), described("ACTIVE"))

    with no_waiting():
        image(fake).until_active().wait()

    assert {operation for operation, _ in sent(fake)} == {"DescribeImages"}
