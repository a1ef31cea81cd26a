"""`repository.policy`: who may pull from a repository, push to it, and so on."""

from ecrkit import models
from ecrkit.policy import PolicyDocument
from ecrkit.resources._area import RepositoryArea
from ecrkit.resources.registry_policy import policy_text


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
            policy_text=policy_text(policy),
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
