"""`Tokens`: opaque page tokens, valid only for this server and the same listing."""

import base64
import hmac
import json
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from ecrkit.local.refusals import Refusal, invalid_parameter

ItemT = TypeVar("ItemT")

DEFAULT_PAGE = 100
_MAC_SIZE = 12
START = (0, 0)

Position = tuple[int, int]


class Tokens:
    """Issue and verify page tokens.

    Args:
        key: A secret of the server.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def write(self, listing: str, position: Position) -> str:
        """Issue a token that continues a listing after a position."""
        text = json.dumps(position).encode()
        return base64.urlsafe_b64encode(self._mac(listing, text) + text).decode()

    def read(self, listing: str, token: str | None) -> Position:
        """Return the position of a token; the start if there is no token.

        Raises:
            Refusal: The token is not from this server, or is for another listing.
        """
        if token is None:
            return START
        try:
            raw = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        except ValueError:
            raise _invalid() from None
        mac, text = raw[:_MAC_SIZE], raw[_MAC_SIZE:]
        if not hmac.compare_digest(mac, self._mac(listing, text)):
            raise _invalid()
        first, second = cast("list[int]", json.loads(text))
        return first, second

    def _mac(self, listing: str, text: bytes) -> bytes:
        return hmac.digest(self._key, listing.encode() + b"\0" + text, "sha256")[:_MAC_SIZE]

    def cut(
        self, listing: str, found: Sequence[ItemT], size: int, position: Callable[[ItemT], Position]
    ) -> tuple[Sequence[ItemT], str | None]:
        """Return a page of the found items, and a token for the next one if there are more."""
        page = found[:size]
        return page, self.write(listing, position(page[-1])) if len(found) > size else None


def _invalid() -> Refusal:
    return invalid_parameter("NextToken", "Invalid next token provided")
