"""The filter of a listing of referrers."""

from collections.abc import Iterable

from ecrkit._strings import items_of
from ecrkit.models import ArtifactStatusFilter, ListImageReferrersFilter


def referrers_filter(
    artifact_type: str | Iterable[str] | None, status: ArtifactStatusFilter | str | None
) -> ListImageReferrersFilter | None:
    """Return the filter; None if nothing is to be filtered."""
    if artifact_type is None and status is None:
        return None
    return ListImageReferrersFilter(
        artifact_types=None if artifact_type is None else list(items_of(artifact_type)),
        artifact_status=None if status is None else ArtifactStatusFilter(status),
    )
