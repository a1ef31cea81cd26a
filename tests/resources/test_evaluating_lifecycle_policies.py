"""A lifecycle policy evaluated here has the results of the service's preview."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrkit import Repository, oci
from ecrkit.errors import InvalidPolicyError, LifecyclePolicyNotFoundError
from ecrkit.lifecycle_results import preview_result
from ecrkit.local import LocalECR
from ecrkit.local.clock import moment
from ecrkit.policy import LifecyclePolicy, LifecycleRule
from ecrkit.testing import no_waiting
from tests.samples import image, join, noise

UNTAGGED = LifecyclePolicy([LifecycleRule.expire_untagged(older_than_days=1)])


def previewed(repository: Repository, policy: LifecyclePolicy) -> list[dict[str, object]]:
    with no_waiting():
        repository.lifecycle_policy.preview(policy).wait(timeout=60)
    return [each.model_dump() for each in repository.lifecycle_policy.previewed_actions()]


def evaluated(repository: Repository, policy: LifecyclePolicy, now: datetime) -> list[dict[str, object]]:
    return [each.model_dump() for each in repository.lifecycle_policy.evaluate(policy, now=now)]


def fill(repository: Repository) -> None:
    """Push an index with two images and a signature, and single images with and without tags."""
    index = repository.push_image(join(image(noise(1)), image(noise(2), platform="linux/arm64")), tags="1.0")
    index.attach(b"signature", artifact_type="application/x-signature")
    repository.push_image(join(image(noise(3))))
    repository.push_image(image(noise(4)), tags=["1.1", "prod-1"])
    repository.push_image(image(noise(5)))


def test_images_of_indexes_and_referrers_do_not_expire(repository: Repository, ecr: LocalECR) -> None:
    index = repository.push_image(join(image(noise(1)), image(noise(2), platform="linux/arm64")), tags="1.0")
    index.attach(b"signature", artifact_type="application/x-signature")
    ecr.clock.advance(timedelta(days=3))

    assert repository.lifecycle_policy.evaluate(UNTAGGED, now=moment(ecr.clock.now())) == []
    assert previewed(repository, UNTAGGED) == []


def test_results_are_those_of_the_preview(repository: Repository, ecr: LocalECR) -> None:
    fill(repository)
    ecr.clock.advance(timedelta(days=3))

    found = evaluated(repository, UNTAGGED, moment(ecr.clock.now()))

    assert len(found) == 2
    assert found == previewed(repository, UNTAGGED)


RULES = st.lists(
    st.sampled_from(
        [
            LifecycleRule.expire_untagged(older_than_days=1),
            LifecycleRule.expire_untagged(older_than_days=5),
            LifecycleRule.keep_latest(1, tag_prefixes=["1."]),
            LifecycleRule.keep_latest(1, tag_patterns=["prod-*"]),
            LifecycleRule.expire(older_than_days=2, tag_prefixes=["prod-"]),
            LifecycleRule.archive_not_pulled(days=2, tag_patterns=["1.0*"]),
        ]
    ),
    min_size=1,
    max_size=3,
    unique=True,
).map(LifecyclePolicy)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(policy=RULES.filter(lambda policy: not policy.problems()))
def test_any_policy_has_the_results_of_its_preview(
    repository: Repository, ecr: LocalECR, policy: LifecyclePolicy
) -> None:
    if not list(repository.images(limit=1)):
        fill(repository)
        ecr.clock.advance(timedelta(days=3))

    assert evaluated(repository, policy, moment(ecr.clock.now())) == previewed(repository, policy)


def test_evaluating_the_images_by_hand_has_the_same_results(repository: Repository, ecr: LocalECR) -> None:
    fill(repository)
    ecr.clock.advance(timedelta(days=3))

    decisions = UNTAGGED.evaluate(repository.lifecycle_policy.read_images(), moment(ecr.clock.now()))

    assert list(map(preview_result, decisions)) == repository.lifecycle_policy.evaluate(
        UNTAGGED, now=moment(ecr.clock.now())
    )


def test_nothing_is_read_if_no_rule_selects_an_image(repository: Repository, ecr: LocalECR) -> None:
    fill(repository)
    before = len(list(ecr.requests))

    assert repository.lifecycle_policy.evaluate(UNTAGGED, now=moment(ecr.clock.now())) == []

    assert {each.operation for each in list(ecr.requests)[before:]} == {"DescribeImages"}


def test_only_indexes_are_read(repository: Repository, ecr: LocalECR) -> None:
    fill(repository)
    ecr.clock.advance(timedelta(days=3))

    repository.lifecycle_policy.evaluate(UNTAGGED, now=moment(ecr.clock.now()))

    pulled = {
        each.details.image_manifest_media_type
        for each in repository.images()
        if each.details.last_recorded_pull_time is not None
    }
    assert pulled <= {oci.media_types.OCI_INDEX}


def test_the_policy_of_the_repository_is_evaluated_if_none_is_passed(repository: Repository) -> None:
    with pytest.raises(LifecyclePolicyNotFoundError):
        repository.lifecycle_policy.evaluate()
    repository.lifecycle_policy.put(UNTAGGED)

    assert repository.lifecycle_policy.evaluate() == []


def test_a_later_time_can_be_asked_about(repository: Repository) -> None:
    repository.push_image(image(noise(5)))

    found = repository.lifecycle_policy.evaluate(UNTAGGED, now=datetime.now(UTC) + timedelta(days=4000))

    assert [each.applied_rule_priority for each in found] == [1]


def test_the_time_of_the_service_counts(repository: Repository, ecr: LocalECR) -> None:
    repository.push_image(image(noise(5)))
    ecr.clock.advance(timedelta(days=1))

    found = repository.lifecycle_policy.evaluate(UNTAGGED)

    assert [each.model_dump() for each in found] == previewed(repository, UNTAGGED)
    assert len(found) == 1


def test_an_invalid_policy_is_refused(repository: Repository) -> None:
    with pytest.raises(InvalidPolicyError):
        repository.lifecycle_policy.evaluate("{}")
