"""`OciRepository`: a repository of any registry, read and written over the OCI distribution protocol."""

import json
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import cast
from urllib.parse import urlencode

from ecrkit.errors import (
    DigestMismatchError,
    ImageNotFoundError,
    ImageTagAlreadyExistsError,
    NotFoundError,
    TagImmutableError,
    UnreadableAnswerError,
)
from ecrkit.oci import Descriptor, Index, media_types, parse_manifest
from ecrkit.references import Digest, check_tag
from ecrkit.retrying import RetryPolicy
from ecrkit.transfer.oci_registry.client import RegistryClient, RegistryResponse, retrying
from ecrkit.transfer.oci_registry.links import next_page
from ecrkit.transfer.oci_registry.uploads import BlobUploads
from ecrkit.transfer.protocol import BlobReader, Manifest, Origin, StoredBlob
from ecrkit.transport import Download
from ecrkit.transport._http import HttpExchange, HttpRequest
from ecrkit.transport._ranges import content_length


@dataclass(frozen=True, slots=True)
class OciRepository:
    """A repository to push to and pull from; an `Origin`, a `StreamTarget` and a `MountTarget`."""

    client: RegistryClient
    repository_name: str
    """Name in the registry, for example `library/python`."""

    retry: RetryPolicy = field(default_factory=RetryPolicy)
    """How often and for how long each request is retried."""

    def manifest(self, reference: str) -> Manifest:
        """Read the exact manifest of a tag or digest.

        Raises:
            ImageNotFoundError: It does not exist.
            DigestMismatchError: Its bytes do not have the digest.
        """
        return retrying(self.retry, partial(self._manifest, reference))

    def manifests(self, digests: Iterable[Digest]) -> dict[Digest, Manifest]:
        """Read manifests by their digests; see `Origin.manifests`."""
        return {digest: self.manifest(digest) for digest in dict.fromkeys(digests)}

    def tagged(self, tags: Iterable[str]) -> Iterator[tuple[str, Manifest]]:
        """Read the manifests that these tags name; tags that do not exist are left out."""
        for tag in tags:
            try:
                yield tag, self.manifest(check_tag(tag))
            except ImageNotFoundError:
                continue

    def digest_of(self, reference: str) -> Digest | None:
        """Return the digest of a tag without reading the manifest, if the registry says it; None if nothing has the tag.

        Registries do not count this as a pull.
        """
        request = HttpRequest("HEAD", self._url(f"manifests/{reference}"), _ACCEPT)
        response = self._head(request)
        if response is None:
            return None
        stated = response.headers.get("Docker-Content-Digest")
        return self.manifest(reference).digest if stated is None else Digest.parse(stated)

    def tags(self, *, page_size: int | None = None) -> Iterator[str]:
        """List the tags, page by page, in the order of the registry.

        Args:
            page_size: Tags per request; the registry decides if omitted.

        Raises:
            RepositoryNotFoundError: The repository does not exist.
        """
        query = "" if page_size is None else f"?{urlencode({'n': page_size})}"
        for page in self._pages(self._url(f"tags/list{query}")):
            listed = _object(page).get("tags")
            for tag in cast("list[object]", listed) if isinstance(listed, list) else ():
                yield str(tag)

    def referrers(self, subject: Digest) -> Iterator[Descriptor]:
        """List what refers to an image; from the referrers tag where the registry does not have the API."""
        try:
            for page in self._pages(self._url(f"referrers/{subject}")):
                yield from _index(page).manifests
        except NotFoundError:
            for _, fallback in self.tagged([f"{subject.algorithm}-{subject.hex}"]):
                yield from fallback.manifests if isinstance(fallback, Index) else ()

    @contextmanager
    def open_blob(self, digest: Digest, first_byte: int = 0) -> Generator[Download]:
        """Open a layer or config at a byte; see `Origin.open_blob`. The registry may redirect to its storage."""
        with self._open_range(digest, first_byte, None) as response:
            yield response

    def ranges(self, digest: Digest) -> Callable[[int, int], AbstractContextManager[Download]]:
        """Return what opens a range of a layer; see `RangeOrigin`."""
        return partial(self._open_range, digest)

    def available(self, digests: Iterable[str]) -> dict[str, StoredBlob]:
        """Return those of these layers and configs that the repository has, with one request for each."""
        found: dict[str, StoredBlob] = {}
        for digest in sorted(set(digests)):
            response = self._head(HttpRequest("HEAD", self._url(f"blobs/{digest}")))
            if response is not None:
                found[digest] = StoredBlob(_stated_size(response))
        return found

    def missing_images(self, digests: Iterable[str]) -> Iterator[str]:
        """Return those of these manifests that the repository does not have."""
        for digest in sorted(set(digests)):
            if self._head(HttpRequest("HEAD", self._url(f"manifests/{digest}"), _ACCEPT)) is None:
                yield digest

    def put_manifest(self, manifest: Manifest, tag: str | None = None) -> None:
        """Store the exact bytes of a manifest; see `Target.put_manifest`."""
        reference = manifest.digest if tag is None else check_tag(tag)
        request = HttpRequest(
            "PUT", self._url(f"manifests/{reference}"), {"Content-Type": manifest.media_type}, manifest.raw
        )
        try:
            self._send(request, expected=_CREATED)
        except ImageTagAlreadyExistsError as error:
            existing = self.digest_of(reference)
            if existing is None:
                raise
            if existing != manifest.digest:
                raise TagImmutableError(
                    str(tag), existing=existing, wanted=manifest.digest, cause=error
                ) from error

    def upload_blob(self, content: BlobReader) -> None:
        """Send a layer or config once; see `StreamTarget.upload_blob`."""
        self._uploads.upload(content)

    def mount_blob(self, digest: Digest, origin: Origin) -> bool:
        """Link a blob of another repository of the same registry; return false if it has to be sent."""
        if not isinstance(origin, OciRepository) or origin.client.base_url != self.client.base_url:
            return False
        return self._uploads.mount(digest, origin.repository_name)

    @property
    def _uploads(self) -> BlobUploads:
        return BlobUploads(self.client, self.repository_name, self.retry)

    def _url(self, path: str) -> str:
        return self.client.url(f"{self.repository_name}/{path}")

    def _scope(self, method: str) -> str:
        actions = "pull" if method in {"GET", "HEAD"} else "pull,push"
        return f"repository:{self.repository_name}:{actions}"

    def _send(self, request: HttpRequest, *, expected: frozenset[int]) -> RegistryResponse:
        return retrying(
            self.retry,
            lambda: self.client.send(
                request, scope=self._scope(request.method), limit=_LONGEST_DOCUMENT, expected=expected
            ),
        )

    def _head(self, request: HttpRequest) -> RegistryResponse | None:
        """Send a request for headers; None if there is nothing. Responses to HEAD have no body that says what is missing."""

        def attempt() -> RegistryResponse | None:
            with self.client.open(request, scope=self._scope("HEAD"), passing=_MISSING) as response:
                if response.status in _MISSING:
                    return None  # a redirect to storage means that it exists
                return RegistryResponse(request.url, response.status, response.headers, b"")

        return retrying(self.retry, attempt)

    def _manifest(self, reference: str) -> Manifest:
        request = HttpRequest("GET", self._url(f"manifests/{reference}"), _ACCEPT)
        response = self.client.send(
            request, scope=self._scope("GET"), limit=_LONGEST_DOCUMENT, expected=_FOUND
        )
        stated = reference if ":" in reference else response.headers.get("Docker-Content-Digest")
        if stated is not None:
            _check_digest(f"The manifest {reference} of {self.repository_name}", stated, response.body)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        return parse_manifest(response.body, kind if kind in media_types.MANIFESTS else None)

    def _pages(self, url: str) -> Iterator[RegistryResponse]:
        seen: set[str] = set()
        following: str | None = url
        while following is not None:
            seen.add(following)
            page = self._send(HttpRequest("GET", following), expected=_FOUND)
            yield page
            following = next_page(page.url, page.headers.get("Link"))
            if following in seen:
                raise UnreadableAnswerError(
                    f"A page of {self.repository_name} has a link that leads to no further page"
                )

    @contextmanager
    def _open_range(self, digest: Digest, first_byte: int, last_byte: int | None) -> Generator[HttpExchange]:
        request = HttpRequest("GET", self._url(f"blobs/{digest}"), first_byte=first_byte, last_byte=last_byte)
        with self.client.open(request, scope=self._scope("GET"), passing=_NO_SUCH_RANGE) as response:
            yield response


