"""Select platforms of a multi-platform image: one image unchanged, or several under a new index."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ecrkit.errors import PlatformNotFoundError
from ecrkit.oci.artifacts import check_is_image
from ecrkit.oci.builders import build_index
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.manifests import ImageManifest, Index
from ecrkit.oci.platforms import Platform
from ecrkit.oci.presence import is_complete
from ecrkit.oci.selection import Offer, as_platform, find_platform, offers
from ecrkit.oci.sources import ImageSource, read_manifest
from ecrkit.references import Digest

PlatformChoice = Platform | str | Sequence[Platform | str]
"""Images of an index: platforms, or `"available"` for those that a source has completely."""

_AVAILABLE = "available"

# SOCI v2 names the image in its entry, and the SOCI index in the image (soci-snapshotter, soci_convert.go).
_SOCI = "com.amazon.soci.image-manifest-digest"
# Annotations that name the image that an entry of an index belongs to.
_SUBJECT_ANNOTATIONS = (
    "vnd.docker.reference.digest",  # attestations of BuildKit
    _SOCI,
)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Result of narrowing an image."""

    root: Descriptor
    index: Index | None = None
    """The new index; None if the root is a manifest of the source."""

    left_out: tuple[Descriptor, ...] = ()
    """Entries of the original index, at any level, that the result leaves out."""

    beside: tuple[Descriptor, ...] = ()
    """Artifacts of a single image that are found without an index: SOCI indexes, signatures."""


def narrow(source: ImageSource, root: Descriptor, platforms: PlatformChoice) -> Narrowed:
    """Select the images for some platforms from an index.

    A single image keeps its digest and comes without an index; attestations of BuildKit, which only an index can name, are
    left out then. Several come under a new index with a digest of its own,
    together with what the old index lists about them: attestations, SOCI indexes, signatures. If nothing is left out, the
    old index is kept.

    Args:
        source: Source of the image.
        root: The index; or an image that runs on all of the platforms, which is kept unchanged.
        platforms: Platforms to keep, with the best match for each; or `"available"` for every image that the source has
            completely.

    Raises:
        PlatformNotFoundError: No image matches a platform, or none is complete.
        NotAnImageError: It is an artifact.
    """
    manifest = read_manifest(source, root)
    check_is_image(manifest)
    offered = offers(source, root)
    if means_available(platforms):
        if isinstance(manifest, ImageManifest):
            return Narrowed(root)
        return _available(source, root, manifest, offered)
    what = "the image" if isinstance(manifest, ImageManifest) else "the index"
    chosen = {
        found.image.digest: found.image
        for each in as_platforms(platforms)
        for found in [find_platform(offered, each, what)]
    }
    if isinstance(manifest, ImageManifest):
        return Narrowed(root)
    entries = list(_entries(source, manifest))
    companions = _companions(source, entries, offered, chosen.keys())
    if len(chosen) > 1:
        return _rebuilt(root, manifest, entries, list(chosen.values()), companions)
    [image] = chosen.values()
    beside = [each for each in companions if _is_found_alone(source, each)]
    return Narrowed(image, left_out=_left_out(entries, [image, *beside]), beside=tuple(beside))


def means_available(platforms: PlatformChoice) -> bool:
    """Return whether the choice is `"available"` instead of platforms."""
    return platforms == _AVAILABLE or (
        not isinstance(platforms, str | Platform) and [*platforms] == [_AVAILABLE]
    )


def as_platforms(platforms: PlatformChoice) -> list[Platform]:
    """Parse platforms; accepts one or several.

    Raises:
        InvalidReferenceError: One is not a platform.
    """
    listed = [platforms] if isinstance(platforms, str | Platform) else platforms
    return [as_platform(each) for each in listed]


def _available(source: ImageSource, root: Descriptor, index: Index, offered: Sequence[Offer]) -> Narrowed:
    chosen = {each.image.digest: each.image for each in offered if is_complete(source, each.image)}
    if not chosen:
        there = ", ".join(dict.fromkeys(str(each.platform) for each in offered)) or "no platforms"
        raise PlatformNotFoundError(
            f"The index {root.digest} lists {there}, but the source has none of these images completely"
        )
    entries = list(_entries(source, index))
    companions = [
        each for each in _companions(source, entries, offered, chosen.keys()) if is_complete(source, each)
    ]
    return _rebuilt(root, index, entries, list(chosen.values()), companions)


def _rebuilt(
    root: Descriptor,
    index: Index,
    entries: Sequence[Descriptor],
    images: Sequence[Descriptor],
    companions: Sequence[Descriptor],
) -> Narrowed:
    kept = [*images, *companions]
    left_out = _left_out(entries, kept)
    if not left_out:
        return Narrowed(root)
    if len(kept) == 1:
        return Narrowed(images[0], left_out=left_out)
    rebuilt = build_index(
        kept,
        annotations=index.annotations,
        subject=index.subject,
        artifact_type=index.artifact_type,
        media_type=index.media_type,
    )
    return Narrowed(rebuilt.descriptor(annotations=root.annotations), rebuilt, left_out)


def _left_out(entries: Iterable[Descriptor], kept: Iterable[Descriptor]) -> tuple[Descriptor, ...]:
    digests = {each.digest for each in kept}
    return tuple({each.digest: each for each in entries if each.digest not in digests}.values())


def _is_found_alone(source: ImageSource, entry: Descriptor) -> bool:
    """Return whether clients find an entry through the image: by its annotation, or by the entry's subject."""
    if _SOCI in entry.annotations:
        return True
    return (
        entry.is_manifest
        and source.has_blob(entry.digest)
        and read_manifest(source, entry).subject is not None
    )


def _entries(
    source: ImageSource, index: Index, seen: frozenset[Digest] = frozenset()
) -> Iterator[Descriptor]:
    """Return the entries of an index, with nested indexes of images expanded."""
    for each in index.manifests:
        nested = (
            read_manifest(source, each)
            if each.is_index and each.can_run and each.digest not in seen and source.has_blob(each.digest)
            else None
        )
        if isinstance(nested, Index):
            yield from _entries(source, nested, seen | {each.digest})
        else:
            yield each


def _companions(
    source: ImageSource, entries: Sequence[Descriptor], offered: Sequence[Offer], chosen: Iterable[Digest]
) -> list[Descriptor]:
    """Find artifacts of the chosen images, and their artifacts in turn."""
    images = {each.image.digest for each in offered}
    others = [(each, _subject(source, each)) for each in entries if each.digest not in images]
    known: set[str] = set(chosen)
    while new := {each.digest for each, subject in others if subject in known} - known:
        known.update(new)
    return [each for each, subject in others if subject in known]


def _subject(source: ImageSource, entry: Descriptor) -> str | None:
    for name in _SUBJECT_ANNOTATIONS:
        if name in entry.annotations:
            return entry.annotations[name]
    if not entry.is_manifest or not source.has_blob(entry.digest):
        return None
    subject = read_manifest(source, entry).subject
    return None if subject is None else subject.digest
