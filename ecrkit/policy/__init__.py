"""Policies of repositories and registries, typed and pure: built, read, checked, compared and evaluated, never sent."""

from ecrkit.policy._evaluation import Decision, LifecycleImage
from ecrkit.policy._lifecycle import LifecyclePolicy, compact
from ecrkit.policy._rules import CountType, LifecycleRule, RuleAction, RuleOptions, StorageClass, TagStatus
from ecrkit.policy._service_wording import service_refusal

__all__ = [
    "CountType",
    "Decision",
    "LifecycleImage",
    "LifecyclePolicy",
    "LifecycleRule",
    "RuleAction",
    "RuleOptions",
    "StorageClass",
    "TagStatus",
    "compact",
    "service_refusal",
]
