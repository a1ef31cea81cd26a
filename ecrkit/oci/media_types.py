"""The media types of images.

Layers and configs may have any other type as well: artifacts bring their own.
"""

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
OCI_LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd"
OCI_EMPTY = "application/vnd.oci.empty.v1+json"

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar"
DOCKER_LAYER_GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip"
DOCKER_LAYER_ZSTD = "application/vnd.docker.image.rootfs.diff.tar.zstd"

DOCKER_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+json"
DOCKER_SCHEMA_1_SIGNED = "application/vnd.docker.distribution.manifest.v1+prettyjws"
DOCKER_SCHEMA_1_LAYER = "application/vnd.docker.container.image.rootfs.diff+x-gtar"

SCHEMA_1 = frozenset({DOCKER_SCHEMA_1, DOCKER_SCHEMA_1_SIGNED})
"""Types of Docker's retired schema 1. ECR still stores such images; their bytes are opaque to ecrkit."""

IMAGE_MANIFESTS = frozenset({OCI_MANIFEST, DOCKER_MANIFEST})
"""The types of a manifest that has a config and layers."""

INDEXES = frozenset({OCI_INDEX, DOCKER_MANIFEST_LIST})
"""The types of a manifest that lists other manifests."""

MANIFESTS = IMAGE_MANIFESTS | INDEXES
"""All manifest types that ECR accepts, except Docker's retired schema 1."""

IMAGE_CONFIGS = frozenset({OCI_CONFIG, DOCKER_CONFIG, "application/octet-stream"})
"""Config types of runnable images; artifacts have others.

Some registries serve configs with the generic type (distribution/distribution#1621); Docker and containerd accept it.
"""

FOREIGN_LAYERS = frozenset(
    {
        "application/vnd.docker.image.rootfs.foreign.diff.tar",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        "application/vnd.oci.image.layer.nondistributable.v1.tar",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
    }
)
"""Types of foreign layers, which stay at their URLs; registries do not require their bytes."""

_OCI_NAMES = {
    DOCKER_CONFIG: OCI_CONFIG,
    DOCKER_LAYER: OCI_LAYER,
    DOCKER_LAYER_GZIP: OCI_LAYER_GZIP,
    DOCKER_LAYER_ZSTD: OCI_LAYER_ZSTD,
    "application/vnd.docker.image.rootfs.foreign.diff.tar": (
        "application/vnd.oci.image.layer.nondistributable.v1.tar"
    ),
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip": (
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
    ),
}
_DOCKER_NAMES = {oci: docker for docker, oci in _OCI_NAMES.items()}

_LAYERS = ("application/vnd.oci.image.layer.", "application/vnd.docker.image.rootfs.")


def is_layer(media_type: str) -> bool:
    """Return whether it is a layer type of images, in any compression, distributable or not."""
    return media_type.startswith(_LAYERS) or media_type == DOCKER_SCHEMA_1_LAYER


def in_oci(media_type: str) -> str:
    """Return the OCI equivalent of Docker's type of a config or layer; the bytes are the same."""
    return _OCI_NAMES.get(media_type, media_type)


def in_docker(media_type: str) -> str:
    """Return Docker's equivalent of the OCI type of a config or layer; the bytes are the same."""
    return _DOCKER_NAMES.get(media_type, media_type)
