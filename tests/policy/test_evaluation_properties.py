"""What holds for every policy and every set of images."""

import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from ecrkit.policy import LifecycleImage, LifecyclePolicy, LifecycleRule
from tests.policy.published import NOW, acted_on, ago

PREFIXES = ("alpha", "beta", "gamma", "prod")
tags = st.lists(
    st.sampled_from([f"{prefix}-{n}" for prefix in PREFIXES for n in (1, 2)]), max_size=3, unique=True
)


@st.composite
def images(draw: st.DrawFn) -> list[LifecycleImage]:
    """Images whose moments all differ."""
    minutes = draw(st.lists(st.integers(1, 40_000), max_size=12, unique=True))
    return [
        LifecycleImage(
            digest=f"image-{index}",
            tags=tuple(draw(tags)),
            pushed_at=NOW - timedelta(minutes=each),
            subject=None,
        )
        for index, each in enumerate(minutes)
    ]


@st.composite
def policies(draw: st.DrawFn) -> LifecyclePolicy:
    """Policies that the service would take."""
    number = st.integers(1, 6)
    rules: list[LifecycleRule] = []
    for prefixes in draw(
        st.lists(st.sets(st.sampled_from(PREFIXES), min_size=1, max_size=2), max_size=4, unique_by=frozenset)
    ):
        build = draw(st.sampled_from([LifecycleRule.keep_latest, LifecycleRule.archive_all_but_latest]))
        by_age = LifecycleRule.expire(older_than_days=draw(number), tag_prefixes=sorted(prefixes))
        rules.append(draw(st.sampled_from([by_age, build(draw(number), tag_prefixes=sorted(prefixes))])))
    if draw(st.booleans()):
        rules.append(LifecycleRule.expire_untagged(older_than_days=draw(number)))
    if draw(st.booleans()) or not rules:
        rules.append(LifecycleRule.keep_latest(draw(number)))
    return LifecyclePolicy(rules)


@given(policies(), images())
def test_no_image_is_acted_on_twice(policy: LifecyclePolicy, found: list[LifecycleImage]) -> None:
    digests = [decision.image.digest for decision in policy.evaluate(found, NOW)]

    assert len(digests) == len(set(digests))


@given(policies(), images())
def test_only_the_first_rule_that_matches_acts(policy: LifecyclePolicy, found: list[LifecycleImage]) -> None:
    for decision in policy.evaluate(found, NOW):
        first = next(rule for rule in policy.rules if rule.matches_tags(decision.image.tags))

        assert decision.rule == first


@given(policies(), images(), st.randoms(use_true_random=False))
def test_the_order_of_the_images_does_not_matter(
    policy: LifecyclePolicy, found: list[LifecycleImage], chance: random.Random
) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)

    assert policy.evaluate(shuffled, NOW) == policy.evaluate(found, NOW)


@given(st.integers(1, 8), images())
def test_keeping_n_keeps_the_newest_n(count: int, found: list[LifecycleImage]) -> None:
    policy = LifecyclePolicy([LifecycleRule.keep_latest(count)])

    gone = acted_on(policy.evaluate(found, NOW))

    newest = sorted(found, key=lambda image: image.pushed_at, reverse=True)[:count]
    assert {image.digest for image in found} - gone.keys() == {image.digest for image in newest}


@given(st.integers(1, 20), images())
def test_expiring_by_age_takes_exactly_the_older_ones(days: int, found: list[LifecycleImage]) -> None:
    policy = LifecyclePolicy([LifecycleRule.expire(older_than_days=days)])

    gone = acted_on(policy.evaluate(found, NOW))

    assert gone.keys() == {image.digest for image in found if image.pushed_at < ago(days)}


@given(policies())
def test_a_policy_survives_its_text(policy: LifecyclePolicy) -> None:
    assert LifecyclePolicy.parse(policy.to_json()) == policy


@given(policies())
def test_no_text_is_too_short_for_the_service(policy: LifecyclePolicy) -> None:
    assert len(policy.to_json()) >= 100
