"""What an image consists of: its manifest, its layers, its config, and the platforms that it runs on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecrkit import models, oci
from ecrkit.errors import DigestMismatchError, InvalidInputError, PlatformNotFoundError
from ecrkit.references import Digest
from ecrkit.resources.handle import ImageHandle
from ecrkit.resources.layer import Layer
from ecrkit.resources.named_images import read_image

if TYPE_CHECKING:
    from ecrkit.resources.image import Image


class ImageContents(ImageHandle):
    """Reads the documents of an image."""

    def manifest(self) -> oci.ImageManifest | oci.Index:
        """Read the manifest, or the index, with the exact bytes that were pushed.

        Raises:
            ImageNotFoundError: There is no such image.
            InvalidManifestError: What was pushed is not a manifest of OCI or of Docker's second schema.
        """
        content = read_image(self.repository, self._identifier)
        stored = content.image_id.image_digest
        if stored is not None and Digest.of(content.image_manifest.encode()) != stored:
            # By tag, ECR may convert a manifest to another format, which then has another digest; by digest, never (T25).
            content = read_image(self.repository, models.ImageIdentifier(image_digest=stored))
        raw = content.image_manifest.encode()
        if stored is not None and (actual := Digest.of(raw)) != stored:
            raise DigestMismatchError(f"The manifest of {self!r}", expected=stored, actual=actual)
        return oci.parse_manifest(raw, content.image_manifest_media_type)

    def layers(self) -> list[Layer]:
        """List the layers, from the lowest one up.

        Raises:
            InvalidInputError: It is an index of several images, which has no layers of its own; `resolve` finds one.
        """
        return [self._layer(descriptor) for descriptor in self._image_manifest().layers]

    def config(self) -> oci.ImageConfig:
        """Read the config: platform, environment, entrypoint, labels, history.

        Raises:
            InvalidInputError: It is an index of several images, which has no config of its own; `resolve` finds one.
            InvalidManifestError: It is an artifact whose config is not that of an image.
        """
        return self._config_of(self._image_manifest())

    def platforms(self) -> list[oci.Platform]:
        """List the platforms that the image runs on, each once.

        Indexes inside of an index are looked into. Attestations, which BuildKit puts beside images, run nowhere (T28).

        Raises:
            ImageNotFoundError: There is no such image.
            InvalidManifestError: It is an artifact, which runs nowhere.
        """
        manifest = self.manifest()
        if isinstance(manifest, oci.ImageManifest):
            return [self._config_of(manifest).platform]
        return list(dict.fromkeys(platform for _, platform in self._runnable(manifest)))

    def resolve(self, platform: oci.Platform | str) -> Image:
        """Find the image that runs best on a platform: this one, or one that its index lists.

        Example:
            >>> repository.image("1.4.2").resolve("linux/arm64").config().labels

        Args:
            platform: For example `linux/arm64`, or `oci.Platform.of_this_machine()`.

        Raises:
            PlatformNotFoundError: Nothing here runs on it; the message says what there is.
            InvalidReferenceError: It is not a platform.
        """
        wanted = oci.Platform.parse(platform) if isinstance(platform, str) else platform
        manifest = self.manifest()
        offered = (
            list(self._runnable(manifest))
            if isinstance(manifest, oci.Index)
            else [(manifest.digest, self._config_of(manifest).platform)]
        )
        ranked = [(rank, digest) for digest, each in offered if (rank := wanted.rank(each)) is not None]
        if not ranked:
            there = ", ".join(sorted({str(each) for _, each in offered})) or "none"
            raise PlatformNotFoundError(f"{self!r} does not run on {wanted}; platforms that it has: {there}")
        return self.repository.image(digest=min(ranked, key=lambda found: found[0])[1])

    def _runnable(self, index: oci.Index) -> Iterator[tuple[Digest, oci.Platform]]:
        """Give what an index and the indexes inside of it list to be run, in their order."""
        for each in index.manifests:
            if each.is_attestation:
                continue
            if each.is_index:
                nested = self.repository.image(digest=each.digest).manifest()
                if isinstance(nested, oci.Index):
                    yield from self._runnable(nested)
            elif each.platform is not None:
                yield each.digest, each.platform

    def _image_manifest(self) -> oci.ImageManifest:
        manifest = self.manifest()
        if isinstance(manifest, oci.Index):
            platforms = ", ".join(str(platform) for platform in manifest.platforms) or "none named"
            raise InvalidInputError(
                f"{self!r} is an index of several images (platforms: {platforms}); choose one with resolve() first"
            )
        return manifest

    def _config_of(self, manifest: oci.ImageManifest) -> oci.ImageConfig:
        return oci.parse_config(self._layer(manifest.config).read(), manifest.config.media_type)

    def _layer(self, descriptor: oci.Descriptor) -> Layer:
        return Layer(
            self.repository, descriptor.digest, size=descriptor.size, media_type=descriptor.media_type
        )
