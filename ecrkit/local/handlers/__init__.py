"""Handlers of the operations, one module per family."""

from ecrkit.local.dispatch import table
from ecrkit.local.handlers import (
    archive,
    authorization,
    backfills,
    creation_templates,
    delete_images,
    exclusions,
    images,
    layers,
    lifecycle,
    pull_through_cache,
    put_image,
    registry,
    replication,
    repositories,
    repository_policies,
    resource_tags,
    scanning,
    signing,
)

ROUTES = table(
    archive.ROUTES,
    authorization.ROUTES,
    backfills.ROUTES,
    creation_templates.ROUTES,
    delete_images.ROUTES,
    exclusions.ROUTES,
    images.ROUTES,
    layers.ROUTES,
    lifecycle.ROUTES,
    pull_through_cache.ROUTES,
    put_image.ROUTES,
    registry.ROUTES,
    replication.ROUTES,
    repositories.ROUTES,
    repository_policies.ROUTES,
    resource_tags.ROUTES,
    scanning.ROUTES,
    signing.ROUTES,
)
"""Handlers of all supported operations by name."""
