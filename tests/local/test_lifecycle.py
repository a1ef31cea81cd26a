"""Lifecycle policies, previews, and images that expire or move to the archive."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ecrkit.local import LocalECR, Settings
from tests.local.clients import (
    MANIFEST,
    Client,
    Repository,
    code_of,
    digest_of,
    index_of,
    make_client,
    message_of,
)


def rule(priority: int = 1, action: str = "expire", **selection: object) -> dict[str, Any]:
    chosen = {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 14,
    }
    target = {"targetStorageClass": "archive"} if action == "transition" else {}
    return {
        "rulePriority": priority,
        "description": "a rule that is long enough for the service",
        "selection": {**chosen, **selection},
        "action": {"type": action, **target},
    }


def policy(*rules: dict[str, Any]) -> str:
    return json.dumps({"rules": list(rules)}, indent=4)


@pytest.fixture
def own() -> Iterator[LocalECR]:
    with LocalECR(settings=Settings(part_size=10, min_part_size=5, preview_duration=60)) as server:
        yield server


@pytest.fixture
def owned(own: LocalECR) -> Iterator[Repository]:
    client = make_client(own)
    yield Repository.create(client, "aging")
    client.close()


def test_a_policy_is_kept_without_white_space(client: Client, repository: Repository) -> None:
    put = client.put_lifecycle_policy(repositoryName=repository.name, lifecyclePolicyText=policy(rule()))

    assert put["lifecyclePolicyText"] == json.dumps(json.loads(policy(rule())), separators=(",", ":"))


def test_before_its_first_evaluation_a_policy_was_evaluated_in_1970(
    client: Client, repository: Repository
) -> None:
    client.put_lifecycle_policy(repositoryName=repository.name, lifecyclePolicyText=policy(rule()))

    shown = client.get_lifecycle_policy(repositoryName=repository.name)

    assert shown["lastEvaluatedAt"].timestamp() == 0


def test_a_policy_that_is_wrong_is_refused_in_the_words_of_the_service(
    client: Client, repository: Repository
) -> None:
    with pytest.raises(ClientError) as refused:
        client.put_lifecycle_policy(
            repositoryName=repository.name, lifecyclePolicyText=policy(rule(countNumber=0))
        )

    assert message_of(refused.value) == (
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation "
        "failure: numeric instance is lower than the required minimum (minimum: 1, found: 0)'"
    )


def test_without_a_policy_there_is_none_to_show(client: Client, repository: Repository) -> None:
    with pytest.raises(ClientError) as refused:
        client.get_lifecycle_policy(repositoryName=repository.name)

    assert code_of(refused.value) == "LifecyclePolicyNotFoundException"


def test_a_day_later_what_has_expired_is_gone(own: LocalECR, owned: Repository) -> None:
    owned.image("old")
    kept = owned.image("kept", tag="1")
    owned.client.put_lifecycle_policy(repositoryName="aging", lifecyclePolicyText=policy(rule()))

    own.clock.advance(timedelta(days=15))

    assert owned.ids() == [{"imageDigest": digest_of(kept), "imageTag": "1"}]
    shown = owned.client.get_lifecycle_policy(repositoryName="aging")
    assert shown["lastEvaluatedAt"].timestamp() > 0


def test_policies_can_be_carried_out_on_demand(own: LocalECR, owned: Repository) -> None:
    first = owned.image("first", tag="a")
    own.clock.advance(1)
    owned.image("second", tag="b")
    keep_one = rule(tagStatus="any", countType="imageCountMoreThan", countNumber=1)
    del keep_one["selection"]["countUnit"]
    owned.client.put_lifecycle_policy(repositoryName="aging", lifecyclePolicyText=policy(keep_one))

    outcomes = own.run_lifecycle()

    assert [outcome.expired for outcome in outcomes] == [(digest_of(first),)]


def test_referrers_go_with_their_subject(own: LocalECR, owned: Repository) -> None:
    subject = owned.image("app")
    owned.image(
        "signature",
        artifactType="application/vnd.example.signature",
        subject={"mediaType": MANIFEST, "digest": digest_of(subject), "size": len(subject)},
    )
    owned.client.put_lifecycle_policy(repositoryName="aging", lifecyclePolicyText=policy(rule()))

    own.clock.advance(timedelta(days=15))

    assert owned.ids() == []


def test_a_preview_is_in_progress_until_its_time_has_come(own: LocalECR, owned: Repository) -> None:
    manifest = owned.image("old")
    own.clock.advance(timedelta(days=20))
    owned.client.start_lifecycle_policy_preview(repositoryName="aging", lifecyclePolicyText=policy(rule()))
    running = owned.client.get_lifecycle_policy_preview(repositoryName="aging")
    with pytest.raises(ClientError) as twice:
        owned.client.start_lifecycle_policy_preview(
            repositoryName="aging", lifecyclePolicyText=policy(rule())
        )

    own.clock.advance(61)
    done = owned.client.get_lifecycle_policy_preview(repositoryName="aging")

    assert running["status"] == "IN_PROGRESS"
    assert code_of(twice.value) == "LifecyclePolicyPreviewInProgressException"
    assert done["status"] == "COMPLETE"
    assert done["summary"] == {"expiringImageTotalCount": 1}
    assert [(each["imageDigest"], each["action"]) for each in done["previewResults"]] == [
        (digest_of(manifest), {"type": "EXPIRE"})
    ]
    assert owned.ids() == [{"imageDigest": digest_of(manifest)}]


def test_a_preview_that_was_never_started_is_not_found(client: Client, repository: Repository) -> None:
    with pytest.raises(ClientError) as refused:
        client.get_lifecycle_policy_preview(repositoryName=repository.name)

    assert code_of(refused.value) == "LifecyclePolicyPreviewNotFoundException"


def test_a_policy_can_move_images_to_the_archive(own: LocalECR, owned: Repository) -> None:
    owned.image("old", tag="1")
    archive = rule(action="transition", tagStatus="any")
    owned.client.put_lifecycle_policy(repositoryName="aging", lifecyclePolicyText=policy(archive))

    own.clock.advance(timedelta(days=15))

    assert owned.ids() == []
    assert owned.ids(imageStatus="ARCHIVED")[0]["imageTag"] == "1"


def test_an_archived_image_cannot_be_pulled(repository: Repository) -> None:
    repository.image("cold", tag="1")

    moved = repository.client.update_image_storage_class(
        repositoryName=repository.name, imageId={"imageTag": "1"}, targetStorageClass="ARCHIVE"
    )

    assert moved["imageStatus"] == "ARCHIVED"
    assert repository.get({"imageTag": "1"})["failures"][0]["failureCode"] == "ImageInaccessible"
    assert repository.availability(digest_of("cold")) == "ARCHIVED"
    assert repository.describe(imageTag="1")["imageStatus"] == "ARCHIVED"


def test_an_archived_image_comes_back(repository: Repository) -> None:
    manifest = repository.image("thawed", tag="1")
    for target in ("ARCHIVE", "STANDARD"):
        repository.client.update_image_storage_class(
            repositoryName=repository.name, imageId={"imageTag": "1"}, targetStorageClass=target
        )

    assert repository.get({"imageTag": "1"})["images"][0]["imageManifest"] == manifest
    assert "lastActivatedAt" in repository.describe(imageTag="1")


def test_pushing_an_archived_image_again_restores_it(repository: Repository) -> None:
    manifest = repository.image("again", tag="1")
    repository.client.update_image_storage_class(
        repositoryName=repository.name, imageId={"imageTag": "1"}, targetStorageClass="ARCHIVE"
    )

    repository.put(manifest, tag="1")

    assert repository.describe(imageTag="1")["imageStatus"] == "ACTIVE"


def test_a_child_of_an_index_cannot_be_archived(repository: Repository) -> None:
    child = repository.image("child")
    repository.put(index_of(child))

    with pytest.raises(ClientError) as refused:
        repository.client.update_image_storage_class(
            repositoryName=repository.name,
            imageId={"imageDigest": digest_of(child)},
            targetStorageClass="ARCHIVE",
        )

    assert code_of(refused.value) == "ImageStorageClassUpdateNotSupportedException"


def test_layers_of_no_image_are_cleaned_up_after_a_day(own: LocalECR, owned: Repository) -> None:
    lonely, used = owned.layer(b"lonely"), digest_of("used")
    owned.image("used")

    own.clock.advance(timedelta(hours=25))

    assert (owned.availability(lonely), owned.availability(used)) == ("UNAVAILABLE", "AVAILABLE")


def test_layers_of_a_deleted_image_have_another_day(own: LocalECR, owned: Repository) -> None:
    manifest = owned.image("used")
    own.clock.advance(timedelta(hours=25))
    owned.delete({"imageDigest": digest_of(manifest)})
    own.clock.advance(timedelta(hours=1))
    first = owned.availability(digest_of("used"))

    own.clock.advance(timedelta(hours=24))

    assert (first, owned.availability(digest_of("used"))) == ("AVAILABLE", "UNAVAILABLE")
