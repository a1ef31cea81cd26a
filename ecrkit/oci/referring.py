"""Find the referrers of an image in a source, such as signatures and SBOMs, and their referrers in turn."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from ecrkit.errors import InvalidImageError
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.digest_tags import cosign_tags, subject_of
from ecrkit.oci.names import REF_NAME
from ecrkit.oci.sources import ImageSource, walk
from ecrkit.references import Digest

FindReferrers = Callable[[Sequence[Digest]], Iterable[Descriptor]]
"""Lists the referrers of any of these. Those that refer only by tag are named in their annotations."""


@runtime_checkable
class ReferrerSource(Protocol):
    """An `ImageSource` that can list referrers itself. A source without this method has its roots searched instead."""

    def referrers_of(self, subjects: Sequence[Digest], /) -> Iterable[Descriptor]:
        """List the referrers of any of these images. Those that refer only by tag are named in their annotations."""
        ...


def referrers_in(source: ImageSource) -> FindReferrers:
    """Return the function that finds referrers in a source: its own `referrers_of` if it has one."""
    return source.referrers_of if isinstance(source, ReferrerSource) else listed_referrers(source)


def all_referrers(
    source: ImageSource, roots: Iterable[Descriptor], find: FindReferrers
) -> Iterator[Descriptor]:
    """Find the referrers of images, of their entries, and their referrers in turn, nearest first.

    Each is returned once, or once for each of its names. Entries of the images themselves are not included.

    Raises:
        InvalidImageError: There are more than 10,000 referrers, or more than 32 levels.
    """
    waiting: list[Descriptor] = list(roots)
    seen: set[Digest] = set()
    given: set[tuple[Digest, str | None]] = set()
    level = 0
    while waiting:
        level += 1
        manifests = [
            manifest.digest for each in waiting for manifest in reversed(list(walk(source, each)))
        ]  # parents first
        subjects = [digest for digest in dict.fromkeys(manifests) if digest not in seen]
        seen.update(subjects)
        waiting = []
        for each in find(subjects):
            name = each.annotations.get(REF_NAME)
            if (each.digest, name) not in given and (name is not None or each.digest not in seen):
                given.add((each.digest, name))
                waiting.append(each)
                if len(given) > _MOST_REFERRERS or level > _MOST_LEVELS:
                    raise InvalidImageError(
                        f"The image has more than {len(given):,} referrers on {level} levels; leave the referrers out"
                    )
        yield from waiting


def listed_referrers(source: ImageSource) -> FindReferrers:
    """Find referrers in a layout: among its roots, below roots named after a digest, and by cosign's tags."""
    about: dict[Digest, list[Descriptor]] = {}
    for root in source.roots:
        if not source.has_blob(root.digest):
            continue
        for manifest in walk(source, root):
            if manifest.subject is not None:
                about.setdefault(manifest.subject.digest, []).append(manifest.descriptor())
        name = root.annotations.get(REF_NAME, "")
        subject = subject_of(name)
        if subject is not None and name in cosign_tags(subject):
            about.setdefault(subject, []).append(root)
    return lambda subjects: (each for subject in subjects for each in about.get(subject, ()))


_MOST_LEVELS = 32
_MOST_REFERRERS = 10_000
"""Limits that no real image reaches: a hostile registry could return referrers forever."""
