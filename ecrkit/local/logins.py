"""`Logins`: passwords issued by GetAuthorizationToken for the registry protocol.

A password contains its registry and expiry, signed by the server, so it is stateless and survives a restart.
"""

import base64
import hmac
import json
from dataclasses import dataclass
from typing import cast

from ecrkit.local.store.repositories import Scope


class BadLoginError(Exception):
    """A password that this server did not issue."""


@dataclass(frozen=True, slots=True)
class Login:
    """The content of a password."""

    scope: Scope
    expires_at: float


class Logins:
    """Issue and verify passwords.

    Args:
        key: A secret of the server.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def password(self, account: str, region: str, expires_at: float) -> str:
        """Issue a password."""
        payload = json.dumps({"account": account, "region": region, "expiration": expires_at})
        text = json.dumps({"payload": payload, "mac": self._mac(payload)})
        return base64.b64encode(text.encode()).decode()

    def read(self, password: str) -> Login:
        """Parse a password. The caller checks its expiry.

        Raises:
            BadLoginError: This server did not issue it.
        """
        try:
            outer = cast("dict[str, str]", json.loads(base64.b64decode(password, validate=True)))
            payload, mac = outer["payload"], outer["mac"]
            if not hmac.compare_digest(mac, self._mac(payload)):
                raise BadLoginError
            inner = json.loads(payload)
            return Login(Scope(inner["account"], inner["region"]), float(inner["expiration"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise BadLoginError from None

    def _mac(self, payload: str) -> str:
        return hmac.digest(self._key, b"login\0" + payload.encode(), "sha256").hex()
