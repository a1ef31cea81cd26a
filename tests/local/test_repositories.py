"""Repositories over plain boto3."""

import re

import pytest
from botocore.exceptions import ClientError

from ecrkit.local import LocalECR, Settings
from tests.local.clients import Client, Repository, code_of, make_client, message_of


def test_a_new_repository_has_the_defaults_of_the_service(client: Client) -> None:
    made = client.create_repository(repositoryName="defaults")["repository"]

    assert made["repositoryArn"] == "arn:aws:ecr:us-east-1:000000000000:repository/defaults"
    assert made["imageTagMutability"] == "MUTABLE"
    assert made["imageScanningConfiguration"] == {"scanOnPush": False}
    assert made["encryptionConfiguration"] == {"encryptionType": "AES256"}
    assert "imageTagMutabilityExclusionFilters" not in made


def test_the_same_name_twice_is_refused_in_the_words_of_the_service(
    client: Client, repository: Repository
) -> None:
    with pytest.raises(ClientError) as refused:
        client.create_repository(repositoryName=repository.name)

    assert code_of(refused.value) == "RepositoryAlreadyExistsException"
    assert message_of(refused.value) == (
        f"The repository with name '{repository.name}' already exists in the registry with id '000000000000'"
    )


@pytest.mark.parametrize("name", ["Upper", "a___b", "a_-b", "a..b", "-a", "a-", "a//b", "a/"])
def test_a_name_that_the_service_refuses_is_refused(client: Client, name: str) -> None:
    with pytest.raises(ClientError) as refused:
        client.create_repository(repositoryName=name)

    assert message_of(refused.value) == (
        "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression "
        r"'[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*''"
    )


@pytest.mark.parametrize("name", ["0a", "a__b", "a--b", "a---b", "a/b__c", "a.b/c-d"])
def test_a_name_that_the_service_takes_is_taken(client: Client, name: str) -> None:
    made = client.create_repository(repositoryName=name)

    assert made["repository"]["repositoryName"] == name


def test_one_unknown_name_fails_the_whole_description(client: Client, repository: Repository) -> None:
    with pytest.raises(ClientError) as refused:
        client.describe_repositories(repositoryNames=[repository.name, "not/there"])

    assert code_of(refused.value) == "RepositoryNotFoundException"


def test_a_listing_comes_in_pages(ecr: LocalECR) -> None:
    client = make_client(ecr, account="111111111111")
    wanted = {f"page-{n}" for n in range(5)}
    for name in wanted:
        client.create_repository(repositoryName=name)

    pages = list(client.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 2}))

    assert [len(page["repositories"]) for page in pages] == [2, 2, 1]
    assert {each["repositoryName"] for page in pages for each in page["repositories"]} == wanted
    client.close()


def test_a_token_that_is_none_is_refused(client: Client) -> None:
    with pytest.raises(ClientError) as refused:
        client.describe_repositories(nextToken="bm9uc2Vuc2U=")

    assert "Invalid next token provided" in message_of(refused.value)


def test_names_and_paging_exclude_each_other(client: Client, repository: Repository) -> None:
    with pytest.raises(ClientError) as refused:
        client.describe_repositories(repositoryNames=[repository.name], maxResults=5)

    assert code_of(refused.value) == "InvalidParameterException"


def test_accounts_and_regions_are_registries_of_their_own(ecr: LocalECR, repository: Repository) -> None:
    elsewhere = make_client(ecr, region="eu-west-1")
    other = make_client(ecr, account="222222222222")

    seen = [
        repository.name in [each["repositoryName"] for each in each.describe_repositories()["repositories"]]
        for each in (repository.client, elsewhere, other)
    ]

    assert seen == [True, False, False]
    elsewhere.close()
    other.close()


def test_a_registry_id_reaches_another_account(ecr: LocalECR, repository: Repository) -> None:
    other = make_client(ecr, account="333333333333")

    found = other.describe_repositories(registryId="000000000000", repositoryNames=[repository.name])

    assert found["repositories"][0]["registryId"] == "000000000000"
    other.close()


def test_a_repository_with_images_is_kept(repository: Repository) -> None:
    repository.image()

    with pytest.raises(ClientError) as refused:
        repository.client.delete_repository(repositoryName=repository.name)

    assert code_of(refused.value) == "RepositoryNotEmptyException"


def test_force_deletes_a_repository_with_its_images(client: Client, repository: Repository) -> None:
    repository.image(tag="a")

    client.delete_repository(repositoryName=repository.name, force=True)

    with pytest.raises(ClientError) as refused:
        client.describe_images(repositoryName=repository.name)
    assert code_of(refused.value) == "RepositoryNotFoundException"


def test_exclusions_are_required_where_the_mutability_names_them(client: Client) -> None:
    with pytest.raises(ClientError) as refused:
        client.create_repository(repositoryName="no-filters", imageTagMutability="IMMUTABLE_WITH_EXCLUSION")

    assert message_of(refused.value) == (
        "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: "
        "'ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as "
        "IMMUTABLE_WITH_EXCLUSION'"
    )


