"""Policies of repositories and registries: read, written, compared by meaning."""

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrkit.errors import InvalidPolicyError
from ecrkit.policy import EVERYBODY, Condition, PolicyDocument, Principal, Statement

ROOT = "arn:aws:iam::111122223333:root"


def document(*, version: str | None = "2012-10-17", **changes: Any) -> PolicyDocument:
    """Read a policy with one statement, some of its elements changed; None leaves one out."""
    statement = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": ["ecr:BatchGetImage"]} | changes
    elements: dict[str, Any] = {"Statement": [{name: v for name, v in statement.items() if v is not None}]}
    return PolicyDocument.parse(json.dumps(elements | ({"Version": version} if version else {})))


@pytest.mark.parametrize(
    "same",
    [
        {"Action": "ecr:BatchGetImage"},
        {"Action": ["ECR:batchgetimage"]},
        {"Action": ["ecr:BatchGetImage", "ecr:BatchGetImage"]},
        {"Principal": {"AWS": "111122223333"}},
        {"Principal": {"AWS": ["111122223333"]}},
        {"Sid": "a label"},
        {"Condition": {}},
        {"version": "2008-10-17"},
        {"version": None},
    ],
)
def test_ways_to_write_the_same_are_equal(same: dict[str, Any]) -> None:
    assert document(**same) == document()
    assert hash(document(**same)) == hash(document())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"NotAction": "ecr:PutImage"}, {"NotAction": "ecr:BatchGetImage"}),
        ({"NotPrincipal": {"AWS": "111122223333"}}, {"NotPrincipal": {"AWS": "444455556666"}}),
        ({"NotResource": "a"}, {"NotResource": "b"}),
    ],
)
def test_what_is_left_out_matters(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert document(**one) != document(**other)


@pytest.mark.parametrize(
    "other",
    [
        {"StringLike": {"aws:SourceArn": "a"}},
        {"StringEquals": {"aws:SourceAccount": "a"}},
        {"StringEquals": {"aws:SourceArn": "b"}},
        {"StringEquals": {"aws:SourceArn": ["a", "b"]}},
    ],
)
def test_what_a_condition_asks_matters(other: dict[str, Any]) -> None:
    assert document(Condition=other) != document(Condition={"StringEquals": {"aws:SourceArn": "a"}})


@pytest.mark.parametrize(
    ("element", "one", "other"),
    [
        ("Principal", {"AWS": ["1", "2"]}, {"AWS": ["2", "1"]}),
        ("Principal", {"AWS": "1", "Service": "2"}, {"Service": "2", "AWS": "1"}),
        ("NotPrincipal", {"AWS": ["1", "2"]}, {"AWS": ["2", "1"]}),
        ("Action", ["a", "b"], ["b", "a"]),
        ("NotAction", ["a", "b"], ["b", "a"]),
        ("Resource", ["a", "b"], ["b", "a"]),
        ("NotResource", ["a", "b"], ["b", "a"]),
        ("Condition", {"X": {"k": ["a", "b"]}}, {"X": {"k": ["b", "a"]}}),
        ("Condition", {"X": {"k": "a"}, "Y": {"l": "b"}}, {"Y": {"l": "b"}, "X": {"k": "a"}}),
    ],
)
def test_the_order_within_a_statement_does_not_matter(element: str, one: Any, other: Any) -> None:
    assert document(**{element: one}) == document(**{element: other})


def test_what_is_denied_can_be_written() -> None:
    assert json.loads(document(Effect="Deny").to_json())["Statement"][0]["Effect"] == "Deny"


def test_an_unknown_element_of_the_document_matters() -> None:
    plain = document()

    assert PolicyDocument(plain.statements, other=(("Novelty", "1"),)) != plain


@pytest.mark.parametrize(
    "different",
    [
        {"Effect": "Deny"},
        {"Action": ["ecr:BatchGetImage", "ecr:PutImage"]},
        {"Action": None, "NotAction": "ecr:BatchGetImage"},
        {"Principal": {"AWS": "444455556666"}},
        {"Principal": {"Federated": ROOT}},
        {"Principal": {"AWS": "arn:aws:iam::111122223333:role/root"}},
        {"Principal": "*"},
        {"Resource": "*"},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Novelty": 1},
    ],
)
def test_what_means_something_else_is_different(different: dict[str, Any]) -> None:
    assert document(**different) != document()


def test_the_label_of_a_document_does_not_matter() -> None:
    labelled = json.dumps(json.loads(document().to_json()) | {"Id": "label"})

    assert PolicyDocument.parse(labelled) == document()


def test_the_order_of_statements_does_not_matter() -> None:
    pull, push = (
        Statement("Allow", (EVERYBODY,), ("ecr:BatchGetImage",)),
        Statement("Deny", (EVERYBODY,), ("ecr:*",)),
    )

    assert PolicyDocument([pull, push]) == PolicyDocument([push, pull])


def test_the_case_of_a_condition_key_does_not_matter() -> None:
    one = document(Condition={"StringLike": {"aws:sourceARN": "arn:x"}})

    assert one == document(Condition={"StringLike": {"aws:SourceArn": ["arn:x"]}})


def test_a_truth_value_in_a_condition_is_its_text() -> None:
    one = document(Condition={"Bool": {"aws:SecureTransport": True}})

    assert one == document(Condition={"Bool": {"aws:SecureTransport": "true"}})


def test_everybody_is_everybody() -> None:
    assert document(Principal="*") == document(Principal={"AWS": "*"})


def test_versions_differ_where_a_variable_occurs() -> None:
    variable = {"Resource": "arn:aws:ecr:eu-west-1:111122223333:repository/${aws:username}/*"}

    assert document(version="2008-10-17", **variable) != document(version="2012-10-17", **variable)


@pytest.mark.parametrize("resource", [("${aws:username}", None), (None, "${aws:username}")])
def test_versions_with_variables_do_not_combine(resource: tuple[str | None, str | None]) -> None:
    older, newer = document(version="2008-10-17", Resource=resource[0]), document(Resource=resource[1])

    with pytest.raises(InvalidPolicyError, match="cannot combine 2008-10-17 with 2012-10-17"):
        _ = older | newer


def test_variables_combine_within_one_version() -> None:
    combined = document(Resource="${aws:username}") | document(Effect="Deny")

    assert [each.effect for each in combined.statements] == ["Allow", "Deny"]


def test_combining_keeps_the_version_and_the_labels_of_the_left() -> None:
    left = PolicyDocument(document().statements, version="2008-10-17", id="label", other=(("Novelty", "1"),))

    combined = left | document(Effect="Deny")

    assert (combined.version, combined.id, combined.other) == ("2008-10-17", "label", (("Novelty", "1"),))


def test_what_is_absent_is_not_written() -> None:
    text = document().to_json()

    assert json.loads(text).keys() == {"Version", "Statement"}
    assert json.loads(text)["Statement"][0].keys() == {"Effect", "Principal", "Action"}


def test_nothing_of_a_policy_is_a_text() -> None:
    policy = document()
    values = (policy, policy.statements[0], EVERYBODY, Condition("Bool", "aws:SecureTransport", ("true",)))

    assert [value for value in values if value == "text"] == []


def test_the_text_that_the_service_gives_back_is_equal() -> None:
    returned = """{
  "Version" : "2008-10-17",
  "Statement" : [ {
    "Sid" : "AllowPull",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::111122223333:root"
    },
    "Action" : [ "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage" ]
  } ]
}"""

    assert PolicyDocument.parse(returned) == PolicyDocument.allow_pull(accounts=["111122223333"])


def test_elements_that_this_release_does_not_know_survive() -> None:
    text = json.dumps(
        {
            "Version": "2012-10-17",
            "Id": "label",
            "Novelty": {"b": [1, None]},
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["ecr:*"], "Sort": [2, 1]}
            ],
        }
    )

    assert json.loads(PolicyDocument.parse(text).to_json()) == json.loads(text)


