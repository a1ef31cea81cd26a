"""ecrkit over moto, a double that others wrote: where both agree, it is less likely that we misread the service.

Where moto 5.2.5 differs from ECR, so that nobody takes a lesson from it (the tests below keep away from these, except
where a test says so):

| moto | ECR |
|---|---|
| the digest of an image is that of its joined layer digests, unless one is sent along; of an index, a random one | sha256 of the bytes of the manifest |
| a digest that does not fit is stored | `ImageDigestDoesNotMatchException` |
| an image whose layers or children are missing is stored | `LayersNotFoundException`, `ReferencedImagesNotFoundException` |
| parts below 5 MiB, uploads without parts and wrong layer digests are accepted | `LayerPartTooSmallException`, `EmptyUploadException`, `InvalidLayerException` |
| layers that are not there come in `failures` | in `layers`, as `UNAVAILABLE` |
| `acceptedMediaTypes` is ignored; more than 100 ids are taken | conversion by tag; 100 |
| a repository of another account is described as an empty list | `RepositoryNotFoundException`, or AccessDenied |
| listings are never cut into pages | pages with `nextToken` |
| a tag that moves takes the image with it if it was its last | the image stays, untagged |
| exclusions from tag mutability are regular expressions | wildcards |
| the token of GetAuthorizationToken has expired in 2015 | 12 hours |
| layers have no download URL; pull-through cache, templates, signing, exclusions, settings, previews, archive, referrers and backfills are missing | there |
"""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from ecrkit import Registry, models
from ecrkit.errors import (
    ImageNotFoundError,
    RegistryPolicyNotFoundError,
    RepositoryAlreadyExistsError,
    RepositoryNotEmptyError,
    RepositoryNotFoundError,
    RepositoryPolicyNotFoundError,
    UnreadableAnswerError,
)
from ecrkit.oci import build_manifest
from ecrkit.policy import PolicyDocument

ACCOUNT, OTHER = "123456789012", "444455556666"  # the first one is moto's


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield Registry(region_name="eu-west-1")


def test_a_repository_is_created_described_and_deleted(registry: Registry) -> None:
    made = registry.create_repository("team/app", tag_mutability="IMMUTABLE", scan_on_push=True)

    found = registry.repository("team/app").describe()
    assert found.arn == made.arn == f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/team/app"
    assert found.details.image_tag_mutability == models.ImageTagMutability.IMMUTABLE

    found.delete()
    assert list(registry.repositories()) == []


def test_errors_are_those_of_the_service(registry: Registry) -> None:
    registry.create_repository("team/app")

    with pytest.raises(RepositoryAlreadyExistsError):
        registry.create_repository("team/app")
    with pytest.raises(RepositoryNotFoundError) as failure:
        registry.repository("team/other").describe()
    assert failure.value.message == (
        f"The repository with name 'team/other' does not exist in the registry with id '{ACCOUNT}'"
    )


def test_ensure_brings_a_repository_in_line(registry: Registry) -> None:
    registry.create_repository("team/app", tags={"other": "x"})

    ensured = registry.ensure_repository(
        "team/app", tag_mutability="IMMUTABLE", scan_on_push=True, tags={"team": "payments"}
    )

    assert ensured.details.image_tag_mutability == models.ImageTagMutability.IMMUTABLE
    assert ensured.details.image_scanning_configuration == models.ImageScanningConfiguration(
        scan_on_push=True
    )
    assert ensured.resource_tags.get() == {"other": "x", "team": "payments"}


def test_ensure_creates_a_repository_with_exclusions(registry: Registry) -> None:
    made = registry.ensure_repository(
        "team/app", tag_mutability="IMMUTABLE_WITH_EXCLUSION", tag_mutability_exclusions=["latest"]
    )

    [exclusion] = made.details.image_tag_mutability_exclusion_filters
    assert exclusion.filter == "latest"


def test_resource_tags_come_and_go(registry: Registry) -> None:
    tags = registry.create_repository("team/app").resource_tags

    tags.add({"team": "payments", "stage": "prod"})
    tags.remove("stage")

    assert tags.get() == {"team": "payments"}


def test_the_policy_of_a_repository_comes_and_goes(registry: Registry) -> None:
    policy = registry.create_repository("team/app").policy
    wanted = PolicyDocument.allow_pull(accounts=[OTHER])

    policy.put(wanted)
    assert policy.get() == wanted

    policy.delete()
    with pytest.raises(RepositoryPolicyNotFoundError):
        policy.get()


def test_the_policy_of_a_registry_comes_and_goes(registry: Registry) -> None:
    wanted = PolicyDocument.allow_replication(
        from_account=OTHER, repository_arns=[f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/*"]
    )

    registry.policy.put(wanted)
    assert registry.policy.get() == wanted

    registry.policy.delete()
    with pytest.raises(RegistryPolicyNotFoundError):
        registry.policy.get()


def test_the_scanning_configuration_is_put_and_read(registry: Registry) -> None:
    scanning = registry.scanning
    assert scanning.get().scan_type == models.ScanType.BASIC

    put = scanning.put("ENHANCED", [scanning.rule("CONTINUOUS_SCAN", ["prod/*"])])

    assert scanning.get() == put


def test_what_is_scanned_is_told_for_each_repository_with_those_that_are_missing(registry: Registry) -> None:
    registry.create_repository("team/app")

    result = registry.repository_scanning(["team/app", "team/other"])

    assert [found.repository_name for found in result.ok] == ["team/app"]
    assert [failure.what for failure in result.failures] == ["team/other"]


def test_replication_is_put_and_read(registry: Registry) -> None:
    replication = registry.replication

    put = replication.put([replication.rule([replication.destination("us-east-1", ACCOUNT)])])

    assert replication.get() == put


def test_an_image_is_pushed_described_and_deleted(registry: Registry) -> None:
    repository = registry.create_repository("team/app")
    config = repository.push_layer(b"{}", media_type="application/vnd.oci.image.config.v1+json")
    layer = repository.push_layer(b"a layer", media_type="application/vnd.oci.image.layer.v1.tar")
    manifest = build_manifest(config.descriptor(), [layer.descriptor()])

    image = repository.put_image(manifest, "1.0")

    assert repository.image("1.0").describe().digest == image.digest
    with pytest.raises(RepositoryNotEmptyError):
        repository.delete()
    image.delete()
    with pytest.raises(ImageNotFoundError):
        repository.image("1.0").describe()


def test_docker_credentials_are_taken_apart(registry: Registry) -> None:
    credentials = registry.docker_credentials()

    assert credentials.username == "AWS"
    assert credentials.host == f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"
    assert credentials.expires_at.year == 2015  # moto's, and long over: they are asked for again each time


def test_moto_alone_describes_another_accounts_repository_as_an_empty_list(registry: Registry) -> None:
    registry.create_repository("team/app")

    with pytest.raises(
        UnreadableAnswerError
    ):  # ECR says that it does not exist, or is not the caller's business
        Registry(region_name="eu-west-1", registry_id=OTHER).repository("team/app").describe()
