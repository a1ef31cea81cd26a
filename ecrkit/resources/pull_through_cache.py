"""`registry.pull_through_cache`: rules by which repositories fetch images from another registry."""

from __future__ import annotations

from collections.abc import Iterable

from ecrkit import models
from ecrkit._strings import items_of
from ecrkit.batching import cut
from ecrkit.paging import Items
from ecrkit.resources._area import RegistryArea


class PullThroughCache(RegistryArea):
    """The pull-through cache rules of a registry, one for each prefix of repository names.

    The first pull through a rule needs `ecr:BatchImportUpstreamImage` and `ecr:CreateRepository`, and has to name a tag, not a
    digest.

    Example:
        >>> registry.pull_through_cache.create("quay", "quay.io")
        >>> registry.pull_through_cache.validate("quay").is_valid
        True
    """

    def rules(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> Items[models.PullThroughCacheRule]:
        """List the rules.

        Args:
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing.
        """
        return Items(
            self.client,
            self._describe(),
            lambda page: page.pull_through_cache_rules,
            limit=limit,
            page_size=page_size,
            start=start,
        )

    def named(self, prefixes: str | Iterable[str]) -> list[models.PullThroughCacheRule]:
        """Return the rules for these prefixes, a hundred per request.

        Raises:
            PullThroughCacheRuleNotFoundError: One prefix has no rule; ECR then returns none at all.
        """
        answers = (self.client.send(self._describe(batch)) for batch in cut(items_of(prefixes)))
        return [rule for answer in answers for rule in answer.pull_through_cache_rules]

    def create(
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
        request = models.CreatePullThroughCacheRuleRequest(
            registry_id=self.registry.registry_id,
            ecr_repository_prefix=prefix,
            upstream_registry_url=upstream_url,
            upstream_registry=None
            if upstream_registry is None
            else models.UpstreamRegistry(upstream_registry),
            upstream_repository_prefix=upstream_prefix,
            credential_arn=credential_arn,
            custom_role_arn=custom_role_arn,
        )
        return self.client.send(request)

    def update(
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
        request = models.UpdatePullThroughCacheRuleRequest(
            registry_id=self.registry.registry_id,
            ecr_repository_prefix=prefix,
            credential_arn=credential_arn,
            custom_role_arn=custom_role_arn,
        )
        return self.client.send(request)

    def delete(self, prefix: str) -> None:
        """Delete a rule. Repositories created by it are kept.

        Raises:
            PullThroughCacheRuleNotFoundError: The prefix has no rule.
        """
        request = models.DeletePullThroughCacheRuleRequest(
            registry_id=self.registry.registry_id, ecr_repository_prefix=prefix
        )
        self.client.send(request)

    def validate(self, prefix: str) -> models.ValidatePullThroughCacheRuleResponse:
        """Let ECR check whether the credentials of a rule work.

        Returns:
            `is_valid` and, if it is false, `failure` with the reason. A rule that does not work raises no error.

        Raises:
            PullThroughCacheRuleNotFoundError: The prefix has no rule.
        """
        request = models.ValidatePullThroughCacheRuleRequest(
            registry_id=self.registry.registry_id, ecr_repository_prefix=prefix
        )
        return self.client.send(request)

    def _describe(self, prefixes: list[str] | None = None) -> models.DescribePullThroughCacheRulesRequest:
        return models.DescribePullThroughCacheRulesRequest(
            registry_id=self.registry.registry_id, ecr_repository_prefixes=prefixes
        )
