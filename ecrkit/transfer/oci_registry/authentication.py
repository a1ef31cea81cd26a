"""Authenticates with a registry: Basic, or a token from the service that its challenge names."""

import base64
import json
import threading
import time
from typing import cast
from urllib.parse import urlencode, urlsplit

from ecrkit.errors import AccessDeniedError, AccessError, UnreadableAnswerError
from ecrkit.transfer.oci_registry.challenges import Challenge, parse_challenges
from ecrkit.transfer.oci_registry.links import origin_of
from ecrkit.transfer.oci_registry.logins import Credentials, Login
from ecrkit.transfer.oci_registry.refusals import refusal
from ecrkit.transport._http import HttpRequest, HttpSession, without_query
from ecrkit.transport._protocol import Secret


class Authenticator:
    """Finds the `Authorization` header for the requests to one registry. Threads may share one.

    The first request of a scope is sent without credentials, and its challenge tells what to do, unless `eager`: then Basic
    credentials go with the first request already.
    """

    def __init__(self, session: HttpSession, base_url: str, login: Login, *, eager: bool = False) -> None:
        self._session = session
        self._base_url = base_url
        self._login = login
        self._lock = threading.Lock()
        self._uses_basic = eager
        self._tokens: dict[str, tuple[Secret, float]] = {}
        self._basic: Credentials | None = None

    def header(self, scope: str) -> str | None:
        """Return the header for a request, if it is known.

        Args:
            scope: What is to be allowed, for example `repository:team/app:pull,push`.
        """
        with self._lock:
            token = self._tokens.get(scope)
            if token is not None and token[1] > time.monotonic():
                return f"Bearer {token[0].reveal()}"
            if not self._uses_basic:
                return None
        return self._basic_header()

    def respond(self, challenge: str | None, scope: str, sent: str | None) -> bool:
        """Respond to a 401; return whether the request is worth repeating with the new header.

        Args:
            challenge: The `WWW-Authenticate` header.
            scope: See `header`.
            sent: The header of the refused request.

        Raises:
            AccessError: The token service refuses, or the registry wants a kind of authentication that is not supported.
            TransportError: The token service did not respond.
        """
        challenges = parse_challenges(challenge or "")
        for each in challenges:
            if each.scheme == "bearer" and "realm" in each.parameters:
                token, seconds = self._fetch_token(each, scope)
                header = f"Bearer {token.reveal()}"
                with self._lock:
                    self._tokens[scope] = token, time.monotonic() + seconds
                return header != sent
        if any(each.scheme == "basic" for each in challenges):
            with self._lock:
                self._uses_basic = True
            basic = self._basic_header()
            return basic is not None and basic != sent
        return False

    def renew(self, scope: str) -> bool:
        """Drop what the registry refused as expired; return whether the request is worth repeating."""
        with self._lock:
            had_token = self._tokens.pop(scope, None) is not None
            basic, self._basic = self._basic, None
        return (basic is not None and self._login.renew(basic)) or had_token

    def _basic_header(self) -> str | None:
        known = self._login.credentials()
        if known is None:
            return None
        with self._lock:
            self._basic = known
        return _basic(known)

    def _fetch_token(self, challenge: Challenge, scope: str) -> tuple[Secret, float]:
        realm = challenge.parameters["realm"]
        known = self._login.credentials()
        self._check_realm(realm, is_secret=known is not None)
        service = challenge.parameters.get("service", "")
        wanted = _scopes(challenge, scope)
        request = _token_request(realm, service, wanted, known)
        with self._session.open(request) as response:
            body = response.read_all(_LONGEST_TOKEN)
            if response.status != _OK:
                error = refusal(request.label, response.status, response.headers, body)
                if isinstance(error, AccessError) and known is None:
                    raise AccessDeniedError(
                        f"{_host(self._base_url)} does not allow anonymous access: {error.message}; log in with "
                        "`docker login`, or pass credentials",
                        code=error.code,
                        operation=error.operation,
                        http_status=error.http_status,
                    )
                raise error
        return _read_token(request.label, body)

    def _check_realm(self, realm: str, *, is_secret: bool) -> None:
        """Refuse a token service that would get a password over plain HTTP from a registry that has TLS."""
        scheme = urlsplit(realm).scheme
        plain_registry = urlsplit(self._base_url).scheme == "http"
        is_same = scheme == "http" and (plain_registry or origin_of(realm) == origin_of(self._base_url))
        if scheme != "https" and not is_same:
            what = "a password" if is_secret else "a request for a token"
            raise AccessError(
                f"{_host(self._base_url)} wants {what} to be sent to {without_query(realm)} over plain HTTP; "
                "this is refused",
                code="UNAUTHORIZED",
                operation=f"GET {without_query(realm)}",
                http_status=401,
            )


def _token_request(realm: str, service: str, scopes: list[str], known: Credentials | None) -> HttpRequest:
    """Build the request for a token (https://distribution.github.io/distribution/spec/auth/token/)."""
    if known is not None and known.is_refresh_token:
        form = {
            "grant_type": "refresh_token",
            "service": service,
            "client_id": "ecrkit",
            "scope": " ".join(scopes),
            "refresh_token": known.password.get_secret_value(),
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return HttpRequest("POST", realm, headers, urlencode(form).encode())
    query = [("service", service)] if service else []
    query += [("scope", each) for each in scopes]
    url = f"{realm}{'&' if urlsplit(realm).query else '?'}{urlencode(query)}" if query else realm
    return HttpRequest("GET", url, {} if known is None else {"Authorization": _basic(known)})


def _read_token(request: str, body: bytes) -> tuple[Secret, float]:
    try:
        said: object = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    members = cast("dict[str, object]", said) if isinstance(said, dict) else {}
    token = members.get("token") or members.get("access_token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        # Without what came instead: it may contain a token.
        raise UnreadableAnswerError(f"The response to {request} has no token")
    seconds = members.get("expires_in")
    lifetime = seconds if isinstance(seconds, int | float) and seconds > 0 else _DEFAULT_LIFETIME
    return Secret(token), max(lifetime - _MARGIN, lifetime / 2)


def _scopes(challenge: Challenge, scope: str) -> list[str]:
    """Return what to ask for: what we need, and what the challenge names besides."""
    named = challenge.parameters.get("scope", "").split()
    return list(dict.fromkeys(each for each in (*scope.split(), *named) if each))


def _basic(known: Credentials) -> str:
    text = f"{known.username}:{known.password.get_secret_value()}"
    return f"Basic {base64.b64encode(text.encode()).decode('ascii')}"


def _host(url: str) -> str:
    return urlsplit(url).netloc


_OK = 200
_LONGEST_TOKEN = 1024 * 1024
_DEFAULT_LIFETIME = 60.0
"""Seconds; source: the specification of the token service."""

_MARGIN = 10.0
