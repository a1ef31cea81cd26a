"""The content of a repository: facts and relations of its images, for deleting, sorting and copying."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.inventory.facts import ImageFacts
    from ecrkit.inventory.family import Family as Family  # not public
    from ecrkit.inventory.reading import facts_of as facts_of
    from ecrkit.inventory.reading import read_children as read_children

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "ImageFacts",
]

_HOMES = {
    "Family": "family",
    "ImageFacts": "facts",
    "facts_of": "reading",
    "read_children": "reading",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
