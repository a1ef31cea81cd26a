"""`PushedImage`: an image that has just been pushed, with a report of the push."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.references import Digest
from ecrkit.resources.image import Image
from ecrkit.tables import Table, card

if TYPE_CHECKING:
    from ecrkit.push.image import PushReport
    from ecrkit.resources.repository import Repository


class PushedImage(Image):
    """An image that has just been pushed."""

    digest: Digest

    def __init__(self, repository: Repository, *, digest: Digest, report: PushReport) -> None:
        super().__init__(repository, digest=digest)
        self.report = report
        """Uploaded and skipped layers, bytes, tags, and time of the push."""

    def __table__(self) -> Table:
        values = {"repository": self.repository.name, "image": self.digest, "tags": self.tags}
        return card(values, str(self.report))

    @property
    def tags(self) -> list[str]:
        """Tags the push gave the image, or that it already had of these. Other tags are not known; `describe()` returns them."""
        return list(self.report.tags)

    @property
    def _own_tags(self) -> tuple[str, ...]:
        return self.report.tags
