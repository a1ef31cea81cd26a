"""What one can do with images, through real HTTP against a local ECR whose clock the tests move."""

import json
from collections.abc import Iterator
from itertools import count

import pytest

from ecrkit import Image, Repository, errors, models, oci
from ecrkit.local import LocalECR, Settings
from ecrkit.policy import LifecyclePolicy, LifecycleRule
from ecrkit.resources import FindingsState, Severity
from ecrkit.retrying import sleeping_with

SETTINGS = Settings(scan_duration=12, preview_duration=12, restore_duration=600)
HIGH = models.ImageScanFinding(name="CVE-2026-0001", severity=models.FindingSeverity.HIGH)
LOW = models.ImageScanFinding(name="CVE-2026-0002", severity=models.FindingSeverity.LOW)
_numbers = count(1)


@pytest.fixture(scope="module")
def ecr() -> Iterator[LocalECR]:
    with LocalECR(settings=SETTINGS) as server:
        yield server


@pytest.fixture
def repository(ecr: LocalECR) -> Repository:
    return ecr.registry().create_repository(f"team/app-{next(_numbers)}")


@pytest.fixture
def passing(ecr: LocalECR) -> Iterator[None]:
    """Let each pause move the server's clock instead of taking time."""
    with sleeping_with(ecr.clock.advance):
        yield


def push(
    repository: Repository,
    *tags: str,
    platform: str = "linux/amd64",
    content: str = "",
    subject: oci.Descriptor | None = None,
    artifact_type: str | None = None,
) -> oci.ImageManifest:
    """Push an image of one layer."""
    os, _, architecture = platform.partition("/")
    config = json.dumps({"os": os, "architecture": architecture, "content": content}).encode()
    manifest = oci.build_manifest(
        repository.push_layer(config, media_type=oci.media_types.OCI_CONFIG).descriptor(),
        [repository.push_layer(b"layer of " + config).descriptor()],
        subject=subject,
        artifact_type=artifact_type,
    )
    for tag in tags or (None,):
        repository.put_image(manifest, tag)
    return manifest


def push_index(repository: Repository, tag: str, *platforms: str) -> Image:
    children = [
        push(repository, platform=each).descriptor(platform=oci.Platform.parse(each)) for each in platforms
    ]
    attestation = push(repository, platform="unknown/unknown").descriptor(
        platform=oci.Platform.parse("unknown/unknown")
    )
    return repository.put_image(oci.build_index([*children, attestation]), tag)


def test_a_tag_is_added_without_changing_a_byte(repository: Repository) -> None:
    manifest = push(repository, "1.4.2")

    tagged = repository.image("1.4.2").tag("prod")

    assert (tagged.digest, repository.image("prod").manifest().raw) == (manifest.digest, manifest.raw)


def test_tagging_again_is_a_success(repository: Repository) -> None:
    push(repository, "1.4.2", "prod")

    repository.image("1.4.2").tag("prod")

    assert sorted(repository.image("prod").describe().tags) == ["1.4.2", "prod"]


def test_tagging_again_where_tags_are_immutable_is_a_success(ecr: LocalECR) -> None:
    repository = ecr.registry().create_repository("frozen/same", tag_mutability="IMMUTABLE")
    manifest = push(repository, "1.4.2")

    assert repository.image("1.4.2").tag("1.4.2").digest == manifest.digest


def test_an_immutable_tag_of_another_image_names_both_digests(ecr: LocalECR) -> None:
    repository = ecr.registry().create_repository("frozen/other", tag_mutability="IMMUTABLE")
    old, new = push(repository, "prod"), push(repository, "next", content="new")

    with pytest.raises(errors.TagImmutableError) as caught:
        repository.image("next").tag("prod")

    assert (caught.value.existing, caught.value.wanted) == (old.digest, new.digest)


