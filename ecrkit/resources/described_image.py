"""`DescribedImage`: an image with the details that ECR returned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecrkit import models, oci
from ecrkit.references import Digest
from ecrkit.resources.image import Image
from ecrkit.tables import Size, Table, card

if TYPE_CHECKING:
    from datetime import datetime

    from ecrkit.resources.repository import Repository


class DescribedImage(Image):
    """An image with the details that ECR returned."""

    digest: Digest

    def __init__(self, repository: Repository, details: models.ImageDetail) -> None:
        super().__init__(repository, digest=details.image_digest)
        self.details = details
        """Everything ECR returned."""

    def __table_row__(self) -> Mapping[str, object]:
        return {
            "image": self.digest,
            "tags": sorted(self.tags),
            "pushed": self.pushed_at,
            "size": None if self.size is None else Size(self.size),
            "pulled": self.details.last_recorded_pull_time,
            "status": None if self.status == models.ImageStatus.ACTIVE else self.status,
        }

    def __table__(self) -> Table:
        return card(
            {
                "repository": self.repository.name,
                **self.__table_row__(),
                "media type": self.details.image_manifest_media_type,
                "artifact type": self.details.artifact_media_type,
            }
        )

    def __record__(self) -> Mapping[str, object]:
        details = self.details
        return {
            "repository": self.repository.name,
            "digest": self.digest,
            "tags": sorted(self.tags),
            "pushed_at": self.pushed_at,
            "size": self.size,
            "last_pulled_at": details.last_recorded_pull_time,
            "status": self.status,
            "media_type": details.image_manifest_media_type,
            "artifact_type": details.artifact_media_type,
            "subject": details.subject_manifest_digest,
        }

    @property
    def tags(self) -> list[str]:
        """Tags, in no particular order; empty if the image is untagged."""
        return list(self.details.image_tags)

    @property
    def pushed_at(self) -> datetime:
        """When this digest was first pushed, in UTC. Adding tags does not change it."""
        return self.details.image_pushed_at

    @property
    def size(self) -> int | None:
        """Compressed size in bytes; for an index, of its largest image. None if ECR does not report it."""
        return self.details.image_size_in_bytes

    @property
    def is_image(self) -> bool:
        """Whether it is an image that runs, or an index, and not an artifact such as a Helm chart.

        ECR tells artifacts by their `artifactType` or by the type of their config. Signatures that cosign keeps under tags
        have the config of an image; `manifest().is_image` tells them apart.
        """
        kind = self.details.artifact_media_type
        return kind is None or kind in oci.media_types.IMAGE_CONFIGS

    @property
    def status(self) -> models.ImageStatus | None:
        """`ACTIVE`, `ARCHIVED` or `ACTIVATING`; only active images can be pulled. None if ECR does not report it."""
        return self.details.image_status

    @property
    def _own_tags(self) -> tuple[str, ...]:
        return tuple(sorted(self.tags))
