# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.access_policies`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio._face import Face
from ecrkit.aio.calling import call

if TYPE_CHECKING:
    from ecrkit.aio.registry import AsyncRegistry
    from ecrkit.aio.repository import AsyncRepository
    from ecrkit.client import Client
    from ecrkit.policy import PolicyDocument
    from ecrkit.resources.access_policies import RegistryPolicy, RepositoryPolicy


class AsyncRepositoryPolicy(Face):
    """The permissions policy of a repository.

    Example:
        >>> await repository.policy.put(PolicyDocument.allow_pull(accounts=["111122223333"]))
    """

    def __init__(self, sync: RepositoryPolicy) -> None:
        self._repository_policy = sync

    @property
    def sync(self) -> RepositoryPolicy:
        """The same object for blocking code."""
        return self._repository_policy

    @property
    def repository(self) -> AsyncRepository:
        """The repository the settings belong to."""
        from ecrkit.aio.repository import AsyncRepository

        return AsyncRepository(self.sync.repository)

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    async def get(self) -> PolicyDocument:
        """Return the policy. Compare policies with `==`: ECR reformats their text.

        Raises:
            RepositoryPolicyNotFoundError: The repository has no policy.
            RepositoryNotFoundError: The repository does not exist.
        """
        return await call(self.sync.get)

    async def put(self, policy: PolicyDocument | str, *, force: bool = False) -> None:
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
        await call(self.sync.put, policy, force=force)

    async def delete(self) -> None:
        """Delete the policy.

        Raises:
            RepositoryPolicyNotFoundError: The repository has no policy.
            RepositoryNotFoundError: The repository does not exist.
        """
        await call(self.sync.delete)


class AsyncRegistryPolicy(Face):
    """The permissions policy of a registry: replication from other accounts, and pull-through cache.

    Example:
        >>> incoming = PolicyDocument.allow_replication(
        ...     from_account="111122223333",
        ...     repository_arns=["arn:aws:ecr:eu-west-1:444455556666:repository/*"],
        ... )
        >>> await registry.policy.put(incoming)
    """

    def __init__(self, sync: RegistryPolicy) -> None:
        self._registry_policy = sync

    @property
    def sync(self) -> RegistryPolicy:
        """The same object for blocking code."""
        return self._registry_policy

    @property
    def registry(self) -> AsyncRegistry:
        """The registry the settings belong to."""
        from ecrkit.aio.registry import AsyncRegistry

        return AsyncRegistry.from_sync(self.sync.registry)

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    async def get(self) -> PolicyDocument:
        """Return the policy. Compare policies with `==`: ECR reformats their text.

        Raises:
            RegistryPolicyNotFoundError: The registry has no policy.
        """
        return await call(self.sync.get)

    async def put(self, policy: PolicyDocument | str) -> None:
        """Replace the policy.

        Args:
            policy: A policy, which is validated first, or its text, which is sent unchanged.

        Raises:
            InvalidPolicyError: The policy is invalid; nothing was sent.
            InvalidParameterError: ECR rejects an action or a principal. IAM needs a few seconds before ECR knows a new role.
        """
        await call(self.sync.put, policy)

    async def delete(self) -> None:
        """Delete the policy.

        Raises:
            RegistryPolicyNotFoundError: The registry has no policy.
        """
        await call(self.sync.delete)
