"""Images outside a registry: documents, layouts and archives, and building images without Docker.

- Documents are values: `parse_manifest`, `parse_config` and the `build_` functions do no I/O.
- Sources are where images come from: `open_images` opens a layout, an OCI archive or the archive of `docker save`, and
  `remote` an image in any registry.
- `ImageBuilder` makes new ones; `write_layout`, `write_oci_archive` and `write_docker_archive` save any of them.
"""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.oci import media_types
    from ecrkit.oci._json import MAX_MANIFEST_CHARACTERS
    from ecrkit.oci.archive import OciArchive, write_oci_archive
    from ecrkit.oci.artifacts import check_is_image as check_is_image  # not public
    from ecrkit.oci.builders import build_index, build_manifest
    from ecrkit.oci.building import ImageBuilder
    from ecrkit.oci.built import BuiltImage, join_platforms
    from ecrkit.oci.compression import Compression
    from ecrkit.oci.config_builders import RunOptions, build_config, extend_config
    from ecrkit.oci.configs import History, ImageConfig, RootFileSystem, RunConfig, parse_config
    from ecrkit.oci.descriptors import EMPTY_DESCRIPTOR, EMPTY_JSON, Descriptor
    from ecrkit.oci.docker_archive import DockerArchive, write_docker_archive
    from ecrkit.oci.folder_layers import Filter, Owner, layer_from_folder
    from ecrkit.oci.layers import Layer, LayerWriter, layer_from_tar, layer_writer
    from ecrkit.oci.layout import OciLayout, write_layout
    from ecrkit.oci.manifests import ImageManifest, Index, parse_manifest
    from ecrkit.oci.names import IMAGE_NAME, REF_NAME
    from ecrkit.oci.names import named as named  # not public
    from ecrkit.oci.narrowing import Narrowed, PlatformChoice, narrow
    from ecrkit.oci.opening import open_images
    from ecrkit.oci.platforms import Platform
    from ecrkit.oci.referring import ReferrerSource
    from ecrkit.oci.repacking import compress_layers
    from ecrkit.oci.roots import find_root
    from ecrkit.oci.selection import Offer, offers, select
    from ecrkit.oci.selection import as_platform as as_platform
    from ecrkit.oci.selection import find_platform as find_platform
    from ecrkit.oci.sources import (
        ImageSource,
        VerifyingReader,
        open_verified,
        read_config,
        read_manifest,
        walk,
    )
    from ecrkit.oci.sources import total_size as total_size

    # Users look for these beside the other sources, but reading a registry needs the transport above this package. They
    # are imported when first used, so importing this package still imports nothing above it.
    from ecrkit.pull.remote import RemoteImage, RemoteRepository, remote, remote_repository

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "EMPTY_DESCRIPTOR",
    "EMPTY_JSON",
    "IMAGE_NAME",
    "MAX_MANIFEST_CHARACTERS",
    "REF_NAME",
    "BuiltImage",
    "Compression",
    "Descriptor",
    "DockerArchive",
    "Filter",
    "History",
    "ImageBuilder",
    "ImageConfig",
    "ImageManifest",
    "ImageSource",
    "Index",
    "Layer",
    "LayerWriter",
    "Narrowed",
    "OciArchive",
    "OciLayout",
    "Offer",
    "Owner",
    "Platform",
    "PlatformChoice",
    "ReferrerSource",
    "RemoteImage",
    "RemoteRepository",
    "RootFileSystem",
    "RunConfig",
    "RunOptions",
    "VerifyingReader",
    "build_config",
    "build_index",
    "build_manifest",
    "compress_layers",
    "extend_config",
    "find_root",
    "join_platforms",
    "layer_from_folder",
    "layer_from_tar",
    "layer_writer",
    "media_types",
    "narrow",
    "offers",
    "open_images",
    "open_verified",
    "parse_config",
    "parse_manifest",
    "read_config",
    "read_manifest",
    "remote",
    "remote_repository",
    "select",
    "walk",
    "write_docker_archive",
    "write_layout",
    "write_oci_archive",
]

_HOMES = {
    "BuiltImage": "built",
    "Compression": "compression",
    "Descriptor": "descriptors",
    "DockerArchive": "docker_archive",
    "EMPTY_DESCRIPTOR": "descriptors",
    "EMPTY_JSON": "descriptors",
    "Filter": "folder_layers",
    "History": "configs",
    "IMAGE_NAME": "names",
    "ImageBuilder": "building",
    "ImageConfig": "configs",
    "ImageManifest": "manifests",
    "ImageSource": "sources",
    "Index": "manifests",
    "Layer": "layers",
    "LayerWriter": "layers",
    "MAX_MANIFEST_CHARACTERS": "_json",
    "Narrowed": "narrowing",
    "OciArchive": "archive",
    "OciLayout": "layout",
    "Offer": "selection",
    "Owner": "folder_layers",
    "Platform": "platforms",
    "PlatformChoice": "narrowing",
    "REF_NAME": "names",
    "ReferrerSource": "referring",
    "RemoteImage": "ecrkit.pull.remote",
    "RemoteRepository": "ecrkit.pull.remote",
    "RootFileSystem": "configs",
    "RunConfig": "configs",
    "RunOptions": "config_builders",
    "VerifyingReader": "sources",
    "as_platform": "selection",
    "build_config": "config_builders",
    "build_index": "builders",
    "build_manifest": "builders",
    "check_is_image": "artifacts",
    "compress_layers": "repacking",
    "extend_config": "config_builders",
    "find_platform": "selection",
    "find_root": "roots",
    "join_platforms": "built",
    "layer_from_folder": "folder_layers",
    "layer_from_tar": "layers",
    "layer_writer": "layers",
    "media_types": "",
    "named": "names",
    "narrow": "narrowing",
    "offers": "selection",
    "open_images": "opening",
    "open_verified": "sources",
    "parse_config": "configs",
    "parse_manifest": "manifests",
    "read_config": "sources",
    "read_manifest": "sources",
    "remote": "ecrkit.pull.remote",
    "remote_repository": "ecrkit.pull.remote",
    "select": "selection",
    "total_size": "sources",
    "walk": "sources",
    "write_docker_archive": "docker_archive",
    "write_layout": "layout",
    "write_oci_archive": "archive",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
