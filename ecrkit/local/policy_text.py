"""Policy documents: validated as by ECR, and formatted like its JSON library. Pure."""

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal, cast

from pydantic import BaseModel

from ecrkit.errors import InvalidPolicyError
from ecrkit.local.policy_rules import has_missing_principals, has_unknown_parts, normalize
from ecrkit.local.refusals import Refusal, invalid_parameter
from ecrkit.local.store.repositories import Scope
from ecrkit.policy import PolicyDocument
from ecrkit.references import partition_of

KIND = "policy"
_STEP = "  "


class StoredPolicy(BaseModel):
    """The text of a policy, as stored."""

    text: str


@dataclass(frozen=True, slots=True)
class PolicyChecker:
    """Validates the policies of one resource type in one registry."""

    resource: Literal["repository", "registry"]
    scope: Scope
    principals: AbstractSet[str] = frozenset()
    """Existing AWS principals; empty if all exist."""

    def accept(self, text: str) -> str:
        """Validate a policy, and return its text as the service formats it.

        Raises:
            Refusal: The service would refuse it.
        """
        try:
            document = PolicyDocument.parse(text)
            if document.problems() or has_unknown_parts(document):
                raise self._invalid()
        except InvalidPolicyError:
            raise self._invalid() from None
        if has_missing_principals(document, self.principals, self.scope.account):
            # The text since 2024 (terraform-provider-aws#39064, modernisation-platform#10129).
            raise invalid_parameter("PolicyText", "Principal not found")
        try:
            return _write(normalize(json.loads(text), partition_of(self.scope.region)), "")
        except RecursionError:  # from deeply nested brackets
            raise self._invalid() from None

    def _invalid(self) -> Refusal:
        return invalid_parameter("PolicyText", f"Invalid {self.resource} policy provided")


def _write(value: object, indent: str) -> str:
    inner = indent + _STEP
    if isinstance(value, dict):
        members = cast("dict[str, object]", value).items()
        lines = [f"{inner}{_scalar(name)} : {_write(each, inner)}" for name, each in members]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}" if lines else "{ }"
    if isinstance(value, list):
        items = [_write(each, indent) for each in cast("list[object]", value)]
        return f"[ {', '.join(items)} ]" if items else "[ ]"
    return _scalar(value)


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
