"""Select images by platform: always the best match over all levels of nested indexes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ecrkit.errors import InvalidImageError, PlatformNotFoundError
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.manifests import ImageManifest, Index
from ecrkit.oci.platforms import Platform
from ecrkit.oci.sources import MAX_INDEX_DEPTH, ImageSource, read_config, read_manifest
from ecrkit.references import Digest


@dataclass(frozen=True, slots=True)
class Offer:
    """An image and the platform it is for."""

    image: Descriptor
    platform: Platform


def offers(source: ImageSource, root: Descriptor) -> list[Offer]:
    """List the runnable images below a root, in the order of the indexes.

    Attestations and other artifacts are left out. If an index names no platform for an image, the image's config does.
    Nested indexes, and images without a named platform, are skipped if the source lacks them.

    Args:
        source: Source of the root.
        root: An index, or an image, which is then the only result.

    Raises:
        MissingBlobError: The source does not have the root.
        InvalidImageError: Indexes are nested too deep.
        InvalidManifestError: A manifest or a config is malformed.
    """
    manifest = read_manifest(source, root)
    found = (
        _below(source, manifest, MAX_INDEX_DEPTH, set())
        if isinstance(manifest, Index)
        else _own(source, root)
    )
    distinct: dict[tuple[Digest, Platform], Offer] = {}
    for each in found:
        distinct.setdefault((each.image.digest, each.platform), each)
    return list(distinct.values())


def listed_offers(index: Index) -> list[Offer]:
    """List the images of an index with a platform, without reading them."""
    return [
        Offer(each, each.platform)
        for each in index.manifests
        if each.platform is not None and each.can_run and not each.is_index
    ]


def best_offer(offered: Iterable[Offer], platform: Platform) -> Offer | None:
    """Return the best match for a platform, the first of several equals; None if nothing runs on it."""
    ranked = [(rank, each) for each in offered if (rank := platform.rank(each.platform)) is not None]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def find_platform(offered: Sequence[Offer], platform: Platform, what: str = "the image") -> Offer:
    """Return the best match for a platform.

    Args:
        offered: The available images.
        platform: Platform it must run on.
        what: Name of their source in the error.

    Raises:
        PlatformNotFoundError: Nothing runs on it; the message lists the available platforms.
    """
    found = best_offer(offered, platform)
    if found is None:
        there = ", ".join(dict.fromkeys(str(each.platform) for each in offered)) or "no named platforms"
        raise PlatformNotFoundError(f"There is no image for {platform}; {what} has {there}")
    return found


def select(index: Index, platform: Platform | str) -> Descriptor | None:
    """Return the best match for a platform in this index itself; None if nothing runs on it.

    Attestations, artifacts and nested indexes are skipped; `offers` also reads nested indexes.
    """
    found = best_offer(listed_offers(index), as_platform(platform))
    return None if found is None else found.image


def as_platform(platform: Platform | str) -> Platform:
    """Parse a platform, unless it is one.

    Raises:
        InvalidReferenceError: The text is not a platform.
    """
    return Platform.parse(platform) if isinstance(platform, str) else platform


def _below(source: ImageSource, index: Index, levels: int, seen: set[Digest]) -> Iterator[Offer]:
    for each in index.manifests:
        if not each.can_run:
            continue
        if each.is_index:
            if each.digest in seen or not source.has_blob(each.digest):
                continue
            seen.add(each.digest)
            if not levels:
                raise InvalidImageError(f"Indexes are nested deeper than {MAX_INDEX_DEPTH} levels")
            nested = read_manifest(source, each)
            if isinstance(nested, Index):
                yield from _below(source, nested, levels - 1, seen)
        elif each.platform is not None:
            yield Offer(each, each.platform)
        elif source.has_blob(each.digest):
            yield from _own(source, each)


def _own(source: ImageSource, image: Descriptor) -> Iterator[Offer]:
    """Return an image with the platform in its config."""
    manifest = read_manifest(source, image)
    if isinstance(manifest, ImageManifest) and manifest.is_image and source.has_blob(manifest.config.digest):
        platform = read_config(source, manifest).platform
        if not platform.is_unknown:
            yield Offer(image, platform)
