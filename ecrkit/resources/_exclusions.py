"""Exclusions from tag mutability: wildcards, as one would write them."""

from collections.abc import Iterable

from ecrkit import models


def exclusion_filters(
    exclusions: Iterable[str | models.ImageTagMutabilityExclusionFilter],
) -> list[models.ImageTagMutabilityExclusionFilter]:
    """Write each text as the wildcard that it is."""
    kind = models.ImageTagMutabilityExclusionFilterType.WILDCARD
    return [
        models.ImageTagMutabilityExclusionFilter(filter_type=kind, filter=each)
        if isinstance(each, str)
        else each
        for each in exclusions
    ]
