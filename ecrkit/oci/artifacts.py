"""Artifacts, such as charts, caches and signatures: name them, and distinguish them from images."""

from ecrkit.errors import NotAnImageError
from ecrkit.oci import media_types
from ecrkit.oci.manifests import ImageManifest, Index

_KINDS = {
    "application/vnd.cncf.helm.config.v1+json": "a Helm chart",
    "application/vnd.buildkit.cacheconfig.v0": "a BuildKit cache",
    "application/vnd.wasm.config.v0+json": "a WebAssembly module",
    "application/vnd.docker.plugin.v1+json": "a Docker plugin",
    "application/vnd.dev.cosign.simplesigning.v1+json": "a cosign signature",
    "application/vnd.dsse.envelope.v1+json": "an attestation",
    "application/vnd.in-toto+json": "an attestation",
    "application/vnd.cncf.notary.signature": "a Notation signature",
    "application/vnd.amazon.soci.index.v1+json": "a SOCI index",
    "application/vnd.amazon.soci.index.v2+json": "a SOCI index",
    "application/spdx+json": "an SBOM",
    "application/vnd.cyclonedx+json": "an SBOM",
}


def artifact_type_of(manifest: ImageManifest | Index) -> str | None:
    """Return the type of an artifact: its `artifactType`, else the type of its config, else that of its content.

    None for an image or for an index of images.
    """
    if manifest.is_image:
        return None
    if manifest.artifact_type is not None:
        return manifest.artifact_type
    listed = manifest.manifests if isinstance(manifest, Index) else (manifest.config, *manifest.layers)
    ordinary = media_types.IMAGE_CONFIGS | media_types.MANIFESTS | {media_types.OCI_EMPTY}
    types = [each.artifact_type or each.media_type for each in listed]
    return next((each for each in types if each not in ordinary and not media_types.is_layer(each)), None)


def check_is_image(manifest: ImageManifest | Index, what: str | None = None) -> None:
    """Refuse an artifact where an image is needed.

    Args:
        manifest: The manifest.
        what: Its name in the error; defaults to its digest.

    Raises:
        NotAnImageError: It is an artifact.
    """
    if manifest.is_image:
        return
    artifact_type = artifact_type_of(manifest)
    kind = _KINDS.get(artifact_type or "", "an artifact")
    shown = "" if artifact_type is None else f" ({artifact_type[:200]})"
    raise NotAnImageError(
        f"{what or manifest.digest} is {kind}{shown}, not an image: it has no platform and nothing to run",
        artifact_type=artifact_type,
    )
