"""Find which listed images a source has. Docker's image store, for example, saves a whole index with one platform."""

from collections.abc import Collection, Iterable

from ecrkit.errors import IncompleteIndexError
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.manifests import ImageManifest, Index
from ecrkit.oci.sources import ImageSource, read_manifest, walk
from ecrkit.references import shorten_digest


def is_complete(source: ImageSource, root: Descriptor) -> bool:
    """Return whether the source has a manifest and everything below it, except foreign layers."""
    if not source.has_blob(root.digest):
        return False
    if not root.is_index:
        manifest = read_manifest(source, root)
        return isinstance(manifest, ImageManifest) and _has_blobs(source, manifest)
    return all(
        all(source.has_blob(child.digest) for child in each.manifests)
        if isinstance(each, Index)
        else _has_blobs(source, each)
        for each in walk(source, root)
    )


def incomplete_index(
    source: ImageSource,
    manifests: Iterable[ImageManifest | Index],
    missing: Collection[str],
    *,
    where: str,
    advice: str,
) -> IncompleteIndexError:
    """Describe what is missing from an index.

    Args:
        source: Where the index is.
        manifests: Manifests that were found, including the index.
        missing: Digests of manifests that were not found.
        where: Name of what was searched.
        advice: What to do about it.
    """
    index = next(
        each
        for each in manifests
        if isinstance(each, Index) and any(child.digest in missing for child in each.manifests)
    )
    absent = names_of_entries(each for each in index.manifests if each.digest in missing)
    present = names_of_entries(
        each for each in index.manifests if each.can_run and source.has_blob(each.digest)
    )
    digest = next(each.digest for each in index.manifests if each.digest in missing)
    return IncompleteIndexError(
        digest, where, index=index.digest, present=present, missing=absent, advice=advice
    )


def _has_blobs(source: ImageSource, manifest: ImageManifest) -> bool:
    return all(source.has_blob(blob.digest) for blob in manifest.blobs)


def names_of_entries(entries: Iterable[Descriptor]) -> list[str]:
    """Describe entries of an index, each once: by platform, or by digest; attestations are only counted."""
    listed = list(entries)
    images = [each for each in listed if not each.is_attestation]
    names = [
        str(each.platform) if each.platform is not None and each.can_run else shorten_digest(each.digest)
        for each in images
    ]
    attestations = len(listed) - len(images)
    counted = [f"{attestations} attestation{'s' if attestations > 1 else ''}"] if attestations else []
    return [*dict.fromkeys(names), *counted]
