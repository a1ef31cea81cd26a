"""Handles: which repository, or which image, is meant. What can be asked of it is built on that."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ecrkit.errors import InvalidInputError
from ecrkit.models import ImageIdentifier
from ecrkit.references import Digest, check_repository_name, check_tag

if TYPE_CHECKING:
    from ecrkit.client import Client
    from ecrkit.resources.registry import Registry
    from ecrkit.resources.repository import Repository


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

        self.digest = None if digest is None else Digest.parse(digest)
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
    def _identifier(self) -> ImageIdentifier:
        return ImageIdentifier(image_digest=self.digest, image_tag=self.tag_name)
