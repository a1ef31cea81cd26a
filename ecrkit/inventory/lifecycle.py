"""Images of a repository as lifecycle rules see them. Pure."""

from collections import defaultdict
from collections.abc import Iterable

from ecrkit import models
from ecrkit.inventory.reading import Children
from ecrkit.policy import LifecycleImage


def lifecycle_images(images: Iterable[models.ImageDetail], children: Children) -> list[LifecycleImage]:
    """Return images as lifecycle rules see them.

    Args:
        images: The images of a repository, as ECR described them.
        children: What the indexes among them list.
    """
    indexes: defaultdict[str, list[str]] = defaultdict(list)
    for index, listed in children.items():
        for child in dict.fromkeys(listed):
            indexes[child].append(index)
    return [
        LifecycleImage(
            digest=each.image_digest,
            pushed_at=each.image_pushed_at,
            tags=tuple(each.image_tags),
            last_pulled_at=each.last_recorded_pull_time,
            last_archived_at=each.last_archived_at,
            last_activated_at=each.last_activated_at,
            status=each.image_status or models.ImageStatus.ACTIVE,
            referenced_by=tuple(indexes.get(each.image_digest, ())),
            subject=each.subject_manifest_digest,
        )
        for each in images
    ]
