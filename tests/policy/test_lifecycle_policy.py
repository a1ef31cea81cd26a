"""Lifecycle policies are built, read, checked and written."""

import json
import re
from typing import Any

import pytest

from ecrkit.errors import InvalidPolicyError
from ecrkit.policy import LifecyclePolicy, LifecycleRule, compact

KEEP = LifecycleRule.keep_latest(10, tag_prefixes=["prod-"])
UNTAGGED = LifecycleRule.expire_untagged(older_than_days=14)


def test_a_rule_shows_what_it_says_and_no_more() -> None:
    assert repr(KEEP) == (
        "LifecycleRule(tag_status='tagged', count_type='imageCountMoreThan', count_number=10, action='expire', "
        "tag_prefixes=('prod-',))"
    )


def text(*rules: dict[str, Any]) -> str:
    return json.dumps({"rules": rules}, indent=2)


def rule(**changes: Any) -> dict[str, Any]:
    """Give a rule that is right, with members of its selection changed; None leaves one out."""
    selection = {
        "tagStatus": "any",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 14,
    } | changes
    return {
        "rulePriority": 10,
        "selection": {name: value for name, value in selection.items() if value is not None},
        "action": {"type": "expire"},
    }


def test_rules_without_a_priority_are_applied_in_their_order() -> None:
    policy = LifecyclePolicy([KEEP, UNTAGGED])

    assert [each.priority for each in policy.rules] == [1, 2]


def test_a_rule_without_a_priority_comes_right_after_the_one_before() -> None:
    policy = LifecyclePolicy([LifecycleRule.keep_latest(3, tag_prefixes=["a"], priority=20), UNTAGGED])

    assert [each.priority for each in policy.rules] == [20, 21]


def test_rules_are_held_in_the_order_of_their_priorities() -> None:
    last = LifecycleRule.keep_latest(3, priority=9)
    first = LifecycleRule.expire_untagged(older_than_days=1, priority=2)

    assert LifecyclePolicy([last, first]).rules == (first, last)


def test_the_text_has_no_absent_members() -> None:
    assert json.loads(LifecyclePolicy([KEEP]).to_json()) == {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {
                    "tagStatus": "tagged",
                    "tagPrefixList": ["prod-"],
                    "countType": "imageCountMoreThan",
                    "countNumber": 10,
                },
                "action": {"type": "expire"},
            }
        ]
    }


def test_archiving_and_what_follows_are_written_as_documented() -> None:
    policy = LifecyclePolicy(
        [
            LifecycleRule.archive_not_pulled(days=90, description="Not pulled"),
            LifecycleRule.expire_archived(after_days=365),
        ]
    )

    assert json.loads(policy.to_json()) == {
        "rules": [
            {
                "rulePriority": 1,
                "description": "Not pulled",
                "selection": {
                    "tagStatus": "any",
                    "countType": "sinceImagePulled",
                    "countUnit": "days",
                    "countNumber": 90,
                },
                "action": {"type": "transition", "targetStorageClass": "archive"},
            },
            {
                "rulePriority": 2,
                "selection": {
                    "tagStatus": "any",
                    "storageClass": "archive",
                    "countType": "sinceImageTransitioned",
                    "countUnit": "days",
                    "countNumber": 365,
                },
                "action": {"type": "expire"},
            },
        ]
    }


def test_policies_are_equal_whatever_the_order_in_the_text() -> None:
    first, second = rule(tagStatus="untagged"), rule() | {"rulePriority": 11}

    assert LifecyclePolicy.parse(text(first, second)) == LifecyclePolicy.parse(text(second, first))


def test_descriptions_and_patterns_survive_the_text() -> None:
    rule = LifecycleRule.keep_latest(3, tag_patterns=iter(["v*"]), description="Releases")
    policy = LifecyclePolicy([rule])

    written = json.loads(policy.to_json())["rules"][0]

    assert (written["description"], written["selection"]["tagPatternList"]) == ("Releases", ["v*"])
    assert LifecyclePolicy.parse(policy.to_json()) == policy


