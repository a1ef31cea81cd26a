"""Results of evaluating a lifecycle policy in the form of the service's preview. Pure."""

from __future__ import annotations

from ecrkit.models import (
    ImageActionType,
    LifecyclePolicyPreviewResult,
    LifecyclePolicyRuleAction,
    LifecyclePolicyStorageClass,
    LifecyclePolicyTargetStorageClass,
)
from ecrkit.policy import Decision, RuleAction


def preview_result(decision: Decision) -> LifecyclePolicyPreviewResult:
    """Return a decision as the service's preview reports it."""
    expires = decision.action == RuleAction.EXPIRE
    action = (
        LifecyclePolicyRuleAction(type=ImageActionType.EXPIRE)
        if expires
        else LifecyclePolicyRuleAction(
            type=ImageActionType.TRANSITION, target_storage_class=LifecyclePolicyTargetStorageClass.ARCHIVE
        )
    )
    result = LifecyclePolicyPreviewResult(
        image_digest=decision.image.digest,
        image_pushed_at=decision.image.pushed_at,
        action=action,
        applied_rule_priority=decision.rule.priority or 0,
        storage_class=LifecyclePolicyStorageClass(str(decision.rule.storage_class).upper()),
    )
    tags = list(decision.image.tags)
    return result.model_copy(update={"image_tags": tags}) if tags else result
