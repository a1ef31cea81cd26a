"""Whether a tag may be removed from an image."""

from collections.abc import Collection

from ecrkit.errors import LastTagError, NotTaggedError


def check_untag(tag: str, tags: Collection[str], name: str, *, delete_image: bool) -> None:
    """Check that removing a tag removes no more than that.

    Args:
        tag: Tag to remove.
        tags: Tags of the image.
        name: Name of the image, for messages.
        delete_image: Whether to delete the image if this is its last tag.

    Raises:
        LastTagError: It is the last tag, and `delete_image` is false.
        NotTaggedError: The tag points to another image, or does not exist.
    """
    if tag not in tags:
        raise NotTaggedError(f"{tag!r} is not a tag of {name}")
    if len(tags) == 1 and not delete_image:
        raise LastTagError(
            f"{tag!r} is the last tag of {name}, and ECR would delete the image with it; add another tag first, "
            "or pass delete_image=True"
        )
