"""Pull-through cache rules; applied in `ecrkit.local.pull_through`."""

from sqlite3 import Connection

from ecrkit import models
from ecrkit.local import refusals
from ecrkit.local.clock import moment
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._shared import page_size, refuse_paging_with_ids
from ecrkit.local.hosts import is_loopback
from ecrkit.local.pull_through import KIND, Rule, upstream_of
from ecrkit.local.refusals import Refusal
from ecrkit.local.service import Call
from ecrkit.local.store.documents import RegistryDocuments
from ecrkit.local.store.repositories import Scope

_MAX_RULES = 50
_UPSTREAMS = {
    "public.ecr.aws": models.UpstreamRegistry.ECR_PUBLIC,
    "quay.io": models.UpstreamRegistry.QUAY,
    "registry.k8s.io": models.UpstreamRegistry.K8S,
    "registry-1.docker.io": models.UpstreamRegistry.DOCKER_HUB,
    "ghcr.io": models.UpstreamRegistry.GITHUB_CONTAINER_REGISTRY,
    "registry.gitlab.com": models.UpstreamRegistry.GITLAB_CONTAINER_REGISTRY,
    "cgr.dev": models.UpstreamRegistry.CHAINGUARD,
}
_UPSTREAM_DOMAINS = {
    ".azurecr.io": models.UpstreamRegistry.AZURE_CONTAINER_REGISTRY,
    ".amazonaws.com": models.UpstreamRegistry.ECR,
}
# User guide, creating a pull through cache rule: these need a secret. For Chainguard this is a GUESS.
_WITH_LOGIN = frozenset(
    {
        models.UpstreamRegistry.DOCKER_HUB,
        models.UpstreamRegistry.GITHUB_CONTAINER_REGISTRY,
        models.UpstreamRegistry.GITLAB_CONTAINER_REGISTRY,
        models.UpstreamRegistry.AZURE_CONTAINER_REGISTRY,
        models.UpstreamRegistry.CHAINGUARD,
    }
)


def create_pull_through_cache_rule(
    call: Call, request: models.CreatePullThroughCacheRuleRequest
) -> models.CreatePullThroughCacheRuleResponse:
    scope, prefix = call.scope(request.registry_id), request.ecr_repository_prefix
    upstream = request.upstream_registry or _recognise(request.upstream_registry_url)
    if upstream in _WITH_LOGIN and request.credential_arn is None:
        # The text for Docker Hub (aws-controllers-k8s/community#2589); that the others say the same is a GUESS.
        raise Refusal(
            "UnsupportedUpstreamRegistryException",
            "The specified upstream registry requires authentication. Specify a valid Secrets Manager ARN",
        )
    _need_secret(call, request.credential_arn)
    rule = Rule(
        ecr_repository_prefix=prefix,
        upstream_registry_url=request.upstream_registry_url,
        created_at=moment(call.now),
        updated_at=moment(call.now),
        registry_id=scope.account,
        credential_arn=request.credential_arn,
        custom_role_arn=request.custom_role_arn,
        upstream_repository_prefix=request.upstream_repository_prefix or "ROOT",
        upstream_registry=upstream,
    )
    with call.transaction() as db:
        rules = RegistryDocuments(db, scope, KIND)
        if rules.get(Rule, prefix) is not None:
            raise Refusal(
                "PullThroughCacheRuleAlreadyExistsException",
                f"The pull through cache rule with prefix '{prefix}' already exists "
                f"in the registry with id '{scope.account}'",
            )
        if len(rules.every(Rule)) >= _MAX_RULES:
            raise refusals.limit_exceeded(f"A registry may have at most {_MAX_RULES} rules")
        rules.put(rule, prefix)
    return models.CreatePullThroughCacheRuleResponse(
        ecr_repository_prefix=prefix,
        upstream_registry_url=rule.upstream_registry_url,
        created_at=rule.created_at,
        registry_id=rule.registry_id,
        upstream_registry=rule.upstream_registry,
        credential_arn=rule.credential_arn,
        custom_role_arn=rule.custom_role_arn,
        upstream_repository_prefix=rule.upstream_repository_prefix,
    )


def describe_pull_through_cache_rules(
    call: Call, request: models.DescribePullThroughCacheRulesRequest
) -> models.DescribePullThroughCacheRulesResponse:
    scope = call.scope(request.registry_id)
    with call.reading() as db:
        if request.ecr_repository_prefixes:
            refuse_paging_with_ids("ecrRepositoryPrefixes", request.next_token, request.max_results)
            named = [_require(db, scope, each) for each in dict.fromkeys(request.ecr_repository_prefixes)]
            return models.DescribePullThroughCacheRulesResponse(pull_through_cache_rules=named)
        found = [rule for _, rule in RegistryDocuments(db, scope, KIND).every(Rule)]
    listing, size = f"rules {scope}", page_size(request.max_results)
    after, _ = call.service.tokens.read(listing, request.next_token)
    rest = list(enumerate(found, 1))[after:]
    page, token = call.service.tokens.cut(listing, rest, size, lambda each: (each[0], 0))
    return models.DescribePullThroughCacheRulesResponse(
        pull_through_cache_rules=[rule for _, rule in page], next_token=token
    )


