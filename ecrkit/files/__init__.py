"""Files on disk: untrusted folders, locks, temporary files, full disks."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.files.outputs import Output, output_path

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "Output",
    "output_path",
]

_HOMES = {
    "Output": "outputs",
    "output_path": "outputs",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
