"""ecrkit: the typed, high-level Python SDK for Amazon ECR.

Start with `Registry`. Requests, responses and shapes are in `ecrkit.models`, errors in `ecrkit.errors`, image documents
and builders in `ecrkit.oci`. Every public module is an attribute of `ecrkit` and is imported when first used.
"""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy
from ecrkit._version import __version__

if TYPE_CHECKING:
    from ecrkit import (
        batching,
        errors,
        events,
        models,
        oci,
        policy,
        progress,
        pull,
        push,
        references,
        resources,
        tables,
        testing,
        transport,
        waiting,
    )
    from ecrkit import local as local  # not for `import *`: it needs an extra
    from ecrkit.client import Client
    from ecrkit.errors import ApiError, EcrKitError
    from ecrkit.events import LayerEvent
    from ecrkit.paging import Items
    from ecrkit.push.layers import LayerToPush
    from ecrkit.push.state import UploadState
    from ecrkit.references import Digest, ImageReference, RepositoryArn
    from ecrkit.resources import (
        DescribedImage,
        DescribedRepository,
        Finding,
        Image,
        Layer,
        PushedImage,
        Registry,
        Repository,
        Severity,
        Upload,
    )
    from ecrkit.retrying import RetryPolicy
    from ecrkit.waiter import Waiter

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "ApiError",
    "Client",
    "DescribedImage",
    "DescribedRepository",
    "Digest",
    "EcrKitError",
    "Finding",
    "Image",
    "ImageReference",
    "Items",
    "Layer",
    "LayerEvent",
    "LayerToPush",
    "PushedImage",
    "Registry",
    "Repository",
    "RepositoryArn",
    "RetryPolicy",
    "Severity",
    "Upload",
    "UploadState",
    "Waiter",
    "__version__",
    "batching",
    "errors",
    "events",
    "models",
    "oci",
    "policy",
    "progress",
    "pull",
    "push",
    "references",
    "resources",
    "tables",
    "testing",
    "transport",
    "waiting",
]

_HOMES = {
    "ApiError": "errors",
    "Client": "client",
    "DescribedImage": "resources",
    "DescribedRepository": "resources",
    "Digest": "references",
    "EcrKitError": "errors",
    "Finding": "resources",
    "Image": "resources",
    "ImageReference": "references",
    "Items": "paging",
    "Layer": "resources",
    "LayerEvent": "events",
    "LayerToPush": "push.layers",
    "PushedImage": "resources",
    "Registry": "resources",
    "Repository": "resources",
    "RepositoryArn": "references",
    "RetryPolicy": "retrying",
    "Severity": "resources",
    "Upload": "resources",
    "UploadState": "push.state",
    "Waiter": "waiter",
    "batching": "",
    "errors": "",
    "events": "",
    "local": "",
    "models": "",
    "oci": "",
    "policy": "",
    "progress": "",
    "pull": "",
    "push": "",
    "references": "",
    "resources": "",
    "tables": "",
    "testing": "",
    "transport": "",
    "waiting": "",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
