"""`registry.policy`: what other accounts may do with the registry as a whole."""

from ecrkit import models
from ecrkit.policy import PolicyDocument
from ecrkit.resources._area import OwnRegistryArea


class RegistryPolicy(OwnRegistryArea):
    """The permissions policy of a registry: replication from other accounts, imports of a pull-through cache.

    Example:
        >>> incoming = PolicyDocument.allow_replication(
        ...     from_account="111122223333",
        ...     repository_arns=["arn:aws:ecr:eu-west-1:444455556666:repository/*"],
        ... )
        >>> registry.policy.put(incoming)
    """

    def get(self) -> PolicyDocument:
        """Read the policy. Compare it by `==`: ECR gives back another text than it was given.

        Raises:
            RegistryPolicyNotFoundError: The registry has none.
        """
        return PolicyDocument.parse(self._send(models.GetRegistryPolicyRequest()).policy_text)

    def put(self, policy: PolicyDocument | str) -> None:
        """Set the policy, in place of the one before.

        Args:
            policy: The policy; a text is sent as it is, for ECR to judge.

        Raises:
            InvalidPolicyError: ECR would surely refuse it; nothing was sent.
            InvalidParameterError: ECR refuses it: an action, or a principal that does not exist (or not yet).
        """
        self._send(models.PutRegistryPolicyRequest(policy_text=policy_text(policy)))

    def delete(self) -> None:
        """Take the policy away.

        Raises:
            RegistryPolicyNotFoundError: The registry has none.
        """
        self._send(models.DeleteRegistryPolicyRequest())


def policy_text(policy: PolicyDocument | str) -> str:
    """Give the text of a policy for the service."""
    return policy if isinstance(policy, str) else policy.to_json()
