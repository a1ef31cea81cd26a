"""The documented rules of the evaluator, one by one."""

from dataclasses import replace
from datetime import datetime

import pytest

from ecrkit.errors import InvalidInputError, InvalidPolicyError
from ecrkit.policy import LifecycleImage, LifecyclePolicy, LifecycleRule, RuleAction
from tests.policy.published import NOW, acted_on, ago, image


def outcome(rule: LifecycleRule, *images: LifecycleImage) -> dict[str, int | None]:
    return acted_on(LifecyclePolicy([rule]).evaluate(images, NOW))


def test_an_age_of_exactly_the_days_is_not_older() -> None:
    rule = LifecycleRule.expire(older_than_days=5)

    assert outcome(rule, image("exactly", age=5), image("older", age=5.001)) == {"older": 1}


def test_fewer_images_than_may_stay_all_stay() -> None:
    rule = LifecycleRule.keep_latest(5)

    assert outcome(rule, *(image(f"image-{age}", age=age) for age in range(1, 5))) == {}


def test_a_lower_rule_still_counts_what_a_higher_one_took() -> None:
    policy = LifecyclePolicy(
        [LifecycleRule.expire(older_than_days=8, tag_prefixes=["beta"]), LifecycleRule.keep_latest(2)]
    )
    images = [
        image("old", age=7),
        image("newer", age=6),
        image("newest", "x", age=5),
        image("taken", "beta", age=9),
    ]

    assert acted_on(policy.evaluate(images, NOW)) == {"taken": 1, "old": 2}


def test_an_image_that_an_index_names_stays() -> None:
    child = replace(image("child", age=30), referenced_by=("index",))

    assert outcome(LifecycleRule.expire(older_than_days=5), child, image("index", "v1", age=30)) == {
        "index": 1
    }


def test_an_image_stays_at_hand_with_its_index() -> None:
    child = replace(image("child", age=30), referenced_by=("index",))

    assert outcome(LifecycleRule.archive(older_than_days=5), child, image("index", age=1)) == {}


def test_an_image_that_an_archived_index_names_does_not_expire() -> None:
    child = replace(image("child", age=30), referenced_by=("index",))
    index = replace(image("index", age=30), status="ARCHIVED", last_archived_at=ago(1))

    assert outcome(LifecycleRule.expire(older_than_days=5), child, index) == {}


def test_an_image_that_an_index_names_is_counted_all_the_same() -> None:
    child = replace(image("child", age=1), referenced_by=("index",))

    assert outcome(LifecycleRule.keep_latest(1), child, image("index", age=2)) == {"index": 1}


def test_a_child_follows_its_index_into_the_archive() -> None:
    child = replace(image("child", age=30), referenced_by=("index",))
    index = replace(image("index", age=30), status="ARCHIVED", last_archived_at=ago(1))

    assert outcome(LifecycleRule.archive(older_than_days=5), child, index) == {"child": 1}


def test_a_child_of_an_unlisted_index_stays() -> None:
    child = replace(image("child", age=30), referenced_by=("elsewhere",))

    assert outcome(LifecycleRule.archive(older_than_days=5), child) == {}


def test_a_restored_image_is_as_young_as_its_restoring() -> None:
    restored = replace(image("restored", age=30), last_activated_at=ago(2))

    assert outcome(LifecycleRule.expire(older_than_days=5), restored) == {}


def test_an_image_never_pulled_counts_from_its_push() -> None:
    rule = LifecycleRule.archive_not_pulled(days=90)

    assert outcome(rule, image("old", age=91), image("young", age=89)) == {"old": 1}


def test_a_pull_keeps_an_old_image_at_hand() -> None:
    pulled = replace(image("pulled", age=400), last_pulled_at=ago(3))

    assert outcome(LifecycleRule.archive_not_pulled(days=90), pulled) == {}


