"""Tags of a repository as an AWS resource (not tags of images)."""

from collections.abc import Sequence

from ecrkit import models
from ecrkit.local import refusals

_MAX_TAGS = 50
_MAX_KEY = 128
_MAX_VALUE = 256


def check_tags(tags: Sequence[models.Tag]) -> dict[str, str]:
    """Parse tags.

    Raises:
        Refusal: There are too many, or a key or value is invalid.
    """
    read = {tag.key: tag.value for tag in tags}
    if len(read) < len(tags) or not all(_is_allowed(key, value) for key, value in read.items()):
        raise refusals.tags_are_invalid()
    check_number(read)
    return read


def check_number(tags: dict[str, str]) -> None:
    """Refuse too many tags."""
    if len(tags) > _MAX_TAGS:
        raise refusals.too_many_resource_tags(_MAX_TAGS)


def _is_allowed(key: str, value: str) -> bool:
    return 0 < len(key) <= _MAX_KEY and len(value) <= _MAX_VALUE and not key.lower().startswith("aws:")
