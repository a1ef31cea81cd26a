"""What the areas of a registry, or of a repository, have in common: whose they are, and a guard where a request cannot say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from typing_extensions import TypeVar

from ecrkit import models

if TYPE_CHECKING:
    from ecrkit.client import Client
    from ecrkit.resources.registry import Registry
    from ecrkit.resources.repository import Repository

ResponseT = TypeVar("ResponseT", bound=models.Response)


class RegistryArea:
    """One part of what a registry can do. Making one sends nothing."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        """The registry that it is a part of."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.registry!r})"

    @property
    def client(self) -> Client:
        """Sends the requests."""
        return self.registry.client


class OwnRegistryArea(RegistryArea):
    """A part whose requests name no registry, so that they always reach the one of the caller's own account.

    Where the registry has an id, ECR is asked once whether that is the caller's account. Without this check a change would
    silently go to the wrong registry.
    """

    def __init__(self, registry: Registry, check_own_account: Callable[[], None]) -> None:
        super().__init__(registry)
        self._check_own_account = check_own_account

    def _send(self, request: models.Request[ResponseT]) -> ResponseT:
        self._check_own_account()
        return self.client.send(request)


class RepositoryArea:
    """One part of what a repository can do. Making one sends nothing."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        """The repository that it is a part of."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.repository!r})"

    @property
    def client(self) -> Client:
        """Sends the requests."""
        return self.repository.client
