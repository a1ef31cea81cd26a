"""`BuildStep`: one step of an image build, with the layer it created."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrkit import oci

if TYPE_CHECKING:
    from ecrkit.resources.layer import Layer


@dataclass(frozen=True, slots=True)
class BuildStep:
    """One step of an image build."""

    entry: oci.History
    """Command, author and time, as recorded by the build tool."""

    layer: Layer | None
    """Layer created by the step; None if it created none, or if the config does not match the layers."""


def build_steps(history: Sequence[oci.History], layers: Sequence[Layer]) -> list[BuildStep]:
    """Match build steps with layers, if as many steps created a layer as there are layers."""
    makers = sum(not entry.empty_layer for entry in history)
    waiting = iter(layers if makers == len(layers) else ())
    return [BuildStep(entry, None if entry.empty_layer else next(waiting, None)) for entry in history]
