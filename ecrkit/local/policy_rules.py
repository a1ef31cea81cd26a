"""Validate and normalize policies of repositories and registries as ECR does. Pure.

Valid syntax is not enough: ECR checks its actions, and IAM the format of principals.
"""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import cast

from ecrkit import models
from ecrkit.policy import PolicyDocument

_PREFIX = "ecr:"
# Actions without an operation of their own (service authorization reference of Amazon ECR).
_FURTHER_ACTIONS = ("BatchImportUpstreamImage", "GetImageCopyStatus", "ReplicateImage")
# It has no resource, so no resource policy can grant it; refused in 2020 (cloudposse/terraform-aws-ecr#67).
_WITHOUT_RESOURCE = "GetAuthorizationToken"
_ACTIONS = frozenset(name.lower() for name in (*models.OPERATIONS, *_FURTHER_ACTIONS)) - {
    _WITHOUT_RESOURCE.lower()
}

_ACCOUNT = re.compile(r"[0-9]{12}")
# A wildcard in an ARN is refused: `arn:aws:iam::ID:*` in terraform-provider-aws#3924.
_PRINCIPAL_ARN = re.compile(
    r"arn:aws[a-z-]*:(iam::[0-9]{12}:(root|(user|role)/[\w+=,.@/-]+)"
    r"|sts::[0-9]{12}:(assumed-role/[\w+=,.@-]+|federated-user)/[\w+=,.@-]+)",
    re.ASCII,
)
# How a principal is shown if deleted after the policy was set (IAM user guide, unique identifiers).
_UNIQUE_ID = re.compile(r"A(ID|RO)A[A-Z0-9]{12,}")
_SERVICE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|aws\.internal)")
_ROOT = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):root")
_LISTS = ("Action", "NotAction", "Resource", "NotResource")


def has_unknown_parts(document: PolicyDocument) -> bool:
    """Return whether ECR would call the policy invalid: unknown or foreign actions, or malformed principals."""
    return any(
        not all(map(_is_action, (*statement.actions, *statement.not_actions)))
        or not all(
            _is_principal(each.kind, each.value)
            for each in (*statement.principals, *statement.not_principals)
        )
        for statement in document.statements
    )


def has_missing_principals(document: PolicyDocument, existing: AbstractSet[str], account: str) -> bool:
    """Return whether the policy names an AWS principal that does not exist.

    Args:
        document: A policy without unknown parts.
        existing: ARNs of users and roles, and account ids; empty if every principal exists.
        account: The account of the registry, which exists anyway.
    """
    if not existing:
        return False
    accounts = {account} | {_account_of(each) for each in existing}
    return any(
        each.kind == "AWS" and each.value != "*" and not _exists(each.value, existing, accounts)
        for statement in document.statements
        for each in (*statement.principals, *statement.not_principals)
    )


def normalize(policy: object, partition: str) -> object:
    """Normalize a parsed policy as ECR returns it.

    One-item lists become their item: observed for `Action` (cloud-custodian's recordings, 2021), guessed for others.
    Account ids become ARNs (crossplane-contrib/provider-aws#701).

    Args:
        policy: The JSON of a policy.
        partition: Partition of the region, for the ARNs.
    """
    if not isinstance(policy, dict):
        return policy
    members = cast("dict[str, object]", policy)
    statements = members.get("Statement")
    if isinstance(statements, list):
        written = [_normalize_statement(each, partition) for each in cast("list[object]", statements)]
        return {**members, "Statement": written}
    return {**members, "Statement": _normalize_statement(statements, partition)}


def _normalize_statement(statement: object, partition: str) -> object:
    if not isinstance(statement, dict):
        return statement
    members = cast("dict[str, object]", statement)
    return {name: _normalize_element(name, value, partition) for name, value in members.items()}


def _normalize_element(name: str, value: object, partition: str) -> object:
    if name in _LISTS:
        return _unlisted(value)
    if name in {"Principal", "NotPrincipal"} and isinstance(value, dict):
        kinds = cast("dict[str, object]", value)
        return {kind: _unlisted(_as_arns(kind, each, partition)) for kind, each in kinds.items()}
    return value


def _as_arns(kind: str, value: object, partition: str) -> object:
    if kind != "AWS":
        return value
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    return [
        f"arn:{partition}:iam::{each}:root" if isinstance(each, str) and _ACCOUNT.fullmatch(each) else each
        for each in values
    ]


def _unlisted(value: object) -> object:
    if isinstance(value, list):
        items = cast("list[object]", value)
        return items[0] if len(items) == 1 else items
    return value


def _is_action(action: str) -> bool:
    lowered = action.lower()
    if lowered == "*":
        return True
    if not lowered.startswith(_PREFIX):
        return False
    name = lowered.removeprefix(_PREFIX)
    # A wildcard that no action matches is accepted; whether ECR does so too is a GUESS.
    return name in _ACTIONS or "*" in name or "?" in name


def _is_principal(kind: str, value: str) -> bool:
    if kind == "AWS":
        forms: Iterable[re.Pattern[str]] = (_ACCOUNT, _PRINCIPAL_ARN, _UNIQUE_ID)
        return value == "*" or any(form.fullmatch(value) for form in forms)
    if kind == "Service":
        return _SERVICE.fullmatch(value) is not None
    return kind in {"Federated", "CanonicalUser"}


def _exists(principal: str, existing: AbstractSet[str], accounts: AbstractSet[str]) -> bool:
    root = _ROOT.fullmatch(principal)
    if root is not None or _ACCOUNT.fullmatch(principal):
        return (root[1] if root else principal) in accounts
    return principal in existing or _UNIQUE_ID.fullmatch(principal) is not None


def _account_of(principal: str) -> str:
    return principal.split(":")[4] if principal.startswith("arn:") else principal
