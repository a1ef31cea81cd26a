"""What people need most is one call, and comes out as AWS documents it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ecrkit.errors import InvalidPolicyError
from ecrkit.policy import PolicyDocument


def statement(policy: PolicyDocument) -> dict[str, Any]:
    (only,) = json.loads(policy.to_json())["Statement"]
    return {name: value for name, value in only.items() if name != "Sid"}


def test_accounts_may_pull() -> None:
    policy = PolicyDocument.allow_pull(accounts=["111122223333", "444455556666"])

    assert statement(policy) == {
        "Effect": "Allow",
        "Principal": {"AWS": ["111122223333", "444455556666"]},
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    }


def test_roles_may_push() -> None:
    policy = PolicyDocument.allow_push(role_arns=["arn:aws:iam::111122223333:role/ci"])

    assert statement(policy) == {
        "Effect": "Allow",
        "Principal": {"AWS": ["arn:aws:iam::111122223333:role/ci"]},
        "Action": [
            "ecr:BatchCheckLayerAvailability",
            "ecr:InitiateLayerUpload",
            "ecr:UploadLayerPart",
            "ecr:CompleteLayerUpload",
            "ecr:PutImage",
            "ecr:BatchGetImage",
        ],
    }


def test_lambda_may_pull_for_functions() -> None:
    functions = "arn:aws:lambda:eu-west-1:111122223333:function:*"

    assert statement(PolicyDocument.allow_pull_for_lambda(function_arns=[functions])) == {
        "Effect": "Allow",
        "Principal": {"Service": ["lambda.amazonaws.com"]},
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "Condition": {"StringLike": {"aws:sourceArn": [functions]}},
    }


def test_names_may_come_from_an_iterator() -> None:
    functions = ["arn:aws:lambda:eu-west-1:111122223333:function:*"]
    repositories = ["arn:aws:ecr:eu-west-1:444455556666:repository/*"]

    for_lambda = PolicyDocument.allow_pull_for_lambda(function_arns=iter(functions))
    replication = PolicyDocument.allow_replication(
        from_account="111122223333", repository_arns=iter(repositories)
    )

    accounts, roles = ["111122223333"], ["arn:aws:iam::111122223333:role/ci"]
    pull = PolicyDocument.allow_pull(accounts=iter(accounts), role_arns=iter(roles))

    assert statement(pull)["Principal"] == {"AWS": accounts + roles}
    assert statement(for_lambda)["Condition"]["StringLike"]["aws:sourceArn"] == functions
    assert statement(replication)["Resource"] == repositories


def test_an_organization_may_pull() -> None:
    assert statement(PolicyDocument.allow_pull_in_organization("o-a1b2c3d4e5")) == {
        "Effect": "Allow",
        "Principal": {"AWS": ["*"]},
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-a1b2c3d4e5"]}},
    }


def test_an_account_may_replicate() -> None:
    everywhere = "arn:aws:ecr:eu-west-1:444455556666:repository/*"

    policy = PolicyDocument.allow_replication(from_account="111122223333", repository_arns=[everywhere])

    assert statement(policy) == {
        "Effect": "Allow",
        "Principal": {"AWS": ["111122223333"]},
        "Action": ["ecr:CreateRepository", "ecr:ReplicateImage"],
        "Resource": [everywhere],
    }


def test_replication_may_be_kept_to_repositories_that_exist() -> None:
    policy = PolicyDocument.allow_replication(
        from_account="111122223333",
        repository_arns=["arn:aws:ecr:eu-west-1:444455556666:repository/prod-*"],
        create_repositories=False,
    )

    assert statement(policy)["Action"] == ["ecr:ReplicateImage"]


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        (PolicyDocument.allow_pull, "pass at least one"),
        (lambda: PolicyDocument.allow_pull(accounts=["1234"]), "'1234' is not an account id of 12 digits"),
        (
            lambda: PolicyDocument.allow_push(role_arns=["ci"]),
            "'ci' is not an account id of 12 digits, or an ARN",
        ),
        (
            lambda: PolicyDocument.allow_pull_in_organization("acme"),
            "'acme' is not the id of an organization",
        ),
        (
            lambda: PolicyDocument.allow_pull_for_lambda(function_arns=["f"]),
            "'f' is not the ARN of a function",
        ),
        (
            lambda: PolicyDocument.allow_replication(from_account="1", repository_arns=["r"]),
            "ARN of a repository",
        ),
        (
            lambda: PolicyDocument.allow_replication(
                from_account="1", repository_arns=["arn:aws:ecr:eu-west-1:444455556666:repository/*"]
            ),
            "'1' is not an account id",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(build: Callable[[], PolicyDocument], problem: str) -> None:
    with pytest.raises(InvalidPolicyError, match=problem):
        build()