def test_statements_may_come_from_an_iterator() -> None:
    assert PolicyDocument(iter(document().statements)).to_json() == document().to_json()


def test_a_single_statement_needs_no_list() -> None:
    text = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "ecr:*"}}'

    assert PolicyDocument.parse(text) == PolicyDocument([Statement("Allow", (EVERYBODY,), ("ecr:*",))])


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ("nonsense", "the text is not a JSON object"),
        ("[]", "the text is not a JSON object"),
        ("{}", "Statement is missing"),
        ('{"Statement": [1]}', r"Statement\[0\] must be an object"),
        ('{"Statement": [{}]}', r"Statement\[0\]\.Effect must be a string"),
        ('{"Version": 2012, "Statement": []}', "Version must be a string"),
        ('{"Id": 1, "Statement": []}', "Id must be a string"),
        ('{"Statement": [{"Effect": "Allow", "Action": {}}]}', r"Statement\[0\]\.Action must be a string"),
        (
            '{"Statement": [{"Effect": "Allow", "Action": [null]}]}',
            r"Statement\[0\]\.Action must be a string",
        ),
        (
            '{"Statement": [{"Effect": "Allow", "Principal": "me"}]}',
            r"Statement\[0\]\.Principal must be an object",
        ),
        (
            '{"Statement": [{"Effect": "Allow", "Condition": {"Bool": 1}}]}',
            r"Statement\[0\]\.Condition\.Bool must be an object",
        ),
    ],
)
def test_a_text_that_cannot_be_read_says_where(broken: str, problem: str) -> None:
    with pytest.raises(InvalidPolicyError, match=problem):
        PolicyDocument.parse(broken)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (Statement("Permit", (EVERYBODY,), ("ecr:*",)), "Effect is 'Permit', must be Allow or Deny"),
        (Statement("Allow", (), ("ecr:*",)), "needs either Principal or NotPrincipal"),
        (Statement("Allow", (EVERYBODY,)), "needs either Action or NotAction"),
        (
            Statement("Allow", (EVERYBODY,), ("ecr:*",), resources=("a",), not_resources=("b",)),
            "has both Resource and NotResource",
        ),
        (
            Statement(
                "Allow",
                (EVERYBODY,),
                ("ecr:*",),
                conditions=(Condition("X", "k", ()), Condition("X", "K", ())),
            ),
            "has two conditions X on k",
        ),
        (
            Statement("Allow", tuple(Principal("AWS", f"{n:012}") for n in range(1000)), ("ecr:*",)),
            "at most 10240 are allowed",
        ),
    ],
)
def test_a_statement_that_the_service_refuses_is_not_written(statement: Statement, problem: str) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        PolicyDocument([statement]).to_json()

    (found,) = caught.value.problems
    assert problem in found


