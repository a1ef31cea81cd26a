"""The archive of `docker save`: a tar file whose `manifest.json` names the configs and layers.

It has no registry manifests, so they are generated here, deterministically. Current versions of Docker also write an
OCI layout into the file; `OciArchive` reads that, with the digests Docker knows.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_pascal

from ecrkit._strings import items_of
from ecrkit.errors import InvalidImageError, InvalidManifestError, MissingBlobError
from ecrkit.files.outputs import Output
from ecrkit.oci._files import WorkFolder, open_regular
from ecrkit.oci._json import load_json
from ecrkit.oci._member import Member
from ecrkit.oci._tar import Place
from ecrkit.oci.archive import ArchiveFile, write_archive
from ecrkit.oci.artifacts import check_is_image
from ecrkit.oci.builders import build_manifest, to_json
from ecrkit.oci.compression import DEFAULT_MAX_EXPANDED, LAYER_TYPES, Packing, detect, expand
from ecrkit.oci.configs import parse_config
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.layout import blob_name, layout_files, needed_blobs
from ecrkit.oci.manifests import ImageManifest, Index
from ecrkit.oci.media_types import OCI_LAYER
from ecrkit.oci.names import IMAGE_NAME, named
from ecrkit.oci.platforms import Platform
from ecrkit.oci.roots import find_root
from ecrkit.oci.selection import as_platform, find_platform, offers
from ecrkit.oci.sources import ImageSource, read_manifest
from ecrkit.references import Digest

MANIFEST_NAME = "manifest.json"

_CHUNK = 1024 * 1024
_HEAD = 16  # bytes needed to detect the compression of a layer


class SavedImage(Member, frozen=True):
    """One image in `manifest.json`."""

    model_config = ConfigDict(alias_generator=to_pascal)

    config: str
    repo_tags: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()


_SAVED_IMAGES = TypeAdapter(list[SavedImage])


class DockerArchive(ImageSource):
    """Images in an archive written by `docker save`, `podman save` or `skopeo`, in any of its forms.

    Layers keep the compression of the archive, usually none; `compress_layers` compresses them.
    """

    def __init__(
        self,
        path: str | Path | ArchiveFile,
        *,
        max_expanded: int = DEFAULT_MAX_EXPANDED,
        images: Iterable[SavedImage] | None = None,
    ) -> None:
        """Read `manifest.json` and the configs, and generate manifests.

        Args:
            path: The file. It must not change while it is in use.
            max_expanded: Maximum number of bytes that it, or a layer in it, may expand to.
            images: Images to read; defaults to all.

        Raises:
            InvalidImageError: It is not such an archive, is unsafe to read, or lacks a layer.
            InvalidManifestError: A document is malformed.
        """
        self._archive = path if isinstance(path, ArchiveFile) else ArchiveFile(path, max_expanded)
        self._places: dict[Digest, Place] = {}
        self._made: dict[Digest, bytes] = {}
        self._expanded: dict[Digest, Path] = {}
        self._max_expanded = max_expanded
        self._work: WorkFolder | None = None
        try:
            listed = read_saved_images(self._archive) if images is None else images
            self._roots = tuple(
                root for saved in listed for root in self._roots_of(saved, self._make_manifest(saved))
            )
        except BaseException:
            self.close()
            raise

    def __repr__(self) -> str:
        return f"DockerArchive({self._archive.name!r})"

    @property
    def roots(self) -> tuple[Descriptor, ...]:
        """The images, once for each saved name."""
        return self._roots

    def has_blob(self, digest: Digest) -> bool:
        """Whether the archive has these bytes, or they are a generated manifest."""
        return digest in self._places or digest in self._made or digest in self._expanded

    def blob_size(self, digest: Digest) -> int:
        """Return the number of bytes.

        Raises:
            MissingBlobError: The archive has no such blob.
        """
        if digest in self._expanded:
            return self._expanded[digest].stat().st_size
        return len(self._made[digest]) if digest in self._made else self._place(digest).size

    def open_blob(self, digest: Digest) -> BinaryIO:
        """Open a blob for reading.

        Raises:
            MissingBlobError: The archive has no such blob.
        """
        if digest in self._made:
            return io.BytesIO(self._made[digest])
        if digest in self._expanded:
            return open_regular(self._expanded[digest])
        return self._archive.open(self._place(digest))

    def close(self) -> None:
        """Remove temporary files."""
        if self._work is not None:
            self._work.close()
        self._archive.close()

    def _make_manifest(self, saved: SavedImage) -> ImageManifest:
        raw = self._archive.document(saved.config)
        config = parse_config(raw)
        if len(config.diff_ids) != len(saved.layers):
            raise InvalidImageError(
                f"The config in {self._archive.name} has {len(config.diff_ids)} layers, {MANIFEST_NAME} {len(saved.layers)}"
            )
        self._made[config.digest] = raw
        layers = [
            self._layer(name, diff_id) for name, diff_id in zip(saved.layers, config.diff_ids, strict=True)
        ]
        manifest = build_manifest(config.descriptor(), layers)
        self._made[manifest.digest] = manifest.raw
        return manifest

    def _layer(self, name: str, diff_id: Digest) -> Descriptor:
        place = self._archive.find(name)
        if place is None:
            raise MissingBlobError(diff_id, f"{self._archive.name}; expected it as {name[:200]}")
        with self._archive.open(place) as file:
            packing = detect(file.read(_HEAD))
            media_type = LAYER_TYPES.get(packing)
            if media_type is None:
                # xz or bzip2. Registries do not store such layers, so Docker and skopeo expand them.
                return self._expand(file, packing, diff_id)
            # The diff id is the digest of the uncompressed bytes; only compressed layers must be read for it.
            digest = diff_id if media_type == OCI_LAYER else _digest(file)
        self._places[digest] = place
        return Descriptor(media_type=media_type, digest=digest, size=place.size)

    def _expand(self, file: BinaryIO, packing: Packing, digest: Digest) -> Descriptor:
        self._work = self._work or WorkFolder()
        path = self._work.new_file()
        file.seek(0)
        with path.open("wb") as out:
            for chunk in expand(file, packing, self._max_expanded):
                out.write(chunk)
        self._expanded[digest] = path
        return Descriptor(media_type=OCI_LAYER, digest=digest, size=path.stat().st_size)

    def _roots_of(self, saved: SavedImage, manifest: ImageManifest) -> list[Descriptor]:
        roots = [manifest.descriptor(annotations={IMAGE_NAME: name}) for name in saved.repo_tags]
        return roots or [manifest.descriptor()]

    def _place(self, digest: Digest) -> Place:
        if digest not in self._places:
            raise MissingBlobError(digest, self._archive.name)
        return self._places[digest]


def read_saved_images(archive: ArchiveFile) -> list[SavedImage]:
    """Read `manifest.json`.

    Raises:
        InvalidImageError: There is none in the archive.
        InvalidManifestError: It is not in the format of `docker save`.
    """
    listed = load_json(archive.document(MANIFEST_NAME), MANIFEST_NAME)
    if isinstance(listed, list):
        listed = [_exactly_spelled(each) for each in cast("list[object]", listed)]
    try:
        return _SAVED_IMAGES.validate_python(listed, by_alias=True, by_name=False)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]["msg"]
        raise InvalidManifestError(
            f"{MANIFEST_NAME} in {archive.name} is not in the format of docker save: {first}"
        ) from error


def _exactly_spelled(saved: object) -> object:
    # Go ignores the case of names; Jib wrote `config`, `repoTags` and `layers` until 2019.
    if not isinstance(saved, Mapping):
        return saved
    names = {"config": "Config", "repotags": "RepoTags", "layers": "Layers"}
    members = cast("Mapping[str, object]", saved)
    return {names.get(name.lower(), name): value for name, value in members.items()}


def write_docker_archive(
    source: ImageSource,
    path: Output,
    names: str | Iterable[str] = (),
    *,
    root: Descriptor | None = None,
    platform: Platform | str | None = None,
) -> None:
    """Write one image for `docker load`: an OCI archive with Docker's `manifest.json` beside the index.

    Args:
        source: Where the image comes from.
        path: The file, which appears when it is complete and replaces an existing one; or a binary file object, a pipe
            or a character device, which is written from front to back.
        names: Names of the image after loading, for example `team/app:1.4.2`.
        root: The image, or an index that lists it; may be omitted if the source has only one.
        platform: Platform to select from an index; an archive holds one image.

    Raises:
        MissingBlobError: The source lacks a blob.
    DigestMismatchError: The content of a blob does not match its digest.
        NotAnImageError: It is an artifact.
        InvalidImageError: There is no image for the platform, the source lacks a foreign layer that Docker
            needs to load the archive, or a blob has not the size that its descriptor says.
    """
    names = items_of(names)
    descriptor, manifest = _one_image(source, root or find_root(source, platforms=platform), platform)
    check_is_image(manifest)
    check_foreign_layers(manifest, source.has_blob)
    saved = {
        "Config": blob_name(manifest.config.digest),
        "RepoTags": list(names),
        "Layers": [blob_name(layer.digest) for layer in manifest.layers],
    }
    files = layout_files(named(descriptor, names) or [descriptor]) | {
        MANIFEST_NAME: b"[" + to_json(saved) + b"]"
    }
    write_archive(
        source, path, files, needed_blobs(source, [descriptor], allow_missing=False, foreign_layers=True)
    )


def check_foreign_layers(manifest: ImageManifest, has: Callable[[Digest], bool]) -> None:
    """Refuse an image that Docker could not load from an archive.

    Args:
        manifest: The image.
        has: Returns whether a layer will be in the archive.

    Raises:
        InvalidImageError: A foreign layer would be missing.
    """
    absent = next((layer for layer in manifest.foreign_layers if not has(layer.digest)), None)
    if absent is not None:
        urls = f" (it is at {absent.urls[0][:200]})" if absent.urls else ""
        raise InvalidImageError(
            f"Docker could not load an archive without the foreign layer {absent.digest}{urls}. Pass foreign_layers=True if"
            " the repository has it, or save the image as an OCI archive"
        )


def _one_image(
    source: ImageSource, root: Descriptor, platform: Platform | str | None
) -> tuple[Descriptor, ImageManifest]:
    manifest = read_manifest(source, root)
    if not isinstance(manifest, Index):
        return root, manifest
    offered = offers(source, root)
    if platform is None:
        there = ", ".join(dict.fromkeys(str(each.platform) for each in offered)) or "no named platforms"
        raise InvalidImageError(f"The image is an index; pass platform=, one of: {there}")
    chosen = find_platform(offered, as_platform(platform), "the index").image
    return _one_image(source, chosen, platform)


def _digest(file: BinaryIO) -> Digest:
    file.seek(0)
    sha256 = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        sha256.update(chunk)
    return Digest.from_hash(sha256)
