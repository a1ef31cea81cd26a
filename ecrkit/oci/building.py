"""Building images without Docker: layers from folders and tar files, on nothing or on a base."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Self

from ecrkit._keywords import suggesting
from ecrkit.errors import InvalidImageError
from ecrkit.oci._files import WorkFolder
from ecrkit.oci.builders import build_manifest
from ecrkit.oci.built import BuiltImage
from ecrkit.oci.compression import DEFAULT_MAX_EXPANDED, Compression
from ecrkit.oci.config_builders import RunOptions, build_config, extend_config, run_options
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
        self._check_open()
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

    @suggesting
    def configure(
        self,
        *,
        env: Mapping[str, str] | None = None,
        entrypoint: Sequence[str] | None = None,
        cmd: Sequence[str] | None = None,
        labels: Mapping[str, str] | None = None,
        user: str | None = None,
        working_dir: str | None = None,
        exposed_ports: str | Iterable[str] | None = None,
        volumes: str | Iterable[str] | None = None,
        stop_signal: str | None = None,
    ) -> None:
        """Set how a container of the image starts.

        Omitted options stay as they are: as an earlier call set them, or as the base has them. An empty value
        clears an option, for example `cmd=[]`.

        Args:
            env: Environment variables, added to those of the base, in the given order.
            entrypoint: Command that always runs, one item per argument: `["/app/server", "--verbose"]`. As in a
                Dockerfile, it resets the `cmd` of the base.
            cmd: Default arguments of the entrypoint, or the default command without one.
            labels: Labels, added to those of the base; sorted by name.
            user: User the container runs as: `"user"`, `"1000"` or `"1000:1000"`.
            working_dir: Directory the command starts in.
            exposed_ports: Ports the container listens on, added to those of the base, for example `"8080/tcp"`.
            volumes: Paths of data that is not part of the image, added to those of the base, for example `"/data"`.
            stop_signal: Signal that stops the container, for example `"SIGINT"`.

        Raises:
            InvalidArgumentError: `entrypoint` or `cmd` is a plain string, or `env` or `labels` is not a mapping.
        """
        self._check_open()
        self._run.update(
            run_options(
                env=env,
                entrypoint=entrypoint,
                cmd=cmd,
                labels=labels,
                user=user,
                working_dir=working_dir,
                exposed_ports=exposed_ports,
                volumes=volumes,
                stop_signal=stop_signal,
            )
        )

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
        self._check_open()
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
        """Remove the layers, unless the caller chose the folder for them. Images built here cannot be read any more."""
        self._work.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _check_open(self) -> None:
        if self._work.closed:
            raise InvalidImageError("this ImageBuilder is closed; add, build and push inside its with block")
