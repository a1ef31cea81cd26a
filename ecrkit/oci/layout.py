"""The OCI image layout: a folder with an index, and a file for each blob, named by its digest."""

import io
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from ecrkit.errors import InvalidImageError, MissingBlobError
from ecrkit.files.safe_folder import SafeFolder
from ecrkit.files.space import disk_full_errors
from ecrkit.oci._files import appearing_folder, open_regular
from ecrkit.oci._json import load_object
from ecrkit.oci.builders import build_index, to_json
from ecrkit.oci.contents import read_contents
from ecrkit.oci.descriptors import Descriptor, each_once
from ecrkit.oci.manifests import ImageManifest, Index
from ecrkit.oci.presence import incomplete_index
from ecrkit.oci.sources import ImageSource, open_verified, read_bounded, walk
from ecrkit.references import Digest

MARKER_NAME = "oci-layout"
INDEX_NAME = "index.json"
MARKER = to_json({"imageLayoutVersion": "1.0.0"})

_COPIED_AT_ONCE = 1024 * 1024
_ADVICE = "Pass roots= with the images to write (ecrkit.oci.narrow chooses them), or allow_missing=True"


class OciLayout(ImageSource):
    """Images in a folder, as written by `skopeo`, `buildah`, `umoci` and `docker buildx`. Blobs may be missing."""

    def __init__(self, path: str | Path, *, follow_links: bool = False) -> None:
        """Read the index of a layout.

        Args:
            path: The folder.
            follow_links: Whether files of the layout may be links out of it, as Bazel creates them. Leave it off for
                untrusted folders.

        Raises:
            InvalidImageError: The folder is not a layout, or is unsafe to read.
            InvalidManifestError: Its index is malformed.
        """
        self._path = Path(path)
        self._follow_links = follow_links
        with self._open(MARKER_NAME) as file:
            check_marker(read_bounded(file, MARKER_NAME))
        with self._open(INDEX_NAME) as file:
            self._contents = read_contents(read_bounded(file, INDEX_NAME))

    def __repr__(self) -> str:
        return f"OciLayout({str(self._path)!r})"

    @property
    def roots(self) -> tuple[Descriptor, ...]:
        """Entries of `index.json`; or `index.json` itself if it is a multi-platform image."""
        return self._contents.roots

    @property
    def index(self) -> Index:
        """The content of `index.json`."""
        return self._contents.index

    def has_blob(self, digest: Digest) -> bool:
        """Whether there is a file for this digest."""
        if self._contents.document(digest) is not None:
            return True
        try:
            with self._read(blob_name(digest)):
                return True
        except FileNotFoundError:
            return False

    def blob_size(self, digest: Digest) -> int:
        """Return the size of the file in bytes.

        Raises:
            MissingBlobError: There is no such file.
        """
        with self.open_blob(digest) as file:
            return file.seek(0, 2)

    def open_blob(self, digest: Digest) -> BinaryIO:
        """Open the file for reading.

        Raises:
            MissingBlobError: There is no such file.
            InvalidImageError: It is a device, a pipe, or a link that leads out of the layout.
        """
        if (document := self._contents.document(digest)) is not None:
            return io.BytesIO(document)
        try:
            return self._read(blob_name(digest))
        except FileNotFoundError as error:
            raise MissingBlobError(digest, f"the layout {self._path}") from error

    def close(self) -> None:
        """Do nothing; no files are open."""

    def _open(self, name: str) -> BinaryIO:
        try:
            return self._read(name)
        except FileNotFoundError as error:
            raise InvalidImageError(
                f"{self._path} is not an OCI layout: there is no {name} in it{self._what_it_is()}"
            ) from error

    def _what_it_is(self) -> str:
        if (self._path / "manifest.json").is_file():
            version = (self._path / "version").is_file()  # skopeo's `dir:` transport
            return (
                "; it is a folder of skopeo's dir: transport, copy it to oci:"
                if version
                else "; it looks like an unpacked archive of docker save, pass the tar file itself"
            )
        return ""

    def _read(self, name: str) -> BinaryIO:
        if self._follow_links:
            return open_regular(Path(os.path.realpath(self._path / name)))
        with SafeFolder(self._path, hint="; if you trust it, pass follow_links=True") as folder:
            return BufferedReader(folder.read(name))


