"""Exclusions from tag mutability: wildcards, as one would write them."""

from collections.abc import Iterable

from ecrkit.models import ImageTagMutabilityExclusionFilter, ImageTagMutabilityExclusionFilterType


def exclusion_filters(
    exclusions: Iterable[str | ImageTagMutabilityExclusionFilter],
) -> list[ImageTagMutabilityExclusionFilter]:
    """Write each text as the wildcard that it is."""
    kind = ImageTagMutabilityExclusionFilterType.WILDCARD
    return [
        ImageTagMutabilityExclusionFilter(filter_type=kind, filter=each) if isinstance(each, str) else each
        for each in exclusions
    ]
