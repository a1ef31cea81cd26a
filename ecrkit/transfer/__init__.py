"""Access to blobs and manifests: the protocols of a repository, and their implementations."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.transfer.blobs import RemoteBlob
    from ecrkit.transfer.ecr_api import EcrApi
    from ecrkit.transfer.ecr_oci import EcrOverOci
    from ecrkit.transfer.manifests import (
        delete_images,
        describe_images,
        details_requests,
        legacy,
        put_manifest,
        read_document,
        read_exact,
        read_images,
        remove_images,
        verified,
    )
    from ecrkit.transfer.protocol import (
        BegunUpload,
        BlobReader,
        Manifest,
        MountTarget,
        Origin,
        Part,
        PartTarget,
        RangeOrigin,
        StoredBlob,
        StoredImages,
        StreamTarget,
        Target,
    )
    from ecrkit.transfer.storage_classes import archive_image, restore_image

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "BegunUpload",
    "BlobReader",
    "EcrApi",
    "EcrOverOci",
    "Manifest",
    "MountTarget",
    "Origin",
    "Part",
    "PartTarget",
    "RangeOrigin",
    "RemoteBlob",
    "StoredBlob",
    "StoredImages",
    "StreamTarget",
    "Target",
    "archive_image",
    "delete_images",
    "describe_images",
    "details_requests",
    "legacy",
    "put_manifest",
    "read_document",
    "read_exact",
    "read_images",
    "remove_images",
    "restore_image",
    "verified",
]

_HOMES = {
    "BegunUpload": "protocol",
    "BlobReader": "protocol",
    "EcrApi": "ecr_api",
    "EcrOverOci": "ecr_oci",
    "Manifest": "protocol",
    "MountTarget": "protocol",
    "Origin": "protocol",
    "Part": "protocol",
    "PartTarget": "protocol",
    "RangeOrigin": "protocol",
    "RemoteBlob": "blobs",
    "StoredBlob": "protocol",
    "StoredImages": "protocol",
    "StreamTarget": "protocol",
    "Target": "protocol",
    "archive_image": "storage_classes",
    "delete_images": "manifests",
    "describe_images": "manifests",
    "details_requests": "manifests",
    "legacy": "manifests",
    "put_manifest": "manifests",
    "read_document": "manifests",
    "read_exact": "manifests",
    "read_images": "manifests",
    "remove_images": "manifests",
    "restore_image": "storage_classes",
    "verified": "manifests",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
