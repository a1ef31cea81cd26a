"""`repository.policy` and `registry.policy`: who may do what with a repository, and with the registry as a whole."""

from ecrkit import models
from ecrkit.policy import PolicyDocument
from ecrkit.resources._area import OwnRegistryArea, RepositoryArea


class RepositoryPolicy(RepositoryArea):
    """The permissions policy of a repository.

    Example:
        >>> repository.policy.put(PolicyDocument.allow_pull(accounts=["111122223333"]))
    """

    def get(self) -> PolicyDocument:
        """Read the policy. Compare it by `==`: ECR gives back another text than it was given.

        Raises:
            RepositoryPolicyNotFoundError: The repository has none.
            RepositoryNotFoundError: There is no such repository.
        """
        request = models.GetRepositoryPolicyRequest(
            registry_id=self.repository.registry_id, repository_name=self.repository.name
        )
        return PolicyDocument.parse(self.client.send(request).policy_text)

    def put(self, policy: PolicyDocument | str, *, force: bool = False) -> None:
        """Set the policy, in place of the one before.

        Args:
            policy: The policy; a text is sent as it is, for ECR to judge.
            force: Set even a policy that keeps the caller from changing it again.

        Raises:
            InvalidPolicyError: ECR would surely refuse it; nothing was sent.
            InvalidParameterError: ECR refuses it: an action, or a principal that does not exist (or not yet: IAM takes
                some seconds to make a new role known), or the caller would be locked out.
            RepositoryNotFoundError: There is no such repository.
        """
        request = models.SetRepositoryPolicyRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            policy_text=_policy_text(policy),
            force=force or None,
        )
        self.client.send(request)

    def delete(self) -> None:
        """Take the policy away.

        Raises:
            RepositoryPolicyNotFoundError: The repository has none.
            RepositoryNotFoundError: There is no such repository.
        """
        request = models.DeleteRepositoryPolicyRequest(
            registry_id=self.repository.registry_id, repository_name=self.repository.name
        )
        self.client.send(request)


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
        self._send(models.PutRegistryPolicyRequest(policy_text=_policy_text(policy)))

    def delete(self) -> None:
        """Take the policy away.

        Raises:
            RegistryPolicyNotFoundError: The registry has none.
        """
        self._send(models.DeleteRegistryPolicyRequest())


def _policy_text(policy: PolicyDocument | str) -> str:
    """Give the text of a policy for the service."""
    return policy if isinstance(policy, str) else policy.to_json()