def test_a_tag_is_taken_away_and_the_image_stays(repository: Repository) -> None:
    push(repository, "1.4.2", "rc")

    repository.image("1.4.2").untag("rc")

    assert repository.image("1.4.2").describe().tags == ["1.4.2"]


def test_the_last_tag_does_not_take_the_image_with_it(repository: Repository) -> None:
    manifest = push(repository, "rc")

    with pytest.raises(errors.LastTagError, match="delete_image=True"):
        repository.image("rc").untag("rc")

    assert repository.image(digest=manifest.digest).describe().tags == ["rc"]


def test_the_last_tag_takes_the_image_with_it_when_told_to(repository: Repository) -> None:
    manifest = push(repository, "rc")

    repository.image("rc").untag("rc", delete_image=True)

    assert not repository.image(digest=manifest.digest).exists()


def test_the_tag_of_another_image_is_not_taken_away(repository: Repository) -> None:
    manifest = push(repository, "1", "2")
    push(repository, "other", content="other")

    with pytest.raises(errors.NotTaggedError):
        repository.image(digest=manifest.digest).untag("other")

    assert repository.image("other").exists()


def test_images_of_an_index_cannot_go_before_it(repository: Repository) -> None:
    push_index(repository, "1.4.2", "linux/amd64")
    child = repository.image("1.4.2").resolve("linux/amd64")

    with pytest.raises(errors.ImageReferencedError):
        child.delete()


def test_an_index_and_its_images_go_together(repository: Repository) -> None:
    push_index(repository, "1.4.2", "linux/amd64", "linux/arm64")

    result = repository.delete_images(image.digest for image in repository.images())

    assert (len(result.raise_on_failure()), list(repository.images(status="ANY"))) == (4, [])


def test_an_image_that_is_not_there_is_a_failure_and_the_others_go(repository: Repository) -> None:
    manifest = push(repository, "1")

    result = repository.delete_images(["1", "2"])

    assert [each.image_digest for each in result.ok] == [manifest.digest]
    assert [(each.what, each.error.code) for each in result.failures] == [("2", "ImageNotFound")]


def test_many_images_are_read_at_once(repository: Repository) -> None:
    manifests = {push(repository, str(number), content=str(number)).text for number in range(3)}

    result = repository.get_images(["0", "1", "2", "3"])

    assert {each.image_manifest for each in result.ok} == manifests
    assert [each.what for each in result.failures] == ["3"]


def test_many_images_are_described_at_once(repository: Repository) -> None:
    for number in range(3):
        push(repository, str(number), content=str(number))

    assert sorted(each.tags[0] for each in repository.describe_images(["0", "1", "2"])) == ["0", "1", "2"]


def test_one_missing_image_fails_a_whole_description(repository: Repository) -> None:
    push(repository, "0")

    with pytest.raises(errors.ImageNotFoundError):
        repository.describe_images(["0", "1"])


def test_the_latest_of_a_release_is_found_by_its_tag(ecr: LocalECR, repository: Repository) -> None:
    for tag in ("v1.0", "v1.1", "v2.0"):
        push(repository, tag, content=tag)
        ecr.clock.advance(60)

    latest = repository.images(tags="v1.*", page_size=1).latest()

    assert latest is not None
    assert latest.tags == ["v1.1"]


def test_tags_are_listed_one_by_one(repository: Repository) -> None:
    manifest = push(repository, "1", "1.4")
    push(repository, content="untagged")

    rows = {row.image_tag: row.image_digest for row in repository.tags(page_size=1)}

    assert rows == {"1": manifest.digest, "1.4": manifest.digest}


def test_an_index_lists_its_platforms_without_attestations(repository: Repository) -> None:
    image = push_index(repository, "1.4.2", "linux/amd64", "linux/arm64")

    assert [str(each) for each in image.platforms()] == ["linux/amd64", "linux/arm64"]


def test_an_image_has_the_platform_of_its_config(repository: Repository) -> None:
    push(repository, "1.4.2", platform="linux/arm64")

    assert [str(each) for each in repository.image("1.4.2").platforms()] == ["linux/arm64"]


