"""Handles: which registry, repository or image is meant. What can be asked of it is built on that."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ecrkit import models
from ecrkit.errors import ForeignRegistryError, InvalidInputError
from ecrkit.references import Digest, check_repository_name, check_tag

if TYPE_CHECKING:
    from ecrkit.client import Client
    from ecrkit.resources.registry import Registry
    from ecrkit.resources.repository import Repository


class RegistryHandle:
    """One account's registry in one region, and the way to it."""

    def __init__(self, client: Client, registry_id: str | None) -> None:
        self.client = client
        """Sends the requests."""

        self.registry_id = registry_id
        """The account whose registry it is; absent for the caller's own."""

        self._is_own = False  # whether ECR was asked already if it is that of the caller

    @property
    def region_name(self) -> str:
        """The region, for example `eu-west-1`."""
        return self.client.region_name

    def describe(self) -> models.DescribeRegistryResponse:
        """Ask ECR for the id of the caller's own registry, and how it is replicated.

        Raises:
            ForeignRegistryError: This is the registry of another account, of which ECR does not tell these things.
        """
        answer = self.client.send(models.DescribeRegistryRequest())
        if self.registry_id not in {None, answer.registry_id}:
            raise ForeignRegistryError(
                f"{self!r} is not of the caller's own account, {answer.registry_id}, and this operation knows no other. "
                "Use credentials of the account that the registry belongs to"
            )
        self._is_own = True
        return answer

    def check_is_own(self) -> None:
        """Make sure that this is the registry of the caller's account. ECR is asked at the most once, and only for an id.

        Raises:
            ForeignRegistryError: It is that of another account.
            AccessDeniedError: The caller may not ask (`ecr:DescribeRegistry`); a registry without an id need not.
        """
        if self.registry_id is not None and not self._is_own:
            self.describe()

    @property
    def _registry(self) -> Registry:
        return cast("Registry", self)  # the parts of a registry are never anything but parts of one


class RepositoryHandle:
    """One repository of a registry, named. Making a handle sends nothing."""

    def __init__(self, registry: Registry, name: str) -> None:
        self.registry = registry
        """Where the repository is."""

        self.name = check_repository_name(name)
        """Its name, for example `team/app`."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    @property
    def client(self) -> Client:
        """Sends the requests."""
        return self.registry.client

    @property
    def registry_id(self) -> str | None:
        """The account whose registry it is; absent for the caller's own."""
        return self.registry.registry_id

    @property
    def _repository(self) -> Repository:
        return cast("Repository", self)  # the parts of a repository are never anything but parts of one


class ImageHandle:
    """One image in a repository, named by its digest or by a tag. Making a handle sends nothing."""

    def __init__(self, repository: Repository, *, digest: str | None = None, tag: str | None = None) -> None:
        if (digest is None) == (tag is None):
            raise InvalidInputError("An image is named either by its digest or by a tag")
        self.repository = repository
        """Where the image is."""

        self.digest = None if digest is None else Digest(digest)
        """The digest that the handle stands for; absent in a handle for a tag, which may move."""

        self.tag_name = None if tag is None else check_tag(tag)
        """The tag that the handle stands for; absent in a handle for a digest."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name})"

    @property
    def client(self) -> Client:
        """Sends the requests."""
        return self.repository.client

    @property
    def _name(self) -> str:
        return self.repository.name + self._suffix

    @property
    def _suffix(self) -> str:
        return f":{self.tag_name}" if self.digest is None else f"@{self.digest}"

    @property
    def _identifier(self) -> models.ImageIdentifier:
        return models.ImageIdentifier(image_digest=self.digest, image_tag=self.tag_name)
