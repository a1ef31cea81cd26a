"""Policies of repositories and registries, typed and pure: build, parse, validate, compare and evaluate."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.policy._document import PolicyDocument
    from ecrkit.policy._evaluation import Decision, LifecycleImage
    from ecrkit.policy._lifecycle import LifecyclePolicy
    from ecrkit.policy._rules import (
        CountType,
        LifecycleRule,
        RuleAction,
        RuleOptions,
        StorageClass,
        TagStatus,
    )
    from ecrkit.policy._service_wording import service_refusal
    from ecrkit.policy._statements import EVERYBODY, Condition, Principal, Statement
    from ecrkit.policy._texts import compact

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "EVERYBODY",
    "Condition",
    "CountType",
    "Decision",
    "LifecycleImage",
    "LifecyclePolicy",
    "LifecycleRule",
    "PolicyDocument",
    "Principal",
    "RuleAction",
    "RuleOptions",
    "Statement",
    "StorageClass",
    "TagStatus",
    "compact",
    "service_refusal",
]

_HOMES = {
    "Condition": "_statements",
    "CountType": "_rules",
    "Decision": "_evaluation",
    "EVERYBODY": "_statements",
    "LifecycleImage": "_evaluation",
    "LifecyclePolicy": "_lifecycle",
    "LifecycleRule": "_rules",
    "PolicyDocument": "_document",
    "Principal": "_statements",
    "RuleAction": "_rules",
    "RuleOptions": "_rules",
    "Statement": "_statements",
    "StorageClass": "_rules",
    "TagStatus": "_rules",
    "compact": "_texts",
    "service_refusal": "_service_wording",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