def test_plain_mutability_removes_the_exclusions(client: Client, repository: Repository) -> None:
    filters = [{"filterType": "WILDCARD", "filter": "dev-*"}]
    client.put_image_tag_mutability(
        repositoryName=repository.name,
        imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=filters,
    )

    client.put_image_tag_mutability(repositoryName=repository.name, imageTagMutability="IMMUTABLE")

    shown = client.describe_repositories(repositoryNames=[repository.name])["repositories"][0]
    assert shown["imageTagMutability"] == "IMMUTABLE"
    assert "imageTagMutabilityExclusionFilters" not in shown


def test_an_unknown_mutability_is_answered_with_the_ones_there_are(repository: Repository) -> None:
    with pytest.raises(ClientError) as refused:
        repository.client.put_image_tag_mutability(
            repositoryName=repository.name, imageTagMutability="SOMETIMES"
        )

    assert message_of(refused.value) == (
        "Invalid parameter at 'imageTagMutability' failed to satisfy constraint: 'Member must satisfy enum value "
        "set: [IMMUTABLE, MUTABLE, MUTABLE_WITH_EXCLUSION, IMMUTABLE_WITH_EXCLUSION]'"
    )


def test_scan_on_push_can_be_switched_on(client: Client, repository: Repository) -> None:
    client.put_image_scanning_configuration(
        repositoryName=repository.name, imageScanningConfiguration={"scanOnPush": True}
    )

    shown = client.describe_repositories(repositoryNames=[repository.name])["repositories"][0]
    assert shown["imageScanningConfiguration"] == {"scanOnPush": True}


def test_tags_of_a_resource_are_merged_and_removed(client: Client, repository: Repository) -> None:
    arn = f"arn:aws:ecr:us-east-1:000000000000:repository/{repository.name}"
    client.tag_resource(
        resourceArn=arn, tags=[{"Key": "team", "Value": "a"}, {"Key": "stage", "Value": "dev"}]
    )
    client.tag_resource(resourceArn=arn, tags=[{"Key": "team", "Value": "b"}])
    client.untag_resource(resourceArn=arn, tagKeys=["stage", "never"])

    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == [{"Key": "team", "Value": "b"}]


@pytest.mark.parametrize("key", ["", "aws:own", "k" * 129])
def test_a_tag_that_aws_reserves_or_cannot_hold_is_refused(
    client: Client, repository: Repository, key: str
) -> None:
    arn = f"arn:aws:ecr:us-east-1:000000000000:repository/{repository.name}"

    with pytest.raises(ClientError) as refused:
        client.tag_resource(resourceArn=arn, tags=[{"Key": key, "Value": "v"}])

    assert code_of(refused.value) == "InvalidTagParameterException"


def test_the_51st_tag_is_refused(client: Client, repository: Repository) -> None:
    arn = f"arn:aws:ecr:us-east-1:000000000000:repository/{repository.name}"

    with pytest.raises(ClientError) as refused:
        client.tag_resource(resourceArn=arn, tags=[{"Key": f"k{n}", "Value": ""} for n in range(51)])

    assert code_of(refused.value) == "TooManyTagsException"


@pytest.mark.parametrize(
    "arn", ["nonsense", "arn:aws:ecr:eu-west-1:000000000000:repository/a", "arn:aws:s3:::bucket"]
)
def test_the_arn_of_something_else_is_invalid(client: Client, arn: str) -> None:
    with pytest.raises(ClientError) as refused:
        client.list_tags_for_resource(resourceArn=arn)

    assert "Invalid ARN" in message_of(refused.value)


def test_the_arns_of_every_partition_are_understood() -> None:
    with LocalECR(settings=Settings(region="eusc-de-east-1")) as ecr:
        client = make_client(ecr, region="eusc-de-east-1")
        arn = client.create_repository(repositoryName="team/app")["repository"]["repositoryArn"]

        tags = client.list_tags_for_resource(resourceArn=arn)["tags"]

    assert arn.startswith("arn:aws-eusc:ecr:eusc-de-east-1:")
    assert tags == []


PLACE = "arn:aws:kms:us-east-1:000000000000"
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.mark.parametrize(
    ("asked", "form"),
    [
        (None, rf"{PLACE}:key/[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}"),
        ("alias/mine", rf"{PLACE}:key/[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}"),
        (f"{PLACE}:alias/mine", rf"{PLACE}:key/[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}"),
        (KEY, f"{PLACE}:key/{KEY}"),
        (f"{PLACE}:key/{KEY}", f"{PLACE}:key/{KEY}"),
    ],
)
def test_a_key_is_shown_by_its_arn(
    client: Client, repository: Repository, asked: str | None, form: str
) -> None:
    encryption = {"encryptionType": "KMS", **({"kmsKey": asked} if asked else {})}

    made = client.create_repository(
        repositoryName=f"{repository.name}-kms", encryptionConfiguration=encryption
    )

    assert re.fullmatch(form, made["repository"]["encryptionConfiguration"]["kmsKey"])
    client.delete_repository(repositoryName=f"{repository.name}-kms")


def test_an_alias_always_names_the_same_key(client: Client, repository: Repository) -> None:
    keys: list[str] = []
    for number, alias in enumerate(("alias/a", f"{PLACE}:alias/a", "alias/b")):
        made = client.create_repository(
            repositoryName=f"{repository.name}-{number}",
            encryptionConfiguration={"encryptionType": "KMS", "kmsKey": alias},
        )
        keys.append(made["repository"]["encryptionConfiguration"]["kmsKey"])

    assert keys[0] == keys[1] != keys[2]
