"""Reads the facts about images: their details from a listing, and what indexes list from their manifests.

Reading a manifest counts as a pull and renews `lastRecordedPullTime`, unless a pull-time exclusion covers the caller. So
only indexes are read, and callers read them only if they need to.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from ecrkit import models
from ecrkit.client import Client
from ecrkit.errors import InvalidManifestError
from ecrkit.inventory.facts import ImageFacts
from ecrkit.oci import Index, media_types, parse_manifest
from ecrkit.references import Digest
from ecrkit.transfer.manifests import Send, read_images

Children = Mapping[str, tuple[str, ...]]
"""Digests of the images that each index lists. Indexes that cannot be read are missing."""


def may_list_images(image: models.ImageDetail) -> bool:
    """Return whether an image is an index; one of a type that ECR does not report may be one."""
    return image.image_manifest_media_type not in _NO_INDEXES


@dataclass(frozen=True, slots=True)
class Listing:
    """All images of a repository, archived ones included."""

    images: list[models.ImageDetail]

    listed_at: datetime | None
    """Time of the service when it answered, rounded up to a second; None if the response has no date."""


def list_images(client: Client, repository_name: str, registry_id: str | None) -> Listing:
    """List all images of a repository, archived ones included."""
    request = models.DescribeImagesRequest(
        registry_id=registry_id,
        repository_name=repository_name,
        filter=models.DescribeImagesFilter(image_status=models.ImageStatusFilter.ANY),
        max_results=1000,
    )
    images: list[models.ImageDetail] = []
    listed_at = None
    for page in client.paginate(request):
        images += page.image_details
        listed_at = _date_of(page)
    return Listing(images, listed_at)


def read_children(
    send: Send, repository_name: str, registry_id: str | None, images: Iterable[models.ImageDetail]
) -> Children:
    """Read what the indexes among these images list, a hundred indexes per request."""
    wanted = [
        models.ImageIdentifier(image_digest=each.image_digest) for each in images if may_list_images(each)
    ]
    return dict(_children(read_images(send, repository_name, registry_id, wanted).ok))


def facts_of(images: Iterable[models.ImageDetail], children: Children) -> list[ImageFacts]:
    """Return the facts about images.

    Args:
        images: The images, as ECR described them.
        children: What the indexes among them list.
    """
    return [_facts(each, children) for each in images]


def _date_of(response: models.Response) -> datetime | None:
    metadata = response.response_metadata
    headers: Mapping[str, str] = {} if metadata is None else metadata.http_headers
    for name, value in headers.items():
        if name.lower() == "date":
            try:
                return parsedate_to_datetime(value) + timedelta(seconds=1)
            except ValueError:
                return None
    return None


def _children(read: Sequence[models.Image]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for found in read:
        raw = found.image_manifest.encode()
        try:
            manifest = parse_manifest(raw, found.image_manifest_media_type)
        except InvalidManifestError:
            continue
        listed = manifest.manifests if isinstance(manifest, Index) else ()
        yield Digest.of(raw), tuple(each.digest for each in listed)


def _facts(image: models.ImageDetail, children: Children) -> ImageFacts:
    is_index = may_list_images(image)
    return ImageFacts(
        digest=image.image_digest,
        tags=tuple(sorted(image.image_tags)),
        pushed_at=image.image_pushed_at,
        size=image.image_size_in_bytes,
        archived=image.image_status not in {None, models.ImageStatus.ACTIVE},
        is_index=is_index,
        children=children.get(image.image_digest, ()),
        is_readable=not is_index or image.image_digest in children,
        subject=image.subject_manifest_digest,
    )


_NO_INDEXES = {*media_types.IMAGE_MANIFESTS, media_types.DOCKER_SCHEMA_1, media_types.DOCKER_SCHEMA_1_SIGNED}
