"""Build images without Docker: layers from folders, files and tar files, from scratch or on a base."""

import errno
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Self

from ecrkit._keywords import suggesting
from ecrkit._strings import items_of
from ecrkit.errors import InvalidArgumentError, InvalidImageError
from ecrkit.oci._file_trees import FileTree, LayerTree, read_from_file, read_from_source
from ecrkit.oci._files import WorkFolder
from ecrkit.oci.builders import build_manifest
from ecrkit.oci.built import BuiltImage
from ecrkit.oci.compression import DEFAULT_MAX_EXPANDED, Compression, check_compression
from ecrkit.oci.config_builders import RunOptions, build_config, extend_config, run_options
from ecrkit.oci.configs import ImageConfig
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.folder_layers import (
    EntryRules,
    Filter,
    Owner,
    Packing,
    write_file,
    write_folder,
    write_removals,
)
from ecrkit.oci.layers import Layer, layer_from_tar
from ecrkit.oci.manifests import ImageManifest
from ecrkit.oci.platforms import Platform
from ecrkit.oci.sources import ImageSource


class ImageBuilder:
    """Builds one image, layer by layer. The same content gives the same digest on every machine.

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
        threads: int = 1,
        folder: str | Path | None = None,
    ) -> None:
        """Start from scratch.

        Args:
            platform: Platform the image runs on, for example `linux/arm64`.
            compression: Compression of new layers.
            level: Level of the compression; see [`Compression`][ecrkit.oci.Compression].
            threads: Threads of zstd. Any number above one gives the same digest, but a different one than 1.
            folder: Existing folder for the layers. If omitted, a temporary one that is removed on closing.
        """
        check_compression(compression, level, threads)
        self._platform = Platform.parse(platform) if isinstance(platform, str) else platform
        self._compression: Compression = compression
        self._level = level
        self._threads = threads
        self._tree = FileTree()
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
        follow_links: bool = True,
        compression: Compression = "gzip",
        level: int | None = None,
        threads: int = 1,
        folder: str | Path | None = None,
    ) -> Self:
        """Start from a base image.

        Args:
            manifest: Manifest of the base.
            config: Config of the base.
            source: Source of its layers. Not needed for pushing to a repository that has them.
            follow_links: Whether `add_layer`, `add_file` and `remove` follow links of the base, such as
                `/bin -> usr/bin`, and keep its folders as they are. For that they read the layers in `source`, from
                the top down to the one that has the folder, each at most once.
            compression: Compression of new layers.
            level: Level of the compression; see [`Compression`][ecrkit.oci.Compression].
            threads: Threads of zstd. Any number above one gives the same digest, but a different one than 1.
            folder: Existing folder for the layers. If omitted, a temporary one that is removed on closing.

        Raises:
            InvalidImageError: Manifest and config do not belong together.
        """
        if manifest.config.digest != config.digest or len(manifest.layers) != len(config.diff_ids):
            raise InvalidImageError("The manifest and the config of the base do not belong together")
        builder = cls(config.platform, compression=compression, level=level, threads=threads, folder=folder)
        builder._base = (manifest, config)
        builder._base_source = source
        if source is not None and follow_links:
            readers = [functools.partial(read_from_source, source, layer) for layer in manifest.layers]
            builder._tree = FileTree(readers)
        else:
            builder._tree = FileTree(complete=not manifest.layers)
        return builder

    @suggesting
    def add_layer(
        self,
        source: str | Path | BinaryIO | Layer,
        *,
        to: str = "/",
        filter: Filter | None = None,  # noqa: A002 -- the name that tarfile has for it
        exclude: str | Iterable[str] = (),
        owner: Owner | None = None,
        mode: int | None = None,
        preserve_permissions: bool = False,
        mtime: int = 0,
        created_by: str | None = None,
        max_expanded: int = DEFAULT_MAX_EXPANDED,
    ) -> Layer:
        """Add a layer: the content of a folder, a tar file as it is, or a finished layer.

        Of a folder, names, contents, links, capabilities and `user.*` attributes are kept; owners, modification
        times and the effect of the umask are not. Files become 0755 if their owner may execute them, otherwise 0644,
        keeping setuid and setgid; folders become 0755, or 1777 with the sticky bit. Hard links become files of their
        own. SELinux labels and access control lists are left out.

        Folders that the image has already keep their mode and owner, unless `owner`, `mode` or `preserve_permissions`
        is given, and its links to folders are followed. For that, the layers of a base must be in its `source`.
        Otherwise ecrkit keeps the folders that practically every base has, such as `/etc`, `/usr/bin` and
        `/tmp`; others become 0755, also where the base has a link.

        A file `.wh.NAME` removes `NAME` of the layers below, as the OCI specification says; see also `remove`.

        Args:
            source: A folder, a tar file (compressed or not), a stream of a tar file, or a `Layer`, for example of
                `layer_writer`. The options below except `created_by` and `max_expanded` are for folders.
            to: Folder of the image that the content goes to. Created if the image lacks it.
            filter: Called with the `tarfile.TarInfo` of each entry, in order; returns it, changed or not, or None to
                leave out the entry and what is below it.
            exclude: Patterns of what to leave out, with the rules of .gitignore: `"*.pyc"` at any depth, `"/build"`
                only at the top, `"docs/**/*.md"`, `"cache/"` only folders. No `!`.
            owner: Owner of everything, `"1000:1000"` or `(1000, 1000)`; defaults to root.
            mode: Mode of every file, for example `0o640`; folders also get execute permission where they are readable.
            preserve_permissions: Keep modes as they are on this machine.
            mtime: Modification time of every entry, in seconds since 1970.
            created_by: History entry of the layer.
            max_expanded: Maximum number of bytes a compressed tar file may expand to.

        Raises:
            EmptyLayerError: The tar file has no bytes.
            FileNotFoundError: There is no such folder or file.
            InvalidArgumentError: An option is invalid, or is for folders and `source` is not a folder.
            InvalidImageError: It is not a tar file, or the folder has a device, a pipe or a socket.
            SourceChangedError: A file changed while it was read.
        """
        self._check_open()
        if isinstance(source, str | Path) and not Path(source).exists():
            raise FileNotFoundError(errno.ENOENT, "No such file or folder", str(source))
        created_by = created_by or f"add a layer at {to}"
        if isinstance(source, str | Path) and Path(source).is_dir():
            rules = EntryRules(
                mtime=mtime,
                filter=filter,
                exclude=exclude,
                owner=owner,
                mode=mode,
                preserve_permissions=preserve_permissions,
            )
            return self._take(*write_folder(Path(source), self._packing(), to, rules, self._tree), created_by)
        if to != "/":
            raise InvalidImageError(
                f"to={to!r} is for folders; a tar file contains its own paths (use add_file for a single file)"
            )
        if filter or exclude or owner is not None or mode is not None or preserve_permissions or mtime:
            raise InvalidArgumentError(
                "filter, exclude, owner, mode, preserve_permissions and mtime are for folders; a tar file is added as it is"
            )
        if not isinstance(source, Layer):
            source = layer_from_tar(
                source,
                self._work.new_file(),
                compression=self._compression,
                level=self._level,
                threads=self._threads,
                max_expanded=max_expanded,
            )
        return self._take(source, functools.partial(read_from_file, source), created_by)

    @suggesting
    def add_file(
        self,
        source: str | Path | bytes,
        to: str,
        *,
        owner: Owner | None = None,
        mode: int | None = None,
        mtime: int = 0,
        created_by: str | None = None,
    ) -> Layer:
        """Add a layer with one file.

        Args:
            source: Path of the file, or its content as bytes. A link is followed.
            to: Path in the image; with a slash at the end, the folder that the file goes to under its own name.
            owner: Owner, `"1000:1000"` or `(1000, 1000)`; defaults to root.
            mode: Mode, for example `0o755`; defaults to 0755 if the file's owner may execute it, otherwise 0644.
            mtime: Modification time, in seconds since 1970.
            created_by: History entry of the layer.

        Raises:
            InvalidArgumentError: An option is invalid.
            InvalidImageError: It is not a regular file, or `to` leads out of the image.
            FileNotFoundError: There is no such file.
            SourceChangedError: The file changed while it was read.
        """
        self._check_open()
        content = source if isinstance(source, bytes) else Path(source)
        rules = EntryRules(mtime=mtime, owner=owner, mode=mode)
        return self._take(
            *write_file(content, self._packing(), to, rules, self._tree), created_by or f"add the file {to}"
        )

    def remove(self, paths: str | Iterable[str], *, created_by: str | None = None) -> Layer:
        """Add a layer that removes files and folders of the layers below.

        They are hidden, not deleted: they can still be read from the lower layer.

        Args:
            paths: Paths in the image, for example `"/etc/motd"`.
            created_by: History entry of the layer.

        Raises:
            InvalidImageError: A path leads out of the image, or is its root.
        """
        self._check_open()
        names = items_of(paths)
        return self._take(
            *write_removals(names, self._packing(), self._tree), created_by or f"remove {', '.join(names)}"
        )

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

        Omitted options keep their value from an earlier call or from the base. An empty value
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
        """Build the config and the manifest.

        Args:
            created: Creation time, with a time zone. If omitted, building twice gives the same digest.
            author: Author of the image.
            annotations: Annotations of the manifest.

        Returns:
            The image. It reads this builder's files: push or write it before closing the builder.
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
        """Remove the layers, unless the caller chose their folder. Images built here can then no longer be read."""
        self._work.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _packing(self) -> Packing:
        return Packing(self._work.new_file(), self._compression, self._level, self._threads)

    def _take(self, layer: Layer, tree: LayerTree | Callable[[], LayerTree], created_by: str) -> Layer:
        self._tree.push(tree if callable(tree) else lambda: tree)
        self._layers.append(layer)
        self._history.append({"created_by": created_by})
        return layer

    def _check_open(self) -> None:
        if self._work.closed:
            raise InvalidImageError("This ImageBuilder is closed; add, build and push inside its with block")