def test_a_text_as_long_as_may_be_is_allowed() -> None:
    def with_label(length: int) -> PolicyDocument:
        return PolicyDocument([Statement("Allow", (EVERYBODY,), ("ecr:*",), sid="x" * length)])

    longest = 10_240 - len(with_label(1).to_json()) + 1

    assert len(with_label(longest).to_json()) == 10_240
    assert with_label(longest + 1).problems() != ()


def test_a_document_without_a_version_is_of_the_older_one_and_stays_so() -> None:
    policy = document(version=None)

    assert policy.version == "2008-10-17"
    assert json.loads(policy.to_json())["Version"] == "2008-10-17"


def test_a_problem_names_the_statement() -> None:
    named = Statement("Allow", (), ("ecr:*",), sid="Mine")

    assert PolicyDocument([named]).problems() == (
        "Statement[0] (Mine): needs either Principal or NotPrincipal",
    )


def test_a_document_without_statements_is_refused() -> None:
    assert PolicyDocument([]).problems() == ("there is no statement; delete the policy instead",)


def test_a_version_of_ones_own_is_refused() -> None:
    (problem,) = document(version="2030-01-01").problems()

    assert "Version is '2030-01-01'" in problem


def test_combining_keeps_each_meaning_once() -> None:
    combined = document() | document(Sid="again") | document(Effect="Deny")

    assert [each.effect for each in combined.statements] == ["Allow", "Deny"]


def test_the_error_survives_pickling() -> None:
    error = InvalidPolicyError("policy document", ["one", "two"])

    revived = pickle.loads(pickle.dumps(error))

    assert (str(revived), revived.problems) == ("policy document: one; two", ("one", "two"))


texts = st.text(st.characters(codec="utf-8"), max_size=8)
some = st.lists(texts, min_size=1, max_size=3).map(tuple)
principals = st.lists(
    st.builds(Principal, st.sampled_from(["AWS", "Service"]), texts), min_size=1, max_size=3
).map(tuple)
statements = st.builds(
    Statement,
    st.sampled_from(["Allow", "Deny"]),
    principals,
    some,
    st.one_of(st.just(()), some),
    st.one_of(st.just(()), st.tuples(st.builds(Condition, texts, texts, some))),
    st.one_of(st.none(), texts),
)


@given(st.lists(statements, min_size=1, max_size=4))
def test_a_document_survives_its_text(found: list[Statement]) -> None:
    policy = PolicyDocument(found)

    assert PolicyDocument.parse(policy.to_json()) == policy
