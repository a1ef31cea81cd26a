"""GetAuthorizationToken: credentials for Docker."""

import base64

from ecrkit import models
from ecrkit.local.clock import moment
from ecrkit.local.dispatch import Route
from ecrkit.local.service import Call


def get_authorization_token(
    call: Call, request: models.GetAuthorizationTokenRequest
) -> models.GetAuthorizationTokenResponse:
    expires_at = call.now + call.service.settings.token_lifetime
    entries: list[models.AuthorizationData] = []
    for account in request.registry_ids or [call.account]:
        password = call.service.logins.password(account, call.region, expires_at)
        entries.append(
            models.AuthorizationData(
                authorization_token=base64.b64encode(f"AWS:{password}".encode()).decode(),
                expires_at=moment(expires_at),
                proxy_endpoint=call.base_url,
            )
        )
    return models.GetAuthorizationTokenResponse(authorization_data=entries)


ROUTES = (Route(models.GetAuthorizationTokenRequest, get_authorization_token),)
