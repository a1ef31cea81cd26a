"""How the service itself words its refusal of a lifecycle policy text: for a server that stands in for ECR.

The words are those of reports from the field, and say little; people are better served by `InvalidPolicyError`. Where
no report quotes the service, our own words stand in, so a text is never accepted for want of a wording.
"""

from ecrkit.errors import InvalidPolicyError
from ecrkit.policy._lifecycle import LifecyclePolicy
from ecrkit.policy._rules import LifecycleRule, TagStatus
from ecrkit.policy._schema import faults
from ecrkit.policy._texts import read_object


def service_refusal(text: str) -> str | None:
    """Say why the service would refuse the text of a lifecycle policy; None where it would take it.

    Give the detail that follows `Lifecycle policy validation failure: ` in the message of the service. The length of
    the text is not judged here: it is a limit of the service model.
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
