# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.pull_through_cache`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio._face import Face
from ecrkit.aio._wrapping import same
from ecrkit.aio.calling import call
from ecrkit.aio.items import AsyncItems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecrkit import models
    from ecrkit.aio.registry import AsyncRegistry
    from ecrkit.client import Client
    from ecrkit.resources.pull_through_cache import PullThroughCache


class AsyncPullThroughCache(Face):
    """The pull-through cache rules of a registry, one for each prefix of repository names.

    The first pull through a rule needs `ecr:BatchImportUpstreamImage` and `ecr:CreateRepository`, and has to name a tag, not a
    digest.

    Example:
        >>> await registry.pull_through_cache.create("quay", "quay.io")
        >>> (await registry.pull_through_cache.validate("quay")).is_valid
        True
    """

    def __init__(self, sync: PullThroughCache) -> None:
        self._pull_through_cache = sync

    @property
    def sync(self) -> PullThroughCache:
        """The same object for blocking code."""
        return self._pull_through_cache

    @property
    def registry(self) -> AsyncRegistry:
        """The registry the settings belong to."""
        from ecrkit.aio.registry import AsyncRegistry

        return AsyncRegistry.from_sync(self.sync.registry)

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    def rules(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> AsyncItems[models.PullThroughCacheRule]:
        """List the rules.

        Args:
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing.
        """
        return AsyncItems(self.sync.rules(limit=limit, page_size=page_size, start=start), same)

    async def named(self, prefixes: str | Iterable[str]) -> list[models.PullThroughCacheRule]:
        """Return the rules for these prefixes, a hundred per request.

        Raises:
            PullThroughCacheRuleNotFoundError: One prefix has no rule; ECR then returns none at all.
        """
        return await call(self.sync.named, prefixes)

    async def create(
        self,
        prefix: str,
        upstream_url: str,
        *,
        upstream_registry: models.UpstreamRegistry | str | None = None,
        upstream_prefix: str | None = None,
        credential_arn: str | None = None,
        custom_role_arn: str | None = None,
    ) -> models.CreatePullThroughCacheRuleResponse:
        """Create a rule.

        Args:
            prefix: Prefix of the repository names, 2 to 30 characters; a `/` after it is implied. `ROOT` covers all names that
                no other rule covers.
            upstream_url: Host of the upstream registry without a scheme, for example `registry-1.docker.io`.
            upstream_registry: Kind of the upstream registry; derived from the host if omitted.
            upstream_prefix: Prefix of the names in the upstream registry; `ROOT`, all of it, if omitted.
            credential_arn: Secret with user name and password for the upstream registry; its name has to start with
                `ecr-pullthroughcache/`.
            custom_role_arn: Role to use if the upstream registry is an ECR registry.

        Raises:
            PullThroughCacheRuleAlreadyExistsError: The prefix already has a rule.
            UnsupportedUpstreamRegistryError: ECR cannot cache this registry.
            SecretNotFoundError: The secret does not exist.
            UnableToAccessSecretError: ECR may not read the secret.
            LimitExceededError: The registry has reached its quota of rules, 50 by default.
        """
        return await call(
            self.sync.create,
            prefix,
            upstream_url,
            upstream_registry=upstream_registry,
            upstream_prefix=upstream_prefix,
            credential_arn=credential_arn,
            custom_role_arn=custom_role_arn,
        )

    async def update(
        self, prefix: str, *, credential_arn: str | None = None, custom_role_arn: str | None = None
    ) -> models.UpdatePullThroughCacheRuleResponse:
        """Change the credentials of a rule; nothing else can be changed.

        Args:
            prefix: Prefix of the rule.
            credential_arn: New secret; see `create`.
            custom_role_arn: New role; see `create`.

        Raises:
            PullThroughCacheRuleNotFoundError: The prefix has no rule.
            SecretNotFoundError: The secret does not exist.
            UnableToAccessSecretError: ECR may not read the secret.
        """
        return await call(
            self.sync.update, prefix, credential_arn=credential_arn, custom_role_arn=custom_role_arn
        )

    async def delete(self, prefix: str) -> None:
        """Delete a rule. Repositories created by it are kept.

        Raises:
            PullThroughCacheRuleNotFoundError: The prefix has no rule.
        """
        await call(self.sync.delete, prefix)

    async def validate(self, prefix: str) -> models.ValidatePullThroughCacheRuleResponse:
        """Let ECR check whether the credentials of a rule work.

        Returns:
            `is_valid` and, if it is false, `failure` with the reason. A rule that does not work raises no error.

        Raises:
            PullThroughCacheRuleNotFoundError: The prefix has no rule.
        """
        return await call(self.sync.validate, prefix)
