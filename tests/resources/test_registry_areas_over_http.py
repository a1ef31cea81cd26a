"""Every area of a registry through real HTTP: wire, signatures, errors and pages of the local ECR."""

import pytest

from ecrkit import DescribedRepository, Registry, models
from ecrkit.errors import (
    ExclusionNotFoundError,
    PullThroughCacheRuleNotFoundError,
    RegistryPolicyNotFoundError,
    RepositoryNotFoundError,
    RepositoryPolicyNotFoundError,
    SigningConfigurationNotFoundError,
    TemplateAlreadyExistsError,
    TemplateNotFoundError,
)
from ecrkit.policy import PolicyDocument

OTHER = "444455556666"
ROLE = f"arn:aws:iam::{OTHER}:role/scanner"
PROFILE = f"arn:aws:signer:us-east-1:{OTHER}:/signing-profiles/release"


def test_ensure_creates_and_then_is_content(local_registry: Registry) -> None:
    made = local_registry.ensure_repository("ensured/app", tags={"team": "payments"})
    found = local_registry.ensure_repository("ensured/app", tags={"team": "payments"})

    assert found.created_at == made.created_at
    assert found.resource_tags.get() == {"team": "payments"}


def test_resource_tags_come_and_go(local_registry: Registry) -> None:
    tags = local_registry.create_repository("tagged/app").resource_tags

    tags.add({"team": "payments", "stage": "prod"})
    tags.remove("stage", "never there")

    assert tags.get() == {"team": "payments"}


def test_certain_repositories_are_all_or_nothing(local_registry: Registry) -> None:
    local_registry.create_repository("named/app")

    assert [found.name for found in local_registry.repositories_named(["named/app"])] == ["named/app"]
    with pytest.raises(RepositoryNotFoundError, match="named/missing"):
        local_registry.repositories_named(["named/app", "named/missing"])


def test_docker_credentials_are_for_the_host_of_the_server(local_registry: Registry) -> None:
    assert local_registry.docker_credentials().host.startswith("127.0.0.1:")


def test_the_policy_of_a_repository_comes_and_goes(fresh: DescribedRepository) -> None:
    wanted = PolicyDocument.allow_pull(accounts=[OTHER])

    fresh.policy.put(wanted)
    assert fresh.policy.get() == wanted

    fresh.policy.delete()
    with pytest.raises(RepositoryPolicyNotFoundError):
        fresh.policy.get()


def test_the_mutability_of_tags_is_changed(fresh: DescribedRepository) -> None:
    fresh.set_tag_mutability("IMMUTABLE_WITH_EXCLUSION", ["latest"])

    details = fresh.describe().details
    assert details.image_tag_mutability == models.ImageTagMutability.IMMUTABLE_WITH_EXCLUSION
    assert [each.filter for each in details.image_tag_mutability_exclusion_filters] == ["latest"]


def test_scanning_on_push_is_changed(fresh: DescribedRepository) -> None:
    fresh.set_scan_on_push(True)

    scanning = fresh.describe().details.image_scanning_configuration
    assert scanning == models.ImageScanningConfiguration(scan_on_push=True)


def test_the_policy_of_the_registry_comes_and_goes(local_registry: Registry) -> None:
    wanted = PolicyDocument.allow_replication(
        from_account=OTHER, repository_arns=["arn:aws:ecr:us-east-1:000000000000:repository/*"]
    )

    local_registry.policy.put(wanted)
    assert local_registry.policy.get() == wanted

    local_registry.policy.delete()
    with pytest.raises(RegistryPolicyNotFoundError):
        local_registry.policy.get()


def test_the_scanning_configuration_applies_to_repositories(
    local_registry: Registry, fresh: DescribedRepository
) -> None:
    scanning = local_registry.scanning
    before = scanning.get()
    try:
        put = scanning.put("BASIC", [scanning.rule("SCAN_ON_PUSH", ["tests/*"])])
        result = local_registry.repository_scanning([fresh.name, "tests/never-there"])
    finally:
        scanning.put(before.scan_type or "BASIC", before.rules)

    assert put.rules[0].scan_frequency == models.ScanFrequency.SCAN_ON_PUSH
    assert [found.scan_frequency for found in result.ok] == [models.ScanFrequency.SCAN_ON_PUSH]
    assert [failure.what for failure in result.failures] == ["tests/never-there"]


def test_replication_is_put_caught_up_with_and_ended(local_registry: Registry) -> None:
    replication = local_registry.replication
    ohio = replication.destination("us-east-2", local_registry.describe().registry_id)
    put = replication.put([replication.rule([ohio], prefixes=["never/there"])])
    assert replication.get() == put

    backfill = replication.start_backfill(ohio)
    answer = backfill.until_done().wait(timeout=30, delay=0.05)

    assert answer.status == models.ReplicationBackfillStatus.COMPLETE
    assert list(backfill.results()) == []
    assert backfill.id in [listed.id for listed in replication.backfills()]
    assert replication.put([]).rules == []


def test_a_pull_through_cache_rule_comes_and_goes(local_registry: Registry) -> None:
    cache = local_registry.pull_through_cache

    cache.create("quay", "quay.io")
    assert [rule.upstream_registry_url for rule in cache.named(["quay"])] == ["quay.io"]
    assert "quay" in [rule.ecr_repository_prefix for rule in cache.rules()]
    # The local ECR reaches no further than this machine.
    assert "quay.io" in (cache.validate("quay").failure or "")

    cache.delete("quay")
    with pytest.raises(PullThroughCacheRuleNotFoundError):
        cache.named(["quay"])


def test_a_creation_template_comes_changes_and_goes(local_registry: Registry) -> None:
    templates = local_registry.creation_templates

    templates.create("mirror", ["PULL_THROUGH_CACHE"], tag_mutability="IMMUTABLE", description="old")
    with pytest.raises(TemplateAlreadyExistsError):
        templates.create("mirror", ["REPLICATION"])
    changed = templates.update("mirror", description="new")
    assert changed == templates.get("mirror")
    assert (changed.description, changed.image_tag_mutability) == ("new", "IMMUTABLE")
    assert "mirror" in [template.prefix for template in templates.templates()]

    templates.delete("mirror")
    with pytest.raises(TemplateNotFoundError):
        templates.get("mirror")


def test_a_setting_of_the_account_is_changed(local_registry: Registry) -> None:
    local_registry.settings.put("BLOB_MOUNTING", "ENABLED")

    assert local_registry.settings.get("BLOB_MOUNTING") == "ENABLED"


def test_the_signing_configuration_comes_and_goes(local_registry: Registry) -> None:
    put = local_registry.signing.put([local_registry.signing.rule(PROFILE, ["never/there"])])
    assert local_registry.signing.get() == put

    local_registry.signing.delete()
    with pytest.raises(SigningConfigurationNotFoundError):
        local_registry.signing.get()


def test_a_principal_is_excluded_and_counts_again(local_registry: Registry) -> None:
    exclusions = local_registry.pull_time_exclusions

    exclusions.add(ROLE)
    exclusions.add(ROLE)
    assert list(exclusions.principals()) == [ROLE]

    exclusions.remove(ROLE)
    with pytest.raises(ExclusionNotFoundError):
        exclusions.remove(ROLE)
