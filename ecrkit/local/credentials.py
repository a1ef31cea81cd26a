"""The keys of a server with `require-auth`, and verification of SigV4 signatures."""

import configparser
import hashlib
import hmac
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, quote

from ecrkit.errors import ConfigurationError
from ecrkit.local.refusals import Refusal
from ecrkit.local.signature import SERVICE, Signature

_SKEW_SECONDS = 300
_DATE_FORM = "%Y%m%dT%H%M%SZ"
_UNSIGNED = "UNSIGNED-PAYLOAD"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey:
    """A key that may sign requests. Its secrets are not in its repr."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expires_at: float | None = None
    """Epoch seconds by the server's clock; None for never."""

    account: str | None = None
    """Account of the key; None for the account of the settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """The signed parts of a request, as received."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes | bytearray


class KeyRing:
    """The keys of a server."""

    def __init__(self, keys: Iterable[AccessKey]) -> None:
        self._keys = {key.access_key_id: key for key in keys}

    def verify(self, request: SignedRequest, signature: Signature, now: float) -> AccessKey:
        """Verify a signature.

        Args:
            request: The signed request.
            signature: The signature of the request.
            now: The server's time, for the expiry of keys. The date of a signature is compared with real time.

        Raises:
            Refusal: The key is unknown or has expired, or the signature does not match.
        """
        key = self._keys.get(signature.access_key)
        token = request.headers.get("x-amz-security-token")
        if key is None or (token or "") != (key.session_token or ""):
            raise Refusal(
                "UnrecognizedClientException", "The security token included in the request is invalid."
            )
        if key.expires_at is not None and now > key.expires_at:
            raise Refusal("ExpiredTokenException", "The security token included in the request is expired")
        _check_date(request.headers.get("x-amz-date", ""), signature)
        if not {"host", "x-amz-date", "x-amz-target"} <= set(signature.signed_headers):
            raise Refusal(
                "InvalidSignatureException", "The headers host, x-amz-date and x-amz-target must be signed"
            )
        expected = _signature(key.secret_access_key, request, signature)
        if not hmac.compare_digest(expected, signature.value):
            raise Refusal(
                "InvalidSignatureException",
                "The request signature we calculated does not match the signature you provided. "
                "Check your AWS Secret Access Key and signing method.",
            )
        return key


def read_credentials_file(path: Path) -> list[AccessKey]:
    """Read keys from a credentials file of the AWS CLI: one per profile.

    Raises:
        ConfigurationError: The file cannot be read, or has no keys.
    """
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, configparser.Error) as error:
        raise ConfigurationError(f"The credentials in {path} cannot be read") from error
    keys = [
        AccessKey(
            access_key_id=parser[profile]["aws_access_key_id"],
            secret_access_key=parser[profile]["aws_secret_access_key"],
            session_token=parser[profile].get("aws_session_token"),
        )
        for profile in parser.sections()
        if {"aws_access_key_id", "aws_secret_access_key"} <= set(parser[profile])
    ]
    if not keys:
        raise ConfigurationError(f"There are no credentials in {path}")
    return keys


def _check_date(date: str, signature: Signature) -> None:
    try:
        signed_at = datetime.strptime(date, _DATE_FORM).replace(tzinfo=UTC)
    except ValueError:
        raise Refusal(
            "IncompleteSignatureException", "Date must be in ISO-8601 'basic format' in X-Amz-Date"
        ) from None
    if not date.startswith(signature.date):
        raise Refusal(
            "InvalidSignatureException", "Date in Credential scope does not match YYYYMMDD from X-Amz-Date"
        )
    if abs(time.time() - signed_at.timestamp()) > _SKEW_SECONDS:
        raise Refusal("InvalidSignatureException", f"Signature expired: {date} is too far from now")


def _signature(secret: str, request: SignedRequest, signature: Signature) -> str:
    canonical = "\n".join(
        (
            request.method,
            quote(request.path, safe="/-_.~"),
            _query(request.query),
            *(f"{name}:{_trimmed(request.headers.get(name, ''))}" for name in signature.signed_headers),
            "",
            ";".join(signature.signed_headers),
            _payload_hash(request),
        )
    )
    scope = f"{signature.date}/{signature.region}/{SERVICE}/aws4_request"
    text = "\n".join(
        (
            "AWS4-HMAC-SHA256",
            request.headers.get("x-amz-date", ""),
            scope,
            hashlib.sha256(canonical.encode()).hexdigest(),
        )
    )
    key = f"AWS4{secret}".encode()
    for part in (signature.date, signature.region, SERVICE, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _payload_hash(request: SignedRequest) -> str:
    # Computed from the body, not taken from the header: the signature must cover what arrived.
    if request.headers.get("x-amz-content-sha256") == _UNSIGNED:
        return _UNSIGNED
    return hashlib.sha256(request.body).hexdigest()


def _query(query: str) -> str:
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in parse_qsl(query, keep_blank_values=True)
    )
    return "&".join(f"{name}={value}" for name, value in pairs)


def _trimmed(value: str) -> str:
    return " ".join(value.split())
