"""`DescribedRepository`: a repository with the details that ECR returned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecrkit import models, references
from ecrkit.resources.repository import Repository
from ecrkit.tables import Displayed, Table, card

if TYPE_CHECKING:
    from datetime import datetime

    from ecrkit.resources.registry import Registry


class DescribedRepository(Displayed, Repository):
    """A repository with the details that ECR returned."""

    def __init__(self, registry: Registry, details: models.Repository) -> None:
        super().__init__(registry, details.repository_name)
        self.details = details
        """Everything ECR returned."""

    def __table_row__(self) -> Mapping[str, object]:
        return {
            "repository": self.name,
            "created": self.created_at,
            "tags are": self.details.image_tag_mutability,
            "URI": self.uri,
        }

    def __table__(self) -> Table:
        return card(self.__table_row__())

    def __record__(self) -> Mapping[str, object]:
        details = self.details
        scanning, encryption = details.image_scanning_configuration, details.encryption_configuration
        return {
            "name": self.name,
            "uri": self.uri,
            "arn": self.arn,
            "registry_id": self.registry_id,
            "created_at": self.created_at,
            "tag_mutability": details.image_tag_mutability,
            "scan_on_push": None if scanning is None else scanning.scan_on_push,
            "encryption": None if encryption is None else encryption.encryption_type,
        }

    @property
    def registry_id(self) -> str:
        """Account of the registry."""
        return self.details.registry_id

    @property
    def arn(self) -> str:
        """Amazon Resource Name."""
        return self.details.repository_arn

    def find_arn(self) -> str:
        """Return the Amazon Resource Name. Nothing is sent."""
        return self.arn

    @property
    def uri(self) -> str | None:
        """URI for `docker pull`, without a tag; None if ECR did not return it."""
        return self.details.repository_uri

    def find_uri(self) -> str:
        """Return the URI that Docker uses. Nothing is sent."""
        if self.registry.host is None and self.uri is not None:
            return self.uri
        host = self.registry.host or references.RegistryHost(self.registry_id, self.registry.region_name)
        return f"{host}/{self.name}"

    @property
    def created_at(self) -> datetime | None:
        """Creation time, in UTC; None if ECR did not return it."""
        return self.details.created_at