def test_a_platform_is_found_in_a_nested_index(repository: Repository) -> None:
    inner = push_index(repository, "inner", "linux/arm64").manifest()
    other = push(repository, content="other").descriptor(platform=oci.Platform.parse("linux/amd64"))
    image = repository.put_image(oci.build_index([other, inner.descriptor()]), "outer")

    found = image.resolve("linux/arm64")

    assert str(found.config().platform) == "linux/arm64"


def test_a_single_image_resolves_to_itself(repository: Repository) -> None:
    manifest = push(repository, "1.4.2")

    assert repository.image("1.4.2").resolve("linux/amd64").digest == manifest.digest


def test_a_platform_that_is_not_there_is_refused_with_those_that_are(repository: Repository) -> None:
    image = push_index(repository, "1.4.2", "linux/amd64")

    with pytest.raises(errors.PlatformNotFoundError, match=r"no image for windows/amd64; .* has linux/amd64"):
        image.resolve("windows/amd64")


def test_referrers_are_listed_by_type_and_page_by_page(repository: Repository) -> None:
    subject = push(repository, "1.4.2").descriptor()
    for number in range(5):
        kind = "application/spdx+json" if number % 2 else "application/vnd.example.signature"
        push(repository, content=str(number), subject=subject, artifact_type=kind)

    listed = list(repository.image("1.4.2").referrers("application/spdx+json", page_size=1))

    assert [each.artifact_type for each in listed] == ["application/spdx+json"] * 2


def test_a_page_of_referrers_has_fifty_at_the_most(repository: Repository) -> None:
    manifest = push(repository, "1.4.2")

    with pytest.raises(errors.InvalidInputError, match="max_results"):
        repository.image(digest=manifest.digest).referrers(page_size=51)


@pytest.mark.usefixtures("passing")
def test_a_scan_runs_its_course(ecr: LocalECR, repository: Repository) -> None:
    push(repository, "1.4.2")
    ecr.findings.set(repository.name, [HIGH, LOW])
    image = repository.image("1.4.2")

    before = image.scan_result().state
    result = image.scan().wait()

    assert (before, result.state) == (FindingsState.NOT_SCANNED, FindingsState.SCANNED)
    assert result.counts == {Severity.HIGH: 1, Severity.LOW: 1}
    assert [each.id for each in image.findings(min_severity="HIGH", page_size=1)] == ["CVE-2026-0001"]


@pytest.mark.usefixtures("passing")
async def test_a_scan_runs_its_course_for_await(ecr: LocalECR, repository: Repository) -> None:
    push(repository, "1.4.2")
    ecr.findings.set(repository.name, [])

    result = await repository.image("1.4.2").scan()

    assert (result.state, result.counts) == (FindingsState.SCANNED, {})


@pytest.mark.usefixtures("passing")
def test_a_second_scan_on_one_day_gives_the_findings_of_the_first(
    ecr: LocalECR, repository: Repository
) -> None:
    push(repository, "1.4.2")
    ecr.findings.set(repository.name, [HIGH])
    repository.image("1.4.2").scan().wait()

    assert repository.image("1.4.2").scan().wait().counts == {Severity.HIGH: 1}


def test_an_index_says_why_it_cannot_be_scanned(repository: Repository) -> None:
    image = push_index(repository, "1.4.2", "linux/amd64")

    with pytest.raises(errors.UnsupportedImageTypeError):
        _ = image.scan()


@pytest.mark.usefixtures("passing")
def test_an_image_goes_to_the_archive_and_comes_back(repository: Repository) -> None:
    push(repository, "1.4.2")
    image = repository.image("1.4.2")

    image.archive()
    hidden, shown = list(repository.images()), list(repository.images(status="ARCHIVED"))
    restored = image.restore().wait()

    assert (hidden, len(shown), image.exists()) == ([], 1, True)
    assert restored.status == models.ImageStatus.ACTIVE


