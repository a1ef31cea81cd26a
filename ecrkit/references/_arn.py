"""The ARN of a repository."""

import re
from dataclasses import dataclass
from typing import Self

from ecrkit.errors import InvalidReferenceError
from ecrkit.references._host import RegistryHost
from ecrkit.references._names import check_registry_id, check_repository_name
from ecrkit.references._shown import shown

_PARTITION = re.compile(r"aws[a-z-]*")
_REGION = re.compile(r"[a-z0-9][a-z0-9-]*")
_PARTS = 6


@dataclass(frozen=True, slots=True)
class RepositoryArn:
    """`arn:aws:ecr:eu-west-1:123456789012:repository/team/app`."""

    partition: str
    region: str
    registry_id: str
    repository: str

    def __post_init__(self) -> None:
        if not _PARTITION.fullmatch(self.partition):
            raise InvalidReferenceError(
                f"{shown(self.partition)} is not a partition; it must look like 'aws'"
            )
        if not _REGION.fullmatch(self.region):
            raise InvalidReferenceError(
                f"{shown(self.region)} is not a region; it must look like 'eu-west-1'"
            )
        check_registry_id(self.registry_id)
        check_repository_name(self.repository)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse an ARN.

        Raises:
            InvalidReferenceError: It is not the ARN of a repository of ECR, or one of its parts is malformed.
        """
        parts = text.strip().split(":", _PARTS - 1)
        if len(parts) != _PARTS or parts[0] != "arn" or parts[2] != "ecr":
            raise InvalidReferenceError(f"{shown(text)} is not the ARN of a repository: {_PICTURE}")
        _, partition, _, region, registry_id, resource = parts
        kind, _, repository = resource.partition("/")
        if kind != "repository":
            raise InvalidReferenceError(
                f"{shown(text)} is the ARN of another resource, not of a repository: {_PICTURE}"
            )
        return cls(partition, region, registry_id, repository)

    @property
    def host(self) -> RegistryHost:
        """The host of the repository's registry."""
        return RegistryHost(self.registry_id, self.region)

    def __str__(self) -> str:
        return f"arn:{self.partition}:ecr:{self.region}:{self.registry_id}:repository/{self.repository}"


_PICTURE = "it must look like arn:aws:ecr:eu-west-1:123456789012:repository/team/app"
