"""The areas of a registry: what they ask, what they give out, and what they refuse to do to another account."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from ecrkit import Items, Registry, models
from ecrkit.errors import (
    BatchFailedError,
    ExclusionAlreadyExistsError,
    ExclusionNotFoundError,
    ForeignRegistryError,
    InvalidPolicyError,
    RegistryPolicyNotFoundError,
    RepositoryNotFoundError,
    TemplateNotFoundError,
    WaitFailedError,
)
from ecrkit.policy import LifecyclePolicy, PolicyDocument
from ecrkit.testing import FakeTransport, no_waiting

OWN, OTHER = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{OWN}:role/scanner"
PROFILE = f"arn:aws:signer:eu-west-1:{OWN}:/signing-profiles/release"
BACKFILL = "6cb64b8a-9378-0e33-2ab1-b780fab8a9e9"
POLICY = PolicyDocument.allow_replication(
    from_account=OTHER, repository_arns=[f"arn:aws:ecr:eu-west-1:{OWN}:repository/*"]
)


@pytest.fixture
def fake() -> FakeTransport:
    return FakeTransport(region_name="eu-west-1")


@pytest.fixture
def registry(fake: FakeTransport) -> Registry:
    return Registry(fake)


def described(registry_id: str = OWN) -> models.DescribeRegistryResponse:
    return models.DescribeRegistryResponse(
        registry_id=registry_id, replication_configuration=models.ReplicationConfiguration(rules=[])
    )


def sent(fake: FakeTransport) -> dict[str, Any]:
    return fake.requests[-1].to_wire()


def operations(fake: FakeTransport) -> list[str]:
    return [request.operation for request in fake.requests]


# Whose registry


CHANGES: list[Callable[[Registry], object]] = [
    lambda r: r.policy.delete(),
    lambda r: r.policy.put(POLICY),
    lambda r: r.scanning.put("BASIC"),
    lambda r: r.signing.delete(),
    lambda r: r.replication.put([]),
    lambda r: r.settings.put("BLOB_MOUNTING", "ENABLED"),
    lambda r: r.creation_templates.delete("team"),
    lambda r: r.pull_time_exclusions.add(ROLE),
    lambda r: r.repository_scanning(["team/app"]),
    lambda r: r.describe(),
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_only_reaches_the_own_registry_is_refused_for_another_account(
    fake: FakeTransport, change: Callable[[Registry], object]
) -> None:
    fake.answers(described(OWN))

    with pytest.raises(ForeignRegistryError, match=f"than the caller .{OWN}"):
        change(Registry(fake, registry_id=OTHER))

    assert operations(fake) == ["DescribeRegistry"]


OWN_LISTINGS: list[tuple[models.Response, Callable[[Registry], Items[Any]]]] = [
    (
        models.DescribeRepositoryCreationTemplatesResponse(),
        lambda r: r.creation_templates.templates(),
    ),
    (models.ListPullTimeUpdateExclusionsResponse(), lambda r: r.pull_time_exclusions.principals()),
]


@pytest.mark.parametrize(("page", "listing"), OWN_LISTINGS)
def test_a_listing_that_only_knows_the_own_registry_is_refused_for_another_account(
    fake: FakeTransport, page: models.Response, listing: Callable[[Registry], Any]
) -> None:
    fake.answers(page, described(OWN))

    with pytest.raises(ForeignRegistryError):
        list(listing(Registry(fake, registry_id=OTHER)))


def test_whose_registry_it_is_is_asked_once(fake: FakeTransport) -> None:
    fake.answers_to(models.DescribeRegistryRequest, described())
    fake.always(models.DeleteRegistryPolicyRequest, models.DeleteRegistryPolicyResponse(policy_text="{}"))
    registry = Registry(fake, registry_id=OWN)

    registry.policy.delete()
    registry.policy.delete()

    assert operations(fake) == ["DescribeRegistry", "DeleteRegistryPolicy", "DeleteRegistryPolicy"]


def test_a_registry_without_an_id_is_the_callers_own_and_nothing_is_asked(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.answers(models.DeleteRegistryPolicyResponse(policy_text="{}"))

    registry.policy.delete()

    assert operations(fake) == ["DeleteRegistryPolicy"]


# Policy


def test_a_registry_policy_is_read_typed(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(models.GetRegistryPolicyResponse(policy_text=POLICY.to_json().replace(",", " ,\n")))

    assert registry.policy.get() == POLICY


def test_a_registry_policy_is_put_as_its_text(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(models.PutRegistryPolicyResponse(policy_text="{}"))

    registry.policy.put(POLICY)

    assert sent(fake) == {"policyText": POLICY.to_json()}


def test_the_text_of_a_policy_is_put_as_it_is(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(models.PutRegistryPolicyResponse(policy_text="{}"))

    registry.policy.put('{ "Version" : "2099-01-01" }')

    assert sent(fake) == {"policyText": '{ "Version" : "2099-01-01" }'}


def test_a_policy_that_the_service_would_refuse_is_not_sent(fake: FakeTransport, registry: Registry) -> None:
    with pytest.raises(InvalidPolicyError, match="no statement"):
        registry.policy.put(PolicyDocument([]))

    assert fake.requests == []


def test_a_registry_without_a_policy_says_so(fake: FakeTransport, registry: Registry) -> None:
    fake.fails(RegistryPolicyNotFoundError)

    with pytest.raises(RegistryPolicyNotFoundError):
        registry.policy.get()


# Scanning


def test_get_and_put_of_the_scanning_configuration_name_it_differently(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.answers(
        b'{"registryId": "111122223333", "scanningConfiguration": {"scanType": "BASIC", "rules": []}}',
        b'{"registryScanningConfiguration": {"scanType": "BASIC", "rules": []}}',
    )

    assert registry.scanning.get() == registry.scanning.put("BASIC")


def test_a_scanning_rule_is_written_as_wildcards(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(b'{"registryScanningConfiguration": {}}')

    registry.scanning.put("ENHANCED", [registry.scanning.rule("CONTINUOUS_SCAN", ["prod/*"])])

    assert sent(fake) == {
        "scanType": "ENHANCED",
        "rules": [
            {
                "scanFrequency": "CONTINUOUS_SCAN",
                "repositoryFilters": [{"filter": "prod/*", "filterType": "WILDCARD"}],
            }
        ],
    }


def test_names_are_asked_for_25_at_a_time(fake: FakeTransport, registry: Registry) -> None:
    fake.always(
        models.BatchGetRepositoryScanningConfigurationRequest,
        models.BatchGetRepositoryScanningConfigurationResponse(),
    )

    registry.repository_scanning(f"team/app-{number}" for number in range(60))

    asked = fake.requests_of(models.BatchGetRepositoryScanningConfigurationRequest)
    assert [len(request.repository_names) for request in asked] == [25, 25, 10]


def test_repositories_that_do_not_exist_are_among_the_failures(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.answers(
        b'{"scanningConfigurations": [{"repositoryName": "a1", "scanFrequency": "MANUAL"}], "failures": '
        b'[{"repositoryName": "b2", "failureCode": "REPOSITORY_NOT_FOUND", "failureReason": "REPOSITORY_NOT_FOUND"}]}'
    )

    result = registry.repository_scanning(["a1", "b2"])

    assert [found.repository_name for found in result.ok] == ["a1"]
    assert [failure.what for failure in result.failures] == ["b2"]
    assert isinstance(result.failures[0].error, RepositoryNotFoundError)


def test_a_failure_can_be_raised(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(b'{"failures": [{"repositoryName": "b2", "failureCode": "REPOSITORY_NOT_FOUND"}]}')

    with pytest.raises(BatchFailedError, match="b2"):
        registry.repository_scanning(["b2"]).raise_on_failure()


# Replication


def test_the_replication_configuration_comes_with_the_description_of_the_registry(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.answers(described())

    assert registry.replication.get().rules == []


def test_a_replication_rule_is_written_in_full(fake: FakeTransport, registry: Registry) -> None:
    replication = registry.replication
    fake.answers(b'{"replicationConfiguration": {"rules": []}}')

    replication.put(
        [
            replication.rule(
                [replication.destination("us-east-1", OWN)], prefixes=["prod/"], replicate_deletions=True
            )
        ]
    )

    assert sent(fake)["replicationConfiguration"]["rules"] == [
        {
            "destinations": [{"region": "us-east-1", "registryId": OWN}],
            "repositoryFilters": [{"filter": "prod/", "filterType": "PREFIX_MATCH"}],
            "deleteReplication": {"enabled": True},
        }
    ]


def test_a_replication_rule_says_nothing_about_what_is_not_wanted(registry: Registry) -> None:
    rule = registry.replication.rule([registry.replication.destination("us-east-1", OWN)])

    assert rule.model_dump(exclude_none=True).keys() == {"destinations"}


def results(status: str, **members: object) -> models.DescribeReplicationBackfillResultsResponse:
    return models.DescribeReplicationBackfillResultsResponse.model_validate({"status": status, **members})


def test_a_backfill_is_waited_for_until_it_is_done(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(
        models.StartReplicationBackfillResponse(
            replication_backfill_id=BACKFILL, status=models.ReplicationBackfillStatus.PREPARING
        ),
        results("PREPARING"),
        results("IN_PROGRESS"),
        results("COMPLETE"),
    )

    with no_waiting() as pauses:
        backfill = registry.replication.start_backfill(registry.replication.destination("us-east-1", OWN))
        answer = backfill.until_done().wait()

    assert (backfill.id, answer.status, pauses) == (BACKFILL, "COMPLETE", [30, 30])


async def test_a_backfill_can_be_awaited(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(results("COMPLETE"))

    answer = await registry.replication.backfill(BACKFILL).until_done()

    assert answer.status == "COMPLETE"


@pytest.mark.parametrize("status", ["FAILED", "STOPPED"])
def test_a_backfill_that_will_never_be_done_ends_the_wait(
    fake: FakeTransport, registry: Registry, status: str
) -> None:
    fake.answers(results(status))

    with pytest.raises(WaitFailedError, match=status):
        registry.replication.backfill(BACKFILL).until_done().wait()


def test_the_results_of_a_backfill_can_be_narrowed_down(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(results("COMPLETE"))

    list(registry.replication.backfill(BACKFILL).results(status="FAILED", page_size=1000))

    assert sent(fake) == {
        "replicationBackfillId": BACKFILL,
        "resultStatusFilter": "FAILED",
        "maxResults": 1000,
    }


def test_a_listed_backfill_is_a_handle_with_its_details(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(
        b'{"backfills": [{"replicationBackfillId": "%s", "destination": {"region": "us-east-1", "registryId": '
        b'"111122223333"}, "status": "STOPPING", "startedAt": 1.5}]}' % BACKFILL.encode(),
        b'{"status": "STOPPED"}',
    )

    [backfill] = registry.replication.backfills()

    assert backfill.status == models.ReplicationBackfillStatus.STOPPING
    assert backfill.details.started_at == datetime.fromtimestamp(1.5, UTC)
    assert backfill.stop() == models.ReplicationBackfillStatus.STOPPED


# Pull-through cache


def test_a_pull_through_cache_rule_is_created_with_all_that_it_can_have(fake: FakeTransport) -> None:
    secret = f"arn:aws:secretsmanager:eu-west-1:{OWN}:secret:ecr-pullthroughcache/hub-a1b2c3"
    fake.answers(b'{"ecrRepositoryPrefix": "hub", "upstreamRegistryUrl": "registry-1.docker.io"}')

    Registry(fake, registry_id=OTHER).pull_through_cache.create(
        "hub",
        "registry-1.docker.io",
        upstream_registry="docker-hub",
        upstream_prefix="library",
        credential_arn=secret,
    )

    assert sent(fake) == {
        "registryId": OTHER,
        "ecrRepositoryPrefix": "hub",
        "upstreamRegistryUrl": "registry-1.docker.io",
        "upstreamRegistry": "docker-hub",
        "upstreamRepositoryPrefix": "library",
        "credentialArn": secret,
    }


def test_a_rule_that_does_not_work_is_no_error(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(models.ValidatePullThroughCacheRuleResponse(is_valid=False, failure="no such secret"))

    answer = registry.pull_through_cache.validate("hub")

    assert (answer.is_valid, answer.failure) == (False, "no such secret")


def test_rules_for_certain_prefixes_are_asked_for_by_the_hundred_and_never_paged(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.always(models.DescribePullThroughCacheRulesRequest, models.DescribePullThroughCacheRulesResponse())

    registry.pull_through_cache.named(f"p{number}" for number in range(101))

    first, second = fake.requests_of(models.DescribePullThroughCacheRulesRequest)
    assert first.ecr_repository_prefixes is not None
    assert (len(first.ecr_repository_prefixes), second.ecr_repository_prefixes) == (100, ["p100"])
    assert first.max_results is None


def test_a_rule_gets_a_new_secret(fake: FakeTransport, registry: Registry) -> None:
    secret = f"arn:aws:secretsmanager:eu-west-1:{OWN}:secret:ecr-pullthroughcache/new-a1b2c3"
    fake.answers(b'{"ecrRepositoryPrefix": "hub", "updatedAt": 1690385025.197}')

    answer = registry.pull_through_cache.update("hub", credential_arn=secret)

    assert sent(fake) == {"ecrRepositoryPrefix": "hub", "credentialArn": secret}
    assert answer.updated_at is not None


# Creation templates

LIFECYCLE = """{"rules": [{"rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan",
"countNumber": 1}, "action": {"type": "expire"}}]}"""


def test_a_creation_template_takes_everything_in_the_words_of_a_repository(
    fake: FakeTransport, registry: Registry
) -> None:
    lifecycle = LifecyclePolicy.parse(LIFECYCLE)
    policy = PolicyDocument.allow_pull(accounts=[OTHER])
    fake.answers(b'{"repositoryCreationTemplate": {"prefix": "team"}}')

    registry.creation_templates.create(
        "team",
        ["REPLICATION"],
        description="of the team",
        tag_mutability="IMMUTABLE_WITH_EXCLUSION",
        tag_mutability_exclusions=["latest"],
        resource_tags={"team": "payments"},
        repository_policy=policy,
        lifecycle_policy=lifecycle,
        custom_role_arn=ROLE,
    )

    assert sent(fake) == {
        "prefix": "team",
        "appliedFor": ["REPLICATION"],
        "description": "of the team",
        "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": "latest"}],
        "resourceTags": [{"Key": "team", "Value": "payments"}],
        "repositoryPolicy": policy.to_json(),
        "lifecyclePolicy": lifecycle.to_json(),
        "customRoleArn": ROLE,
    }


def test_an_update_of_a_template_says_only_what_changes(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(b'{"repositoryCreationTemplate": {"prefix": "team"}}')

    registry.creation_templates.update("team", description="")

    assert sent(fake) == {"prefix": "team", "description": ""}


def test_a_template_that_is_not_there_is_an_error_though_ecr_gives_an_empty_list(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.answers(models.DescribeRepositoryCreationTemplatesResponse())

    with pytest.raises(TemplateNotFoundError, match="'team'"):
        registry.creation_templates.get("team")


def test_a_template_is_read_by_its_prefix(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(b'{"repositoryCreationTemplates": [{"prefix": "team"}]}')

    assert registry.creation_templates.get("team").prefix == "team"


# Settings, signing, exclusions


def test_a_setting_is_read_as_its_value(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(models.GetAccountSettingResponse(name="BLOB_MOUNTING", value="ENABLED"))

    assert registry.settings.get("BLOB_MOUNTING") == "ENABLED"


def test_a_signing_rule_without_filters_is_for_all_repositories(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.answers(b'{"signingConfiguration": {"rules": []}}')

    registry.signing.put([registry.signing.rule(PROFILE)])

    assert sent(fake) == {"signingConfiguration": {"rules": [{"signingProfileArn": PROFILE}]}}


def test_a_signing_rule_has_wildcards(registry: Registry) -> None:
    rule = registry.signing.rule(PROFILE, ["prod/*"])

    assert rule.model_dump(by_alias=True)["repositoryFilters"] == [
        {"filter": "prod/*", "filterType": "WILDCARD_MATCH"}
    ]


def test_to_exclude_a_principal_twice_is_a_success(fake: FakeTransport, registry: Registry) -> None:
    fake.fails(ExclusionAlreadyExistsError)

    registry.pull_time_exclusions.add(ROLE)

    assert sent(fake) == {"principalArn": ROLE}


def test_to_remove_a_principal_that_is_not_excluded_is_an_error(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.fails(ExclusionNotFoundError)

    with pytest.raises(ExclusionNotFoundError):
        registry.pull_time_exclusions.remove(ROLE)


# Paging, alike for every listing

Listing = Callable[[Registry, dict[str, Any]], Items[Any]]
LISTINGS: dict[str, tuple[Listing, str, str]] = {
    "rules": (
        lambda r, o: r.pull_through_cache.rules(**o),
        "pullThroughCacheRules",
        '{"ecrRepositoryPrefix": "NAME", "upstreamRegistryUrl": "quay.io"}',
    ),
    "templates": (
        lambda r, o: r.creation_templates.templates(**o),
        "repositoryCreationTemplates",
        '{"prefix": "NAME"}',
    ),
    "principals": (
        lambda r, o: r.pull_time_exclusions.principals(**o),
        "pullTimeUpdateExclusions",
        '"NAME"',
    ),
    "backfills": (
        lambda r, o: r.replication.backfills(**o),
        "backfills",
        '{"replicationBackfillId": "NAME", "status": "STOPPED", "startedAt": 1, "destination": DESTINATION}',
    ),
    "results": (
        lambda r, o: r.replication.backfill(BACKFILL).results(**o),
        "results",
        '{"repositoryName": "NAME", "imageId": {}, "status": "COMPLETE"}',
    ),
    "repositories": (
        lambda r, o: r.repositories(**o),
        "repositories",
        '{"repositoryName": "NAME", "registryId": "1", "repositoryArn": "x"}',
    ),
}

each_listing = pytest.mark.parametrize(("listing", "member", "item"), LISTINGS.values(), ids=list(LISTINGS))


def page(member: str, item: str, *names: str, token: str = "") -> bytes:
    whole = item.replace("DESTINATION", '{"region": "x", "registryId": "y"}')
    items = ", ".join(whole.replace("NAME", name) for name in names)
    more = f', "nextToken": "{token}"' if token else ""
    return f'{{"status": "COMPLETE", "{member}": [{items}]{more}}}'.encode()


@each_listing
def test_a_listing_goes_on_behind_an_empty_page(
    fake: FakeTransport, registry: Registry, listing: Listing, member: str, item: str
) -> None:
    fake.answers(
        page(member, item, "a1", token="t1"), page(member, item, token="t2"), page(member, item, "b2")
    )

    assert len(list(listing(registry, {}))) == 2
    assert [request.to_wire().get("nextToken") for request in fake.requests] == [None, "t1", "t2"]


@each_listing
def test_a_listing_takes_limit_page_size_and_start(
    fake: FakeTransport, registry: Registry, listing: Listing, member: str, item: str
) -> None:
    fake.answers(page(member, item, "a1", "b2", "c3", token="t2"))

    found = list(listing(registry, {"limit": 2, "page_size": 3, "start": "t1"}))

    assert len(found) == 2
    assert sent(fake)["maxResults"] == 3
    assert sent(fake)["nextToken"] == "t1"
