"""What a repository has: facts about its images, and how they belong together. Decides about deleting, sorting and copying."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.inventory.facts import ImageFacts

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "ImageFacts",
]

_HOMES = {
    "ImageFacts": "facts",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
