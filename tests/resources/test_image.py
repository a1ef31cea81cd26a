"""Images on their way out: manifests, configs, layers, listings, deletion."""

from typing import Any, cast

import pytest

from ecrkit import Digest, Image, Registry, models, oci
from ecrkit.errors import (
    DigestMismatchError,
    ImageNotFoundError,
    ImageReferencedError,
    InvalidInputError,
    InvalidManifestError,
    InvalidReferenceError,
    UnreadableAnswerError,
)
from ecrkit.models import TagStatus
from ecrkit.resources import DescribedRepository, Repository
from ecrkit.testing import FakeTransport
from tests.resources.pictures import (
    MOMENT,
    content_of,
    described,
    manifest_of_nothing,
    oci_digest,
    pushed,
    pushed_manifest,
)


@pytest.fixture
def repository(fake: FakeTransport) -> Repository:
    return Registry(fake).repository("team/app")


def asked_ids(fake: FakeTransport) -> list[Any]:
    return [cast("Any", request.to_wire())["imageIds"][0] for request in fake.requests]


# Handles


def test_a_handle_is_for_a_tag_or_a_digest(repository: Repository) -> None:
    digest = oci_digest("a")

    assert repository.image("1.0").tag_name == "1.0"
    assert repository.image(digest=digest).digest == digest
    assert repository.image(digest).digest == digest
    assert repr(repository.image("1.0")) == "Image(team/app:1.0)"
    assert repr(repository.image(digest)) == f"Image(team/app@{digest})"


@pytest.mark.parametrize("tag", ["", "a b", "-x", "sha256:1", "x" * 129])
def test_a_name_that_no_image_can_have_is_refused(repository: Repository, tag: str) -> None:
    with pytest.raises(InvalidReferenceError):
        repository.image(tag)


@pytest.mark.parametrize("digest", ["", "1.0", "sha256:abc", "sha256:" + "A" * 64])
def test_a_digest_that_is_none_is_refused(repository: Repository, digest: str) -> None:
    with pytest.raises(InvalidReferenceError, match="digest"):
        repository.image(digest=digest)


def test_a_handle_for_nothing_or_for_both_is_refused(repository: Repository) -> None:
    with pytest.raises(InvalidInputError):
        repository.image()
    with pytest.raises(InvalidInputError):
        repository.image("1.0", digest=oci_digest("a"))


# Manifests


def test_a_manifest_is_read_as_it_was_pushed(fake: FakeTransport, repository: Repository) -> None:
    manifest = manifest_of_nothing()
    fake.answers(content_of(manifest))

    read = repository.image("1.0").manifest()

    assert read.raw == manifest.raw
    assert read == manifest


def test_every_media_type_is_accepted(fake: FakeTransport, repository: Repository) -> None:
    fake.answers(content_of(manifest_of_nothing()))

    repository.image("1.0").manifest()

    accepted = cast("list[str]", fake.requests[0].to_wire()["acceptedMediaTypes"])
    assert set(accepted) >= oci.media_types.MANIFESTS


def test_a_manifest_that_ecr_converted_is_fetched_again_by_its_digest(
    fake: FakeTransport, repository: Repository
) -> None:
    manifest = manifest_of_nothing()
    converted = manifest.text.replace("{", "{ ", 1)
    fake.answers(content_of(manifest, text=converted), content_of(manifest))

    read = repository.image("1.0").manifest()

    assert read.raw == manifest.raw
    assert asked_ids(fake) == [{"imageTag": "1.0"}, {"imageDigest": manifest.digest}]


def test_a_manifest_whose_bytes_are_wrong_also_by_digest_is_refused(
    fake: FakeTransport, repository: Repository
) -> None:
    manifest, other = manifest_of_nothing(), manifest_of_nothing("other")
    wrong = content_of(other, digest=manifest.digest)
    fake.answers(wrong, wrong)

    with pytest.raises(DigestMismatchError) as raised:
        repository.image(manifest.digest).manifest()

    assert (raised.value.expected, raised.value.actual) == (manifest.digest, other.digest)


def test_an_image_that_is_missing_is_an_error_although_the_answer_is_a_success(
    fake: FakeTransport, repository: Repository
) -> None:
    failure = models.ImageFailure(
        failure_code=models.ImageFailureCode.IMAGE_NOT_FOUND,
        failure_reason="Requested image not found",
        image_id=models.ImageIdentifier(image_tag="1.0"),
    )
    fake.answers(models.BatchGetImageResponse(failures=[failure]))

    with pytest.raises(ImageNotFoundError, match="Requested image not found") as raised:
        repository.image("1.0").manifest()

    assert raised.value.operation == "BatchGetImage"


