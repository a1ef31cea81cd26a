"""Read caller and region from a request's SigV4 signature."""

import re
from dataclasses import dataclass

from ecrkit.local.refusals import Refusal

SERVICE = "ecr"  # the signing name; the endpoint prefix `api.ecr` is not

_FORM = re.compile(
    r"AWS4-HMAC-SHA256 +"
    r"Credential=(?P<key>[!-+\--.0-~]{1,128})/(?P<date>\d{8})/(?P<region>[a-z0-9-]{2,25})/(?P<service>[a-z0-9.-]+)/aws4_request"
    r", *SignedHeaders=(?P<headers>[a-z0-9;._-]+)"
    r", *Signature=(?P<signature>[0-9a-f]{64})"
)
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Signature:
    """The parts of an `Authorization` header."""

    access_key: str
    date: str
    region: str
    signed_headers: tuple[str, ...]
    value: str

    def account(self, default: str) -> str:
        """Return the account: an access key id of 12 digits is the account, so a test can have several."""
        return self.access_key if _ACCOUNT.fullmatch(self.access_key) else default


def read_signature(authorization: str | None) -> Signature:
    """Parse an `Authorization` header.

    Raises:
        Refusal: It is missing, or is not a signature for ECR.
    """
    if not authorization:
        raise Refusal("MissingAuthenticationTokenException", "Missing Authentication Token")
    match = _FORM.fullmatch(authorization)
    if match is None:
        raise Refusal(
            "IncompleteSignatureException",
            "Authorization header requires the form AWS4-HMAC-SHA256 Credential=.../aws4_request, "
            "SignedHeaders=..., Signature=...",
        )
    if match["service"] != SERVICE:
        raise Refusal(
            "InvalidSignatureException", f"Credential should be scoped to correct service: '{SERVICE}'."
        )
    return Signature(
        access_key=match["key"],
        date=match["date"],
        region=match["region"],
        signed_headers=tuple(match["headers"].split(";")),
        value=match["signature"],
    )
