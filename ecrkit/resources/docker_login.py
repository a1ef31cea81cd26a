"""`DockerCredentials`: what Docker logs in to ECR with, fetched once and again when half of its life is over."""

from __future__ import annotations

import base64
import binascii
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from ecrkit import models
from ecrkit.client import Client
from ecrkit.docker_config import default_config_path, save_login
from ecrkit.errors import EcrKitError, UnreadableAnswerError


@dataclass(frozen=True, slots=True)
class DockerCredentials:
    """A name and a password for registries in one region, valid for twelve hours.

    They let one do with every registry what the caller of AWS may do with it. Pushing and pulling by ecrkit needs none.

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
    """The password: `get_secret_value()` gives its text, its own text is asterisks."""

    endpoint: str
    """The URL of the registry, for example `https://123456789012.dkr.ecr.eu-west-1.amazonaws.com`."""

    expires_at: datetime
    """Until when it can be used, in UTC."""

    @property
    def host(self) -> str:
        """The registry as it stands in references of images: the endpoint without the scheme."""
        return self.endpoint.partition("://")[2] or self.endpoint

    def save_to_docker_config(self, path: str | os.PathLike[str] | None = None) -> Path:
        """Write them into Docker's configuration file, and leave everything else in it as it is.

        The password then stands there in plain text, as `docker login` leaves it without a credential store; only the owner
        may read the file. A file that names a credential helper for this registry, or a store for all, is refused.

        Args:
            path: The file; `config.json` in `$DOCKER_CONFIG`, else in `~/.docker`, if absent.

        Returns:
            The file.

        Raises:
            DockerConfigError: The file is broken, or Docker would not look into it; nothing was changed.
        """
        file = default_config_path() if path is None else Path(path)
        save_login(file, self.host, self.username, self.password.get_secret_value())
        return file


class CredentialsCache:
    """Keeps credentials until half of their life is over. Threads may share one; only one of them asks."""

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
        """Give credentials that are good for half of their life at least, if ECR can be asked.

        Where it cannot, those that are kept are given as long as they are valid, as AWS's own credential helper does.
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


def fetch_credentials(client: Client, *, endpoint: Callable[[str], str]) -> DockerCredentials:
    """Ask ECR for credentials. The deprecated registry ids are not sent: they change nothing (T60).

    Args:
        client: Sends the request.
        endpoint: Chooses the URL of the registry; gets the one that ECR names, which is that of the caller's account.

    Raises:
        UnreadableAnswerError: The answer has no token, or not one that can be taken apart.
    """
    answer = client.send(models.GetAuthorizationTokenRequest())
    if not answer.authorization_data:
        raise UnreadableAnswerError("The answer to GetAuthorizationToken holds no token")
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
        # Without a cause, which might hold a part of the token.
        raise UnreadableAnswerError(
            "The token of GetAuthorizationToken is not base64 of a name and a password"
        )
    return username, SecretStr(password)
