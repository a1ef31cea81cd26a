"""What a repository is set to: policy, resource tags, mutability, scanning, and all of it at once."""

from typing import Any

import pytest

from ecrkit import Registry, Repository, models
from ecrkit.errors import (
    InvalidInputError,
    RepositoryAlreadyExistsError,
    RepositoryNotFoundError,
    UnchangeableSettingError,
)
from ecrkit.policy import PolicyDocument
from ecrkit.testing import FakeTransport

ACCOUNT = "111122223333"
ARN = f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/team/app"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd"
POLICY = PolicyDocument.allow_pull(accounts=["444455556666"])
AES, KMS = models.EncryptionType.AES256, models.EncryptionType.KMS


@pytest.fixture
def fake() -> FakeTransport:
    return FakeTransport(region_name="eu-west-1")


@pytest.fixture
def registry(fake: FakeTransport) -> Registry:
    return Registry(fake)


@pytest.fixture
def repository(registry: Registry) -> Repository:
    return registry.repository("team/app")


def details(**settings: Any) -> models.Repository:
    named = {"repositoryName": "team/app", "registryId": ACCOUNT, "repositoryArn": ARN}
    return models.Repository.model_validate(named | settings)


def found(**settings: Any) -> models.DescribeRepositoriesResponse:
    return models.DescribeRepositoriesResponse(repositories=[details(**settings)])


def sent(fake: FakeTransport) -> dict[str, Any]:
    return fake.requests[-1].to_wire()


def operations(fake: FakeTransport) -> list[str]:
    return [request.operation for request in fake.requests]


def test_a_repository_policy_is_read_typed(fake: FakeTransport, repository: Repository) -> None:
    fake.answers(models.GetRepositoryPolicyResponse(policy_text=POLICY.to_json()))

    assert repository.policy.get() == POLICY


@pytest.mark.parametrize(("options", "members"), [({}, {}), ({"force": True}, {"force": True})])
def test_a_repository_policy_is_put(
    fake: FakeTransport, repository: Repository, options: dict[str, bool], members: dict[str, bool]
) -> None:
    fake.answers(models.SetRepositoryPolicyResponse(policy_text="{}"))

    repository.policy.put(POLICY, **options)

    assert sent(fake) == {"repositoryName": "team/app", "policyText": POLICY.to_json()} | members


def test_the_policy_of_a_repository_goes_with_its_registry_id(fake: FakeTransport) -> None:
    fake.answers(models.DeleteRepositoryPolicyResponse(policy_text="{ ... }"))

    Registry(fake, registry_id=ACCOUNT).repository("team/app").policy.delete()

    assert sent(fake) == {"registryId": ACCOUNT, "repositoryName": "team/app"}


def test_resource_tags_are_read_as_a_dict(fake: FakeTransport, repository: Repository) -> None:
    fake.answers(found(), b'{"tags": [{"Key": "team", "Value": "payments"}]}')

    assert repository.resource_tags.get() == {"team": "payments"}
    assert sent(fake) == {"resourceArn": ARN}


def test_resource_tags_are_written_with_capital_letters(fake: FakeTransport, repository: Repository) -> None:
    fake.answers(found(), b"{}")

    repository.resource_tags.add({"team": "payments", "empty": ""})

    assert sent(fake)["tags"] == [{"Key": "team", "Value": "payments"}, {"Key": "empty", "Value": ""}]


def test_resource_tags_are_removed_by_key(fake: FakeTransport, repository: Repository) -> None:
    fake.answers(found(), b"{}")

    repository.resource_tags.remove("team", "stage")

    assert sent(fake) == {"resourceArn": ARN, "tagKeys": ["team", "stage"]}


def test_no_resource_tags_are_no_request(fake: FakeTransport, repository: Repository) -> None:
    repository.resource_tags.add({})
    repository.resource_tags.remove()

    assert fake.requests == []


def test_a_registry_id_saves_asking_for_the_arn(fake: FakeTransport) -> None:
    fake.answers(b'{"tags": []}')

    Registry(fake, registry_id=ACCOUNT).repository("team/app").resource_tags.get()

    assert operations(fake) == ["ListTagsForResource"]
    assert sent(fake) == {"resourceArn": ARN}


def test_a_described_repository_knows_its_arn(fake: FakeTransport, repository: Repository) -> None:
    fake.answers(found(), b'{"tags": []}')

    repository.describe().resource_tags.get()

    assert operations(fake) == ["DescribeRepositories", "ListTagsForResource"]


def test_the_mutability_of_tags_is_set_with_wildcards(fake: FakeTransport, repository: Repository) -> None:
    fake.answers(models.PutImageTagMutabilityResponse())

    repository.set_tag_mutability("IMMUTABLE_WITH_EXCLUSION", ["latest", "dev-*"])

    assert sent(fake) == {
        "repositoryName": "team/app",
        "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": [
            {"filterType": "WILDCARD", "filter": "latest"},
            {"filterType": "WILDCARD", "filter": "dev-*"},
        ],
    }


