"""The service as objects: a registry, its repositories, their images and layers."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.resources.findings import Finding, FindingsState, Severity
    from ecrkit.resources.image import DescribedImage, Image
    from ecrkit.resources.image_listing import ImageListing
    from ecrkit.resources.layer import Layer
    from ecrkit.resources.lifecycle import LifecyclePreview, RepositoryLifecyclePolicy, StoredLifecyclePolicy
    from ecrkit.resources.pushed_image import PushedImage
    from ecrkit.resources.registry import Registry
    from ecrkit.resources.repository import DescribedRepository, Repository
    from ecrkit.resources.scanning import ScanResult
    from ecrkit.resources.upload import Upload

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "DescribedImage",
    "DescribedRepository",
    "Finding",
    "FindingsState",
    "Image",
    "ImageListing",
    "Layer",
    "LifecyclePreview",
    "PushedImage",
    "Registry",
    "Repository",
    "RepositoryLifecyclePolicy",
    "ScanResult",
    "Severity",
    "StoredLifecyclePolicy",
    "Upload",
]

_HOMES = {
    "DescribedImage": "image",
    "DescribedRepository": "repository",
    "Finding": "findings",
    "FindingsState": "findings",
    "Image": "image",
    "ImageListing": "image_listing",
    "Layer": "layer",
    "LifecyclePreview": "lifecycle",
    "PushedImage": "pushed_image",
    "Registry": "registry",
    "Repository": "repository",
    "RepositoryLifecyclePolicy": "lifecycle",
    "ScanResult": "scanning",
    "Severity": "findings",
    "StoredLifecyclePolicy": "lifecycle",
    "Upload": "upload",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