def test_restoring_counts_when_nobody_has_pulled_since() -> None:
    restored = replace(image("restored", age=400), last_pulled_at=ago(300), last_activated_at=ago(20))

    assert outcome(LifecycleRule.archive_not_pulled(days=90), restored) == {}


def test_archived_images_count_from_their_archiving() -> None:
    long_ago = replace(image("long ago", age=400), status="ARCHIVED", last_archived_at=ago(91))
    lately = replace(image("lately", age=400), status="ARCHIVED", last_archived_at=ago(89))

    assert outcome(LifecycleRule.expire_archived(after_days=90), long_ago, lately) == {"long ago": 1}


def test_an_archived_image_without_a_date_stays() -> None:
    undated = replace(image("undated", age=400), status="ARCHIVED")

    assert outcome(LifecycleRule.expire_archived(after_days=90), undated) == {}


def test_rules_for_images_at_hand_do_not_see_the_archive() -> None:
    archived = replace(image("archived", age=400), status="ARCHIVED", last_archived_at=ago(300))

    assert outcome(LifecycleRule.expire(older_than_days=5), archived) == {}


def test_an_image_that_is_being_restored_is_left_alone() -> None:
    activating = replace(image("activating", age=400), status="ACTIVATING")

    assert outcome(LifecycleRule.expire(older_than_days=5), activating) == {}


def test_a_referrer_is_selected_by_no_rule() -> None:
    signature = replace(image("signature", age=400), subject="image")

    assert outcome(LifecycleRule.expire(older_than_days=5), signature) == {}


@pytest.mark.parametrize(
    ("pattern", "tag", "fits"),
    [
        ("prod", "prod", True),
        ("prod", "prod-1", False),
        ("prod*", "prod", True),
        ("*-sha-*", "a-sha-1", True),
        ("v1.2", "v1x2", False),
        ("*a*b", "xaxb", True),
        ("*a*b", "xaxbc", False),
    ],
)
def test_a_pattern_fits_a_whole_tag(pattern: str, tag: str, fits: bool) -> None:  # noqa: FBT001 -- a table of cases
    rule = LifecycleRule.keep_latest(1, tag_patterns=[pattern])

    assert rule.matches_tags([tag]) is fits


def test_each_prefix_may_begin_another_of_the_tags() -> None:
    rule = LifecycleRule.keep_latest(1, tag_prefixes=["a", "b"])

    assert rule.matches_tags(iter(["b1", "a1"]))
    assert not rule.matches_tags(iter(["a1", "a2"]))


def test_a_decision_says_what_happens() -> None:
    (decision,) = LifecyclePolicy([LifecycleRule.archive(older_than_days=5)]).evaluate(
        [image("A", age=6)], NOW
    )

    assert decision.action is RuleAction.TRANSITION


def test_a_policy_that_the_service_refuses_has_no_outcome() -> None:
    policy = LifecyclePolicy([LifecycleRule.keep_latest(0)])

    with pytest.raises(InvalidPolicyError, match="countNumber is 0"):
        policy.evaluate([], NOW)


def test_an_image_listed_twice_is_refused() -> None:
    policy = LifecyclePolicy([LifecycleRule.keep_latest(1)])

    with pytest.raises(InvalidInputError, match="A is listed twice"):
        policy.evaluate([image("A", age=1), image("A", age=1)], NOW)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    policy = LifecyclePolicy([LifecycleRule.keep_latest(1)])

    with pytest.raises(InvalidInputError, match=r"^now has no time zone"):
        policy.evaluate([], datetime(2026, 1, 1))  # noqa: DTZ001 -- that is the point


def test_an_image_without_a_time_zone_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="pushed_at of A has no time zone"):
        LifecycleImage(digest="A", pushed_at=datetime(2026, 1, 1))  # noqa: DTZ001 -- that is the point


def test_a_number_of_days_beyond_all_calendars_is_no_trouble() -> None:
    assert outcome(LifecycleRule.expire(older_than_days=10**30), image("A", age=4)) == {}
