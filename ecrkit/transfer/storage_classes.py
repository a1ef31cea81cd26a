"""Moving an image to the archive and back."""

from ecrkit.batching import only_item
from ecrkit.errors import ImageStorageClassUpdateNotSupportedError
from ecrkit.models import (
    DescribeImagesRequest,
    ImageIdentifier,
    ImageStatus,
    TargetStorageClass,
    UpdateImageStorageClassRequest,
)
from ecrkit.transfer.manifests import Send, describe_images


def archive_image(
    send: Send, repository_name: str, registry_id: str | None, identifier: ImageIdentifier
) -> None:
    """Move an image to the archive. Idempotent: succeeds if it is already archived."""
    _move(send, repository_name, registry_id, identifier, TargetStorageClass.ARCHIVE, {ImageStatus.ARCHIVED})


def restore_image(
    send: Send, repository_name: str, registry_id: str | None, identifier: ImageIdentifier
) -> None:
    """Start to restore an image from the archive. Idempotent: succeeds if it is active, or about to be."""
    active = {ImageStatus.ACTIVE, ImageStatus.ACTIVATING}
    _move(send, repository_name, registry_id, identifier, TargetStorageClass.STANDARD, active)


def _move(
    send: Send,
    repository_name: str,
    registry_id: str | None,
    identifier: ImageIdentifier,
    target: TargetStorageClass,
    wanted: set[ImageStatus],
) -> None:
    request = UpdateImageStorageClassRequest(
        registry_id=registry_id,
        repository_name=repository_name,
        image_id=identifier,
        target_storage_class=target,
    )
    try:
        send(request)
    except ImageStorageClassUpdateNotSupportedError:  # raised for an image that already has the class, too
        found = describe_images(send, repository_name, registry_id, [identifier])
        if only_item(found, DescribeImagesRequest.operation).image_status not in wanted:
            raise
