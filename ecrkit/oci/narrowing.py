"""Taking some platforms out of an image for many: one of them as it is, several under a new index."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecrkit.errors import InvalidImageError
from ecrkit.oci.builders import build_index
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.manifests import ImageManifest, Index, select
from ecrkit.oci.platforms import Platform
from ecrkit.oci.sources import ImageSource, read_config, read_manifest

_DIGEST_OF_SUBJECT = "vnd.docker.reference.digest"  # in which BuildKit says what an attestation is about
_DEEPEST_INDEX = 8


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is left of an image."""

    root: Descriptor
    index: Index | None = None
    """The new index; absent where the root is a manifest that the source has."""


def narrow(source: ImageSource, root: Descriptor, platforms: Sequence[Platform | str]) -> Narrowed:
    """Take the images for some platforms out of an index.

    A single one stays what it is, with its own digest. Several come under a new index, which has a digest of its own,
    together with the attestations about them; if that is all that the old index lists, the old one is kept.

    Args:
        source: Where the image is.
        root: The index; or an image that runs on every one of the platforms, which is kept as it is.
        platforms: What is wanted; of each the image that runs best on it.

    Raises:
        InvalidImageError: There is nothing for a platform.
    """
    wanted = [Platform.parse(each) if isinstance(each, str) else each for each in platforms]
    manifest = read_manifest(source, root)
    if isinstance(manifest, ImageManifest):
        _check_runs(source, manifest, wanted)
        return Narrowed(root)
    chosen = list(
        {(best := _best(source, manifest, each, _DEEPEST_INDEX)).digest: best for each in wanted}.values()
    )
    if len(chosen) == 1:
        return Narrowed(chosen[0])
    digests = {each.digest for each in chosen}
    attestations = [
        each
        for each in manifest.manifests
        if each.is_attestation and each.annotations.get(_DIGEST_OF_SUBJECT) in digests
    ]
    if digests | {each.digest for each in attestations} == {each.digest for each in manifest.manifests}:
        return Narrowed(root)
    index = build_index(
        [*chosen, *attestations],
        annotations=manifest.annotations,
        subject=manifest.subject,
        artifact_type=manifest.artifact_type,
        media_type=manifest.media_type,
    )
    return Narrowed(index.descriptor(annotations=root.annotations), index)


def _check_runs(source: ImageSource, manifest: ImageManifest, wanted: Sequence[Platform]) -> None:
    offered = read_config(source, manifest).platform
    for each in wanted:
        if each.rank(offered) is None:
            raise InvalidImageError(f"the image is for {offered}, it does not run on {each}")


def _best(source: ImageSource, index: Index, platform: Platform, levels: int) -> Descriptor:
    found = next(_candidates(source, index, platform, levels), None)
    if found is None:
        offered = ", ".join(str(each) for each in index.platforms) or "none by itself"
        raise InvalidImageError(f"there is no image for {platform}; the index has {offered}")
    return found


def _candidates(source: ImageSource, index: Index, platform: Platform, levels: int) -> Iterator[Descriptor]:
    if not levels:
        raise InvalidImageError(f"indexes are nested deeper than {_DEEPEST_INDEX} levels")
    if (here := select(index, platform)) is not None:
        yield here
    for each in index.manifests:
        if each.is_index and source.has_blob(each.digest):
            nested = read_manifest(source, each)
            if isinstance(nested, Index):
                yield from _candidates(source, nested, platform, levels - 1)
