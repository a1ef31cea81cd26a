"""The service as objects: a registry, its repositories, their images and layers."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.resources.access_policies import RegistryPolicy, RepositoryPolicy
    from ecrkit.resources.build_history import BuildStep
    from ecrkit.resources.build_history import build_steps as build_steps  # not public
    from ecrkit.resources.creation_templates import CreationTemplates, TemplateSettings
    from ecrkit.resources.delete_rules import DeleteRules, Verdict
    from ecrkit.resources.deletion import DeletePlan, DeleteReport
    from ecrkit.resources.described_image import DescribedImage
    from ecrkit.resources.described_repository import DescribedRepository
    from ecrkit.resources.docker_login import CredentialsCache as CredentialsCache
    from ecrkit.resources.docker_login import DockerCredentials
    from ecrkit.resources.docker_login import fetch_credentials as fetch_credentials
    from ecrkit.resources.docker_login import login_endpoint as login_endpoint
    from ecrkit.resources.findings import Finding, FindingsState, Severity
    from ecrkit.resources.image import Image
    from ecrkit.resources.image_listing import ImageListing
    from ecrkit.resources.image_names import ImageName
    from ecrkit.resources.image_waiters import active_waiter as active_waiter
    from ecrkit.resources.image_waiters import exists_waiter as exists_waiter
    from ecrkit.resources.image_waiters import replication_waiter as replication_waiter
    from ecrkit.resources.image_waiters import signing_waiter as signing_waiter
    from ecrkit.resources.layer import Layer
    from ecrkit.resources.lifecycle import LifecyclePreview, RepositoryLifecyclePolicy, StoredLifecyclePolicy
    from ecrkit.resources.pull_through_cache import PullThroughCache
    from ecrkit.resources.pushed_image import PushedImage
    from ecrkit.resources.pushed_layer import PushedLayer
    from ecrkit.resources.referrer_filters import referrers_filter as referrers_filter
    from ecrkit.resources.registry import Registry
    from ecrkit.resources.registry_deletion import RegistryDeletePlan
    from ecrkit.resources.registry_settings import (
        AccountSetting,
        AccountSettings,
        PullTimeExclusions,
        Scanning,
        Signing,
    )
    from ecrkit.resources.registry_wire import RegistryWire as RegistryWire
    from ecrkit.resources.replication import Backfill, ListedBackfill, Replication
    from ecrkit.resources.repository import Repository
    from ecrkit.resources.repository_settings import ResourceTags
    from ecrkit.resources.repository_settings import Settings as Settings
    from ecrkit.resources.repository_settings import apply_settings as apply_settings
    from ecrkit.resources.repository_settings import exclusion_filters as exclusion_filters
    from ecrkit.resources.scanning import ImageScans as ImageScans
    from ecrkit.resources.scanning import ScanResult
    from ecrkit.resources.untagging import check_untag as check_untag
    from ecrkit.resources.upload import Upload

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "AccountSetting",
    "AccountSettings",
    "Backfill",
    "BuildStep",
    "CreationTemplates",
    "DeletePlan",
    "DeleteReport",
    "DeleteRules",
    "DescribedImage",
    "DescribedRepository",
    "DockerCredentials",
    "Finding",
    "FindingsState",
    "Image",
    "ImageListing",
    "ImageName",
    "Layer",
    "LifecyclePreview",
    "ListedBackfill",
    "PullThroughCache",
    "PullTimeExclusions",
    "PushedImage",
    "PushedLayer",
    "Registry",
    "RegistryDeletePlan",
    "RegistryPolicy",
    "Replication",
    "Repository",
    "RepositoryLifecyclePolicy",
    "RepositoryPolicy",
    "ResourceTags",
    "ScanResult",
    "Scanning",
    "Severity",
    "Signing",
    "StoredLifecyclePolicy",
    "TemplateSettings",
    "Upload",
    "Verdict",
]

_HOMES = {
    "AccountSetting": "registry_settings",
    "AccountSettings": "registry_settings",
    "Backfill": "replication",
    "BuildStep": "build_history",
    "CreationTemplates": "creation_templates",
    "CredentialsCache": "docker_login",
    "DeletePlan": "deletion",
    "DeleteReport": "deletion",
    "DeleteRules": "delete_rules",
    "DescribedImage": "described_image",
    "DescribedRepository": "described_repository",
    "DockerCredentials": "docker_login",
    "Finding": "findings",
    "FindingsState": "findings",
    "Image": "image",
    "ImageListing": "image_listing",
    "ImageName": "image_names",
    "ImageScans": "scanning",
    "Layer": "layer",
    "LifecyclePreview": "lifecycle",
    "ListedBackfill": "replication",
    "PullThroughCache": "pull_through_cache",
    "PullTimeExclusions": "registry_settings",
    "PushedImage": "pushed_image",
    "PushedLayer": "pushed_layer",
    "Registry": "registry",
    "RegistryDeletePlan": "registry_deletion",
    "RegistryPolicy": "access_policies",
    "RegistryWire": "registry_wire",
    "Replication": "replication",
    "Repository": "repository",
    "RepositoryLifecyclePolicy": "lifecycle",
    "RepositoryPolicy": "access_policies",
    "ResourceTags": "repository_settings",
    "ScanResult": "scanning",
    "Scanning": "registry_settings",
    "Settings": "repository_settings",
    "Severity": "findings",
    "Signing": "registry_settings",
    "StoredLifecyclePolicy": "lifecycle",
    "TemplateSettings": "creation_templates",
    "Upload": "upload",
    "Verdict": "delete_rules",
    "active_waiter": "image_waiters",
    "apply_settings": "repository_settings",
    "build_steps": "build_history",
    "check_untag": "untagging",
    "exclusion_filters": "repository_settings",
    "exists_waiter": "image_waiters",
    "fetch_credentials": "docker_login",
    "login_endpoint": "docker_login",
    "referrers_filter": "referrer_filters",
    "replication_waiter": "image_waiters",
    "signing_waiter": "image_waiters",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
