"""Compress the layers of an image that was saved without compression."""

from pathlib import Path

from ecrkit.errors import InvalidImageError
from ecrkit.oci import media_types
from ecrkit.oci._files import WorkFolder
from ecrkit.oci.builders import build_manifest
from ecrkit.oci.built import BuiltImage
from ecrkit.oci.compression import Compression
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.layers import Layer, layer_from_tar
from ecrkit.oci.manifests import Index
from ecrkit.oci.sources import ImageSource, open_verified, read_manifest

_UNCOMPRESSED = {media_types.OCI_LAYER, media_types.DOCKER_LAYER}


def compress_layers(
    source: ImageSource,
    root: Descriptor,
    *,
    compression: Compression = "gzip",
    level: int | None = None,
    threads: int = 1,
    folder: str | Path | None = None,
) -> BuiltImage:
    """Compress the uncompressed layers of an image, as in the archive of `docker save`.

    The config is unchanged, so the image keeps its id (the digest of the config).

    Args:
        source: Source of the image. It must stay open while the result is used.
        root: The image.
        compression: Compression of the layers.
        level: Level of the compression; see [`Compression`][ecrkit.oci.Compression].
        threads: Threads of zstd.
        folder: Existing folder for the layers. If omitted, a temporary one that is removed on closing.

    Raises:
        InvalidImageError: It is an index; compress its images one by one.
        MissingBlobError: The source lacks a layer.
    DigestMismatchError: The content of a layer does not match its digest.
    """
    manifest = read_manifest(source, root)
    if isinstance(manifest, Index):
        raise InvalidImageError("The layers of an index cannot be compressed; choose one of its images")
    work = WorkFolder(folder)
    try:
        layers: list[Descriptor] = []
        packed: list[Layer] = []
        for old in manifest.layers:
            if old.media_type not in _UNCOMPRESSED:
                layers.append(old.in_oci())
                continue
            with open_verified(source, old) as stream:
                new = layer_from_tar(
                    stream, work.new_file(), compression=compression, level=level, threads=threads
                )
            packed.append(new)
            layers.append(new.descriptor.model_copy(update={"annotations": old.annotations}))
    except BaseException:
        work.close()
        raise
    rebuilt = build_manifest(
        # Without other members, such as a platform, which ECR refuses.
        Descriptor(
            media_type=media_types.in_oci(manifest.config.media_type),
            digest=manifest.config.digest,
            size=manifest.config.size,
        ),
        layers,
        annotations=manifest.annotations,
        subject=manifest.subject,
        artifact_type=manifest.artifact_type,
    )
    return BuiltImage(
        rebuilt,
        layers=packed,
        others=[source],
        work=work,
        platform=root.platform,
        annotations=root.annotations,
    )
