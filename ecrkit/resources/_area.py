"""Base classes of the settings objects: the registry or repository they belong to, and a guard where a request names none."""

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
    """One group of a registry's settings. Creating one sends nothing."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        """The registry the settings belong to."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.registry!r})"

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.registry.client


class OwnRegistryArea(RegistryArea):
    """Settings whose requests cannot name a registry: ECR always applies them to the caller's own account.

    If the registry has an id, ECR is asked once whether it is the caller's own; otherwise a change would silently be made in
    the wrong registry.
    """

    def __init__(self, registry: Registry, check_own_account: Callable[[], None]) -> None:
        super().__init__(registry)
        self._check_own_account = check_own_account

    def _send(self, request: models.Request[ResponseT]) -> ResponseT:
        self._check_own_account()
        return self.client.send(request)


class RepositoryArea:
    """One group of a repository's settings. Creating one sends nothing."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        """The repository the settings belong to."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.repository!r})"

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.repository.client
