"""`registry.creation_templates`: settings for repositories that ECR makes on its own."""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, cast

from typing_extensions import Unpack

from ecrkit import models
from ecrkit.errors import api_error
from ecrkit.paging import Items
from ecrkit.policy import LifecyclePolicy, PolicyDocument
from ecrkit.resources._area import OwnRegistryArea
from ecrkit.resources.repository_settings import exclusion_filters


class TemplateSettings(TypedDict, total=False):
    """What a template may say about the repositories that are made from it."""

    description: str
    """Up to 256 characters."""

    tag_mutability: models.ImageTagMutability | str
    """Whether a tag may be moved to another image; it may if absent."""

    tag_mutability_exclusions: Iterable[str | models.ImageTagMutabilityExclusionFilter]
    """Up to five wildcards for tags to which the opposite applies."""

    encryption: models.EncryptionConfigurationForRepositoryCreationTemplate
    """How images are encrypted at rest; with AES-256 if absent. A KMS key must be given by its whole ARN."""

    resource_tags: Mapping[str, str]
    """Tags for the repositories; needs a role."""

    repository_policy: PolicyDocument | str
    """The permissions policy of the repositories."""

    lifecycle_policy: LifecyclePolicy | str
    """The lifecycle policy of the repositories."""

    custom_role_arn: str
    """The role that ECR uses to set tags, and to use a KMS key."""


class CreationTemplates(OwnRegistryArea):
    """The repository creation templates of a registry: one for each prefix of repository names.

    Example:
        >>> registry.creation_templates.create("mirror", ["PULL_THROUGH_CACHE"], tag_mutability="IMMUTABLE")
    """

    def templates(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> Items[models.RepositoryCreationTemplate]:
        """List the templates.

        Args:
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 1000; ECR's default is 100.
            start: Where to go on: the `resume_token` of an earlier listing.
        """

        def listed(
            page: models.DescribeRepositoryCreationTemplatesResponse,
        ) -> list[models.RepositoryCreationTemplate]:
            self._check_own_account()
            return page.repository_creation_templates

        return Items(self.client, self._describe(), listed, limit=limit, page_size=page_size, start=start)

    def get(self, prefix: str) -> models.RepositoryCreationTemplate:
        """Read the template for a prefix.

        Raises:
            TemplateNotFoundError: There is none. (ECR itself answers with an empty list.)
        """
        request = self._describe([prefix])
        for template in self._send(request).repository_creation_templates:
            return template
        raise api_error(
            "TemplateNotFoundException",
            f"There is no repository creation template for the prefix {prefix!r}",
            operation=request.operation,
            http_status=200,
        )

    def create(
        self,
        prefix: str,
        applied_for: Iterable[models.RCTAppliedFor | str],
        **settings: Unpack[TemplateSettings],
    ) -> models.RepositoryCreationTemplate:
        """Create a template.

        Args:
            prefix: How the names of the repositories start; `ROOT` is for all that no other template takes.
            applied_for: When to use it: `PULL_THROUGH_CACHE`, `REPLICATION`, `CREATE_ON_PUSH`.
            **settings: What the repositories should be like.

        Raises:
            TemplateAlreadyExistsError: There is a template for the prefix.
            LimitExceededError: The registry has as many templates as it may have.
        """
        request = models.CreateRepositoryCreationTemplateRequest(
            prefix=prefix,
            applied_for=[models.RCTAppliedFor(each) for each in applied_for],
            **_fields(settings),
        )
        return self._send(request).repository_creation_template

    def update(
        self,
        prefix: str,
        applied_for: Iterable[models.RCTAppliedFor | str] | None = None,
        **settings: Unpack[TemplateSettings],
    ) -> models.RepositoryCreationTemplate:
        """Change a template. It holds for repositories made from then on; what is absent stays as it was.

        Args:
            prefix: The prefix of the template.
            applied_for: When to use it; see `create`.
            **settings: What the repositories should be like.

        Raises:
            TemplateNotFoundError: There is no template for the prefix.
        """
        request = models.UpdateRepositoryCreationTemplateRequest(
            prefix=prefix,
            applied_for=None if applied_for is None else [models.RCTAppliedFor(each) for each in applied_for],
            **_fields(settings),
        )
        return self._send(request).repository_creation_template

    def delete(self, prefix: str) -> None:
        """Delete a template. Repositories that were made from it stay as they are.

        Raises:
            TemplateNotFoundError: There is no template for the prefix.
        """
        self._send(models.DeleteRepositoryCreationTemplateRequest(prefix=prefix))

    @staticmethod
    def _describe(prefixes: list[str] | None = None) -> models.DescribeRepositoryCreationTemplatesRequest:
        return models.DescribeRepositoryCreationTemplatesRequest(prefixes=prefixes)


def _fields(settings: TemplateSettings) -> dict[str, Any]:
    """Bring settings into the members that both requests have."""
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
