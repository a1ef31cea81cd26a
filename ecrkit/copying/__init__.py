"""Copying many images from one repository to another: planned first, then copied one by one, with a report at the end."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.copying.engine import CopyOne, copy_images
    from ecrkit.copying.planning import Contents, CopyPlan, ImageToCopy, PlannedCopy, plan_copies
    from ecrkit.copying.report import CopiedImage, CopyFailure, CopyJob, CopyReport

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "Contents",
    "CopiedImage",
    "CopyFailure",
    "CopyJob",
    "CopyOne",
    "CopyPlan",
    "CopyReport",
    "ImageToCopy",
    "PlannedCopy",
    "copy_images",
    "plan_copies",
]

_HOMES = {
    "Contents": "planning",
    "CopiedImage": "report",
    "CopyFailure": "report",
    "CopyJob": "report",
    "CopyOne": "engine",
    "CopyPlan": "planning",
    "CopyReport": "report",
    "ImageToCopy": "planning",
    "PlannedCopy": "planning",
    "copy_images": "engine",
    "plan_copies": "planning",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
