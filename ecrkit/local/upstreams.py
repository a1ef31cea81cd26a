"""`Upstream`: another registry, on loopback, as a pull-through cache asks it. Nothing here reaches past this machine."""

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
    """The upstream cannot be asked, or does not answer as a registry should."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """A registry at a host, with the login that it needs, if it needs one."""

    host: str
    login: tuple[str, str] | None = None

    def problem(self) -> str | None:
        """Say why the registry cannot be used; None if it answers."""
        try:
            with self._get("/v2/", "*/*"):
                return None
        except (UpstreamError, urllib.error.HTTPError) as error:
            return f"The upstream registry cannot be reached: {error}"

    def manifest(self, name: str, reference: str) -> tuple[str, str] | None:
        """Read a manifest and its media type; None if there is no such image.

        Raises:
            UpstreamError: There is no usable answer.
        """
        try:
            with self._get(f"/v2/{name}/manifests/{reference}", _ACCEPT) as answer:
                content = answer.read(_MAX_MANIFEST + 1)
                media_type = answer.headers.get_content_type()
        except urllib.error.HTTPError as error:
            if error.code == _NOT_FOUND:
                return None
            raise UpstreamError(f"it answers {error.code} for {name}") from error
        except (OSError, http.client.HTTPException) as error:
            raise UpstreamError(f"the answer broke off: {error}") from error
        if len(content) > _MAX_MANIFEST:
            raise UpstreamError(f"the manifest of {name} is too long")
        if reference.startswith("sha256:") and reference != _sha256(content):
            raise UpstreamError(f"the manifest of {name} does not have the digest {reference}")
        try:
            return content.decode(), media_type
        except UnicodeDecodeError:
            raise UpstreamError(f"the manifest of {name} is not text") from None

    def layer(self, name: str, digest: str, target: Path) -> int:
        """Write a layer to a file, verified; gives its size.

        Raises:
            UpstreamError: There is no usable answer, or other bytes.
        """
        hasher, size = hashlib.sha256(), 0
        try:
            with self._get(f"/v2/{name}/blobs/{digest}", "*/*") as answer, target.open("wb") as file:
                while chunk := answer.read(_CHUNK):
                    hasher.update(chunk)
                    size += file.write(chunk)
        except (OSError, http.client.HTTPException) as error:
            raise UpstreamError(f"the layer {digest} cannot be read: {error}") from error
        if digest != f"sha256:{hasher.hexdigest()}":
            raise UpstreamError(f"the layer {digest} has other bytes")
        return size

    def _get(self, path: str, accept: str) -> http.client.HTTPResponse:
        _need_loopback(self.host)
        request = urllib.request.Request(f"http://{self.host}{path}", headers={"Accept": accept})
        if self.login is not None:
            token = base64.b64encode(":".join(self.login).encode()).decode()
            # Not redirected: where blobs are kept, a second way to authenticate is an error.
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
        raise UpstreamError(f"{host} is not on loopback, and the local ECR reaches no further")


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
