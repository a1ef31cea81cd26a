"""Authentication of the registry protocol: Basic, with the password of GetAuthorizationToken."""

import base64

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ecrkit.local.logins import BadLoginError
from ecrkit.local.names import user_arn
from ecrkit.local.registry_wire.problems import VERSION_HEADER, problem
from ecrkit.local.service import Call, Service
from ecrkit.local.store.repositories import Scope
from ecrkit.local.wire import base_url

_USER = "AWS"
_UNAUTHORIZED = 401
_FORBIDDEN = 403


def caller(service: Service, request: Request) -> Call | Response:
    """Return the caller of a request, or the response that refuses it."""
    authorization = request.headers.get("authorization")
    if authorization is None:
        if not service.settings.anonymous:
            return _challenge(request)
        return _call(service, request, Scope(service.settings.account, service.settings.region))
    password = _password(authorization)
    try:
        login = service.logins.read(password or "")
    except BadLoginError:
        return _challenge(request)
    if service.clock.now() > login.expires_at:
        # As in the service: no challenge, so clients that wait for a 401 do not log in again.
        return problem(
            _FORBIDDEN,
            "DENIED",
            "Your authorization token has expired. Reauthenticate and try again.",
        )
    return _call(service, request, login.scope)


def _call(service: Service, request: Request, scope: Scope) -> Call:
    return Call(
        service=service,
        account=scope.account,
        region=scope.region,
        principal=user_arn(scope.account, scope.region, _USER),
        base_url=base_url(request),
    )


def _challenge(request: Request) -> Response:
    challenge = f'Basic realm="{base_url(request)}/",service="ecr.amazonaws.com"'
    headers = {**VERSION_HEADER, "Www-Authenticate": challenge}
    return PlainTextResponse("Not Authorized", _UNAUTHORIZED, headers)


def _password(authorization: str) -> str | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return password if user == _USER else None