def _check_digest(subject: str, stated: str, content: bytes) -> None:
    expected = Digest.parse(stated)
    hashing = expected.new_hash()
    hashing.update(content)
    actual = Digest.from_hash(hashing)
    if actual != expected:
        raise DigestMismatchError(subject, expected=expected, actual=actual)


def _object(page: RegistryResponse) -> dict[str, object]:
    try:
        said: object = json.loads(page.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise UnreadableAnswerError("A page of a registry is not a JSON object")
    return cast("dict[str, object]", said)


def _stated_size(response: RegistryResponse) -> int | None:
    return content_length(response.headers.get("Content-Length")) if response.status in _FOUND else None


def _index(page: RegistryResponse) -> Index:
    manifest = parse_manifest(page.body, media_types.OCI_INDEX)
    if not isinstance(manifest, Index):
        raise UnreadableAnswerError("The referrers of an image are no index")
    return manifest


_ACCEPT = {"Accept": ", ".join(sorted(media_types.MANIFESTS))}
_FOUND = frozenset({200})
_CREATED = frozenset({201, 202})
_MISSING = frozenset({404})
_NO_SUCH_RANGE = frozenset({416})
_LONGEST_DOCUMENT = 32 * 1024 * 1024
"""Bytes of a manifest or of a page; registries allow 4 MiB for a manifest."""
