"""The refusals of the service, in its words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrkit.errors import InvalidPolicyError
from ecrkit.policy import CountType, LifecyclePolicy, service_refusal
from tests.policy.test_lifecycle_policy import rule, text

NO_ALTERNATIVE = "instance failed to match exactly one schema (matched 0 out of 2)"


@pytest.mark.parametrize("unreadable", ["", "nonsense", "[]", '"text"', "[" * 30_000])
def test_what_is_no_json_object_cannot_be_mapped(unreadable: str) -> None:
    assert service_refusal(unreadable) == "Could not map policyString into LifecyclePolicy."


def test_a_right_policy_is_taken() -> None:
    assert service_refusal(text(rule(countNumber=1))) is None


@pytest.mark.parametrize(
    ("document", "detail"),
    [
        ({}, 'object has missing required properties (["rules"])'),
        (
            {"rules": [rule()], "unknown": 1},
            'object instance has properties which are not allowed by the schema: (["unknown"])',
        ),
        (
            {"rules": [rule(countNumber=0)]},
            "numeric instance is lower than the required minimum (minimum: 1, found: 0)",
        ),
        (
            {"rules": ["rule"]},
            'instance type (string) does not match any allowed primitive type (allowed: ["object"])',
        ),
        (
            {"rules": [rule() | {"description": None}]},
            'instance type (null) does not match any allowed primitive type (allowed: ["string"])',
        ),
        (
            {"rules": [rule() | {"action": {"type": "keep"}}]},
            'instance value (keep) not found in enum :(possible values: ["expire", "transition"])',
        ),
        (
            {"rules": [rule(tagStatus="unknown")]},
            'instance value (unknown) not found in enum :(possible values: ["any", "tagged", "untagged"])',
        ),
        (
            {"rules": [rule(countUnit="unknown")]},
            'instance value (unknown) not found in enum :(possible values: ["days"])',
        ),
        ({"rules": [rule(countType="unknown")]}, NO_ALTERNATIVE),
        ({"rules": [rule(countUnit=None)]}, NO_ALTERNATIVE),
        ({"rules": [rule(countType="imageCountMoreThan")]}, NO_ALTERNATIVE),
        ({"rules": [rule() | {"action": {"type": "expire", "targetStorageClass": None}}]}, NO_ALTERNATIVE),
        ({"rules": [rule() | {"action": {"type": "transition"}}]}, NO_ALTERNATIVE),
        (
            {"rules": [rule(tagStatus="tagged")]},
            "Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.",
        ),
        (
            {"rules": [rule(tagStatus="untagged"), rule(tagStatus="untagged") | {"rulePriority": 11}]},
            "Only one rule can select Untagged images per storage class",
        ),
        (
            {"rules": [rule(), rule(tagStatus="untagged") | {"rulePriority": 11}]},
            "Rule for tagStatus=ANY must have the lowest priority per storage class",
        ),
    ],
)
def test_a_refusal_has_the_words_of_the_service(document: dict[str, Any], detail: str) -> None:
    assert service_refusal(json.dumps(document)) == detail


def test_several_faults_stand_on_a_line_each() -> None:
    refusal = service_refusal(text(rule(countNumber=0, tagStatus="x")))

    assert refusal is not None
    assert len(refusal.splitlines()) == 2


def test_a_refusal_whose_words_nobody_has_seen_is_one_all_the_same() -> None:
    refusal = service_refusal(text(rule(tagStatus="tagged", tagPatternList=["*a*b*c*d*"])))

    assert refusal is not None
    assert "5 wildcards" in refusal


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 100), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=3,
)


def mostly(right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 9).flatmap(lambda chance: anything if chance == 0 else right)


tags = st.lists(mostly(st.sampled_from(["prod", "v*", "*a*b*c*d*"])), max_size=2)
selections = st.fixed_dictionaries(
    {
        "tagStatus": mostly(st.sampled_from(["tagged", "untagged", "any"])),
        "countType": mostly(st.sampled_from(list(CountType))),
        "countNumber": mostly(st.sampled_from([1, 90])),
    },
    optional={
        "tagPrefixList": tags,
        "tagPatternList": tags,
        "storageClass": mostly(st.sampled_from(["standard", "archive"])),
        "countUnit": mostly(st.just("days")),
    },
)
actions = st.fixed_dictionaries(
    {"type": mostly(st.sampled_from(["expire", "transition"]))},
    optional={"targetStorageClass": mostly(st.just("archive"))},
)
rules = st.fixed_dictionaries({"rulePriority": st.integers(1, 3), "selection": selections, "action": actions})


@given(st.fixed_dictionaries({"rules": st.lists(mostly(rules), max_size=3)}) | anything)
def test_the_service_and_the_library_refuse_the_same_texts(document: Any) -> None:
    text = json.dumps(document)

    try:
        LifecyclePolicy.parse(text)
    except InvalidPolicyError:
        refused = True
    else:
        refused = False

    assert (service_refusal(text) is not None) is refused
