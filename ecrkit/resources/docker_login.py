"""`DockerCredentials`: the user name and password Docker uses for ECR; cached, and refreshed at half-life."""

from __future__ import annotations

import base64
import binascii
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from ecrkit import models
from ecrkit.client import Client
from ecrkit.docker_config import default_config_path, save_login
from ecrkit.errors import EcrKitError, InvalidReferenceError, UnreadableAnswerError
from ecrkit.references import RegistryHost


@dataclass(frozen=True, slots=True)
class DockerCredentials:
    """User name and password for the registries of one region, valid for twelve hours.

    They grant what the AWS credentials they were requested with grant. Pushing and pulling with ecrkit does not need them.

    Example:
        >>> credentials = registry.docker_credentials()
        >>> run(
        ...     ["docker", "login", "--username", credentials.username, "--password-stdin", credentials.host],
        ...     input=credentials.password.get_secret_value().encode(),
        ... )
    """

    username: str
    """`AWS`."""

    password: SecretStr
    """Password. `get_secret_value()` returns it; printing shows asterisks."""

    endpoint: str
    """URL of the registry, for example `https://123456789012.dkr.ecr.eu-west-1.amazonaws.com`."""

    expires_at: datetime
    """Expiry time, in UTC."""

    @property
    def host(self) -> str:
        """Host of the registry, as in image references: the endpoint without its scheme."""
        return self.endpoint.partition("://")[2] or self.endpoint

    def save_to_docker_config(self, path: str | os.PathLike[str] | None = None) -> Path:
        """Write the credentials to Docker's configuration file. Everything else in it is kept.

        The password is stored in plain text, as `docker login` does without a credential store, and only the owner may read
        the file. A file with a credential helper for this registry, or a credential store, is refused.

        Args:
            path: The file; `config.json` in `$DOCKER_CONFIG`, or else in `~/.docker`, if omitted.

        Returns:
            Path of the file.

        Raises:
            DockerConfigError: The file is damaged, or Docker would not read the password from it; nothing was changed.
        """
        file = default_config_path() if path is None else Path(path)
        save_login(file, self.host, self.username, self.password.get_secret_value())
        return file


class CredentialsCache:
    """Caches credentials until half of their lifetime has passed. Thread-safe; only one thread sends a request."""

    def __init__(
        self,
        fetch: Callable[[], DockerCredentials],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._fetch = fetch
        self._now = now
        self._lock = threading.Lock()
        self._kept: DockerCredentials | None = None
        self._refresh_at = datetime.min.replace(tzinfo=UTC)

    def get(self) -> DockerCredentials:
        """Return credentials with at least half of their lifetime left.

        If ECR cannot be asked, return the cached ones as long as they are valid, as AWS's own credential helper does.
        """
        with self._lock:
            asked_at = self._now()
            if self._kept is not None and asked_at < self._refresh_at:
                return self._kept
            try:
                fetched = self._fetch()
            except EcrKitError:
                if self._kept is None or asked_at >= self._kept.expires_at:
                    raise
                return self._kept
            self._kept = fetched
            self._refresh_at = asked_at + (fetched.expires_at - asked_at) / 2
            return fetched

    def drop(self, refused: SecretStr) -> None:
        """Forget a password that the registry refused, unless it has been replaced meanwhile."""
        with self._lock:
            if self._kept is not None and self._kept.password == refused:
                self._kept = None
                self._refresh_at = datetime.min.replace(tzinfo=UTC)


def fetch_credentials(client: Client, *, endpoint: Callable[[str], str]) -> DockerCredentials:
    """Request credentials.

    Args:
        client: Sends the request.
        endpoint: Returns the URL of the registry; called with the URL that ECR returned, which is the caller's own registry.

    Raises:
        UnreadableAnswerError: The response has no token, or an invalid one.
    """
    # The deprecated registry ids are not sent: they change nothing.
    answer = client.send(models.GetAuthorizationTokenRequest())
    if not answer.authorization_data:
        raise UnreadableAnswerError("The response to GetAuthorizationToken has no token")
    data = answer.authorization_data[0]
    username, password = _name_and_password(data)
    return DockerCredentials(username, password, endpoint(data.proxy_endpoint), data.expires_at)


def _name_and_password(data: models.AuthorizationData) -> tuple[str, SecretStr]:
    try:
        text = base64.b64decode(data.authorization_token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    username, colon, password = text.partition(":")
    if not colon:
        # Without a cause, which might contain part of the token.
        raise UnreadableAnswerError(
            "The token from GetAuthorizationToken is not a base64-encoded user name and password"
        )
    return username, SecretStr(password)


def login_endpoint(returned: str, registry_id: str | None, host: RegistryHost | None) -> str:
    """Return the URL to log in to, which may be the registry of another account than the caller's.

    Args:
        returned: URL that ECR returned, for the caller's own account.
        registry_id: Account of the wanted registry; None for the caller's own.
        host: Host of the wanted registry, if it is known.
    """
    if host is not None:
        return f"https://{host}"
    returned_host = returned.partition("://")[2]
    if registry_id is None or returned_host.startswith(f"{registry_id}."):
        return returned
    try:
        own = RegistryHost.parse(returned_host)
    except InvalidReferenceError:  # not AWS: a local ECR has one host for all accounts
        return returned
    return f"https://{replace(own, registry_id=registry_id)}"
