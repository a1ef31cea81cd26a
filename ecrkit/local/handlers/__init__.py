"""What each operation does, one module a family."""

from ecrkit.local.dispatch import table
from ecrkit.local.handlers import (
    authorization,
    delete_images,
    images,
    layers,
    put_image,
    repositories,
    resource_tags,
)

ROUTES = table(
    authorization.ROUTES,
    delete_images.ROUTES,
    images.ROUTES,
    layers.ROUTES,
    put_image.ROUTES,
    repositories.ROUTES,
    resource_tags.ROUTES,
)
"""Every operation that the local ECR can do, by its name."""
