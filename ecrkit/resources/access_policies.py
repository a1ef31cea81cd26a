"""`repository.policy` and `registry.policy`: who may do what with a repository, and with the registry as a whole."""

from __future__ import annotations

from ecrkit import models
from ecrkit._arguments import expect
from ecrkit.policy import PolicyDocument
from ecrkit.resources._area import OwnRegistryArea, RepositoryArea


class RepositoryPolicy(RepositoryArea):
    """The permissions policy of a repository.

    Example:
        >>> repository.policy.put(PolicyDocument.allow_pull(accounts=["111122223333"]))
    """

    def get(self) -> PolicyDocument:
        """Return the policy. Compare policies with `==`: ECR reformats their text.

        Raises:
            RepositoryPolicyNotFoundError: The repository has no policy.
            RepositoryNotFoundError: The repository does not exist.
        """
        request = models.GetRepositoryPolicyRequest(
            registry_id=self.repository.registry_id, repository_name=self.repository.name
        )
        return PolicyDocument.parse(self.client.send(request).policy_text)

    def put(self, policy: PolicyDocument | str, *, force: bool = False) -> None:
        """Replace the policy.

        Args:
            policy: A policy, which is validated first, or its text, which is sent unchanged.
            force: Allow a policy that prevents the caller from changing it again.

        Raises:
            InvalidPolicyError: The policy is invalid; nothing was sent.
            InvalidParameterError: ECR rejects an action or a principal, or the policy would lock out the caller. IAM needs a
                few seconds before ECR knows a new role.
            RepositoryNotFoundError: The repository does not exist.
        """
        request = models.SetRepositoryPolicyRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            policy_text=_policy_text(policy),
            force=force or None,
        )
        self.client.send(request)

    def delete(self) -> None:
        """Delete the policy.

        Raises:
            RepositoryPolicyNotFoundError: The repository has no policy.
            RepositoryNotFoundError: The repository does not exist.
        """
        request = models.DeleteRepositoryPolicyRequest(
            registry_id=self.repository.registry_id, repository_name=self.repository.name
        )
        self.client.send(request)


class RegistryPolicy(OwnRegistryArea):
    """The permissions policy of a registry: replication from other accounts, and pull-through cache.

    Example:
        >>> incoming = PolicyDocument.allow_replication(
        ...     from_account="111122223333",
        ...     repository_arns=["arn:aws:ecr:eu-west-1:444455556666:repository/*"],
        ... )
        >>> registry.policy.put(incoming)
    """

    def get(self) -> PolicyDocument:
        """Return the policy. Compare policies with `==`: ECR reformats their text.

        Raises:
            RegistryPolicyNotFoundError: The registry has no policy.
        """
        return PolicyDocument.parse(self._send(models.GetRegistryPolicyRequest()).policy_text)

    def put(self, policy: PolicyDocument | str) -> None:
        """Replace the policy.

        Args:
            policy: A policy, which is validated first, or its text, which is sent unchanged.

        Raises:
            InvalidPolicyError: The policy is invalid; nothing was sent.
            InvalidParameterError: ECR rejects an action or a principal. IAM needs a few seconds before ECR knows a new role.
        """
        self._send(models.PutRegistryPolicyRequest(policy_text=_policy_text(policy)))

    def delete(self) -> None:
        """Delete the policy.

        Raises:
            RegistryPolicyNotFoundError: The registry has no policy.
        """
        self._send(models.DeleteRegistryPolicyRequest())


def _policy_text(policy: PolicyDocument | str) -> str:
    expect(
        "policy",
        policy,
        (str, PolicyDocument),
        "a PolicyDocument, or its JSON text; json.dumps() writes a dict",
    )
    return policy if isinstance(policy, str) else policy.to_json()