def test_the_standard_storage_class_may_be_said_or_not() -> None:
    assert LifecyclePolicy.parse(text(rule(storageClass="standard"))) == LifecyclePolicy.parse(text(rule()))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"tagStatus": "tagged"}, "tagStatus tagged needs a tagPrefixList or a tagPatternList"),
        ({"tagStatus": "some"}, "tagStatus is 'some', must be one of tagged, untagged, any"),
        (
            {"tagStatus": "untagged", "tagPrefixList": ["a"]},
            "are only allowed with tagStatus tagged, not with untagged",
        ),
        ({"tagPatternList": ["a"]}, "are only allowed with tagStatus tagged, not with any"),
        (
            {"tagStatus": "tagged", "tagPrefixList": ["a"], "tagPatternList": ["a"]},
            "only one of them is allowed",
        ),
        ({"tagStatus": "tagged", "tagPatternList": ["*a*b*c*d*"]}, "has 5 wildcards, at most 4"),
        ({"countType": "sinceForever"}, "countType is 'sinceForever', must be one of imageCountMoreThan"),
        ({"countType": "imageCountMoreThan"}, "countUnit is not allowed with countType imageCountMoreThan"),
        ({"countUnit": None}, "countUnit must be days with countType sinceImagePushed"),
        ({"countUnit": "weeks"}, "countUnit must be days"),
        ({"countNumber": 0}, "countNumber is 0, must be 1 or more"),
        (
            {"storageClass": "archive"},
            "storageClass must be standard with countType sinceImagePushed, not archive",
        ),
        ({"countType": "sinceImageTransitioned", "countNumber": 90}, "storageClass must be archive"),
        (
            {"countType": "sinceImageTransitioned", "storageClass": "archive", "countNumber": 89},
            "an image stays in the archive for at least 90 days",
        ),
        ({"countType": "sinceImagePulled"}, "sinceImagePulled is only allowed with the action transition"),
        ({"novelty": 1}, "selection.novelty is a member unknown to this release"),
    ],
)
def test_a_rule_that_breaks_a_constraint_is_refused_by_name(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        LifecyclePolicy.parse(text(rule(**changes)))

    assert [
        each
        for each in caught.value.problems
        if each.startswith("rule with priority 10: ") and problem in each
    ]


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        ({"type": "burn"}, "the type of the action is 'burn', must be one of expire, transition"),
        ({"type": "transition"}, "the action transition needs the targetStorageClass archive"),
        ({"type": "transition", "targetStorageClass": "attic"}, "needs the targetStorageClass archive"),
        (
            {"type": "expire", "targetStorageClass": "archive"},
            "targetStorageClass is only allowed with the action transition",
        ),
    ],
)
def test_an_action_that_breaks_a_constraint_is_refused_by_name(action: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        LifecyclePolicy.parse(text(rule() | {"action": action}))

    assert caught.value.problems[0].startswith("rule with priority 10: ")
    assert problem in caught.value.problems[0]


def test_transitioned_images_can_only_expire() -> None:
    selection = rule(countType="sinceImageTransitioned", storageClass="archive", countNumber=90)
    action = {"type": "transition", "targetStorageClass": "archive"}

    with pytest.raises(
        InvalidPolicyError, match="sinceImageTransitioned is only allowed with the action expire"
    ):
        LifecyclePolicy.parse(text(selection | {"action": action}))


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        ([], "the policy has no rules"),
        ([KEEP, LifecycleRule.keep_latest(3, priority=1)], "2 rules have this priority"),
        ([LifecycleRule.keep_latest(3), UNTAGGED], "must have the highest priority number"),
        ([UNTAGGED, UNTAGGED], "already selects untagged images"),
        (
            [
                LifecycleRule.keep_latest(1, tag_prefixes=["a", "b"]),
                LifecycleRule.keep_latest(1, tag_prefixes=["b", "a"]),
            ],
            "rule with priority 2: has the same tag prefixes as the rule with priority 1",
        ),
        (
            [
                LifecycleRule.keep_latest(1, tag_patterns=["a*"]),
                LifecycleRule.keep_latest(2, tag_patterns=["a*"]),
            ],
            "rule with priority 2: has the same tag patterns as the rule with priority 1",
        ),
        (
            [LifecycleRule.keep_latest(1, tag_prefixes=[f"p{n}"]) for n in range(51)],
            "the policy has 51 rules, at most 50 are allowed",
        ),
        ([LifecycleRule.keep_latest(1, description="x" * 30_720)], "at most 30720 are allowed"),
        ([LifecycleRule.keep_latest(1, priority=0)], "rulePriority must be 1 or more"),
    ],
)
def test_rules_that_break_a_constraint_together_are_refused(rules: list[LifecycleRule], problem: str) -> None:
    (found,) = LifecyclePolicy(rules).problems()

    assert problem in found


