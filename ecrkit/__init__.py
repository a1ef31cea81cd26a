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
        cancellation,
        copying,
        errors,
        eventbridge,
        events,
        inventory,
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
        waiter,
    )
    from ecrkit import local as local  # not for `import *`: it needs an extra
    from ecrkit.batching import BatchFailure, BatchResult
    from ecrkit.client import Client
    from ecrkit.copying import CopyReport
    from ecrkit.errors import ApiError, EcrKitError
    from ecrkit.events import LayerEvent
    from ecrkit.files.outputs import Output
    from ecrkit.paging import Items
    from ecrkit.pull import ArchiveFormat, PulledImages
    from ecrkit.push import (
        ImageSourceLike,
        LayerSource,
        LayerToPush,
        MovedTag,
        PushReport,
        Reader,
        SourceLike,
        layer_source,
    )
    from ecrkit.push.state import UploadState
    from ecrkit.references import Digest, ImageReference, RepositoryArn
    from ecrkit.resources import (
        DeletePlan,
        DeleteReport,
        DescribedImage,
        DescribedRepository,
        DockerCredentials,
        Finding,
        Image,
        ImageName,
        Layer,
        PushedImage,
        PushedLayer,
        Registry,
        Repository,
        Severity,
        Upload,
    )
    from ecrkit.retrying import RetryPolicy
    from ecrkit.waiter import Waiter, WaitProgress

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "ApiError",
    "ArchiveFormat",
    "BatchFailure",
    "BatchResult",
    "Client",
    "CopyReport",
    "DeletePlan",
    "DeleteReport",
    "DescribedImage",
    "DescribedRepository",
    "Digest",
    "DockerCredentials",
    "EcrKitError",
    "Finding",
    "Image",
    "ImageName",
    "ImageReference",
    "ImageSourceLike",
    "Items",
    "Layer",
    "LayerEvent",
    "LayerSource",
    "LayerToPush",
    "MovedTag",
    "Output",
    "PulledImages",
    "PushReport",
    "PushedImage",
    "PushedLayer",
    "Reader",
    "Registry",
    "Repository",
    "RepositoryArn",
    "RetryPolicy",
    "Severity",
    "SourceLike",
    "Upload",
    "UploadState",
    "WaitProgress",
    "Waiter",
    "__version__",
    "batching",
    "cancellation",
    "copying",
    "errors",
    "eventbridge",
    "events",
    "inventory",
    "layer_source",
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
    "waiter",
]

_HOMES = {
    "ApiError": "errors",
    "ArchiveFormat": "pull",
    "BatchFailure": "batching",
    "BatchResult": "batching",
    "Client": "client",
    "CopyReport": "copying",
    "DeletePlan": "resources",
    "DeleteReport": "resources",
    "DescribedImage": "resources",
    "DescribedRepository": "resources",
    "Digest": "references",
    "DockerCredentials": "resources",
    "EcrKitError": "errors",
    "Finding": "resources",
    "Image": "resources",
    "ImageName": "resources",
    "ImageReference": "references",
    "ImageSourceLike": "push",
    "Items": "paging",
    "Layer": "resources",
    "LayerEvent": "events",
    "LayerSource": "push",
    "LayerToPush": "push",
    "MovedTag": "push",
    "Output": "files.outputs",
    "PulledImages": "pull",
    "PushReport": "push",
    "PushedImage": "resources",
    "PushedLayer": "resources",
    "Reader": "push",
    "Registry": "resources",
    "Repository": "resources",
    "RepositoryArn": "references",
    "RetryPolicy": "retrying",
    "Severity": "resources",
    "SourceLike": "push",
    "Upload": "resources",
    "UploadState": "push.state",
    "WaitProgress": "waiter",
    "Waiter": "waiter",
    "batching": "",
    "cancellation": "",
    "copying": "",
    "errors": "",
    "eventbridge": "",
    "events": "",
    "inventory": "",
    "layer_source": "push",
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
    "waiter": "",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
