# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.described_repository`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio.calling import call
from ecrkit.aio.repository import AsyncRepository
from ecrkit.tables import Displayed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ecrkit import models
    from ecrkit.resources.described_repository import DescribedRepository
    from ecrkit.tables import Displayed, Table


class AsyncDescribedRepository(Displayed, AsyncRepository):
    """A repository with the details that ECR returned."""

    def __init__(self, sync: DescribedRepository) -> None:
        super().__init__(sync)
        self._described_repository = sync

    @property
    def sync(self) -> DescribedRepository:
        """The same object for blocking code."""
        return self._described_repository

    def __table_row__(self) -> Mapping[str, object]:
        return self.sync.__table_row__()

    def __table__(self) -> Table:
        return self.sync.__table__()

    @property
    def details(self) -> models.Repository:
        """Everything ECR returned."""
        return self.sync.details

    @property
    def registry_id(self) -> str:
        """Account of the registry."""
        return self.sync.registry_id

    @property
    def arn(self) -> str:
        """Amazon Resource Name."""
        return self.sync.arn

    async def find_arn(self) -> str:
        """Return the Amazon Resource Name. Nothing is sent."""
        return await call(self.sync.find_arn)

    @property
    def uri(self) -> str | None:
        """URI for `docker pull`, without a tag; None if ECR did not return it."""
        return self.sync.uri

    async def find_uri(self) -> str:
        """Return the URI that Docker uses. Nothing is sent."""
        return await call(self.sync.find_uri)

    @property
    def created_at(self) -> datetime | None:
        """Creation time, in UTC; None if ECR did not return it."""
        return self.sync.created_at
