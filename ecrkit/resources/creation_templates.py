"""`registry.creation_templates`: settings for repositories that ECR creates itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, cast

from typing_extensions import Unpack

from ecrkit import models
from ecrkit._strings import items_of
from ecrkit.errors import api_error
from ecrkit.paging import Items
from ecrkit.policy import LifecyclePolicy, PolicyDocument
from ecrkit.resources._area import OwnRegistryArea
from ecrkit.resources.repository_settings import exclusion_filters


class TemplateSettings(TypedDict, total=False):
    """Settings of the repositories created from a template."""

    description: str
    """Up to 256 characters."""

    tag_mutability: models.ImageTagMutability | str
    """Whether tags can be moved to another image; they can if omitted."""

    tag_mutability_exclusions: (
        str
        | models.ImageTagMutabilityExclusionFilter
        | Iterable[str | models.ImageTagMutabilityExclusionFilter]
    )
    """Up to five wildcards for tags that behave the opposite way."""

    encryption: models.EncryptionConfigurationForRepositoryCreationTemplate
    """Encryption at rest; AES-256 if omitted. A KMS key must be given as a full ARN."""

    resource_tags: Mapping[str, str]
    """Resource tags of the repositories; they need a role."""

    repository_policy: PolicyDocument | str
    """Permissions policy of the repositories."""

    lifecycle_policy: LifecyclePolicy | str
    """Lifecycle policy of the repositories."""

    custom_role_arn: str
    """Role that ECR assumes to set tags and to use a KMS key."""


class CreationTemplates(OwnRegistryArea):
    """The repository creation templates of a registry, one for each prefix of repository names.

    Example:
        >>> registry.creation_templates.create("mirror", "PULL_THROUGH_CACHE", tag_mutability="IMMUTABLE")
    """

    def templates(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> Items[models.RepositoryCreationTemplate]:
        """List the templates.

        Args:
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing.
        """

        def listed(
            page: models.DescribeRepositoryCreationTemplatesResponse,
        ) -> list[models.RepositoryCreationTemplate]:
            self._check_own_account()
            return page.repository_creation_templates

        return Items(self.client, self._describe(), listed, limit=limit, page_size=page_size, start=start)

    def get(self, prefix: str) -> models.RepositoryCreationTemplate:
        """Return the template for a prefix.

        Raises:
            TemplateNotFoundError: The prefix has no template. (ECR itself returns an empty list.)
        """
        request = self._describe([prefix])
        for template in self._send(request).repository_creation_templates:
            return template
        raise api_error(
            "TemplateNotFoundException",
            f"The prefix {prefix!r} has no repository creation template",
            operation=request.operation,
            http_status=200,
        )

    def create(
        self,
        prefix: str,
        applied_for: models.RCTAppliedFor | str | Iterable[models.RCTAppliedFor | str],
        **settings: Unpack[TemplateSettings],
    ) -> models.RepositoryCreationTemplate:
        """Create a template.

        Args:
            prefix: Prefix of the repository names; `ROOT` covers all names that no other template covers.
            applied_for: When to use the template: `PULL_THROUGH_CACHE`, `REPLICATION`, `CREATE_ON_PUSH`.
            **settings: Settings of the repositories.

        Raises:
            TemplateAlreadyExistsError: The prefix already has a template.
            LimitExceededError: The registry has reached its quota of templates.
        """
        request = models.CreateRepositoryCreationTemplateRequest(
            prefix=prefix,
            applied_for=_features(applied_for),
            **_fields(settings),
        )
        return self._send(request).repository_creation_template

    def update(
        self,
        prefix: str,
        applied_for: models.RCTAppliedFor | str | Iterable[models.RCTAppliedFor | str] | None = None,
        **settings: Unpack[TemplateSettings],
    ) -> models.RepositoryCreationTemplate:
        """Change a template. It applies to repositories created from now on; settings that are omitted are kept.

        Args:
            prefix: Prefix of the template.
            applied_for: When to use the template; see `create`.
            **settings: Settings of the repositories.

        Raises:
            TemplateNotFoundError: The prefix has no template.
        """
        request = models.UpdateRepositoryCreationTemplateRequest(
            prefix=prefix,
            applied_for=None if applied_for is None else _features(applied_for),
            **_fields(settings),
        )
        return self._send(request).repository_creation_template

    def delete(self, prefix: str) -> None:
        """Delete a template. Repositories created from it are kept.

        Raises:
            TemplateNotFoundError: The prefix has no template.
        """
        self._send(models.DeleteRepositoryCreationTemplateRequest(prefix=prefix))

    @staticmethod
    def _describe(prefixes: list[str] | None = None) -> models.DescribeRepositoryCreationTemplatesRequest:
        return models.DescribeRepositoryCreationTemplatesRequest(prefixes=prefixes)


def _features(applied_for: str | Iterable[str]) -> list[models.RCTAppliedFor]:
    return [models.RCTAppliedFor(each) for each in items_of(applied_for)]


def _fields(settings: TemplateSettings) -> dict[str, Any]:
    """Return the settings under the names that both requests use."""
    fields = cast("dict[str, Any]", dict(settings))
    if (mutability := fields.pop("tag_mutability", None)) is not None:
        fields["image_tag_mutability"] = models.ImageTagMutability(mutability)
    if (exclusions := fields.pop("tag_mutability_exclusions", None)) is not None:
        fields["image_tag_mutability_exclusion_filters"] = exclusion_filters(exclusions)
    if (encryption := fields.pop("encryption", None)) is not None:
        fields["encryption_configuration"] = encryption
    if (tags := fields.pop("resource_tags", None)) is not None:
        fields["resource_tags"] = [models.Tag(key=key, value=value) for key, value in tags.items()]
    for name in ("repository_policy", "lifecycle_policy"):
        if isinstance(policy := fields.get(name), PolicyDocument | LifecyclePolicy):
            fields[name] = policy.to_json()
    return fields
