"""The examples of "Examples of lifecycle policies" in the Amazon ECR user guide come out as published."""

from ecrkit.policy import LifecyclePolicy, LifecycleRule
from tests.policy.published import NOW, acted_on, image

THREE = [
    image("A", "beta-1", "prod-1", age=10),
    image("B", "beta-2", "prod-2", age=9),
    image("C", "beta-3", age=8),
]


def test_a_higher_rule_shields_what_it_keeps() -> None:
    policy = LifecyclePolicy(
        [
            LifecycleRule.keep_latest(1, tag_prefixes=["prod"]),
            LifecycleRule.keep_latest(1, tag_prefixes=["beta"]),
        ]
    )

    decisions = policy.evaluate(THREE, NOW)

    assert acted_on(decisions) == {"A": 1}


def test_the_same_rules_in_the_other_order_delete_more() -> None:
    policy = LifecyclePolicy(
        [
            LifecycleRule.keep_latest(1, tag_prefixes=["beta"]),
            LifecycleRule.keep_latest(1, tag_prefixes=["prod"]),
        ]
    )

    decisions = policy.evaluate(THREE, NOW)

    assert acted_on(decisions) == {"A": 1, "B": 1}


def test_two_prefixes_must_both_be_among_the_tags() -> None:
    images = [
        image("A", "alpha-1", age=12),
        image("B", "beta-1", age=11),
        image("C", "alpha-2", "beta-2", age=10),
        image("D", "alpha-3", age=4),
        image("E", "beta-3", age=3),
        image("F", "alpha-4", "beta-4", age=2),
    ]
    policy = LifecyclePolicy([LifecycleRule.expire(older_than_days=5, tag_prefixes=["alpha", "beta"])])

    decisions = policy.evaluate(images, NOW)

    assert acted_on(decisions) == {"C": 1}


def test_tags_beyond_the_prefixes_do_not_hinder_a_match() -> None:
    images = [
        image("A", "alpha-1", "beta-1", "gamma-1", age=10),
        image("B", "alpha-2", "beta-2", age=9),
        image("C", "alpha-3", "beta-3", "gamma-2", age=8),
    ]
    policy = LifecyclePolicy([LifecycleRule.keep_latest(1, tag_prefixes=["alpha", "beta"])])

    decisions = policy.evaluate(images, NOW)

    assert acted_on(decisions) == {"A": 1, "B": 1}


def test_a_rule_for_any_image_takes_tagged_and_untagged_alike() -> None:
    images = [
        image("A", "alpha-1", age=4),
        image("B", "beta-1", age=3),
        image("C", age=2),
        image("D", "alpha-2", age=1),
    ]
    policy = LifecyclePolicy([LifecycleRule.keep_latest(1)])

    decisions = policy.evaluate(images, NOW)

    assert acted_on(decisions) == {"A": 1, "B": 1, "C": 1}


def test_three_rules_each_take_their_own() -> None:
    images = [
        image("A", "alpha-1", "beta-1", age=4),
        image("B", age=3),
        image("C", "alpha-2", age=2),
        image("D", "git hash", age=1),
        image("E", age=0.9),  # "1 day ago" as well, but later than D: otherwise chance decides
    ]
    policy = LifecyclePolicy(
        [
            LifecycleRule.keep_latest(1, tag_prefixes=["alpha"]),
            LifecycleRule.expire_untagged(older_than_days=1),
            LifecycleRule.keep_latest(1),
        ]
    )

    decisions = policy.evaluate(images, NOW)

    assert acted_on(decisions) == {"A": 1, "B": 2, "D": 3}
