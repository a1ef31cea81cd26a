"""Policies of repositories and registries, typed and pure: built, read, checked, compared and evaluated, never sent."""

from ecrkit.policy._document import PolicyDocument
from ecrkit.policy._evaluation import Decision, LifecycleImage
from ecrkit.policy._lifecycle import LifecyclePolicy
from ecrkit.policy._rules import CountType, LifecycleRule, RuleAction, RuleOptions, StorageClass, TagStatus
from ecrkit.policy._service_wording import service_refusal
from ecrkit.policy._statements import EVERYBODY, Condition, Principal, Statement
from ecrkit.policy._texts import compact

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
