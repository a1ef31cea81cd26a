"""Policy texts as ECR gives them back: read, and written anew in the layout of its JSON library. Pure."""

import json
from collections.abc import Callable
from typing import cast

from pydantic import BaseModel

from ecrkit.errors import InvalidPolicyError
from ecrkit.policy import PolicyDocument

KIND = "policy"
_STEP = "  "


class StoredPolicy(BaseModel):
    """The text of a policy, as it is kept."""

    text: str


def reformat_policy(text: str, refusal: Callable[[], Exception]) -> str:
    """Give the text of a policy in the service's layout.

    Args:
        text: What the caller sent.
        refusal: What to raise where the service would refuse it.
    """
    try:
        if PolicyDocument.parse(text).problems():
            raise refusal()
    except InvalidPolicyError:
        raise refusal() from None
    try:
        return _write(json.loads(text), "")
    except RecursionError:  # from brackets in brackets in brackets
        raise refusal() from None


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
