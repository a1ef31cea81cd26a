"""Replication, backfills, creation templates and pull-through caches: what images do by themselves."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from ecrkit.local import LocalECR, Settings
from tests.local.clients import Client, Repository, code_of, digest_of, index_of, make_client, message_of

ACCOUNT = "888888888888"


@pytest.fixture
def server() -> Iterator[LocalECR]:
    with LocalECR(settings=Settings(part_size=10, min_part_size=5, anonymous=True)) as started:
        yield started


@pytest.fixture
def here(server: LocalECR) -> Iterator[Client]:
    client = make_client(server, account=ACCOUNT)
    yield client
    client.close()


@pytest.fixture
def there(server: LocalECR) -> Iterator[Client]:
    client = make_client(server, account=ACCOUNT, region="eu-west-1")
    yield client
    client.close()


def replicate(client: Client, *, region: str = "eu-west-1", account: str = ACCOUNT, **rule: object) -> None:
    destinations = [{"region": region, "registryId": account}]
    client.put_replication_configuration(
        replicationConfiguration={"rules": [{"destinations": destinations, **rule}]}
    )


def test_a_push_appears_in_the_other_region(here: Client, there: Client) -> None:
    replicate(here)

    manifest = Repository.create(here, "app").image(tag="1")

    got = Repository(there, "app").get({"imageTag": "1"})["images"][0]
    assert got["imageManifest"] == manifest
    shown = here.describe_image_replication_status(repositoryName="app", imageId={"imageTag": "1"})
    assert shown["replicationStatuses"] == [
        {"region": "eu-west-1", "registryId": ACCOUNT, "status": "COMPLETE"}
    ]


def test_an_index_brings_its_children(here: Client, there: Client) -> None:
    repository = Repository.create(here, "app")
    child = repository.image("child")
    replicate(here)

    repository.put(index_of(child), tag="multi")

    copied = there.describe_images(repositoryName="app")["imageDetails"]
    assert digest_of(child) in [each["imageDigest"] for each in copied]


def test_a_filter_leaves_other_repositories_alone(here: Client, there: Client) -> None:
    replicate(here, repositoryFilters=[{"filter": "prod", "filterType": "PREFIX_MATCH"}])

    for name in ("prod/app", "dev/app"):
        Repository.create(here, name).image(tag="1")

    assert [each["repositoryName"] for each in there.describe_repositories()["repositories"]] == ["prod/app"]


def test_an_immutable_tag_stays_where_it_is(here: Client, there: Client) -> None:
    there.create_repository(repositoryName="app", imageTagMutability="IMMUTABLE")
    old = Repository(there, "app").image("old", tag="1")
    replicate(here)

    new = Repository.create(here, "app").image("new", tag="1")

    copy = Repository(there, "app")
    assert copy.describe(imageTag="1")["imageDigest"] == digest_of(old)
    assert "imageTags" not in copy.describe(imageDigest=digest_of(new))


@pytest.mark.parametrize("enabled", [True, False])
def test_deletions_are_replicated_where_the_rule_says_so(
    here: Client, there: Client, *, enabled: bool
) -> None:
    replicate(here, deleteReplication={"enabled": enabled})
    repository = Repository.create(here, "app")
    repository.image(tag="1")

    repository.delete({"imageTag": "1"})

    assert bool(Repository(there, "app").ids()) is not enabled


def test_another_account_has_to_allow_it(server: LocalECR, here: Client) -> None:
    other = make_client(server, account="999999999999")
    replicate(here, region="us-east-1", account="999999999999")
    repository = Repository.create(here, "app")
    repository.image("first", tag="1")
    refused = here.describe_image_replication_status(repositoryName="app", imageId={"imageTag": "1"})

    statement = {
        "Sid": "replicate",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": ["ecr:ReplicateImage", "ecr:CreateRepository"],
        "Resource": ["arn:aws:ecr:us-east-1:999999999999:repository/*"],
    }
    other.put_registry_policy(policyText=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    repository.image("second", tag="2")

    assert refused["replicationStatuses"][0]["status"] == "FAILED"
    assert Repository(other, "app").describe(imageTag="2")["imageTags"] == ["2"]
    other.close()


def test_a_registry_does_not_replicate_to_itself(here: Client) -> None:
    with pytest.raises(ClientError) as refused:
        replicate(here, region="us-east-1")

    assert message_of(refused.value) == (
        "Invalid parameter at 'replicationConfiguration' failed to satisfy constraint: "
        "'Replication destination cannot be the same as the source registry'"
    )


def test_a_registry_replicates_nothing_before_it_is_told(here: Client) -> None:
    assert here.describe_registry()["replicationConfiguration"] == {"rules": []}


def test_a_backfill_brings_what_was_there_before(here: Client, there: Client) -> None:
    Repository.create(here, "app").image(tag="1")
    replicate(here)

    started = here.start_replication_backfill(destination={"region": "eu-west-1", "registryId": ACCOUNT})
    backfill_id = started["replicationBackfillId"]
    done = here.describe_replication_backfill_results(replicationBackfillId=backfill_id)

    assert started["status"] == "PREPARING"
    assert done["status"] == "COMPLETE"
    assert done["progress"]["completedReplicationCount"] == 1
    assert done["results"][0]["imageId"]["imageTag"] == "1"
    assert Repository(there, "app").ids()[0]["imageTag"] == "1"
    assert [each["status"] for each in here.list_replication_backfills()["backfills"]] == ["COMPLETE"]


def test_a_backfill_can_be_stopped_until_it_is_done() -> None:
    with LocalECR(settings=Settings(backfill_duration=100)) as ecr:
        client = make_client(ecr, account=ACCOUNT)
        replicate(client)
        destination = {"region": "eu-west-1", "registryId": ACCOUNT}
        backfill_id = client.start_replication_backfill(destination=destination)["replicationBackfillId"]
        with pytest.raises(ClientError) as twice:
            client.start_replication_backfill(destination=destination)

        stopped = client.stop_replication_backfill(replicationBackfillId=backfill_id)

        with pytest.raises(ClientError) as again:
            client.stop_replication_backfill(replicationBackfillId=backfill_id)
        client.close()
    assert stopped["status"] == "STOPPED"
    assert code_of(twice.value) == "ReplicationBackfillInProgressException"
    assert code_of(again.value) == "ReplicationBackfillInvalidStatusException"


def test_a_push_creates_a_repository_where_a_template_says_so(here: Client) -> None:
    here.create_repository_creation_template(
        prefix="auto", appliedFor=["CREATE_ON_PUSH"], imageTagMutability="IMMUTABLE"
    )

    Repository(here, "auto/made").begin()

    made = here.describe_repositories(repositoryNames=["auto/made"])["repositories"][0]
    assert made["imageTagMutability"] == "IMMUTABLE"
    with pytest.raises(ClientError) as refused:
        Repository(here, "other/made").begin()
    assert code_of(refused.value) == "RepositoryNotFoundException"


def test_a_template_is_updated_in_part(here: Client) -> None:
    here.create_repository_creation_template(
        prefix="team", appliedFor=["REPLICATION"], description="first", imageTagMutability="IMMUTABLE"
    )

    here.update_repository_creation_template(prefix="team", description="second")

    shown = here.describe_repository_creation_templates(prefixes=["team", "never"])
    assert [
        (each["description"], each["imageTagMutability"]) for each in shown["repositoryCreationTemplates"]
    ] == [("second", "IMMUTABLE")]


def test_templates_are_made_once_and_deleted_once(here: Client) -> None:
    here.create_repository_creation_template(prefix="ROOT", appliedFor=["REPLICATION"])
    with pytest.raises(ClientError) as twice:
        here.create_repository_creation_template(prefix="ROOT", appliedFor=["REPLICATION"])
    here.delete_repository_creation_template(prefix="ROOT")
    with pytest.raises(ClientError) as gone:
        here.delete_repository_creation_template(prefix="ROOT")

    assert code_of(twice.value) == "TemplateAlreadyExistsException"
    assert code_of(gone.value) == "TemplateNotFoundException"


def test_a_rule_is_made_described_updated_and_deleted(server: LocalECR, here: Client) -> None:
    arn = "arn:aws:secretsmanager:us-east-1:888888888888:secret:ecr-pullthroughcache/docker-AbCdEf"
    server.secrets[arn] = ("user", "password")
    made = here.create_pull_through_cache_rule(
        ecrRepositoryPrefix="hub", upstreamRegistryUrl="registry-1.docker.io", credentialArn=arn
    )

    shown = here.describe_pull_through_cache_rules(ecrRepositoryPrefixes=["hub"])["pullThroughCacheRules"]
    here.update_pull_through_cache_rule(ecrRepositoryPrefix="hub", credentialArn=arn)
    here.delete_pull_through_cache_rule(ecrRepositoryPrefix="hub")

    assert (made["upstreamRegistry"], made["upstreamRepositoryPrefix"]) == ("docker-hub", "ROOT")
    assert shown[0]["credentialArn"] == arn
    with pytest.raises(ClientError) as gone:
        here.describe_pull_through_cache_rules(ecrRepositoryPrefixes=["hub"])
    assert code_of(gone.value) == "PullThroughCacheRuleNotFoundException"


def test_an_unknown_upstream_is_not_supported(here: Client) -> None:
    with pytest.raises(ClientError) as refused:
        here.create_pull_through_cache_rule(
            ecrRepositoryPrefix="odd", upstreamRegistryUrl="registry.example.com"
        )

    assert code_of(refused.value) == "UnsupportedUpstreamRegistryException"


def test_a_rule_to_beyond_this_machine_is_not_valid(here: Client) -> None:
    here.create_pull_through_cache_rule(ecrRepositoryPrefix="quay", upstreamRegistryUrl="quay.io")

    checked = here.validate_pull_through_cache_rule(ecrRepositoryPrefix="quay")

    assert checked["isValid"] is False
    assert "loopback" in checked["failure"]


def test_an_upstream_that_is_gone_is_said_to_be_so(here: Client) -> None:
    with LocalECR() as gone:
        host = gone.endpoint_url.removeprefix("http://")
    here.create_pull_through_cache_rule(ecrRepositoryPrefix="gone", upstreamRegistryUrl=host)

    with pytest.raises(ClientError) as refused:
        Repository(here, "gone/app").get({"imageTag": "1"})

    assert code_of(refused.value) == "UnableToGetUpstreamImageException"


def test_what_is_cached_is_served_also_when_the_upstream_is_gone(here: Client) -> None:
    with LocalECR(settings=Settings(anonymous=True)) as upstream:
        far = make_client(upstream)
        manifest = Repository.create(far, "app").image("cached", tag="1")
        far.close()
        host = upstream.endpoint_url.removeprefix("http://")
        here.create_pull_through_cache_rule(ecrRepositoryPrefix="kept", upstreamRegistryUrl=host)
        Repository(here, "kept/app").get({"imageTag": "1"})

    again = Repository(here, "kept/app").get({"imageTag": "1"}, {"imageDigest": digest_of(manifest)})

    assert [each["imageManifest"] for each in again["images"]] == [manifest, manifest]


def test_a_layer_that_breaks_off_upstream_leaves_nothing_behind(server: LocalECR, here: Client) -> None:
    with LocalECR(settings=Settings(anonymous=True)) as upstream:
        far = make_client(upstream)
        Repository.create(far, "app").image("broken off", tag="1")
        far.close()
        upstream.faults.add("truncate", "Download", times=None)
        host = upstream.endpoint_url.removeprefix("http://")
        here.create_pull_through_cache_rule(ecrRepositoryPrefix="cut", upstreamRegistryUrl=host)

        with pytest.raises(ClientError) as refused:
            Repository(here, "cut/app").get({"imageTag": "1"})

    assert code_of(refused.value) == "UnableToGetUpstreamImageException"
    assert list((server.folder / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    "upstream", ["registry-1.docker.io", "ghcr.io", "registry.gitlab.com", "mine.azurecr.io"]
)
def test_a_rule_for_an_upstream_with_a_login_needs_a_secret(client: Client, upstream: str) -> None:
    with pytest.raises(ClientError) as refused:
        client.create_pull_through_cache_rule(ecrRepositoryPrefix="hub", upstreamRegistryUrl=upstream)

    assert code_of(refused.value) == "UnsupportedUpstreamRegistryException"
    assert message_of(refused.value) == (
        "The specified upstream registry requires authentication. Specify a valid Secrets Manager ARN"
    )


@pytest.mark.parametrize("upstream", ["public.ecr.aws", "quay.io", "registry.k8s.io"])
def test_a_rule_for_a_public_upstream_needs_none(client: Client, upstream: str) -> None:
    rule = client.create_pull_through_cache_rule(ecrRepositoryPrefix="public", upstreamRegistryUrl=upstream)
    client.delete_pull_through_cache_rule(ecrRepositoryPrefix="public")

    assert "credentialArn" not in rule
