"""The service as objects: a registry, its repositories, their images and layers."""

from ecrkit.resources.image import DescribedImage, Image
from ecrkit.resources.layer import Layer
from ecrkit.resources.pushed_image import PushedImage
from ecrkit.resources.registry import Registry
from ecrkit.resources.repository import DescribedRepository, Repository
from ecrkit.resources.upload import Upload

__all__ = [
    "DescribedImage",
    "DescribedRepository",
    "Image",
    "Layer",
    "PushedImage",
    "Registry",
    "Repository",
    "Upload",
]
