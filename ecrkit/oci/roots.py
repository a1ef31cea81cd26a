"""Select an image in a layout or archive by its name, its digest or its platforms."""

from collections.abc import Iterator, Sequence

from ecrkit.errors import EcrKitError, InvalidImageError, InvalidInputError, PlatformNotFoundError
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.digest_tags import subject_of
from ecrkit.oci.manifests import ImageManifest, Index
from ecrkit.oci.names import IMAGE_NAME, REF_NAME, digest_in, has_tag, is_named, names_of
from ecrkit.oci.narrowing import PlatformChoice, as_platforms, means_available
from ecrkit.oci.selection import Offer, best_offer, offers
from ecrkit.oci.sources import ImageSource, walk
from ecrkit.references import Digest

_MOST_LISTED = 20  # in one message
_MOST_MARKS = 2  # annotations that distinguish unnamed roots
_LONGEST_MARK = 100


def find_root(
    source: ImageSource, name: str | None = None, *, platforms: PlatformChoice | None = None
) -> Descriptor:
    """Select one image.

    Args:
        source: Source to search.
        name: Its name in any form that Docker accepts (`app` is `docker.io/library/app:latest`), its tag, or a digest: of
            a manifest at any level, or of a config, which Docker calls the id of the image. May be omitted if there is
            only one image. Unnamed roots do not count if they refer to another image, or if an index lists them.
        platforms: Platforms the image must have, if several are left. Only the best matches count.

    Raises:
        InvalidImageError: No image matches, or several do; the message lists them.
    """
    if not source.roots:
        raise InvalidImageError("The source has no image")
    matching = list(source.roots) if name is None else _named(source, name)
    if not matching:
        raise InvalidImageError(
            f"No image is named {name!r}; the source has {_listing(source, source.roots)}"
        )
    if name is None and _count(matching) > 1:
        dependent = _dependent(source)
        matching = [root for root in matching if not _is_beside(root, dependent)] or matching
    if platforms is not None and not means_available(platforms) and _count(matching) > 1:
        matching = _best_for(source, matching, platforms)
    if _count(matching) == 1:
        return matching[0]
    raise InvalidImageError(
        f"Several images match: {_listing(source, matching)}; pass the name or the digest of one as name=,"
        " or platforms= to select one"
    )


def _count(roots: Sequence[Descriptor]) -> int:
    return len({root.digest for root in roots})


def _named(source: ImageSource, name: str) -> list[Descriptor]:
    if exact := [root for root in source.roots if name in names_of(root)]:
        return exact
    if (digest := digest_in(name)) is not None and (found := list(_with_digest(source, digest))):
        return found
    return [root for root in source.roots if is_named(root, name)] or [
        root for root in source.roots if has_tag(root, name)
    ]


def _with_digest(source: ImageSource, digest: Digest) -> Iterator[Descriptor]:
    """Find a digest among the roots, the entries of indexes, or the configs."""
    if roots := [root for root in source.roots if root.digest == digest]:
        yield from roots
        return
    manifests = [manifest for root in source.roots for manifest in _readable(source, root)]
    listed = [
        child
        for manifest in manifests
        if isinstance(manifest, Index)
        for child in manifest.manifests
        if child.digest == digest
    ]
    if listed:
        yield listed[0]
        return
    for manifest in manifests:
        if isinstance(manifest, ImageManifest) and manifest.config.digest == digest:
            yield next(
                (root for root in source.roots if root.digest == manifest.digest), manifest.descriptor()
            )


def _best_for(
    source: ImageSource, roots: Sequence[Descriptor], platforms: PlatformChoice
) -> list[Descriptor]:
    """Keep the roots with all platforms, and of these the best matches."""
    wanted = as_platforms(platforms)
    ranks: list[tuple[tuple[int, ...], Descriptor]] = []
    for root in roots:
        offered = _offers(source, root)
        found = [
            each.rank(best.platform) for each in wanted if (best := best_offer(offered, each)) is not None
        ]
        rank = tuple(each for each in found if each is not None)
        if len(rank) == len(wanted):
            ranks.append((rank, root))
    if not ranks:
        names = ", ".join(map(str, wanted))
        raise PlatformNotFoundError(
            f"There is no image for {names}; the source has {_listing(source, roots)}"
        )
    best_rank = min(rank for rank, _ in ranks)
    return [root for rank, root in ranks if rank == best_rank]


def _dependent(source: ImageSource) -> set[Digest]:
    """Find entries of an index and referrers of an image; some tools write these into the index of a layout."""
    found: set[Digest] = set()
    for root in source.roots:
        for manifest in _readable(source, root):
            if isinstance(manifest, Index):
                found.update(child.digest for child in manifest.manifests)
            if manifest.subject is not None and source.has_blob(manifest.subject.digest):
                found.add(manifest.digest)
    return found


def _is_beside(root: Descriptor, dependent: set[Digest]) -> bool:
    """Return whether a root only belongs to another one: it has no name, or only cosign's."""
    name = root.annotations.get(REF_NAME) or root.annotations.get(IMAGE_NAME)
    return root.digest in dependent if name is None else subject_of(name) is not None


def _readable(source: ImageSource, root: Descriptor) -> list[ImageManifest | Index]:
    """Read what is readable below a root, so a broken image does not prevent selecting another one."""
    try:
        return list(walk(source, root)) if source.has_blob(root.digest) else []
    except InvalidInputError:
        return []


def _offers(source: ImageSource, root: Descriptor) -> list[Offer]:
    try:
        return offers(source, root)
    except EcrKitError:  # broken; selecting it raises the error
        return []


def _listing(source: ImageSource, roots: Sequence[Descriptor]) -> str:
    distinct = {(root.digest, names_of(root)): root for root in roots}
    shown = [_described(source, root) for root in list(distinct.values())[:_MOST_LISTED]]
    more = f" and {len(distinct) - _MOST_LISTED} more" if len(distinct) > _MOST_LISTED else ""
    return ", ".join(shown) + more


def _described(source: ImageSource, root: Descriptor) -> str:
    platforms = ", ".join(dict.fromkeys(str(each.platform) for each in _offers(source, root)))
    marks = ", ".join(
        f"{key}={value}"[:_LONGEST_MARK] for key, value in list(root.annotations.items())[:_MOST_MARKS]
    )
    name = (names_of(root) or (f"one unnamed [{marks}]" if marks else "one unnamed",))[0]
    return f"{name} ({root.digest}{', ' + platforms if platforms else ''})"
