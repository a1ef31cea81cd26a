# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of the registry and everything in it, and `call` to await any other function."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.aio.access_policies import AsyncRegistryPolicy, AsyncRepositoryPolicy
    from ecrkit.aio.calling import call
    from ecrkit.aio.creation_templates import AsyncCreationTemplates
    from ecrkit.aio.deletion import AsyncDeletePlan
    from ecrkit.aio.described_image import AsyncDescribedImage
    from ecrkit.aio.described_repository import AsyncDescribedRepository
    from ecrkit.aio.image import AsyncImage
    from ecrkit.aio.image_listing import AsyncImageListing
    from ecrkit.aio.items import AsyncItems
    from ecrkit.aio.layer import AsyncLayer
    from ecrkit.aio.lifecycle import AsyncRepositoryLifecyclePolicy
    from ecrkit.aio.pull_through_cache import AsyncPullThroughCache
    from ecrkit.aio.pushed_image import AsyncPushedImage
    from ecrkit.aio.pushed_layer import AsyncPushedLayer
    from ecrkit.aio.reader import AsyncReader
    from ecrkit.aio.registry import AsyncRegistry
    from ecrkit.aio.registry_deletion import AsyncRegistryDeletePlan
    from ecrkit.aio.registry_settings import (
        AsyncAccountSettings,
        AsyncPullTimeExclusions,
        AsyncScanning,
        AsyncSigning,
    )
    from ecrkit.aio.replication import AsyncBackfill, AsyncListedBackfill, AsyncReplication
    from ecrkit.aio.repository import AsyncRepository
    from ecrkit.aio.repository_settings import AsyncResourceTags
    from ecrkit.aio.upload import AsyncUpload

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "AsyncAccountSettings",
    "AsyncBackfill",
    "AsyncCreationTemplates",
    "AsyncDeletePlan",
    "AsyncDescribedImage",
    "AsyncDescribedRepository",
    "AsyncImage",
    "AsyncImageListing",
    "AsyncItems",
    "AsyncLayer",
    "AsyncListedBackfill",
    "AsyncPullThroughCache",
    "AsyncPullTimeExclusions",
    "AsyncPushedImage",
    "AsyncPushedLayer",
    "AsyncReader",
    "AsyncRegistry",
    "AsyncRegistryDeletePlan",
    "AsyncRegistryPolicy",
    "AsyncReplication",
    "AsyncRepository",
    "AsyncRepositoryLifecyclePolicy",
    "AsyncRepositoryPolicy",
    "AsyncResourceTags",
    "AsyncScanning",
    "AsyncSigning",
    "AsyncUpload",
    "call",
]

_HOMES = {
    "AsyncAccountSettings": "registry_settings",
    "AsyncBackfill": "replication",
    "AsyncCreationTemplates": "creation_templates",
    "AsyncDeletePlan": "deletion",
    "AsyncDescribedImage": "described_image",
    "AsyncDescribedRepository": "described_repository",
    "AsyncImage": "image",
    "AsyncImageListing": "image_listing",
    "AsyncItems": "items",
    "AsyncLayer": "layer",
    "AsyncListedBackfill": "replication",
    "AsyncPullThroughCache": "pull_through_cache",
    "AsyncPullTimeExclusions": "registry_settings",
    "AsyncPushedImage": "pushed_image",
    "AsyncPushedLayer": "pushed_layer",
    "AsyncReader": "reader",
    "AsyncRegistry": "registry",
    "AsyncRegistryDeletePlan": "registry_deletion",
    "AsyncRegistryPolicy": "access_policies",
    "AsyncReplication": "replication",
    "AsyncRepository": "repository",
    "AsyncRepositoryLifecyclePolicy": "lifecycle",
    "AsyncRepositoryPolicy": "access_policies",
    "AsyncResourceTags": "repository_settings",
    "AsyncScanning": "registry_settings",
    "AsyncSigning": "registry_settings",
    "AsyncUpload": "upload",
    "call": "calling",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
