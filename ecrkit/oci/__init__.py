"""Images outside of a registry: their documents, typed and with their exact bytes.

Everything here is pure: `parse_manifest`, `parse_config` and the builders take and return values.
"""

from ecrkit.oci import media_types
from ecrkit.oci._json import MAX_MANIFEST_CHARACTERS
from ecrkit.oci.builders import build_config, build_index, build_manifest
from ecrkit.oci.configs import History, ImageConfig, RootFileSystem, RunConfig, parse_config
from ecrkit.oci.descriptors import EMPTY_DESCRIPTOR, EMPTY_JSON, Descriptor
from ecrkit.oci.manifests import ImageManifest, Index, parse_manifest, select
from ecrkit.oci.platforms import Platform

__all__ = [
    "EMPTY_DESCRIPTOR",
    "EMPTY_JSON",
    "MAX_MANIFEST_CHARACTERS",
    "Descriptor",
    "History",
    "ImageConfig",
    "ImageManifest",
    "Index",
    "Platform",
    "RootFileSystem",
    "RunConfig",
    "build_config",
    "build_index",
    "build_manifest",
    "media_types",
    "parse_config",
    "parse_manifest",
    "select",
]