def test_an_archived_image_says_why_it_cannot_be_scanned(repository: Repository) -> None:
    push(repository, "1.4.2")
    repository.image("1.4.2").archive()

    with pytest.raises(errors.ImageArchivedError):
        _ = repository.image("1.4.2").scan()


def test_archiving_twice_is_a_success(repository: Repository) -> None:
    push(repository, "1.4.2")
    repository.image("1.4.2").archive()

    repository.image("1.4.2").archive()

    assert repository.image("1.4.2").describe().status == models.ImageStatus.ARCHIVED


@pytest.mark.usefixtures("passing")
def test_a_lifecycle_policy_is_tried_out_and_set(ecr: LocalECR, repository: Repository) -> None:
    push(repository, "keep")
    untagged = push(repository, content="old")
    ecr.clock.advance(15 * 24 * 3600)
    policy = LifecyclePolicy([LifecycleRule.expire_untagged(older_than_days=14)])
    area = repository.lifecycle_policy

    preview = area.preview(policy).wait()
    actions = [(each.image_digest, each.applied_rule_priority) for each in area.previewed_actions()]
    area.put(policy)

    assert (preview.expiring, preview.archiving, preview.policy) == (1, 0, policy)
    assert actions == [(untagged.digest, 1)]
    assert area.get().policy == policy


def test_a_repository_without_a_lifecycle_policy_says_so(repository: Repository) -> None:
    area = repository.lifecycle_policy

    with pytest.raises(errors.LifecyclePolicyNotFoundError):
        area.get()


def test_a_lifecycle_policy_is_removed(repository: Repository) -> None:
    policy = LifecyclePolicy([LifecycleRule.expire_untagged(older_than_days=14)])
    repository.lifecycle_policy.put(policy)

    removed = repository.lifecycle_policy.delete()

    assert removed.policy == policy
    with pytest.raises(errors.LifecyclePolicyNotFoundError):
        repository.lifecycle_policy.delete()


@pytest.mark.usefixtures("passing")
def test_an_image_is_waited_for_until_somebody_pushes_it(repository: Repository) -> None:
    found = repository.image("late").until_exists().wait(progress=lambda _: push(repository, "late"))

    assert found.tags == ["late"]


def test_a_push_arrives_in_the_other_region(ecr: LocalECR, repository: Repository) -> None:
    there = models.ReplicationDestination(region="eu-west-1", registry_id=SETTINGS.account)
    rule = models.ReplicationRule(
        destinations=[there],
        repository_filters=[
            models.RepositoryFilter(
                filter=repository.name, filter_type=models.RepositoryFilterType.PREFIX_MATCH
            )
        ],
    )
    wanted = models.ReplicationConfiguration(rules=[rule])
    ecr.registry().client.send(models.PutReplicationConfigurationRequest(replication_configuration=wanted))
    push(repository, "1.4.2")

    [status] = repository.image("1.4.2").until_replicated(["eu-west-1"]).wait()

    assert (status.region, status.status) == ("eu-west-1", models.ReplicationStatus.COMPLETE)


@pytest.mark.usefixtures("passing")
def test_a_push_is_signed(ecr: LocalECR, repository: Repository) -> None:
    profile = f"arn:aws:signer:us-east-1:{SETTINGS.account}:/signing-profiles/release"
    rules = models.SigningConfiguration(rules=[models.SigningRule(signing_profile_arn=profile)])
    client = ecr.registry().client
    client.send(models.PutSigningConfigurationRequest(signing_configuration=rules))
    digest = push(repository, "1.4.2").digest

    [status] = (
        repository.image("1.4.2")
        .until_signed()
        .wait(progress=lambda _: ecr.signatures.set(repository.name, digest, profile, "COMPLETE"))
    )

    client.send(models.DeleteSigningConfigurationRequest())
    assert status.status == models.SigningStatus.COMPLETE
