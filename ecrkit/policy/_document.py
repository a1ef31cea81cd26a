"""`PolicyDocument`: a repository or registry policy, built from common needs or parsed from JSON."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self, cast

from ecrkit._strings import items_of
from ecrkit.errors import InvalidPolicyError
from ecrkit.policy._statements import (
    EVERYBODY,
    Condition,
    Principal,
    Statement,
    read_statement,
    unknown_elements,
)
from ecrkit.policy._texts import read_object, write

MAX_DOCUMENT_LENGTH = 10_240
"""Maximum length of a repository or registry policy in characters (service model)."""

# "Required IAM permissions" for pulling and pushing in the Amazon ECR user guide. GetAuthorizationToken is not among
# them: it belongs to the account of the caller, and no policy of a repository can grant it.
PULL_ACTIONS = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
PUSH_ACTIONS = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
    "ecr:BatchGetImage",  # clients read a tag before they move it
)

_CURRENT_VERSION = "2012-10-17"
_VERSION_WHERE_NONE_STANDS = "2008-10-17"
_NAME = "policy document"


@dataclass(frozen=True, init=False, eq=False)
class PolicyDocument:
    """The policy of a repository or of a registry.

    Two documents are equal when their statements mean the same, whatever their order, layout and labels; ECR gives
    back a text that differs from the one it was given in all of these. The two versions of the policy language count
    as one, unless a policy variable (`${aws:username}`) occurs: only 2012-10-17 replaces it.

    Example:
        >>> policy = PolicyDocument.allow_pull(accounts=["111122223333"]) | PolicyDocument.allow_push(
        ...     role_arns=["arn:aws:iam::444455556666:role/ci"]
        ... )
        >>> policy == PolicyDocument.parse(policy.to_json())
        True
    """

    statements: tuple[Statement, ...]
    version: str
    id: str | None
    """A label for the document; the service ignores it."""

    other: tuple[tuple[str, str], ...]
    """Elements that this release does not know, each with its JSON text. They are preserved."""

    def __init__(
        self,
        statements: Iterable[Statement],
        *,
        version: str = _CURRENT_VERSION,
        id: str | None = None,  # noqa: A002 -- the policy language calls it so
        other: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Combine statements; `problems()` lists what the service would refuse."""
        object.__setattr__(self, "statements", tuple(statements))
        object.__setattr__(self, "version", version)
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "other", other)

    @classmethod
    def allow_pull(cls, *, accounts: str | Iterable[str] = (), role_arns: str | Iterable[str] = ()) -> Self:
        """Allow accounts (as far as their own policies permit) or roles to pull from a repository.

        Raises:
            InvalidPolicyError: An account is not 12 digits, a role is not an ARN, or none is given.
        """
        return cls._allow(PULL_ACTIONS, _principals(accounts, role_arns), sid="AllowPull")

    @classmethod
    def allow_pull_in_organization(cls, organization_id: str) -> Self:
        """Allow every account of an organization to pull from a repository.

        Args:
            organization_id: The id of the organization in AWS Organizations, for example `o-a1b2c3d4e5`.

        Raises:
            InvalidPolicyError: It is not the id of an organization.
        """
        if not re.fullmatch(r"o-[a-z0-9]{10,32}", organization_id):
            raise InvalidPolicyError(
                _NAME, [f"{organization_id!r} is not the id of an organization (o-a1b2c3d4e5)"]
            )
        inside = Condition("StringEquals", "aws:PrincipalOrgID", (organization_id,))
        return cls._allow(PULL_ACTIONS, (EVERYBODY,), conditions=(inside,), sid="AllowPullInOrganization")

    @classmethod
    def allow_pull_for_lambda(cls, *, function_arns: str | Iterable[str]) -> Self:
        """Allow the Lambda service to pull the images that functions run.

        The creator of the functions must be allowed to pull as well; for another account, combine this with
        `allow_pull(accounts=[...])`.

        Args:
            function_arns: ARNs of the functions; `*` and `?` stand for any text and any character, for example
                `arn:aws:lambda:eu-west-1:111122223333:function:*`.

        Raises:
            InvalidPolicyError: One is not an ARN of functions, or none is given.
        """
        functions = items_of(function_arns)
        _need(functions, r"arn:[^:]+:lambda:[^:]+:[^:]+:function:.+", "the ARN of a function")
        called_by = Condition("StringLike", "aws:sourceArn", functions)
        service = Principal("Service", "lambda.amazonaws.com")
        return cls._allow(
            PULL_ACTIONS, (service,), conditions=(called_by,), sid="LambdaECRImageRetrievalPolicy"
        )

    @classmethod
    def allow_push(cls, *, accounts: str | Iterable[str] = (), role_arns: str | Iterable[str] = ()) -> Self:
        """Allow roles or accounts to push to a repository. Each of them also needs `ecr:GetAuthorizationToken` for Docker.

        Raises:
            InvalidPolicyError: An account is not 12 digits, a role is not an ARN, or none is given.
        """
        return cls._allow(PUSH_ACTIONS, _principals(accounts, role_arns), sid="AllowPush")

    @classmethod
    def allow_replication(
        cls, *, from_account: str, repository_arns: str | Iterable[str], create_repositories: bool = True
    ) -> Self:
        """Allow another account to replicate into a registry; this is a policy of the registry, not of a repository.

        Args:
            from_account: The account that images come from.
            repository_arns: Target repositories in this registry; `*` stands for any text, for example
                `arn:aws:ecr:eu-west-1:444455556666:repository/*`.
            create_repositories: Whether repositories that are missing may be created. Without it, replication into
                one that does not exist fails.

        Raises:
            InvalidPolicyError: The account is not 12 digits, or a repository is not an ARN.
        """
        resources = items_of(repository_arns)
        _need(resources, r"arn:[^:]+:ecr:[^:]+:[^:]+:repository/.+", "the ARN of a repository")
        actions = (
            ("ecr:CreateRepository", "ecr:ReplicateImage") if create_repositories else ("ecr:ReplicateImage",)
        )
        return cls._allow(
            actions, _principals([from_account], ()), resources=resources, sid="ReplicationAccessCrossAccount"
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a policy from JSON. Elements that this release does not know are kept.

        Raises:
            InvalidPolicyError: The text is not JSON, or not a policy document.
        """
        document = read_object(text)
        if document is None:
            raise InvalidPolicyError(_NAME, ["the text is not a JSON object"])
        if "Statement" not in document:
            raise InvalidPolicyError(_NAME, ["Statement is missing"])
        found: object = document["Statement"]
        statements = cast("list[object]", found) if isinstance(found, list) else [found]
        for name in ("Version", "Id"):
            if not isinstance(document.get(name, ""), str):
                raise InvalidPolicyError(_NAME, [f"{name} must be a string"])
        return cls(
            [read_statement(each, f"Statement[{index}]") for index, each in enumerate(statements)],
            version=document.get("Version", _VERSION_WHERE_NONE_STANDS),
            id=document.get("Id"),
            other=unknown_elements(document, ("Version", "Id", "Statement")),
        )

    def problems(self) -> tuple[str, ...]:
        """List what the service would certainly refuse. Only the service knows whether actions and principals exist."""
        found: list[str] = []
        if not self.statements:
            found.append("there is no statement; delete the policy instead")
        if self.version not in {_CURRENT_VERSION, _VERSION_WHERE_NONE_STANDS}:
            found.append(
                f"Version is {self.version!r}, must be {_CURRENT_VERSION} or {_VERSION_WHERE_NONE_STANDS}"
            )
        for index, statement in enumerate(self.statements):
            name = f"Statement[{index}]" + (f" ({statement.sid})" if statement.sid else "")
            found += [f"{name}: {problem}" for problem in statement.problems()]
        if (length := len(self._text())) > MAX_DOCUMENT_LENGTH:
            found.append(f"the text has {length} characters, at most {MAX_DOCUMENT_LENGTH} are allowed")
        return tuple(found)

    def to_json(self) -> str:
        """Return the JSON for the service.

        Raises:
            InvalidPolicyError: The service would certainly refuse it.
        """
        if found := self.problems():
            raise InvalidPolicyError(_NAME, found)
        return self._text()

    def with_statement(self, statement: Statement) -> Self:
        """Return this document with one more statement, unless it has an equivalent one."""
        if statement in self.statements:
            return self
        return type(self)((*self.statements, statement), version=self.version, id=self.id, other=self.other)

    def __or__(self, more: "PolicyDocument") -> Self:
        """Return a document with the statements of both; labels and unknown elements come from the left one.

        Raises:
            InvalidPolicyError: The versions differ, and one of the two has policy variables.
        """
        if self.version != more.version and (self._has_variables or more._has_variables):
            raise InvalidPolicyError(
                _NAME,
                [f"cannot combine {self.version} with {more.version}: only one of them replaces ${{...}}"],
            )
        combined = self
        for statement in more.statements:
            combined = combined.with_statement(statement)
        return combined

    def __eq__(self, other: object) -> bool:
        return self._meaning == other._meaning if isinstance(other, PolicyDocument) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._meaning)

    @classmethod
    def _allow(
        cls,
        actions: tuple[str, ...],
        principals: tuple[Principal, ...],
        *,
        sid: str,
        resources: tuple[str, ...] = (),
        conditions: tuple[Condition, ...] = (),
    ) -> Self:
        return cls([Statement("Allow", principals, actions, resources, conditions, sid)])

    @property
    def _meaning(self) -> tuple[object, ...]:
        return frozenset(self.statements), self.other, self.version if self._has_variables else None

    @property
    def _has_variables(self) -> bool:
        return "${" in self._text()

    def _text(self) -> str:
        document: dict[str, object] = {"Version": self.version}
        if self.id is not None:
            document["Id"] = self.id
        document["Statement"] = [statement.to_wire() for statement in self.statements]
        document |= {name: json.loads(value) for name, value in self.other}
        return write(document)


def _principals(accounts: str | Iterable[str], role_arns: str | Iterable[str]) -> tuple[Principal, ...]:
    given, roles = items_of(accounts), items_of(role_arns)
    _need(
        (*given, *roles),
        r"[0-9]{12}|arn:[^:]+:(iam|sts)::[0-9]{12}:.+",
        "an account id of 12 digits, or an ARN",
    )
    # An account is written as its bare id, which IAM understands in every partition.
    return tuple(Principal("AWS", each) for each in (*given, *roles))


def _need(values: tuple[str, ...], pattern: str, what: str) -> None:
    if found := tuple(_mismatches(values, pattern, what)):
        raise InvalidPolicyError(_NAME, found)


def _mismatches(values: tuple[str, ...], pattern: str, what: str) -> Iterator[str]:
    if not values:
        yield f"pass at least one: {what}"
    yield from (f"{value!r} is not {what}" for value in values if not re.fullmatch(pattern, value))
