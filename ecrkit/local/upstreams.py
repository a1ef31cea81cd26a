"""`Upstream`: the upstream registry of a pull-through cache, on loopback only."""

import base64
import hashlib
import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from ecrkit.local.hosts import is_loopback
from ecrkit.oci.media_types import MANIFESTS

_ACCEPT = ", ".join(sorted(MANIFESTS))
_TIMEOUT = 20.0
_MAX_MANIFEST = 4 * 1024 * 1024
_CHUNK = 1024 * 1024
_NOT_FOUND = 404


class UpstreamError(Exception):
    """The upstream is unreachable, or does not respond like a registry."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """A registry at a host, with an optional login."""

    host: str
    login: tuple[str, str] | None = None

    def problem(self) -> str | None:
        """Return why the registry cannot be used; None if it responds."""
        try:
            with self._get("/v2/", "*/*"):
                return None
        except (UpstreamError, urllib.error.HTTPError) as error:
            return f"The upstream registry cannot be reached: {error}"

    def manifest(self, name: str, reference: str) -> tuple[str, str] | None:
        """Fetch a manifest and its media type; None if there is no such image.

        Raises:
            UpstreamError: The response is unusable.
        """
        try:
            with self._get(f"/v2/{name}/manifests/{reference}", _ACCEPT) as answer:
                content = answer.read(_MAX_MANIFEST + 1)
                media_type = answer.headers.get_content_type()
        except urllib.error.HTTPError as error:
            if error.code == _NOT_FOUND:
                return None
            raise UpstreamError(f"It responded with {error.code} for {name}") from error
        except (OSError, http.client.HTTPException) as error:
            raise UpstreamError(f"The response ended early: {error}") from error
        if len(content) > _MAX_MANIFEST:
            raise UpstreamError(f"The manifest of {name} is too long")
        if reference.startswith("sha256:") and reference != _sha256(content):
            raise UpstreamError(f"The manifest of {name} does not have the digest {reference}")
        try:
            return content.decode(), media_type
        except UnicodeDecodeError:
            raise UpstreamError(f"The manifest of {name} is not UTF-8") from None

    def layer(self, name: str, digest: str, target: Path) -> int:
        """Write a verified layer to a file, and return its size.

        Raises:
            UpstreamError: The response is unusable, or the bytes do not match.
        """
        hasher, size = hashlib.sha256(), 0
        try:
            with self._get(f"/v2/{name}/blobs/{digest}", "*/*") as answer, target.open("wb") as file:
                while chunk := answer.read(_CHUNK):
                    hasher.update(chunk)
                    size += file.write(chunk)
        except (OSError, http.client.HTTPException) as error:
            raise UpstreamError(f"The layer {digest} cannot be read: {error}") from error
        if digest != f"sha256:{hasher.hexdigest()}":
            raise UpstreamError(f"The layer {digest} does not match its digest")
        return size

    def _get(self, path: str, accept: str) -> http.client.HTTPResponse:
        _need_loopback(self.host)
        request = urllib.request.Request(f"http://{self.host}{path}", headers={"Accept": accept})
        if self.login is not None:
            token = base64.b64encode(":".join(self.login).encode()).decode()
            # Not on redirects: blob storage refuses a second kind of authentication.
            request.add_unredirected_header("Authorization", f"Basic {token}")
        try:
            return cast("http.client.HTTPResponse", _opener.open(request, timeout=_TIMEOUT))
        except urllib.error.HTTPError as error:
            error.close()
            raise
        except (OSError, http.client.HTTPException) as error:
            raise UpstreamError(str(error)) from error


class _LoopbackOnly(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        target = super().redirect_request(req, fp, code, msg, headers, newurl)
        if target is not None:
            _need_loopback(target.host)
        return target


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _LoopbackOnly())


def _need_loopback(host: str) -> None:
    if not is_loopback(host):
        raise UpstreamError(f"{host} is not a loopback host; the local ECR only contacts this machine")


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
