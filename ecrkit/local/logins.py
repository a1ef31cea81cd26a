"""`Logins`: the passwords that GetAuthorizationToken gives out, and the registry wire takes.

A password carries its registry and its end, signed by the server, so that it needs no memory and survives a restart.
"""

import base64
import hmac
import json
from dataclasses import dataclass
from typing import cast

from ecrkit.local.store.repositories import Scope


class BadLoginError(Exception):
    """A password that this server did not give out."""


@dataclass(frozen=True, slots=True)
class Login:
    """What a password is good for."""

    scope: Scope
    expires_at: float


class Logins:
    """Make and read passwords.

    Args:
        key: A secret of the server.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def password(self, account: str, region: str, expires_at: float) -> str:
        """Make a password."""
        payload = json.dumps({"account": account, "region": region, "expiration": expires_at})
        text = json.dumps({"payload": payload, "mac": self._mac(payload)})
        return base64.b64encode(text.encode()).decode()

    def read(self, password: str) -> Login:
        """Take a password apart. Whether its time is over is for the caller to say.

        Raises:
            BadLoginError: It is none of ours.
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
