"""Repository names, tags and registry ids are checked against the rules of ECR, in words that help."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrkit.errors import InvalidReferenceError
from ecrkit.references import check_registry_id, check_repository_name, check_tag

# The pattern of the service model.
RULE = re.compile(r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*")


@pytest.mark.parametrize(
    "name", ["ab", "team/app", "a__b", "a--b", "a---b", "a/b__c", "0a", "a.b-c_d", "a" * 256]
)
def test_a_good_repository_name_is_given_back(name: str) -> None:
    assert check_repository_name(name) == name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Team/App", "upper-case"),
        ("a", "1 characters"),
        ("", "0 characters"),
        ("a" * 257, "257 characters"),
        ("a___b", "two '_'"),
        ("a_-b", "between letters"),
        ("a..b", "one '.'"),
        ("-ab", "start and end"),
        ("ab-", "start and end"),
        ("a//b", "two '/'"),
        ("/ab", "neither start"),
        ("ab/", "neither start"),
        ("a b", "only a-z"),
        ("app:1.0", "has a tag"),
        ("app@sha256:00", "has a digest"),
        ("https://example.com/app", "scheme"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/Team", "registry host"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.0", "'team/app', or the whole reference"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app", "Registry.image_from_uri()"),
        ("team/a.dkr/App", "upper-case"),
        ("ab\n", "only a-z"),
    ],
)
def test_a_bad_repository_name_is_refused_with_the_rule_it_breaks(name: str, said: str) -> None:
    with pytest.raises(InvalidReferenceError, match=re.escape(said)):
        check_repository_name(name)


@given(st.text(alphabet="ab0._-/A", max_size=12))
def test_repository_names_are_judged_as_the_service_model_does(name: str) -> None:
    allowed = len(name) >= 2 and RULE.fullmatch(name) is not None
    try:
        check_repository_name(name)
    except InvalidReferenceError:
        assert not allowed
    else:
        assert allowed


@pytest.mark.parametrize("tag", ["1.4.2", "latest", "_x", "A-b_c.d", "a" * 128])
def test_a_good_tag_is_given_back(tag: str) -> None:
    assert check_tag(tag) == tag


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("1.0+build", "'1.0_build'"),
        ("", "0 characters"),
        ("a" * 129, "129 characters"),
        (".hidden", "must start"),
        ("-x", "must start"),
        ("app:1.0", "whole reference"),
        ("feature/x", "whole reference"),
        ("sha256:" + "0" * 64, "is a digest"),
        ("ü", "only letters"),
        ("a\n", "only letters"),
    ],
)
def test_a_bad_tag_is_refused_with_the_rule_it_breaks(tag: str, said: str) -> None:
    with pytest.raises(InvalidReferenceError, match=re.escape(said)):
        check_tag(tag)


def test_a_registry_id_is_twelve_digits() -> None:
    assert check_registry_id("012345678901") == "012345678901"


@pytest.mark.parametrize(
    "registry_id", ["12345678901", "1234567890123", "12345678901x", "١٢٣٤٥٦٧٨٩٠١٢", "123456789012\n"]
)
def test_a_bad_registry_id_is_refused(registry_id: str) -> None:
    with pytest.raises(InvalidReferenceError, match="12 digits"):
        check_registry_id(registry_id)


def test_a_very_long_value_is_cut_short_in_the_message() -> None:
    with pytest.raises(InvalidReferenceError) as caught:
        check_repository_name("a" * 100_000)

    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("length", "shown"), [(200, repr("A" * 200) + " is"), (201, repr("A" * 200) + "... is")]
)
def test_two_hundred_characters_of_a_value_are_shown(length: int, shown: str) -> None:
    with pytest.raises(InvalidReferenceError) as caught:
        check_repository_name("A" * length)

    assert str(caught.value).startswith(shown)
