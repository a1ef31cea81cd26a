"""What refers to an image: signatures, SBOMs and the like, found in a source and followed from one to the next."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from ecrkit.errors import InvalidImageError
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.digest_tags import cosign_tags, subject_of
from ecrkit.oci.names import REF_NAME
from ecrkit.oci.sources import ImageSource, walk
from ecrkit.references import Digest

FindReferrers = Callable[[Sequence[Digest]], Iterable[Descriptor]]
"""Finds what refers to any of these. What does so only by its tag is named in its annotations."""


@runtime_checkable
class ReferrerSource(Protocol):
    """An `ImageSource` that can list referrers itself. A source without this method has its roots searched instead."""

    def referrers_of(self, subjects: Sequence[Digest], /) -> Iterable[Descriptor]:
        """List what refers to any of these images. What does so only by its tag is named in its annotations."""
        ...


def referrers_in(source: ImageSource) -> FindReferrers:
    """Return what finds the referrers in a source: its own `referrers_of` if it has one."""
    return source.referrers_of if isinstance(source, ReferrerSource) else listed_referrers(source)


def all_referrers(
    source: ImageSource, roots: Iterable[Descriptor], find: FindReferrers
) -> Iterator[Descriptor]:
    """Find what refers to images, to what they list, and to what refers to them in turn: the nearest first.

    Each comes once, or once for each of its names. What the images list themselves is not given again.

    Raises:
        InvalidImageError: There are more than 10,000, or they refer to each other over more than 32 levels.
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
                        f"the referrers of an image go on after {len(given):,} on {level} levels; leave them out"
                    )
        yield from waiting


def listed_referrers(source: ImageSource) -> FindReferrers:
    """Find referrers in a layout: among its roots, below those that are named after a digest, and by cosign's names."""
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
"""What no image needs: a registry could go on inventing referrers."""
