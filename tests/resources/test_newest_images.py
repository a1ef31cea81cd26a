"""The newest image is the newest release, and not what belongs to one."""

from typing import Any

import pytest

from ecrkit import Registry, Repository, models, oci
from ecrkit.local import LocalECR
from ecrkit.testing import FakeTransport
from tests.samples import by_cosign, image, join, noise


def one(number: int, *tags: str, **members: Any) -> dict[str, Any]:
    return {
        "registryId": "123456789012",
        "repositoryName": "team/app",
        "imageDigest": f"sha256:{number:064x}",
        "imageTags": list(tags),
        "imagePushedAt": 1_700_000_000,
        "imageManifestMediaType": oci.media_types.OCI_MANIFEST,
        **members,
    }


def listing(*details: dict[str, Any]) -> tuple[FakeTransport, Repository]:
    fake = FakeTransport(models.DescribeImagesResponse.model_validate({"imageDetails": details}))
    return fake, Registry(fake).repository("team/app")


@pytest.fixture
def signed(repository: Repository, ecr: LocalECR) -> Repository:
    del ecr
    index = repository.push_image(join(image(noise(3)), image(noise(4), platform="linux/arm64")), tags="1.0")
    index.attach(b"signature", artifact_type="application/vnd.cncf.notary.signature")
    repository.push_image(image(noise(5)), tags=by_cosign(index.digest, "sig"))
    return repository


def test_a_signature_is_not_the_latest_image(signed: Repository) -> None:
    latest = signed.images().latest()

    assert latest is not None
    assert latest.tags == ["1.0"]


def test_a_tag_made_by_cosign_is_not_the_latest_tagged_image(signed: Repository) -> None:
    latest = signed.images(tag_status="TAGGED").latest()

    assert latest is not None
    assert latest.tags == ["1.0"]


def test_what_belongs_to_images_is_not_sorted_among_them(signed: Repository) -> None:
    assert [each.tags for each in signed.images().newest_first()] == [["1.0"]]


def test_what_belongs_to_images_is_included_on_request(signed: Repository) -> None:
    assert len(signed.images().newest_first(include_dependents=True)) == 5
    latest = signed.images().latest(include_dependents=True)
    assert latest is not None
    assert latest.tags != ["1.0"]


def test_an_untagged_image_is_the_latest_if_nothing_lists_it(signed: Repository) -> None:
    pushed = signed.push_image(image(noise(6)))

    latest = signed.images().latest()

    assert latest is not None
    assert latest.digest == pushed.digest


def test_a_tagged_child_is_an_image_of_its_own(repository: Repository) -> None:
    child = image(noise(3))
    repository.push_image(join(child), tags="1.0")
    repository.push_image(child, tags="1.0-amd64")

    assert sorted(each.tags[0] for each in repository.images().newest_first()) == ["1.0", "1.0-amd64"]


def test_nothing_is_read_if_the_latest_image_has_a_tag() -> None:
    index = {"imageManifestMediaType": oci.media_types.OCI_INDEX}
    fake, repository = listing(one(1), one(2, "1.0", imagePushedAt=1_700_000_001, **index))

    latest = repository.images().latest()

    assert latest is not None
    assert latest.tags == ["1.0"]
    assert [each.operation for each in fake.requests] == ["DescribeImages"]


def test_tagged_images_come_first_of_those_pushed_at_the_same_time() -> None:
    _, repository = listing(one(2), one(1, "1.0"))

    assert [each.tags for each in repository.images().newest_first()] == [["1.0"], []]


def test_indexes_come_before_images_pushed_at_the_same_time() -> None:
    index = {"imageManifestMediaType": oci.media_types.OCI_INDEX}
    _, repository = listing(one(2, "1.0-amd64"), one(1, "1.0", **index))

    assert [each.tags for each in repository.images().newest_first()] == [["1.0"], ["1.0-amd64"]]


def test_the_digest_decides_last() -> None:
    _, repository = listing(one(1, "a"), one(2, "b"))

    assert [each.tags for each in repository.images().newest_first()] == [["b"], ["a"]]