def test_an_answer_with_neither_an_image_nor_a_failure_cannot_be_read(
    fake: FakeTransport, repository: Repository
) -> None:
    fake.answers(models.BatchGetImageResponse(), models.DescribeImagesResponse())

    with pytest.raises(UnreadableAnswerError, match="BatchGetImage"):
        repository.image("1.0").manifest()
    with pytest.raises(UnreadableAnswerError, match="DescribeImages"):
        repository.image("1.0").describe()


def test_a_text_that_is_no_manifest_is_refused(fake: FakeTransport, repository: Repository) -> None:
    html = content_of(manifest_of_nothing(), text="<html>", digest=Digest.of(b"<html>"))
    fake.answers(html)

    with pytest.raises(InvalidManifestError, match="JSON"):
        repository.image("1.0").manifest()


# What an image consists of


def test_an_image_tells_its_config_and_its_layers(fresh: DescribedRepository) -> None:
    manifest = pushed_manifest(fresh, b"the only layer")
    image = fresh.put_image(manifest, "1.0")

    assert str(image.config().platform) == "linux/amd64"
    assert image.config().labels == {"made": "by a test"}
    [layer] = image.layers()
    assert layer.descriptor() == manifest.layers[0]
    assert not layer.uploaded


def test_an_index_has_no_layers_and_no_config_of_its_own(fresh: DescribedRepository) -> None:
    manifest = pushed_manifest(fresh)
    fresh.put_image(manifest)
    index = fresh.put_image(
        oci.build_index([manifest.descriptor(platform=oci.Platform.parse("linux/amd64"))]), "all"
    )

    with pytest.raises(InvalidInputError, match="linux/amd64"):
        index.layers()
    with pytest.raises(InvalidInputError, match="index of several images"):
        index.config()
    assert isinstance(index.manifest(), oci.Index)


def test_a_described_image_tells_tags_size_and_date(fake: FakeTransport, repository: Repository) -> None:
    digest = oci_digest("a")
    fake.answers(described(digest, "1.0", "latest"))

    image = repository.image("1.0").describe()

    assert (image.digest, image.tags, image.pushed_at, image.size) == (
        digest,
        ["1.0", "latest"],
        MOMENT,
        None,
    )


def test_an_untagged_image_has_no_tags(fresh: DescribedRepository) -> None:
    image = pushed(fresh).describe()

    assert image.tags == []
    assert image.size is not None
    assert image.size >= len(b"a layer of some bytes")
    assert image.pushed_at.tzinfo is not None


def test_an_image_is_there_or_is_not(fresh: DescribedRepository) -> None:
    pushed(fresh, "1.0")

    assert fresh.image("1.0").exists()
    assert not fresh.image("2.0").exists()
    assert not fresh.image(oci_digest("a")).exists()


# Listing


def test_images_are_listed_once_each_over_pages(fresh: DescribedRepository) -> None:
    wanted = {pushed(fresh, f"v{number}", f"layer {number}".encode()).digest for number in range(5)}
    pushed(fresh, "another-tag", b"layer 0")

    found = [image.digest for image in fresh.images(page_size=2)]

    assert set(found) == wanted
    assert len(found) == 5


async def test_images_are_listed_without_blocking_the_loop(fresh: DescribedRepository) -> None:
    pushed(fresh, "1.0")

    assert [image.tags async for image in fresh.images()] == [["1.0"]]


def test_tagged_images_are_told_from_untagged_ones(fresh: DescribedRepository) -> None:
    tagged, untagged = pushed(fresh, "1.0"), pushed(fresh, None, b"another layer")

    assert [image.digest for image in fresh.images(tag_status="TAGGED")] == [tagged.digest]
    assert [image.digest for image in fresh.images(tag_status=TagStatus.UNTAGGED)] == [untagged.digest]


# Deletion


def test_an_image_is_deleted_with_all_its_tags(fresh: DescribedRepository) -> None:
    pushed(fresh, "1.0")
    pushed(fresh, "latest")

    fresh.image("1.0").delete()

    assert list(fresh.images()) == []


def test_a_missing_image_cannot_be_deleted(fresh: DescribedRepository) -> None:
    with pytest.raises(ImageNotFoundError):
        fresh.image("1.0").delete()
    with pytest.raises(ImageNotFoundError):
        fresh.image(oci_digest("a")).delete()


def test_an_image_that_an_index_lists_stays(fresh: DescribedRepository) -> None:
    manifest = pushed_manifest(fresh)
    child = fresh.put_image(manifest)
    index = fresh.put_image(oci.build_index([manifest.descriptor()]), "all")

    with pytest.raises(ImageReferencedError) as raised:
        child.delete()
    assert raised.value.hint is not None
    assert child.exists()

    index.delete()
    child.delete()
    assert not child.exists()


def test_a_handle_survives_what_it_stands_for(fresh: DescribedRepository) -> None:
    image: Image = pushed(fresh, "1.0")
    image.delete()

    with pytest.raises(ImageNotFoundError):
        image.describe()
