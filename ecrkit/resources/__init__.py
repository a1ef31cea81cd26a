"""The service as objects: a registry, its repositories, their images and layers."""

from ecrkit.resources.findings import Finding, FindingsState, Severity
from ecrkit.resources.image import DescribedImage, Image
from ecrkit.resources.image_scanning import ScanResult
from ecrkit.resources.images import ImageListing
from ecrkit.resources.layer import Layer
from ecrkit.resources.lifecycle import LifecyclePreview, RepositoryLifecyclePolicy, StoredLifecyclePolicy
from ecrkit.resources.pushed_image import PushedImage
from ecrkit.resources.registry import Registry
from ecrkit.resources.repository import DescribedRepository, Repository
from ecrkit.resources.upload import Upload

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
