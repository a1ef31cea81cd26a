"""`PushedLayer`: a layer that has just been pushed, whose size is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.resources.layer import Layer

if TYPE_CHECKING:
    from ecrkit.resources.repository import Repository


class PushedLayer(Layer):
    """A layer that has just been pushed, or that the repository already had."""

    size: int

    def __init__(
        self, repository: Repository, digest: str, *, size: int, media_type: str, uploaded: bool = False
    ) -> None:
        super().__init__(repository, digest, size=size, media_type=media_type, uploaded=uploaded)
