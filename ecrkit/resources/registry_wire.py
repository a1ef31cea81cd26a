"""`RegistryWire`: the registry protocol of an ECR registry, with the login that Docker would use."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ecrkit.errors import ConfigurationError
from ecrkit.transfer.oci_registry import Credentials, RegistryClient
from ecrkit.transport import BotoTransport, Transport

if TYPE_CHECKING:
    from ecrkit.resources.docker_login import CredentialsCache


class RegistryWire:
    """Connects to the registry when it is needed first: where it is, is part of the login. Threads share one."""

    def __init__(self, transport: Transport, logins: CredentialsCache) -> None:
        self._transport = transport
        self._logins = logins
        self._lock = threading.Lock()
        self._client: RegistryClient | None = None

    def client(self) -> RegistryClient:
        """Return the client of the registry.

        Raises:
            AccessDeniedError: The caller lacks `ecr:GetAuthorizationToken`.
            ConfigurationError: The transport is not one over boto3, whose connections would be used.
        """
        if not isinstance(self._transport, BotoTransport):
            raise ConfigurationError(
                f"wire='oci' needs connections of boto3, which {type(self._transport).__name__} does not have; use wire='api'"
            )
        login = self._logins.get()
        with self._lock:
            if self._client is None:
                self._client = RegistryClient(
                    login.endpoint, self._transport.http, EcrLogin(self._logins), eager=True
                )
            return self._client


class EcrLogin:
    """The password of `GetAuthorizationToken`, renewed at half of its lifetime, and when the registry says that it expired."""

    def __init__(self, logins: CredentialsCache) -> None:
        self._logins = logins

    def credentials(self) -> Credentials:
        """Return user name and password."""
        login = self._logins.get()
        return Credentials(login.username, login.password)

    def renew(self, refused: Credentials) -> bool:
        """Request another password; return whether there is one."""
        self._logins.drop(refused.password)
        return self.credentials() != refused
