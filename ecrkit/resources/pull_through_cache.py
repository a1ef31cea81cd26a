"""`registry.pull_through_cache`: rules by which repositories fetch their images from another registry."""

from collections.abc import Iterable

from ecrkit import models
from ecrkit.batching import cut
from ecrkit.paging import Items
from ecrkit.resources._area import RegistryArea


class PullThroughCache(RegistryArea):
    """The pull-through cache rules of a registry: one for each prefix of repository names.

    Whoever pulls through a cache for the first time needs `ecr:BatchImportUpstreamImage` and `ecr:CreateRepository`, and
    has to pull by tag, not by digest (T53).

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
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 1000; ECR's default is 100.
            start: Where to go on: the `resume_token` of an earlier listing.
        """
        return Items(
            self.client,
            self._describe(),
            lambda page: page.pull_through_cache_rules,
            limit=limit,
            page_size=page_size,
            start=start,
        )

    def named(self, prefixes: Iterable[str]) -> list[models.PullThroughCacheRule]:
        """Read the rules for certain prefixes, a hundred in one request.

        Raises:
            PullThroughCacheRuleNotFoundError: There is none for one of them; ECR then gives none at all.
        """
        answers = (self.client.send(self._describe(batch)) for batch in cut(prefixes))
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
            prefix: How the names of its repositories start, 2 to 30 characters; a `/` behind it goes without saying. `ROOT` is
                for all names that no other rule takes.
            upstream_url: The host of the other registry without a scheme, for example `registry-1.docker.io`.
            upstream_registry: What kind of registry it is; told by the host if absent.
            upstream_prefix: How the names start over there; as a whole (`ROOT`) if absent.
            credential_arn: The secret with the name and the password to use there; its name has to start with
                `ecr-pullthroughcache/`.
            custom_role_arn: The role to use if the other registry is of ECR.

        Raises:
            PullThroughCacheRuleAlreadyExistsError: There is a rule for the prefix.
            UnsupportedUpstreamRegistryError: ECR cannot cache this registry.
            SecretNotFoundError: There is no such secret.
            UnableToAccessSecretError: ECR may not read the secret.
            LimitExceededError: The registry has as many rules as it may have (50 unless raised).
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
        """Change how a rule gets in at the other registry; nothing else about it can be changed.

        Args:
            prefix: The prefix of the rule.
            credential_arn: The secret to use from now on; see `create`.
            custom_role_arn: The role to use from now on; see `create`.

        Raises:
            PullThroughCacheRuleNotFoundError: There is no rule for the prefix.
            SecretNotFoundError: There is no such secret.
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
        """Delete a rule. Repositories that it made stay.

        Raises:
            PullThroughCacheRuleNotFoundError: There is no rule for the prefix.
        """
        request = models.DeletePullThroughCacheRuleRequest(
            registry_id=self.registry.registry_id, ecr_repository_prefix=prefix
        )
        self.client.send(request)

    def validate(self, prefix: str) -> models.ValidatePullThroughCacheRuleResponse:
        """Let ECR try whether it gets in at the other registry with the secret of a rule.

        Returns:
            `is_valid` and, where that is false, `failure` with the reason. A rule that does not work is no error.

        Raises:
            PullThroughCacheRuleNotFoundError: There is no rule for the prefix.
        """
        request = models.ValidatePullThroughCacheRuleRequest(
            registry_id=self.registry.registry_id, ecr_repository_prefix=prefix
        )
        return self.client.send(request)

    def _describe(self, prefixes: list[str] | None = None) -> models.DescribePullThroughCacheRulesRequest:
        return models.DescribePullThroughCacheRulesRequest(
            registry_id=self.registry.registry_id, ecr_repository_prefixes=prefixes
        )