def write_layout(
    source: ImageSource,
    path: str | Path,
    roots: Sequence[Descriptor] | None = None,
    *,
    allow_missing: bool = False,
    foreign_layers: bool = False,
) -> None:
    """Write images into a new OCI layout, verifying every byte. The folder appears when it is complete.

    Args:
        source: Where the images come from.
        path: The folder; must not exist, or be empty.
        roots: Images of the source to write; defaults to all. Their annotations are copied to the index.
        allow_missing: Whether to leave out blobs that the source does not have, such as the layers of a base image.
        foreign_layers: Whether to write layers that registries need not have, such as the base of a Windows image.

    Raises:
        NotEmptyError: The folder is not empty.
        MissingBlobError: The source lacks a blob.
    DigestMismatchError: The content of a blob does not match its digest.
        InvalidImageError: The size of a blob differs from its descriptor.
    """
    wanted = source.roots if roots is None else tuple(roots)
    with disk_full_errors(path), appearing_folder(Path(path)) as folder:
        for name, content in layout_files(wanted).items():
            (folder / name).write_bytes(content)
        for blob in needed_blobs(source, wanted, allow_missing=allow_missing, foreign_layers=foreign_layers):
            file = folder / blob_name(blob.digest)
            file.parent.mkdir(parents=True, exist_ok=True)
            with open_verified(source, blob) as stream, file.open("wb") as out:
                shutil.copyfileobj(stream, out, _COPIED_AT_ONCE)


def blob_name(digest: Digest) -> str:
    """Return the path of a blob in a layout. Digests are validated, so the path cannot lead elsewhere."""
    return f"blobs/{digest.algorithm}/{digest.hex}"


def check_marker(raw: bytes) -> None:
    """Check the marker file of a layout.

    Raises:
        InvalidImageError: Its version is unknown.
        InvalidManifestError: It is not JSON.
    """
    version = load_object(raw, MARKER_NAME).get("imageLayoutVersion")
    if not isinstance(version, str) or not version.startswith("1."):
        raise InvalidImageError(f"The version of the OCI layout is {str(version)[:50]!r}; must be '1.0.0'")


def layout_files(roots: Sequence[Descriptor]) -> dict[str, bytes]:
    """Write the files of a layout that are not blobs."""
    return {MARKER_NAME: MARKER, INDEX_NAME: build_index(roots).raw}


def needed_blobs(
    source: ImageSource, roots: Sequence[Descriptor], *, allow_missing: bool, foreign_layers: bool = False
) -> list[Descriptor]:
    """List all blobs and manifests of the images, each once, sorted by digest.

    Raises:
        MissingBlobError: The source lacks a blob, and `allow_missing` is false.
        InvalidImageError: Two descriptors name the same digest with different sizes.
    """
    manifests = [manifest for root in roots for manifest in walk(source, root)]
    needed = each_once([*roots, *_described(manifests, foreign_layers=foreign_layers)])
    missing = [digest for digest in needed if not source.has_blob(digest)]
    if missing and not allow_missing:
        absent = [digest for digest in missing if needed[digest].is_manifest]
        if absent:
            raise incomplete_index(source, manifests, absent, where="the source of the image", advice=_ADVICE)
        raise MissingBlobError(missing[0], "the source of the image")
    return [needed[digest] for digest in sorted(needed.keys() - set(missing))]


def _described(manifests: Iterable[ImageManifest | Index], *, foreign_layers: bool) -> Iterator[Descriptor]:
    for manifest in manifests:
        if isinstance(manifest, Index):
            yield from manifest.manifests
        else:
            yield from manifest.all_blobs if foreign_layers else manifest.blobs
