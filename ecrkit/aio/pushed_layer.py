# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.pushed_layer`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio.layer import AsyncLayer

if TYPE_CHECKING:
    from ecrkit.resources.pushed_layer import PushedLayer


class AsyncPushedLayer(AsyncLayer):
    """A layer that has just been pushed, or that the repository already had."""

    def __init__(self, sync: PushedLayer) -> None:
        super().__init__(sync)
        self._pushed_layer = sync

    @property
    def sync(self) -> PushedLayer:
        """The same object for blocking code."""
        return self._pushed_layer

    @property
    def size(self) -> int:
        """Size in bytes; None if ECR did not report it."""
        return self.sync.size
