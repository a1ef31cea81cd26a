"""The index of a layout or OCI archive: its images, or the multi-platform image that it is itself."""

from dataclasses import dataclass

from ecrkit.oci import media_types
from ecrkit.oci._json import load_object
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.manifests import Index, parse_manifest
from ecrkit.oci.names import names_of
from ecrkit.references import Digest


@dataclass(frozen=True, slots=True)
class LayoutContents:
    """Content of an `index.json`."""

    index: Index
    roots: tuple[Descriptor, ...]
    """The images: the entries of the index, or the index itself."""

    image: Digest | None = None
    """The digest of the index, if it is the image itself."""

    def document(self, digest: Digest) -> bytes | None:
        """Return the bytes of the index if the digest is its own and it is the image itself; None otherwise."""
        return self.index.raw if digest == self.image else None


def read_contents(raw: bytes) -> LayoutContents:
    """Parse an `index.json`.

    Some tools, such as apko, write the index of a multi-platform image there instead. If it lists two or more unnamed
    images, each for another platform, it is the root.

    Raises:
        InvalidManifestError: It is malformed.
    """
    own = load_object(raw, "index.json").get("mediaType")
    index = parse_manifest(
        raw, own if isinstance(own, str) and own in media_types.INDEXES else media_types.OCI_INDEX
    )
    assert isinstance(index, Index)  # noqa: S101 -- follows from the media type
    if _is_image(index):
        return LayoutContents(index, (index.descriptor(),), index.digest)
    return LayoutContents(index, index.manifests)


def _is_image(index: Index) -> bool:
    images = [each for each in index.manifests if each.can_run]
    platforms = {each.platform for each in images}
    return (
        len(images) > 1
        and len(platforms) == len(images)
        and None not in platforms
        and not any(each.is_index or names_of(each) for each in index.manifests)
    )
