"""The refusals of the service, in its words."""

import json
from typing import Any

import pytest

from ecrkit.policy import service_refusal
from tests.policy.test_lifecycle_policy import rule, text

NO_ALTERNATIVE = "instance failed to match exactly one schema (matched 0 out of 2)"


@pytest.mark.parametrize("unreadable", ["", "nonsense", "[]", '"text"', "[" * 30_000])
def test_what_is_no_json_object_cannot_be_mapped(unreadable: str) -> None:
    assert service_refusal(unreadable) == "Could not map policyString into LifecyclePolicy."


def test_a_right_policy_is_taken() -> None:
    assert service_refusal(text(rule())) is None


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
