"""Images over plain boto3: put, get, describe, list, delete."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.local.clients import (
    CONFIG,
    MANIFEST,
    Client,
    Repository,
    code_of,
    digest_of,
    index_of,
    manifest_of,
    message_of,
)

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def test_a_manifest_comes_back_byte_for_byte(repository: Repository) -> None:
    repository.layer(b"layer")
    repository.layer(b"{}")
    odd = manifest_of([b"layer"]).replace("{", "{ \n\t", 1) + "\n"

    put = repository.put(odd, tag="odd")["image"]

    assert put["imageId"] == {"imageDigest": digest_of(odd), "imageTag": "odd"}
    assert repository.get({"imageTag": "odd"})["images"][0]["imageManifest"] == odd


def test_a_wrong_digest_is_refused(repository: Repository) -> None:
    repository.layer(b"layer")
    repository.layer(b"{}")

    with pytest.raises(ClientError) as refused:
        repository.put(manifest_of([b"layer"]), imageDigest=digest_of("other"))

    assert code_of(refused.value) == "ImageDigestDoesNotMatchException"


def test_missing_layers_are_named(repository: Repository) -> None:
    repository.layer(b"there")

    with pytest.raises(ClientError) as refused:
        repository.put(manifest_of([b"there", b"missing"]))

    assert message_of(refused.value) == (
        f"Layers with digests '[{digest_of(b'missing')}, {digest_of(b'{}')}]' required for pushing image into "
        f"repository with name '{repository.name}' in the registry with id '000000000000' do not exist"
    )


def test_missing_children_of_an_index_are_named(repository: Repository) -> None:
    with pytest.raises(ClientError) as refused:
        repository.put(index_of("child"))

    assert code_of(refused.value) == "ReferencedImagesNotFoundException"
    assert digest_of("child") in message_of(refused.value)


@pytest.mark.parametrize(
    "manifest",
    [
        "no json",
        "[]",
        "{}",
        manifest_of([]),
        manifest_of([b"x"], schemaVersion=3),
        manifest_of([b"x"], mediaType=None),
        manifest_of([b"x"], mediaType="application/json"),
        manifest_of([b"x"]).replace(CONFIG, "a/b;version=1"),
    ],
)
def test_what_is_no_manifest_is_invalid_json_syntax(repository: Repository, manifest: str) -> None:
    with pytest.raises(ClientError) as refused:
        repository.put(manifest)

    assert message_of(refused.value) == (
        "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'"
    )


def test_the_media_type_may_come_with_the_request(repository: Repository) -> None:
    repository.layer(b"layer")
    repository.layer(b"{}")

    put = repository.put(manifest_of([b"layer"], mediaType=None), imageManifestMediaType=MANIFEST)

    assert put["image"]["imageManifestMediaType"] == MANIFEST


def test_the_same_image_under_the_same_tag_exists_already(repository: Repository) -> None:
    manifest = repository.image(tag="1")

    with pytest.raises(ClientError) as refused:
        repository.put(manifest, tag="1")

    assert message_of(refused.value) == (
        f"Image with digest '{digest_of(manifest)}' and tag '1' already exists in the repository with name "
        f"'{repository.name}' in registry with id '000000000000'"
    )


def test_a_second_tag_leaves_the_time_of_the_push(repository: Repository) -> None:
    manifest = repository.image(tag="1")
    before = repository.describe(imageTag="1")

    repository.put(manifest, tag="2")

    after = repository.describe(imageTag="2")
    assert after["imageTags"] == ["1", "2"]
    assert after["imagePushedAt"] == before["imagePushedAt"]


def test_a_tag_moves_and_leaves_the_old_image_untagged(repository: Repository) -> None:
    old = repository.image("old", tag="latest")

    new = repository.image("new", tag="latest")

    assert repository.describe(imageTag="latest")["imageDigest"] == digest_of(new)
    assert repository.ids(tagStatus="UNTAGGED") == [{"imageDigest": digest_of(old)}]


def test_an_immutable_tag_does_not_move(client: Client, repository: Repository) -> None:
    client.put_image_tag_mutability(repositoryName=repository.name, imageTagMutability="IMMUTABLE")
    repository.image("old", tag="1")

    with pytest.raises(ClientError) as refused:
        repository.image("new", tag="1")

    assert message_of(refused.value) == (
        f"The image tag '1' already exists in the '{repository.name}' repository and cannot be overwritten because "
        "the tag is immutable."
    )


@pytest.mark.parametrize(
    ("mutability", "moving", "fixed"),
    [("IMMUTABLE_WITH_EXCLUSION", "dev-1", "v1"), ("MUTABLE_WITH_EXCLUSION", "v1", "dev-1")],
)
def test_exclusions_turn_the_rule_around(
    client: Client, repository: Repository, mutability: str, moving: str, fixed: str
) -> None:
    client.put_image_tag_mutability(
        repositoryName=repository.name,
        imageTagMutability=mutability,
        imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "dev-*"}],
    )
    repository.put(repository.image("old", tag=moving), tag=fixed)

    new = repository.image("new", tag=moving)

    assert repository.describe(imageTag=moving)["imageDigest"] == digest_of(new)
    with pytest.raises(ClientError) as refused:
        repository.put(new, tag=fixed)
    assert code_of(refused.value) == "ImageTagAlreadyExistsException"


def test_a_tag_that_the_service_refuses_is_refused(repository: Repository) -> None:
    with pytest.raises(ClientError) as refused:
        repository.image(tag="a+b")

    assert message_of(refused.value) == (
        "Invalid parameter at 'imageTag' failed to satisfy constraint: "
        "'must satisfy regular expression '[a-zA-Z0-9-_.]+''"
    )


def test_the_size_of_an_image_is_that_of_its_layers_and_config(repository: Repository) -> None:
    manifest = repository.image("12345678")

    assert repository.describe(imageDigest=digest_of(manifest))["imageSizeInBytes"] == 10


def test_the_size_of_an_index_is_that_of_its_largest_child(repository: Repository) -> None:
    small, large = repository.image("s"), repository.image("larger")

    repository.put(index_of(small, large), tag="multi")

    assert repository.describe(imageTag="multi")["imageSizeInBytes"] == 8


def test_one_unknown_image_fails_the_whole_description(repository: Repository) -> None:
    repository.image(tag="1")

    with pytest.raises(ClientError) as refused:
        repository.client.describe_images(
            repositoryName=repository.name, imageIds=[{"imageTag": "1"}, {"imageTag": "no"}]
        )

    assert message_of(refused.value) == (
        "The image with imageId {imageDigest:'null', imageTag:'no'} does not exist within the repository with name "
        f"'{repository.name}' in the registry with id '000000000000'"
    )


def test_images_that_cannot_be_got_are_failures_beside_those_that_can(repository: Repository) -> None:
    manifest = repository.image(tag="1")
    other = repository.image("other", tag="2")

    answer = repository.get(
        {"imageTag": "1"},
        {"imageTag": "no"},
        {"imageDigest": "broken"},
        {"imageDigest": digest_of(other), "imageTag": "1"},
        {},
    )

    assert [each["imageManifest"] for each in answer["images"]] == [manifest]
    assert [each["failureCode"] for each in answer["failures"]] == [
        "ImageNotFound",
        "InvalidImageDigest",
        "ImageTagDoesNotMatchDigest",
        "MissingDigestAndTag",
    ]


def test_by_tag_a_manifest_is_converted_for_who_accepts_only_the_other_format(repository: Repository) -> None:
    stored = repository.image(tag="1")

    converted = repository.get({"imageTag": "1"}, accepted=[DOCKER_MANIFEST])["images"][0]

    assert converted["imageManifestMediaType"] == DOCKER_MANIFEST
    assert converted["imageId"]["imageDigest"] == digest_of(stored)
    assert digest_of(converted["imageManifest"]) != digest_of(stored)


def test_by_digest_a_manifest_is_never_converted(repository: Repository) -> None:
    stored = repository.image()

    got = repository.get({"imageDigest": digest_of(stored)}, accepted=[DOCKER_MANIFEST])["images"][0]

    assert got["imageManifest"] == stored


def test_a_pull_is_recorded(repository: Repository) -> None:
    repository.image(tag="1")
    before = repository.describe(imageTag="1")

    repository.get({"imageTag": "1"})

    assert "lastRecordedPullTime" not in before
    assert repository.describe(imageTag="1")["lastRecordedPullTime"] >= before["imagePushedAt"]


def test_a_listing_has_an_entry_for_each_tag(repository: Repository) -> None:
    manifest = repository.image("tagged", tag="1")
    repository.put(manifest, tag="2")
    untagged = repository.image("untagged")

    pages = list(
        repository.client.get_paginator("list_images").paginate(
            repositoryName=repository.name, PaginationConfig={"PageSize": 2}
        )
    )

    assert [len(page["imageIds"]) for page in pages] == [2, 1]
    assert [each for page in pages for each in page["imageIds"]] == [
        {"imageDigest": digest_of(manifest), "imageTag": "1"},
        {"imageDigest": digest_of(manifest), "imageTag": "2"},
        {"imageDigest": digest_of(untagged)},
    ]


def test_a_description_pages_over_images(repository: Repository) -> None:
    for content in ("a", "b", "c"):
        repository.image(content)

    pages = list(
        repository.client.get_paginator("describe_images").paginate(
            repositoryName=repository.name, PaginationConfig={"PageSize": 2}
        )
    )

    assert [len(page["imageDetails"]) for page in pages] == [2, 1]
    assert "imageTags" not in pages[0]["imageDetails"][0]


def test_referrers_are_found_by_their_subject(repository: Repository) -> None:
    subject = repository.image("app")
    signature = repository.image(
        "signature",
        artifactType="application/vnd.example.signature",
        subject={"mediaType": MANIFEST, "digest": digest_of(subject), "size": len(subject)},
        annotations={"by": "me"},
    )

    answer = repository.client.list_image_referrers(
        repositoryName=repository.name, subjectId={"imageDigest": digest_of(subject)}
    )

    assert answer["referrers"] == [
        {
            "digest": digest_of(signature),
            "mediaType": MANIFEST,
            "artifactType": "application/vnd.example.signature",
            "size": len(signature),
            "annotations": {"by": "me"},
            "artifactStatus": "ACTIVE",
        }
    ]


def test_nobody_refers_to_what_is_not_there(repository: Repository) -> None:
    answer = repository.client.list_image_referrers(
        repositoryName=repository.name, subjectId={"imageDigest": digest_of("nothing")}
    )

    assert answer["referrers"] == []


def test_removing_one_of_two_tags_keeps_the_image(repository: Repository) -> None:
    manifest = repository.image(tag="1")
    repository.put(manifest, tag="2")

    answer = repository.delete({"imageTag": "1"})

    assert answer["imageIds"] == [{"imageDigest": digest_of(manifest), "imageTag": "1"}]
    assert repository.describe(imageTag="2")["imageTags"] == ["2"]


def test_removing_the_last_tag_deletes_the_image(repository: Repository) -> None:
    repository.image(tag="1")

    repository.delete({"imageTag": "1"})

    assert repository.ids() == []


def test_deleting_by_digest_names_every_tag(repository: Repository) -> None:
    manifest = repository.image(tag="1")
    repository.put(manifest, tag="2")

    answer = repository.delete({"imageDigest": digest_of(manifest)})

    assert answer["imageIds"] == [
        {"imageDigest": digest_of(manifest), "imageTag": "1"},
        {"imageDigest": digest_of(manifest), "imageTag": "2"},
    ]


def test_a_child_is_kept_even_beside_its_index(repository: Repository) -> None:
    child = repository.image()
    index = index_of(child)
    repository.put(index)

    answer = repository.delete({"imageDigest": digest_of(index)}, {"imageDigest": digest_of(child)})

    assert answer["imageIds"] == [{"imageDigest": digest_of(index)}]
    assert answer["failures"] == [
        {
            "imageId": {"imageDigest": digest_of(child)},
            "failureCode": "ImageReferencedByManifestList",
            "failureReason": "Requested image referenced by manifest list",
        }
    ]


def test_a_second_pass_deletes_the_child(repository: Repository) -> None:
    child = repository.image()
    index = index_of(child)
    repository.put(index)
    repository.delete({"imageDigest": digest_of(index)})

    answer = repository.delete({"imageDigest": digest_of(child)})

    assert answer["failures"] == []


def test_both_tags_of_a_child_in_one_call_leave_it_one(repository: Repository) -> None:
    child = repository.image(tag="1")
    repository.put(child, tag="2")
    repository.put(index_of(child))

    answer = repository.delete({"imageTag": "1"}, {"imageTag": "2"})

    assert [each["failureCode"] for each in answer["failures"]] == ["ImageReferencedByManifestList"]
    assert repository.describe(imageDigest=digest_of(child))["imageTags"] == ["2"]


def test_a_docker_manifest_is_shown_with_the_type_of_its_config(repository: Repository) -> None:
    repository.layer(b"layer")
    repository.layer(b"{}")
    manifest = json.loads(manifest_of([b"layer"], mediaType=DOCKER_MANIFEST))

    repository.put(json.dumps(manifest), tag="docker")

    shown = repository.describe(imageTag="docker")
    assert (shown["imageManifestMediaType"], shown["artifactMediaType"]) == (DOCKER_MANIFEST, CONFIG)
