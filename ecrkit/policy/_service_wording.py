"""The service's messages for invalid lifecycle policies, for the local ECR.

The messages come from public reports and say little; `InvalidPolicyError` says more. If no report quotes the service,
our own message is used.
"""

from ecrkit.errors import InvalidPolicyError
from ecrkit.policy._lifecycle import LifecyclePolicy
from ecrkit.policy._rules import LifecycleRule, TagStatus
from ecrkit.policy._schema import faults
from ecrkit.policy._texts import read_object


def service_refusal(text: str) -> str | None:
    """Return why the service would refuse a lifecycle policy; None if it is valid.

    The result is the detail after `Lifecycle policy validation failure: ` in the service's message. The length of
    the text is not checked here: it is a limit of the service model.
    """
    document = read_object(text)
    if document is None:
        return "Could not map policyString into LifecyclePolicy."
    if found := [fault.service for fault in faults(document) if fault.service]:
        return "\n".join(found)
    try:
        LifecyclePolicy.parse(text)
    except InvalidPolicyError as error:
        return _known_refusal(LifecyclePolicy.parse(text, strict=False).rules) or "\n".join(error.problems)
    return None


def _known_refusal(rules: tuple[LifecycleRule, ...]) -> str | None:
    if any(r.tag_status == TagStatus.TAGGED and not (r.tag_prefixes or r.tag_patterns) for r in rules):
        return "Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED."
    untagged = [rule.storage_class for rule in rules if rule.tag_status == TagStatus.UNTAGGED]
    if len(set(untagged)) < len(untagged):
        return "Only one rule can select Untagged images per storage class"
    last = {rule.storage_class: rule for rule in rules}
    if any(r.tag_status == TagStatus.ANY and last[r.storage_class] is not r for r in rules):
        return "Rule for tagStatus=ANY must have the lowest priority per storage class"
    return None