def update_pull_through_cache_rule(
    call: Call, request: models.UpdatePullThroughCacheRuleRequest
) -> models.UpdatePullThroughCacheRuleResponse:
    scope = call.scope(request.registry_id)
    if request.credential_arn is None and request.custom_role_arn is None:
        raise refusals.validation("Either credentialArn or customRoleArn has to be given")
    _need_secret(call, request.credential_arn)
    with call.transaction() as db:
        old = _require(db, scope, request.ecr_repository_prefix)
        rule = old.model_copy(
            update={
                "credential_arn": request.credential_arn or old.credential_arn,
                "custom_role_arn": request.custom_role_arn or old.custom_role_arn,
                "updated_at": moment(call.now),
            }
        )
        RegistryDocuments(db, scope, KIND).put(rule, rule.ecr_repository_prefix)
    return models.UpdatePullThroughCacheRuleResponse(
        ecr_repository_prefix=rule.ecr_repository_prefix,
        registry_id=scope.account,
        updated_at=rule.updated_at,
        credential_arn=rule.credential_arn,
        custom_role_arn=rule.custom_role_arn,
        upstream_repository_prefix=rule.upstream_repository_prefix,
    )


def delete_pull_through_cache_rule(
    call: Call, request: models.DeletePullThroughCacheRuleRequest
) -> models.DeletePullThroughCacheRuleResponse:
    scope = call.scope(request.registry_id)
    with call.transaction() as db:
        rule = _require(db, scope, request.ecr_repository_prefix)
        RegistryDocuments(db, scope, KIND).remove(rule.ecr_repository_prefix)
    return models.DeletePullThroughCacheRuleResponse(
        ecr_repository_prefix=rule.ecr_repository_prefix,
        upstream_registry_url=rule.upstream_registry_url,
        created_at=rule.created_at,
        registry_id=scope.account,
        credential_arn=rule.credential_arn,
        custom_role_arn=rule.custom_role_arn,
        upstream_repository_prefix=rule.upstream_repository_prefix,
    )


def validate_pull_through_cache_rule(
    call: Call, request: models.ValidatePullThroughCacheRuleRequest
) -> models.ValidatePullThroughCacheRuleResponse:
    scope = call.scope(request.registry_id)
    with call.reading() as db:
        rule = _require(db, scope, request.ecr_repository_prefix)
    failure = upstream_of(call, rule).problem()
    return models.ValidatePullThroughCacheRuleResponse(
        ecr_repository_prefix=rule.ecr_repository_prefix,
        registry_id=scope.account,
        upstream_registry_url=rule.upstream_registry_url,
        credential_arn=rule.credential_arn,
        custom_role_arn=rule.custom_role_arn,
        upstream_repository_prefix=rule.upstream_repository_prefix,
        is_valid=failure is None,
        failure=failure,
    )


def _require(db: Connection, scope: Scope, prefix: str) -> Rule:
    rule = RegistryDocuments(db, scope, KIND).get(Rule, prefix)
    if rule is None:
        raise Refusal(
            "PullThroughCacheRuleNotFoundException",
            f"The pull through cache rule with prefix '{prefix}' does not exist "
            f"in the registry with id '{scope.account}'",
        )
    return rule


def _need_secret(call: Call, arn: str | None) -> None:
    if arn is not None and arn not in call.service.secrets:
        raise Refusal(
            "SecretNotFoundException",
            f"The secret '{arn}' does not exist. Set its content with `ecr.secrets`.",
        )


def _recognise(url: str) -> models.UpstreamRegistry | None:
    if url in _UPSTREAMS:
        return _UPSTREAMS[url]
    for domain, upstream in _UPSTREAM_DOMAINS.items():
        if url.endswith(domain):
            return upstream
    if is_loopback(url):
        return None  # another local registry, of a kind unknown to AWS
    raise Refusal("UnsupportedUpstreamRegistryException", f"The upstream registry '{url}' is not supported")


ROUTES = (
    Route(models.CreatePullThroughCacheRuleRequest, create_pull_through_cache_rule),
    Route(models.DescribePullThroughCacheRulesRequest, describe_pull_through_cache_rules),
    Route(models.UpdatePullThroughCacheRuleRequest, update_pull_through_cache_rule),
    Route(models.DeletePullThroughCacheRuleRequest, delete_pull_through_cache_rule),
    Route(models.ValidatePullThroughCacheRuleRequest, validate_pull_through_cache_rule),
)