def test_a_text_as_long_as_may_be_is_allowed() -> None:
    def with_description(length: int) -> LifecyclePolicy:
        return LifecyclePolicy([LifecycleRule.keep_latest(1, description="x" * length)])

    longest = 30_720 - len(with_description(1).to_json()) + 1

    assert len(with_description(longest).to_json()) == 30_720
    assert with_description(longest + 1).problems() != ()


def test_fifty_rules_are_allowed() -> None:
    """The quotas say so; the model has no word about it."""
    policy = LifecyclePolicy([LifecycleRule.keep_latest(1, tag_prefixes=[f"p{n}"]) for n in range(50)])

    assert policy.problems() == ()


def test_four_wildcards_are_allowed() -> None:
    assert LifecyclePolicy([LifecycleRule.keep_latest(1, tag_patterns=["*a*b*c*"])]).problems() == ()


def test_prefixes_and_patterns_of_the_same_letters_are_different_sets() -> None:
    policy = LifecyclePolicy(
        [LifecycleRule.keep_latest(1, tag_prefixes=["a"]), LifecycleRule.keep_latest(1, tag_patterns=["a"])]
    )

    assert policy.problems() == ()


def test_each_storage_class_has_its_own_rule_for_any_image() -> None:
    policy = LifecyclePolicy(
        [
            LifecycleRule.keep_latest(1),
            LifecycleRule.expire_archived(after_days=90),
            LifecycleRule.expire_archived(after_days=99, untagged=True, priority=1),
        ]
    )

    assert [problem for problem in policy.problems() if "highest" in problem] == []


def test_every_problem_is_named_at_once() -> None:
    policy = LifecyclePolicy([LifecycleRule.keep_latest(0), LifecycleRule.expire_archived(after_days=1)])

    assert len(policy.problems()) == 2


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ("nonsense", "the text is not a JSON object"),
        ("[]", "the text is not a JSON object"),
        ("[" * 30_000, "the text is not a JSON object"),
        ("{}", "the policy needs rules"),
        ('{"rules": []}', "rules is an empty list"),
        ('{"rules": [], "version": 2}', "the policy cannot have version"),
        ('{"rules": [1]}', "rule number 1 is of type integer, must be of type object"),
        ('{"rules": [{"rulePriority": true}]}', "rule number 1 needs action, selection"),
        ('{"rules": [{"rulePriority": 4}]}', "rule with priority 4 needs action, selection"),
        (text(rule(countNumber="14")), "rule with priority 10: selection.countNumber is of type string"),
        (text(rule(tagStatus=["any"])), "rule with priority 10: selection.tagStatus is of type array"),
        (text(rule(tagPrefixList=[])), "rule with priority 10: selection.tagPrefixList is an empty list"),
        (
            text(rule(tagPrefixList=[1])),
            "rule with priority 10: selection.tagPrefixList[0] is of type integer",
        ),
        (
            text(rule() | {"action": {"type": "expire", "targetStorageClass": None}}),
            "rule with priority 10: action.targetStorageClass is of type null",
        ),
    ],
)
def test_a_text_that_cannot_be_read_says_where(broken: str, problem: str) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        LifecyclePolicy.parse(broken, strict=False)

    assert any(problem in each for each in caught.value.problems)


def test_a_text_from_the_service_may_be_newer_than_this_release() -> None:
    policy = LifecyclePolicy.parse(text(rule(countType="sinceLastLooked", novelty=1)), strict=False)

    assert policy.rules[0].count_type == "sinceLastLooked"


@pytest.mark.parametrize(
    ("newer", "member"),
    [
        (rule(novelty=1), "selection.novelty"),
        (rule() | {"action": {"type": "expire", "novelty": 1}}, "action.novelty"),
        (rule() | {"novelty": 1}, "novelty"),
    ],
)
def test_what_this_release_does_not_know_is_never_written_back(newer: dict[str, Any], member: str) -> None:
    policy = LifecyclePolicy.parse(text(newer), strict=False)

    with pytest.raises(InvalidPolicyError, match=f": {re.escape(member)} is a member"):
        policy.to_json()


def test_compacting_keeps_the_order_of_members() -> None:
    assert compact('{ "b": [1,  2],\n "a": "x y" }') == '{"b":[1,2],"a":"x y"}'


def test_a_misspelt_option_is_refused() -> None:
    options: Any = {"tag_prefix": ["prod-"]}

    with pytest.raises(TypeError, match="no option 'tag_prefix'; it takes tag_prefixes, "):
        LifecycleRule.expire(older_than_days=1, **options)
