"""Uploads of blobs over the OCI distribution protocol."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode, urlsplit

from ecrkit.errors import TransportError, UnreadableAnswerError, UploadNotFoundError
from ecrkit.references import Digest
from ecrkit.retrying import RetryPolicy
from ecrkit.transfer.oci_registry.client import RegistryClient, RegistryResponse, retrying
from ecrkit.transfer.oci_registry.links import resolved
from ecrkit.transfer.parts import BLOCK_SIZE
from ecrkit.transfer.protocol import BlobReader, FileReader
from ecrkit.transport._http import BodyPiece, HttpBody, HttpRequest


@dataclass(frozen=True, slots=True)
class BlobUploads:
    """Uploads blobs into one repository."""

    client: RegistryClient
    repository_name: str
    retry: RetryPolicy

    def upload(self, content: BlobReader) -> None:
        """Send a blob once: with one PUT if size and digest are known, else with one PATCH, as Docker does.

        Requests without content are retried.

        Raises:
            RepositoryNotFoundError: The repository does not exist.
            InvalidLayerError: What arrived does not have the digest.
            UploadNotFoundError: The registry has lost the upload.
        """
        location = self._start()
        first = bytes(content.read(_FIRST))  # a source without bytes is not worth an upload
        if not first:
            return
        pieces = _pieces(content, first, is_plain=urlsplit(location).scheme == "http")
        if content.expected is not None and content.size is not None:
            self._put(location, content.expected, HttpBody(pieces, content.size))
            return
        headers = {"Content-Type": _BYTES}
        if content.size is not None:
            headers["Content-Range"] = f"0-{content.size - 1}"  # so that it cannot be appended twice
        patch = HttpRequest("PATCH", location, headers, HttpBody(pieces, content.size))
        # ECR answers 201, other registries 202. ECR's Range does not tell how much has arrived; the digest does.
        response = self._send(patch, _STORED)
        location = _location(response) or location
        self._finish(location, content.digest)

    def mount(self, digest: Digest, repository_name: str) -> bool:
        """Link a blob of another repository of the registry; return whether the registry did that."""
        query = urlencode({"mount": digest, "from": repository_name})
        request = HttpRequest("POST", self._url(f"blobs/uploads/?{query}"))
        scope = f"{self._scope} repository:{repository_name}:pull"
        send = partial(self.client.send, request, scope=scope, limit=_LIMIT, expected=_BEGUN | {_CREATED})
        return retrying(self.retry, send).status == _CREATED

    def _start(self) -> str:
        """Open an upload, and return where its bytes go."""

        def attempt() -> str:
            response = self._send(HttpRequest("POST", self._url("blobs/uploads/")), _BEGUN)
            location = _location(response)
            if location is None:
                raise UnreadableAnswerError(
                    f"The registry opened an upload for {self.repository_name} without a Location"
                )
            return location

        return retrying(self.retry, attempt)

    def _finish(self, location: str, digest: Digest) -> None:
        """Close an upload. If the response is lost, see whether the blob is there before asking again."""
        uncertain = False

        def attempt() -> None:
            nonlocal uncertain
            if uncertain and self._exists(digest):
                return
            try:
                self._put(location, digest, b"")
            except UploadNotFoundError:
                if not self._exists(digest):  # else a proxy has sent the request twice
                    raise
            except TransportError:
                uncertain = True
                raise

        retrying(self.retry, attempt)

    def _put(self, location: str, digest: Digest, body: bytes | HttpBody) -> None:
        separator = "&" if urlsplit(location).query else "?"
        url = f"{location}{separator}{urlencode({'digest': digest})}"
        self._send(HttpRequest("PUT", url, {"Content-Type": _BYTES}, body), _STORED)

    def _exists(self, digest: Digest) -> bool:
        request = HttpRequest("HEAD", self._url(f"blobs/{digest}"))
        with self.client.open(request, scope=self._scope, passing=_MISSING) as response:
            return response.status not in _MISSING

    def _send(self, request: HttpRequest, expected: frozenset[int]) -> RegistryResponse:
        return self.client.send(request, scope=self._scope, limit=_LIMIT, expected=expected)

    @property
    def _scope(self) -> str:
        return f"repository:{self.repository_name}:pull,push"

    def _url(self, path: str) -> str:
        return self.client.url(f"{self.repository_name}/{path}")


def _location(response: RegistryResponse) -> str | None:
    """Return where an upload continues. On another host the registry's credentials are not sent along."""
    location = response.headers.get("Location")
    return None if not location else resolved(response.url, location)


def _pieces(content: BlobReader, first: bytes, *, is_plain: bool) -> Iterator[BodyPiece]:
    yield first
    while piece := _next_piece(content, is_plain=is_plain):
        yield piece


def _next_piece(content: BlobReader, *, is_plain: bool) -> BodyPiece:
    """Return the next bytes: a piece of the file itself where the kernel can send it without encrypting it."""
    if is_plain and isinstance(content, FileReader):
        piece = content.read_piece(_LARGE)
        if piece is not None:
            return piece
    return content.read(BLOCK_SIZE)


_BYTES = "application/octet-stream"
_FIRST = 64 * 1024
_LARGE = 4 * 1024 * 1024
_LIMIT = 64 * 1024
_CREATED = 201
_BEGUN = frozenset({202})
_STORED = frozenset({201, 202, 204})
_MISSING = frozenset({404})
