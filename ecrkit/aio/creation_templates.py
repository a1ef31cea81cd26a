# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.creation_templates`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio._face import Face
from ecrkit.aio._wrapping import same
from ecrkit.aio.calling import call
from ecrkit.aio.items import AsyncItems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Unpack

    from ecrkit import models
    from ecrkit.aio.registry import AsyncRegistry
    from ecrkit.client import Client
    from ecrkit.resources.creation_templates import CreationTemplates, TemplateSettings


class AsyncCreationTemplates(Face):
    """The repository creation templates of a registry, one for each prefix of repository names.

    Example:
        >>> await registry.creation_templates.create("mirror", "PULL_THROUGH_CACHE", tag_mutability="IMMUTABLE")
    """

    def __init__(self, sync: CreationTemplates) -> None:
        self._creation_templates = sync

    @property
    def sync(self) -> CreationTemplates:
        """The same object for blocking code."""
        return self._creation_templates

    @property
    def registry(self) -> AsyncRegistry:
        """The registry the settings belong to."""
        from ecrkit.aio.registry import AsyncRegistry

        return AsyncRegistry.from_sync(self.sync.registry)

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    def templates(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> AsyncItems[models.RepositoryCreationTemplate]:
        """List the templates.

        Args:
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing.
        """
        return AsyncItems(self.sync.templates(limit=limit, page_size=page_size, start=start), same)

    async def get(self, prefix: str) -> models.RepositoryCreationTemplate:
        """Return the template for a prefix.

        Raises:
            TemplateNotFoundError: The prefix has no template. (ECR itself returns an empty list.)
        """
        return await call(self.sync.get, prefix)

    async def create(
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
        return await call(self.sync.create, prefix, applied_for, **settings)

    async def update(
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
        return await call(self.sync.update, prefix, applied_for, **settings)

    async def delete(self, prefix: str) -> None:
        """Delete a template. Repositories created from it are kept.

        Raises:
            TemplateNotFoundError: The prefix has no template.
        """
        await call(self.sync.delete, prefix)
