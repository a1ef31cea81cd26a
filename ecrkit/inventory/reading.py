"""Reads the facts about images: their details from a listing, and what indexes list from their manifests.

Reading a manifest counts as a pull and renews `lastRecordedPullTime`, unless a pull-time exclusion covers the caller. So
only indexes are read, and callers read them only if they need to.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecrkit import models
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
