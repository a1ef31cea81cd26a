"""What can be said about an image without pulling it: how it was built, and how much there is of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrkit import oci
from ecrkit.resources.transfer import ImageTransfer

if TYPE_CHECKING:
    from ecrkit.resources.layer import Layer


@dataclass(frozen=True, slots=True)
class BuildStep:
    """One step of the build of an image."""

    entry: oci.History
    """When, by whom and by what command, as far as the tool that built it wrote it down."""

    layer: Layer | None
    """The layer that the step made; absent where it made none, and where the config does not say which it was."""


class ImageInspection(ImageTransfer):
    """Looks into an image."""

    def history(self) -> list[BuildStep]:
        """List the steps in which the image was built, from the lowest layer up; none where nobody wrote them down.

        Raises:
            InvalidInputError: It is an index of several images; `resolve` finds one.
            InvalidManifestError: It is an artifact whose config is not that of an image.
        """
        return build_steps(self.config().history, self.layers())

    def total_size(self) -> int:
        """Add up the bytes of everything that the image, or the index with all its images, is made of.

        That is compressed layers, configs and manifests, each counted once: what a full pull fetches. `describe().size` is
        what ECR says, which is the largest image of an index (T39).
        """
        source = self.source()
        sizes: dict[str, int] = {}
        for manifest in oci.walk(source, source.roots[0]):
            sizes[manifest.digest] = manifest.size
            if isinstance(manifest, oci.ImageManifest):
                sizes |= {blob.digest: blob.size for blob in manifest.blobs}
        return sum(sizes.values())


def build_steps(history: Sequence[oci.History], layers: Sequence[Layer]) -> list[BuildStep]:
    """Match the steps that made a layer with the layers, where there are as many of both."""
    makers = sum(not entry.empty_layer for entry in history)
    waiting = iter(layers if makers == len(layers) else ())
    return [BuildStep(entry, None if entry.empty_layer else next(waiting, None)) for entry in history]
