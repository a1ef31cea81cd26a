"""Images of ECR that are named one by one, by digest or by tag: described, read, stored and deleted.

Named images go a hundred to a request, several requests at the same time. They are never paged, and no failure is dropped. `send` is `Client.send` or
`EcrApi.send`, whichever retries as the caller wants.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from ecrkit._arguments import expect
from ecrkit.batching import BatchFailure, BatchResult, cut, only_item
from ecrkit.client import last_response
from ecrkit.errors import (
    DigestMismatchError,
    ImageAlreadyExistsError,
    ImageTagAlreadyExistsError,
    NotFoundError,
    TagImmutableError,
    api_error,
)
from ecrkit.models import (
    BatchDeleteImageRequest,
    BatchGetImageRequest,
    DescribeImagesFilter,
    DescribeImagesRequest,
    Image,
    ImageDetail,
    ImageFailure,
    ImageFailureCode,
    ImageIdentifier,
    ImageStatusFilter,
    PutImageRequest,
    Request,
    Response,
)
from ecrkit.oci import ImageManifest, Index, media_types, parse_manifest
from ecrkit.oci.legacy import LegacyManifest, as_legacy
from ecrkit.references import Digest, check_tag
from ecrkit.workers import map_in_order

ItemT = TypeVar("ItemT")
ResponseT = TypeVar("ResponseT", bound=Response)

MOST_REQUESTS = 8
"""Requests for images that are sent at the same time, a hundred images each."""


class Send(Protocol):
    """Sends a request and returns its response."""

    def __call__(self, request: Request[ResponseT], /) -> ResponseT: ...


def read_document(
    manifest: bytes | str | ImageManifest | Index, media_type: str | None
) -> ImageManifest | Index | LegacyManifest:
    """Return the manifest that a caller wants to store, with the exact bytes.

    Raises:
        InvalidArgumentError: It is none of these types.
        InvalidManifestError: It is not a manifest.
    """
    if isinstance(manifest, ImageManifest | Index):
        return manifest
    expect("manifest", manifest, (bytes, bytearray, memoryview, str), _A_MANIFEST)
    raw = manifest.encode() if isinstance(manifest, str) else bytes(manifest)
    return as_legacy(raw, media_type) or parse_manifest(raw, media_type)


def details_requests(
    repository_name: str, registry_id: str | None, identifiers: Iterable[ImageIdentifier]
) -> list[DescribeImagesRequest]:
    """Build the requests for the details of images. ECR refuses a whole request if one of its images does not exist."""
    return [
        DescribeImagesRequest(
            registry_id=registry_id, repository_name=repository_name, image_ids=batch, filter=_ARCHIVED_TOO
        )
        for batch in cut(identifiers)
    ]


def describe_images(
    send: Send, repository_name: str, registry_id: str | None, identifiers: Iterable[ImageIdentifier]
) -> list[ImageDetail]:
    """Return the details of images, archived ones included.

    Raises:
        ImageNotFoundError: One does not exist.
    """
    requests = details_requests(repository_name, registry_id, identifiers)
    answers = map_in_order(send, requests, workers=MOST_REQUESTS)
    return [each for answer in answers for each in answer.image_details]


def read_images(
    send: Send, repository_name: str, registry_id: str | None, identifiers: Iterable[ImageIdentifier]
) -> BatchResult[Image]:
    """Read manifests of every type.

    Args:
        send: Sends a request.
        repository_name: Where the images are.
        registry_id: The account of the registry; absent for the caller's own.
        identifiers: Digests or tags.
    """

    def read(batch: list[ImageIdentifier]) -> BatchResult[Image]:
        request = BatchGetImageRequest(
            registry_id=registry_id,
            repository_name=repository_name,
            image_ids=batch,
            accepted_media_types=_EVERY_MANIFEST,
        )
        answer = send(request)
        return BatchResult(answer.images, [_failure(each, request) for each in answer.failures])

    return _joined(map_in_order(read, cut(identifiers), workers=MOST_REQUESTS))


def read_image(
    send: Send, repository_name: str, registry_id: str | None, identifier: ImageIdentifier
) -> Image:
    """Read one manifest; a failure is raised as the error that it stands for."""
    result = read_images(send, repository_name, registry_id, [identifier])
    for failure in result.failures:
        raise failure.error
    return only_item(result.ok, BatchGetImageRequest.operation)


def read_manifest(
    send: Send, repository_name: str, registry_id: str | None, identifier: ImageIdentifier
) -> ImageManifest | Index:
    """Read the exact manifest that was pushed.

    By tag, ECR may convert a manifest to another format, which changes its digest; by digest it never does.

    Raises:
        DigestMismatchError: The manifest does not have the digest that ECR names.
    """
    return verified(read_exact(send, repository_name, registry_id, identifier))


def read_exact(
    send: Send, repository_name: str, registry_id: str | None, identifier: ImageIdentifier
) -> Image:
    """Read what ECR stores, before it is parsed; see `read_manifest`."""
    image = read_image(send, repository_name, registry_id, identifier)
    stored = image.image_id.image_digest
    if (
        identifier.image_digest is None
        and stored is not None
        and Digest.of(image.image_manifest.encode()) != stored
    ):
        return read_image(send, repository_name, registry_id, ImageIdentifier(image_digest=stored))
    return image


def legacy(image: Image) -> LegacyManifest | None:
    """Return a manifest of Docker's schema 1 that ECR returned as such; None for every other one."""
    stored = image.image_id.image_digest
    return as_legacy(
        image.image_manifest.encode(),
        image.image_manifest_media_type,
        None if stored is None else Digest(stored),
    )


