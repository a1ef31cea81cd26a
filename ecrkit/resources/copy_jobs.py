"""Jobs that copy one image each, in any process: a dry run returns them, and any engine may execute them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

from ecrkit.references import Digest
from ecrkit.transport import BotoTransport

if TYPE_CHECKING:
    from ecrkit.copying.planning import ImageToCopy
    from ecrkit.pull.remote import RemoteImage
    from ecrkit.push.image import PushReport
    from ecrkit.resources.repository import Repository


@dataclass(frozen=True, slots=True)
class RepositoryPlace:
    """Where a repository of ECR is, in plain values. It has no credentials: boto3 finds those of the process."""

    name: str
    region_name: str
    registry_id: str | None
    endpoint_url: str | None
    wire: Literal["api", "oci"]

    @classmethod
    def of(cls, repository: Repository) -> Self:
        """Describe where a repository is."""
        registry, transport = repository.registry, repository.client.transport
        url = transport.endpoint_url if isinstance(transport, BotoTransport) else None
        return cls(repository.name, registry.region_name, repository.registry_id, url, registry.wire)

    def connect(self) -> Repository:
        """Connect with the credentials that boto3 finds in this process."""
        from ecrkit.resources.registry import Registry  # noqa: PLC0415 -- it imports this module

        registry = Registry(
            registry_id=self.registry_id,
            region_name=self.region_name,
            endpoint_url=self.endpoint_url,
            wire=self.wire,
        )
        return registry.repository(self.name)


@dataclass(frozen=True, slots=True)
class EcrCopyJob:
    """Copies an image from one repository of ECR to another. Picklable and idempotent."""

    source: RepositoryPlace
    target: RepositoryPlace
    image: ImageToCopy
    """The image and its tags in the target."""

    referrers: bool
    foreign_layers: bool
    create_repository: bool
    workers: int

    def run(self) -> PushReport:
        """Copy the image. Layers that the target has are not sent; they are verified by ECR.

        Raises:
            ImageNotFoundError: The image does not exist any more.
            TagImmutableError: A tag points to another image in the target, and cannot be moved.
        """
        source, target = self.source.connect(), self.target.connect()
        with source.registry, target.registry:
            copied = source.image(digest=self.image.digest).copy_to(
                target,
                tags=self.image.tags,
                referrers=self.referrers,
                foreign_layers=self.foreign_layers,
                create_repository=self.create_repository,
                workers=self.workers,
            )
            return copied.report


@dataclass(frozen=True, slots=True)
class RemoteCopyJob:
    """Copies an image of any registry to a repository of ECR. Picklable and idempotent.

    The login for the registry is the one that `docker login` has stored in the process that runs the job.
    """

    host: str
    name: str
    insecure: bool
    digest: Digest
    """The image in the registry."""

    target: RepositoryPlace
    image: ImageToCopy
    """The image and its tags in the target; with `platforms`, its digest may differ."""

    platforms: tuple[str, ...] | None
    referrers: bool
    foreign_layers: bool
    create_repository: bool
    workers: int

    def run(self) -> PushReport:
        """Copy the image. Layers that the target has are not sent; they are verified by ECR.

        Raises:
            ImageNotFoundError: The image does not exist any more.
            TagImmutableError: A tag points to another image in the target, and cannot be moved.
        """
        target = self.target.connect()
        with target.registry:
            pushed = target.push_image(
                self._source(),
                tags=self.image.tags,
                platforms=self.platforms,
                referrers=self.referrers,
                foreign_layers=self.foreign_layers,
                create_repository=self.create_repository,
                workers=self.workers,
            )
            return pushed.report

    def _source(self) -> RemoteImage:
        from ecrkit.pull.remote import RemoteRepository  # noqa: PLC0415 -- loads what reads registries

        repository = RemoteRepository(self.host, self.name, insecure=self.insecure)
        return repository.image(self.digest, name=next(iter(self.image.tags), None))
