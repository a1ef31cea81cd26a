"""`DockerLogin`: the login that `docker login` has stored for a registry."""

import threading
from pathlib import Path

from pydantic import SecretStr

from ecrkit.docker_config import default_config_path, find_login
from ecrkit.transfer.oci_registry.logins import Credentials


class DockerLogin:
    """Credentials out of Docker's configuration file or from a credential helper, read when they are first needed."""

    def __init__(self, host: str, path: Path | None = None) -> None:
        """Prepare to read a login.

        Args:
            host: Host of the registry, with its port; `docker.io` for Docker Hub.
            path: The configuration file; the one that Docker would read if omitted.
        """
        self._host = host
        self._path = path
        self._lock = threading.Lock()
        self._known: tuple[Credentials | None] | None = None

    def credentials(self) -> Credentials | None:
        """Return the login; None for anonymous access.

        Raises:
            DockerConfigError: The file is invalid, or the credential helper failed.
        """
        with self._lock:
            if self._known is None:
                self._known = (self._find(),)
            return self._known[0]

    def renew(self, refused: Credentials) -> bool:
        """Read the login again: a helper may return another one by now."""
        with self._lock:
            if self._known == (refused,):
                self._known = (self._find(),)
            return self._known != (refused,)

    def _find(self) -> Credentials | None:
        found = find_login(self._path or default_config_path(), self._host)
        if found is None:
            return None
        return Credentials(found.username, SecretStr(found.password), is_refresh_token=found.is_refresh_token)