def verified(image: Image) -> ImageManifest | Index:
    """Parse a manifest that ECR returned.

    Raises:
        DigestMismatchError: Its bytes do not have the digest that ECR names.
    """
    raw = image.image_manifest.encode()
    actual = Digest.of(raw)
    stored = image.image_id.image_digest or actual
    if actual != stored:
        raise DigestMismatchError("A manifest from ECR", expected=stored, actual=actual)
    return parse_manifest(raw, image.image_manifest_media_type)


def remove_images(
    send: Send, repository_name: str, registry_id: str | None, identifiers: Iterable[ImageIdentifier]
) -> BatchResult[ImageIdentifier]:
    """Delete images: by digest an image with its tags, by tag only the tag, and the image with its last tag."""

    def remove(batch: list[ImageIdentifier]) -> BatchResult[ImageIdentifier]:
        request = BatchDeleteImageRequest(
            registry_id=registry_id, repository_name=repository_name, image_ids=batch
        )
        answer = send(request)
        return BatchResult(answer.image_ids, [_failure(each, request) for each in answer.failures])

    return _joined(map_in_order(remove, cut(identifiers), workers=MOST_REQUESTS))


def delete_images(
    send: Send, repository_name: str, registry_id: str | None, identifiers: Iterable[ImageIdentifier]
) -> BatchResult[ImageIdentifier]:
    """Delete images with all their tags, indexes before their images. Tags are resolved first."""
    wanted = list(identifiers)
    by_tag = [each for each in wanted if each.image_digest is None]
    resolved = read_images(send, repository_name, registry_id, by_tag)
    digests = [each.image_digest for each in wanted] + [each.image_id.image_digest for each in resolved.ok]
    left = list(dict.fromkeys(digest for digest in digests if digest is not None))
    result = BatchResult[ImageIdentifier]([], resolved.failures)
    while left:
        identified = [ImageIdentifier(image_digest=digest) for digest in left]
        passed = remove_images(send, repository_name, registry_id, identified)
        result.ok.extend(passed.ok)
        # What an index listed can be deleted in the next pass, if this pass deleted anything.
        held = [each.what for each in passed.failures if each.error.code == _HELD] if passed.ok else []
        result.failures.extend(each for each in passed.failures if each.what not in held)
        left = held
    return result


def put_manifest(
    send: Send,
    repository_name: str,
    registry_id: str | None,
    manifest: ImageManifest | Index | LegacyManifest,
    tag: str | None = None,
) -> Digest:
    """Store the exact bytes of a manifest. Idempotent: succeeds if the tag names that manifest already.

    Args:
        send: Sends a request.
        repository_name: Where to store it.
        registry_id: The account of the registry; absent for the caller's own.
        manifest: The manifest.
        tag: The tag, if any.

    Returns:
        The digest by which ECR knows the manifest.

    Raises:
        TagImmutableError: The tag names another image and cannot be moved.
    """
    request = PutImageRequest(
        registry_id=registry_id,
        repository_name=repository_name,
        image_manifest=manifest.text,
        image_manifest_media_type=manifest.media_type,
        image_digest=manifest.digest,
        image_tag=None if tag is None else check_tag(tag),
    )
    answered: str | None = None
    try:
        answered = send(request).image.image_id.image_digest
    except ImageAlreadyExistsError:
        pass  # the same manifest under the same tag
    except ImageTagAlreadyExistsError as error:
        existing = _digest_of(send, repository_name, registry_id, str(tag))
        if existing is None or manifest.digest is None:
            raise
        if existing != manifest.digest:
            raise TagImmutableError(
                str(tag), existing=existing, wanted=manifest.digest, cause=error
            ) from error
    return manifest.digest or Digest(answered or Digest.of(manifest.text.encode()))


def _digest_of(send: Send, repository_name: str, registry_id: str | None, tag: str) -> str | None:
    [request] = details_requests(repository_name, registry_id, [ImageIdentifier(image_tag=tag)])
    try:
        return only_item(send(request).image_details, request.operation).image_digest
    except NotFoundError:
        return None


def _joined(results: Iterable[BatchResult[ItemT]]) -> BatchResult[ItemT]:
    joined: BatchResult[ItemT] = BatchResult([], [])
    for result in results:
        joined.ok.extend(result.ok)
        joined.failures.extend(result.failures)
    return joined


def _failure(failure: ImageFailure, request: BatchGetImageRequest | BatchDeleteImageRequest) -> BatchFailure:
    """Make an entry of a `BatchResult`, with the error that it would have been if nothing else had been asked for."""
    what = failure.image_id.image_digest or failure.image_id.image_tag or ""
    image = f"{request.repository_name}{'@' if failure.image_id.image_digest else ':'}{what}"
    last = last_response()
    message = f"{failure.failure_reason or 'Failed'}: {image}{f' in {last.region_name}' if last else ''}"
    error = api_error(
        failure.failure_code or "",
        message,
        operation=request.operation,
        http_status=200,
        request_id=last.request_id if last else None,
    )
    return BatchFailure(what, error)


_A_MANIFEST = "bytes, a str, or a manifest of ecrkit.oci; write a dict with json.dumps() first"

_HELD = ImageFailureCode.IMAGE_REFERENCED_BY_MANIFEST_LIST

_ARCHIVED_TOO = DescribeImagesFilter(image_status=ImageStatusFilter.ANY)
"""Without a filter ECR hides archived images."""

_EVERY_MANIFEST = sorted(media_types.MANIFESTS | media_types.SCHEMA_1)
"""All types there are: by tag, ECR may convert a manifest whose type is not accepted."""
