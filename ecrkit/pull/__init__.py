"""Pulling layers: verified against their digest, resumable, and under their final name only after verification."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.pull.archive import ArchiveFormat, check_format, pull_archive
    from ecrkit.pull.archive import only_platform as only_platform  # not public
    from ecrkit.pull.download import download_blob, read_blob
    from ecrkit.pull.layout import pull_layout
    from ecrkit.pull.source import PulledImages

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "ArchiveFormat",
    "PulledImages",
    "check_format",
    "download_blob",
    "pull_archive",
    "pull_layout",
    "read_blob",
]

_HOMES = {
    "ArchiveFormat": "archive",
    "PulledImages": "source",
    "check_format": "archive",
    "download_blob": "download",
    "only_platform": "archive",
    "pull_archive": "archive",
    "pull_layout": "layout",
    "read_blob": "download",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
