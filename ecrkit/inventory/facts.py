"""`ImageFacts`: facts about an image of a repository."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ecrkit.oci.digest_tags import subject_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFacts:
    """Facts about an image for decisions such as deletion."""

    digest: str
    tags: tuple[str, ...] = ()
    pushed_at: datetime
    size: int | None = None
    archived: bool = False
    is_index: bool = False
    """Whether it may list other images."""

    children: tuple[str, ...] = ()
    """Images it lists, if it is an index."""

    is_readable: bool = True
    """Whether its manifest could be read; of an unreadable index, the images are unknown."""

    subject: str | None = None
    """Image it refers to, if it is a signature, an SBOM or the like."""

    @property
    def age(self) -> tuple[datetime, bool, bool, str]:
        """Sort key; the latest image has the largest.

        Of images pushed at the same time, tagged ones count as newer than untagged ones, then indexes as newer than other
        images, then the larger digest.
        """
        is_index = self.is_index or bool(self.children)
        return self.pushed_at, bool(self.tags), is_index, self.digest

    @property
    def refers_to(self) -> str | None:
        """Digest of the image it refers to by its `subject` or, like artifacts of cosign, by its tags."""
        return self.subject or subject_in_tags(self.tags)


def subject_in_tags(tags: Sequence[str]) -> str | None:
    """Return the subject of artifacts by cosign and older tools, whose tags are all derived from one digest."""
    subjects = set(map(subject_of, tags))
    return subjects.pop() if len(subjects) == 1 else None