def test_scanning_on_push_can_be_turned_off(fake: FakeTransport, repository: Repository) -> None:
    fake.answers(models.PutImageScanningConfigurationResponse())

    repository.set_scan_on_push(False)

    assert sent(fake)["imageScanningConfiguration"] == {"scanOnPush": False}


def test_certain_repositories_are_described_by_the_hundred_and_never_paged(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.always(models.DescribeRepositoriesRequest, models.DescribeRepositoriesResponse(repositories=[]))

    registry.repositories_named(f"team/app-{number}" for number in range(150))

    asked = fake.requests_of(models.DescribeRepositoriesRequest)
    assert [len(request.repository_names or []) for request in asked] == [100, 50]
    assert {request.max_results for request in asked} == {None}


def test_a_repository_is_created_with_everything(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(models.CreateRepositoryResponse(repository=details()))

    registry.create_repository(
        "team/app",
        tag_mutability="MUTABLE_WITH_EXCLUSION",
        tag_mutability_exclusions=["v*"],
        scan_on_push=False,
        encryption=models.EncryptionConfiguration(encryption_type=KMS, kms_key=KEY),
        tags={"team": "payments"},
    )

    assert sent(fake) == {
        "repositoryName": "team/app",
        "imageTagMutability": "MUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": "v*"}],
        "imageScanningConfiguration": {"scanOnPush": False},
        "encryptionConfiguration": {"encryptionType": "KMS", "kmsKey": KEY},
        "tags": [{"Key": "team", "Value": "payments"}],
    }


# Ensure


def test_ensure_creates_what_is_missing(fake: FakeTransport, registry: Registry) -> None:
    fake.fails(RepositoryNotFoundError)
    fake.answers(models.CreateRepositoryResponse(repository=details()))

    repository = registry.ensure_repository("team/app", tag_mutability="IMMUTABLE", tags={"team": "payments"})

    assert repository.arn == ARN
    assert sent(fake)["imageTagMutability"] == "IMMUTABLE"
    assert sent(fake)["tags"] == [{"Key": "team", "Value": "payments"}]


def test_ensure_writes_nothing_where_all_is_so(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(
        found(
            imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
            imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "latest"}],
            imageScanningConfiguration={"scanOnPush": True},
            encryptionConfiguration={"encryptionType": "AES256"},
        ),
        b'{"tags": [{"Key": "team", "Value": "payments"}, {"Key": "other", "Value": "x"}]}',
    )

    registry.ensure_repository(
        "team/app",
        tag_mutability="IMMUTABLE_WITH_EXCLUSION",
        tag_mutability_exclusions=["latest"],
        scan_on_push=True,
        encryption=models.EncryptionConfiguration(encryption_type=AES),
        tags={"team": "payments"},
    )

    assert operations(fake) == ["DescribeRepositories", "ListTagsForResource"]


def test_ensure_writes_only_what_differs(fake: FakeTransport, registry: Registry) -> None:
    fake.answers_to(models.DescribeRepositoriesRequest, found(imageTagMutability="MUTABLE"), found())
    fake.answers_to(models.PutImageTagMutabilityRequest, models.PutImageTagMutabilityResponse())
    fake.answers_to(models.ListTagsForResourceRequest, b'{"tags": [{"Key": "team", "Value": "payments"}]}')
    fake.answers_to(models.TagResourceRequest, models.TagResourceResponse())

    registry.ensure_repository(
        "team/app",
        tag_mutability="IMMUTABLE",
        scan_on_push=False,
        tags={"team": "payments", "stage": "prod"},
    )

    assert operations(fake) == [
        "DescribeRepositories",
        "PutImageTagMutability",
        "ListTagsForResource",
        "TagResource",
        "DescribeRepositories",
    ]
    [tagged] = fake.requests_of(models.TagResourceRequest)
    assert tagged.tags == [models.Tag(key="stage", value="prod")]


def test_ensure_writes_the_exclusions_where_only_they_differ(fake: FakeTransport, registry: Registry) -> None:
    mutability = {"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"}
    filters = [{"filterType": "WILDCARD", "filter": "latest"}]
    fake.answers(found(**mutability, imageTagMutabilityExclusionFilters=filters))
    fake.answers(models.PutImageTagMutabilityResponse(), found())

    registry.ensure_repository(
        "team/app", tag_mutability="IMMUTABLE_WITH_EXCLUSION", tag_mutability_exclusions=["dev-*"]
    )

    [written] = fake.requests_of(models.PutImageTagMutabilityRequest)
    assert [each.filter for each in written.image_tag_mutability_exclusion_filters or ()] == ["dev-*"]


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [("MUTABLE_WITH_EXCLUSION", ["latest"]), ("IMMUTABLE", []), ("MUTABLE", [])],
)
def test_ensure_keeps_exclusions_that_are_not_named_where_the_mutability_takes_some(
    fake: FakeTransport, registry: Registry, wanted: str, kept: list[str]
) -> None:
    fake.answers(
        found(
            imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
            imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "latest"}],
        )
    )
    fake.answers(models.PutImageTagMutabilityResponse(), found())

    registry.ensure_repository("team/app", tag_mutability=wanted)

    [written] = fake.requests_of(models.PutImageTagMutabilityRequest)
    assert written.image_tag_mutability == wanted
    assert [each.filter for each in written.image_tag_mutability_exclusion_filters or ()] == kept


