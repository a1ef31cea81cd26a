"""User names and passwords for registries."""

from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class Credentials:
    """User name and password for a registry."""

    username: str
    password: SecretStr
    is_refresh_token: bool = False
    """Whether the password is a refresh token of OAuth 2, as some credential helpers return it under the name `<token>`."""


class Login(Protocol):
    """Where the credentials for one registry come from."""

    def credentials(self) -> Credentials | None:
        """Return credentials; None for anonymous access."""
        ...

    def renew(self, refused: Credentials) -> bool:
        """Drop credentials that the registry refused as expired; return whether others can be had."""
        ...


class Anonymous:
    """No credentials."""

    def credentials(self) -> None:
        """Return None."""

    def renew(self, refused: Credentials) -> bool:  # noqa: ARG002 -- there are none to drop
        """Return false."""
        return False


@dataclass(frozen=True, slots=True)
class FixedLogin:
    """Credentials that do not change."""

    known: Credentials

    def credentials(self) -> Credentials:
        """Return them."""
        return self.known

    def renew(self, refused: Credentials) -> bool:  # noqa: ARG002 -- there are no others
        """Return false."""
        return False
