"""The patterns for names: ECR's wildcards and shell globs."""

import pytest

from ecrkit.wildcards import matches, matches_glob


@pytest.mark.parametrize("text", ["dev-", "dev-1", "dev-1-x"])
def test_a_star_stands_for_any_number_of_characters(text: str) -> None:
    assert matches("dev-*", text)


@pytest.mark.parametrize(("pattern", "text"), [("dev", "dev1"), ("a*b*c", "acb"), ("aba*aba", "aba")])
def test_the_whole_text_must_match(pattern: str, text: str) -> None:
    assert not matches(pattern, text)


@pytest.mark.parametrize(("pattern", "text"), [("v?", "v1"), ("v[12]", "v1")])
def test_only_the_star_is_special_to_ecr(pattern: str, text: str) -> None:
    assert not matches(pattern, text)
    assert matches(pattern, pattern)


@pytest.mark.parametrize("pattern", ["1.*", "1.?", "1.[0-9]", "*"])
def test_globs_also_know_question_marks_and_sets(pattern: str) -> None:
    assert matches_glob(["other", pattern], "1.4")


def test_globs_tell_upper_from_lower_case() -> None:
    assert not matches_glob(["V*"], "v1")