def test_ensure_takes_all_exclusions_away_where_none_are_wanted(
    fake: FakeTransport, registry: Registry
) -> None:
    filters = [{"filterType": "WILDCARD", "filter": "latest"}]
    fake.answers(
        found(imageTagMutability="IMMUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters=filters)
    )
    fake.answers(models.PutImageTagMutabilityResponse(), found())

    registry.ensure_repository("team/app", tag_mutability="IMMUTABLE", tag_mutability_exclusions=[])

    [written] = fake.requests_of(models.PutImageTagMutabilityRequest)
    assert not written.image_tag_mutability_exclusion_filters


def test_ensure_turns_scanning_on(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(found(), models.PutImageScanningConfigurationResponse(), found())

    registry.ensure_repository("team/app", scan_on_push=True)

    assert operations(fake)[1] == "PutImageScanningConfiguration"


def test_ensure_leaves_alone_what_is_not_named(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(found(imageTagMutability="IMMUTABLE", imageScanningConfiguration={"scanOnPush": True}))

    registry.ensure_repository("team/app")

    assert operations(fake) == ["DescribeRepositories"]


def test_ensure_is_content_with_a_repository_that_somebody_else_has_just_made(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.fails(RepositoryNotFoundError)
    fake.fails(RepositoryAlreadyExistsError)
    fake.answers(found(imageTagMutability="IMMUTABLE"))

    registry.ensure_repository("team/app", tag_mutability="IMMUTABLE")

    assert operations(fake) == ["DescribeRepositories", "CreateRepository", "DescribeRepositories"]


@pytest.mark.parametrize(
    ("existing", "wanted"),
    [
        ({"encryptionType": "AES256"}, models.EncryptionConfiguration(encryption_type=KMS)),
        (
            {"encryptionType": "KMS", "kmsKey": KEY},
            models.EncryptionConfiguration(encryption_type=KMS, kms_key=KEY.replace("1234", "5678")),
        ),
    ],
)
def test_ensure_cannot_change_how_a_repository_is_encrypted(
    fake: FakeTransport,
    registry: Registry,
    existing: dict[str, str],
    wanted: models.EncryptionConfiguration,
) -> None:
    fake.answers(found(encryptionConfiguration=existing))

    with pytest.raises(UnchangeableSettingError, match="cannot change encryption"):
        registry.ensure_repository("team/app", encryption=wanted, tag_mutability="IMMUTABLE")

    assert operations(fake) == ["DescribeRepositories"]


@pytest.mark.parametrize(
    "key", ["alias/images", "arn:aws:kms:us-east-1:123456789012:alias/images"], ids=["its name", "its ARN"]
)
def test_ensure_cannot_tell_an_alias_from_the_key_that_it_stands_for(
    fake: FakeTransport, registry: Registry, key: str
) -> None:
    fake.answers(found(encryptionConfiguration={"encryptionType": "KMS", "kmsKey": KEY}))
    alias = models.EncryptionConfiguration(encryption_type=KMS, kms_key=key)

    assert registry.ensure_repository("team/app", encryption=alias).arn == ARN


def test_ensure_is_content_with_the_same_key(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(found(encryptionConfiguration={"encryptionType": "KMS", "kmsKey": KEY}))
    same = models.EncryptionConfiguration(encryption_type=KMS, kms_key=KEY)

    assert registry.ensure_repository("team/app", encryption=same).arn == ARN


def test_a_repository_that_names_no_encryption_has_that_of_the_service(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.answers(found())
    usual = models.EncryptionConfiguration(encryption_type=AES)

    assert registry.ensure_repository("team/app", encryption=usual).arn == ARN


def test_ensure_names_both_keys_where_they_differ(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(found())
    other = models.EncryptionConfiguration(encryption_type=KMS, kms_key=KEY)

    with pytest.raises(UnchangeableSettingError, match=f"with AES256, not KMS and the key {KEY}, and"):
        registry.ensure_repository("team/app", encryption=other)


def test_exclusions_without_what_they_are_from_are_refused(fake: FakeTransport, registry: Registry) -> None:
    with pytest.raises(InvalidInputError, match="tag_mutability"):
        registry.ensure_repository("team/app", tag_mutability_exclusions=["latest"])

    assert fake.requests == []
