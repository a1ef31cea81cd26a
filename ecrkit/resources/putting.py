"""Stores a manifest under a tag, once or again: what is so already is a success."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecrkit import models
from ecrkit.errors import (
    ImageAlreadyExistsError,
    ImageTagAlreadyExistsError,
    NotFoundError,
    TagImmutableError,
)
from ecrkit.references import check_tag

if TYPE_CHECKING:
    from ecrkit import oci
    from ecrkit.references import Digest
    from ecrkit.resources.repository import Repository


def put_manifest(
    repository: Repository,
    manifest: oci.ImageManifest | oci.Index,
    tag: str | None,
    *,
    send: Callable[[models.PutImageRequest], object],
) -> None:
    """Put the exact bytes of a manifest; see `Repository.put_image`.

    Args:
        repository: Where to.
        manifest: What.
        tag: Under which tag, if any.
        send: Sends the request, as patiently as the caller wants it.
    """
    request = models.PutImageRequest(
        registry_id=repository.registry_id,
        repository_name=repository.name,
        image_manifest=manifest.text,
        image_manifest_media_type=manifest.media_type,
        image_digest=manifest.digest,
        image_tag=None if tag is None else check_tag(tag),
    )
    try:
        send(request)
    except ImageAlreadyExistsError:
        pass  # the same manifest under the same tag (T15)
    except ImageTagAlreadyExistsError as error:
        _accept_same_tag(repository, str(tag), manifest.digest, error)


def _accept_same_tag(
    repository: Repository, tag: str, digest: Digest, error: ImageTagAlreadyExistsError
) -> None:
    """Be content where an immutable tag names the very image already (T16)."""
    try:
        existing = repository.image(tag).describe().digest
    except NotFoundError:
        raise error from None
    if existing != digest:
        raise TagImmutableError(tag, existing=existing, wanted=digest, cause=error) from error
