"""Downloads of layers through signed URLs that expire.

Like the S3 URLs of the service, they refuse an `Authorization` header and `HEAD` requests, and support ranges.
"""

import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from ecrkit.local.clock import Clock

PATH = "/layers/{name}"
_CHUNK_SIZE = 1024 * 1024
_DIRECT, _REDIRECT = "direct", "redirect"


class UrlSigner:
    """Create and verify download URLs.

    Args:
        key: A secret of the server.
        lifetime: Validity of a URL in seconds.
    """

    def __init__(self, key: bytes, clock: Clock, lifetime: float) -> None:
        self._key = key
        self._clock = clock
        self._lifetime = lifetime

    def url(self, base_url: str, digest: str, *, redirect: bool = False) -> str:
        """Return a URL for the bytes of a layer.

        Args:
            base_url: URL at which the caller reaches this server.
            digest: Digest of the layer.
            redirect: Whether it is for a redirect of the registry protocol. Its clients drop credentials when the host
                changes, as in the service but not here, so their credentials are ignored.
        """
        purpose = _REDIRECT if redirect else _DIRECT
        expires = str(int(self._clock.now() + self._lifetime))
        query = urlencode(
            {
                "X-Purpose": purpose,
                "X-Expires": expires,
                "X-Signature": self._sign(digest, purpose, expires),
            }
        )
        return f"{base_url}/layers/{digest.replace(':', '-')}?{query}"

    def problem(self, digest: str, purpose: str, expires: str, signature: str) -> str | None:
        """Return why a URL is refused; None if it is valid."""
        if not hmac.compare_digest(signature.encode(), self._sign(digest, purpose, expires).encode()):
            return "SignatureDoesNotMatch"
        return "AccessDenied: Request has expired" if self._clock.now() > int(expires) else None

    def _sign(self, digest: str, purpose: str, expires: str) -> str:
        text = f"GET\n{digest}\n{purpose}\n{expires}"
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()


class _LayerFile(FileResponse):
    chunk_size = _CHUNK_SIZE  # larger than Starlette's 64 KiB, which cost a thread switch each


def answer_download(request: Request, signer: UrlSigner, find: Callable[[str], Path]) -> Response:
    """Return the bytes of a layer, or a range of them."""
    query = request.query_params
    purpose = query.get("X-Purpose", "")
    if "authorization" in request.headers and purpose != _REDIRECT:
        return Response("InvalidArgument: Only one auth mechanism allowed", status_code=400)
    if request.method != "GET":
        return Response(status_code=403)  # the signature is for GET
    digest = str(request.path_params["name"]).replace("-", ":", 1)
    problem = signer.problem(digest, purpose, query.get("X-Expires", ""), query.get("X-Signature", ""))
    if problem is not None:
        return Response(problem, status_code=403)
    path = find(digest)
    if not path.exists():
        return Response("NoSuchKey", status_code=404)
    return _LayerFile(path, media_type="application/octet-stream")
