"""What to do about an endpoint that cannot be reached."""

from __future__ import annotations

import difflib
import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

_REGION = re.compile(r"(?:api\.)?ecr(?:-fips)?\.([a-z0-9-]+)\.")
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")


def advice(url: str, error: str) -> str:
    """Suggest what to check or change.

    Args:
        url: The endpoint.
        error: What botocore says.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" and any(reason in error for reason in _NO_TLS):
        return f"The server does not speak TLS: use http://{parts.netloc}"
    if "CERTIFICATE_VERIFY_FAILED" in error:
        return "If a proxy of your network signs certificates, pass its authority as verify=, or set AWS_CA_BUNDLE"
    if _is_this_machine(parts.hostname or ""):
        return (
            "Nothing answers there; start a local ECR with `python -m ecrkit.local`, or correct endpoint_url"
        )
    region = _REGION.match(parts.hostname or "")
    if region and (unknown := _unknown_region(region[1])):
        return unknown
    return NETWORK


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _unknown_region(region: str) -> str | None:
    from botocore.session import Session  # noqa: PLC0415 -- boto3 is slow to import

    session: Any = Session()  # botocore ships no types
    known: list[str] = [
        each
        for partition in session.get_available_partitions()
        for each in session.get_available_regions("ecr", partition)
    ]
    if region in known:
        return None
    close = difflib.get_close_matches(region, known, n=3)
    suggestion = f"did you mean {' or '.join(sorted(close))}?" if close else "check its spelling"
    return f"{region!r} is not a region that botocore knows; {suggestion}"


NETWORK = (
    "Check that the region exists, and HTTPS_PROXY if there is a proxy. A network without internet access needs a VPC"
    " endpoint for api.ecr, and one for S3 to download layers"
)
