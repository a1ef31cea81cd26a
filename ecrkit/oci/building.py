"""Building images without Docker: layers from folders and tar files, on nothing or on a base."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Self, Unpack

from ecrkit.errors import InvalidImageError
from ecrkit.oci._files import WorkFolder
from ecrkit.oci.builders import build_manifest
from ecrkit.oci.built import BuiltImage
from ecrkit.oci.compression import DEFAULT_MAX_EXPANDED, Compression
from ecrkit.oci.config_builders import RunOptions, build_config, extend_config
from ecrkit.oci.configs import ImageConfig
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.layers import Layer, layer_from_folder, layer_from_tar
from ecrkit.oci.manifests import ImageManifest
from ecrkit.oci.platforms import Platform
from ecrkit.oci.sources import ImageSource


class ImageBuilder:
    """Builds one image, layer by layer. The same input gives the same digest.

    Example:
        >>> with ImageBuilder("linux/amd64") as builder:
        ...     layer = builder.add_layer("dist/", to="/app")
        ...     builder.configure(entrypoint=["/app/server"], labels={"team": "web"})
        ...     repository.push_image(builder.build(), tags=["1.4.2"])
    """

    def __init__(
        self,
        platform: Platform | str,
        *,
        compression: Compression = "gzip",
        level: int | None = None,
        folder: str | Path | None = None,
    ) -> None:
        """Start from nothing.

        Args:
            platform: What the image will run on, for example `linux/arm64`.
            compression: Of new layers.
            level: Of the compression; a common choice if None.
            folder: Where to put the layers; it must exist. A temporary one, removed on closing, if None.
        """
        self._platform = Platform.parse(platform) if isinstance(platform, str) else platform
        self._compression: Compression = compression
        self._level = level
        self._work = WorkFolder(folder)
        self._base: tuple[ImageManifest, ImageConfig] | None = None
        self._base_source: ImageSource | None = None
        self._layers: list[Layer] = []
        self._history: list[dict[str, Any]] = []
        self._run: RunOptions = {}

    def __repr__(self) -> str:
        return f"ImageBuilder({str(self._platform)!r}, {len(self._layers)} new layers)"

    @classmethod
    def on(
        cls,
        manifest: ImageManifest,
        config: ImageConfig,
        *,
        source: ImageSource | None = None,
        compression: Compression = "gzip",
        level: int | None = None,
        folder: str | Path | None = None,
    ) -> Self:
        """Start from a base image.

        Args:
            manifest: The manifest of the base.
            config: Its config.
            source: Where its layers are. Not needed for pushing to a repository that has them.
            compression: Of new layers.
            level: Of the compression; a common choice if None.
            folder: Where to put the layers; it must exist. A temporary one, removed on closing, if None.

        Raises:
            InvalidImageError: Manifest and config do not belong together.
        """
        if manifest.config.digest != config.digest or len(manifest.layers) != len(config.diff_ids):
            raise InvalidImageError("the manifest and the config of the base do not belong together")
        builder = cls(config.platform, compression=compression, level=level, folder=folder)
        builder._base = (manifest, config)
        builder._base_source = source
        return builder

    def add_layer(
        self,
        source: str | Path | BinaryIO,
        *,
        to: str = "/",
        mtime: int = 0,
        created_by: str | None = None,
        max_expanded: int = DEFAULT_MAX_EXPANDED,
    ) -> Layer:
        """Add a layer: the content of a folder, or a tar file as it is.

        Args:
            source: A folder, a tar file (compressed or not), or a stream of a tar file.
            to: Where in the image the content of a folder goes.
            mtime: When the content of a folder was last changed, in seconds since 1970.
            created_by: What the history says about the layer.
            max_expanded: How many bytes a compressed tar file may expand to.

        Raises:
            EmptyLayerError: The tar file has no bytes.
            InvalidImageError: It is not a tar file, or the folder holds what cannot be put into a layer.
            SourceChangedError: A file changed while it was read.
        """
        path = self._work.new_file()
        if isinstance(source, str | Path) and Path(source).is_dir():
            layer = layer_from_folder(
                source, path, to=to, mtime=mtime, compression=self._compression, level=self._level
            )
        elif to != "/":
            raise InvalidImageError("a tar file says itself where its content goes; 'to' is for folders")
        else:
            layer = layer_from_tar(
                source, path, compression=self._compression, level=self._level, max_expanded=max_expanded
            )
        self._layers.append(layer)
        self._history.append({"created_by": created_by or f"add a layer at {to}"})
        return layer

    def configure(self, **run: Unpack[RunOptions]) -> None:
        """Say how a container of the image starts. What is said again replaces what was said before."""
        self._run.update(run)

    def build(
        self,
        *,
        created: datetime | None = None,
        author: str | None = None,
        annotations: Mapping[str, str] | None = None,
    ) -> BuiltImage:
        """Make the config and the manifest.

        Args:
            created: When the image was made. With None, building twice gives the same digest.
            author: Who made it.
            annotations: Of the manifest.

        Returns:
            The image. It needs the files of this builder: push or write it before the builder is closed.
        """
        diff_ids = [layer.diff_id for layer in self._layers]
        new = [layer.descriptor for layer in self._layers]
        if self._base is None:
            config = build_config(
                self._platform, diff_ids, created=created, author=author, history=self._history, **self._run
            )
            below: tuple[Descriptor, ...] = ()
        else:
            manifest, old = self._base
            config = extend_config(
                old, diff_ids, created=created, author=author, history=self._history, **self._run
            )
            below = tuple(layer.in_oci() for layer in manifest.layers)
        return BuiltImage(
            build_manifest(config.descriptor(), [*below, *new], annotations=annotations),
            documents=[config],
            layers=self._layers,
            others=[] if self._base_source is None else [self._base_source],
            work=self._work,
            platform=config.platform,
        )

    def close(self) -> None:
        """Remove the layers, unless the caller chose the folder for them."""
        self._work.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
