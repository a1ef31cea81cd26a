"""`PushedImage`: an image that has just been pushed, and how that went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.references import Digest
from ecrkit.resources.image import Image

if TYPE_CHECKING:
    from ecrkit.push.image import PushReport
    from ecrkit.resources.repository import Repository


class PushedImage(Image):
    """An image that has just been pushed."""

    digest: Digest

    def __init__(self, repository: Repository, *, digest: Digest, report: PushReport) -> None:
        super().__init__(repository, digest=digest)
        self.report = report
        """What was sent, what existed already, how many bytes, and how long it took."""
