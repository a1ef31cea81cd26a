"""`Image`: a manifest in a repository, named by its digest or by a tag."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ecrkit import files, models, oci, pull, push, resources, transfer
from ecrkit._arguments import expect
from ecrkit._strings import items_of
from ecrkit.batching import only_item
from ecrkit.cancellation import cancel_scope
from ecrkit.errors import ImageNotFoundError, InvalidInputError
from ecrkit.paging import Items
from ecrkit.references import Digest, check_tag
from ecrkit.resources._endpoints import api_of, endpoint_of
from ecrkit.resources._handles import missing_attribute
from ecrkit.tables import Displayed, Rows, Table, card
from ecrkit.tracing import operation_span

if TYPE_CHECKING:
    import threading
    from datetime import timedelta

    from ecrkit.client import Client
    from ecrkit.events import Progress
    from ecrkit.files.outputs import Output
    from ecrkit.pull.archive import ArchiveFormat
    from ecrkit.pull.source import PulledImages
    from ecrkit.push.layers import LayerToPush
    from ecrkit.push.sources import SourceLike
    from ecrkit.resources.build_history import BuildStep
    from ecrkit.resources.described_image import DescribedImage
    from ecrkit.resources.findings import Finding, Severity
    from ecrkit.resources.layer import Layer
    from ecrkit.resources.pushed_image import PushedImage
    from ecrkit.resources.repository import Repository
    from ecrkit.resources.scanning import ImageScans, ScanResult
    from ecrkit.retrying import RetryPolicy
    from ecrkit.waiter import Waiter


class Image(Displayed):
    """A handle for one image. Methods call ECR; attributes never do, and creating a handle sends nothing.

    Example:
        >>> image = repository.image("1.4.2")
        >>> image.manifest().layers
    """

    def __init__(self, repository: Repository, *, digest: str | None = None, tag: str | None = None) -> None:
        if (digest is None) == (tag is None):
            raise InvalidInputError(
                f"An image needs either a digest or a tag; got digest={digest!r}, tag={tag!r}"
            )
        self.repository = repository
        """The repository that has the image."""

        self.digest = None if digest is None else Digest(digest)
        """Digest the handle stands for; None in a handle for a tag, which can move to another image."""

        self.tag_name = None if tag is None else check_tag(tag)
        """Tag the handle stands for; None in a handle for a digest."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name})"

    def __table__(self) -> Table:
        return card({"repository": self.repository.name, "tag": self.tag_name, "digest": self.digest})

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.repository.client

    def exists(self) -> bool:
        """Return whether the repository has the image. Archived images exist too."""
        try:
            self.describe()
        except ImageNotFoundError:
            return False
        return True

    def describe(self) -> DescribedImage:
        """Return the image with its digest, tags, size and dates.

        Raises:
            ImageNotFoundError: The image does not exist.
            RepositoryNotFoundError: The repository does not exist.
        """
        return self._described(self.client.send(self._details_request()))

    def find_uri(self) -> str:
        """Return the reference that Docker, Lambda and ECS pull: with the digest of the handle, otherwise with its tag.

        Deploy by digest, so that what runs is what was tested. ECR is asked for the registry's host if the handle does not
        know it. `Registry.image_from_uri` does the reverse.

        Example:
            >>> repository.push_image("app.tar", tags="1.4.2").find_uri()
            '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app@sha256:...'

        Raises:
            RepositoryNotFoundError: The repository does not exist.
        """
        return self.repository.find_uri() + self._suffix

    def manifest(self) -> oci.ImageManifest | oci.Index:
        """Return the manifest, or the index, with the exact bytes that were pushed.

        Raises:
            ImageNotFoundError: The image does not exist.
            InvalidManifestError: It is neither an OCI manifest nor a Docker manifest of schema 2.
        """
        return transfer.verified(self._stored())

    def config(self) -> oci.ImageConfig:
        """Return the config: platform, environment, entrypoint, labels, history.

        Raises:
            InvalidInputError: It is an index, which has no config of its own; choose an image with `resolve`.
            NotAnImageError: It is an artifact, such as a Helm chart.
        """
        manifest = self._image_manifest()
        oci.check_is_image(manifest, repr(self))
        return oci.parse_config(self._layer(manifest.config).read(), manifest.config.media_type)

    def layers(self) -> Rows[Layer]:
        """Return the layers, lowest first.

        Raises:
            InvalidInputError: It is an index, which has no layers of its own; choose an image with `resolve`.
        """
        return Rows(self._layer(descriptor) for descriptor in self._image_manifest().layers)

    def platforms(self) -> list[oci.Platform]:
        """Return the platforms the image runs on, each once.

        Nested indexes are included; the attestations BuildKit adds to an index are not.

        Raises:
            ImageNotFoundError: The image does not exist.
            NotAnImageError: It is an artifact, such as a Helm chart.
        """
        return list(dict.fromkeys(each.platform for each in self._offers()))

    def resolve(self, platform: oci.Platform | str) -> Image:
        """Return the image that fits a platform best: this one, or one of its index.

        Example:
            >>> repository.image("1.4.2").resolve("linux/arm64").config().labels

        Args:
            platform: For example `linux/arm64`, or `oci.Platform.of_this_machine()`.

        Raises:
            PlatformNotFoundError: No image fits; the message lists the platforms.
            NotAnImageError: It is an artifact, such as a Helm chart.
            InvalidReferenceError: The platform is malformed.
        """
        found = oci.find_platform(self._offers(), oci.as_platform(platform), repr(self))
        return self.repository.image(digest=found.image.digest)

    def history(self) -> list[BuildStep]:
        """Return the steps in which the image was built, lowest layer first; empty if the builder did not record them.

        Raises:
            InvalidInputError: It is an index; choose an image with `resolve`.
            NotAnImageError: It is an artifact, such as a Helm chart.
        """
        return resources.build_steps(self.config().history, self.layers())

    def total_size(self) -> int:
        """Return the bytes that a full pull of the image, or of the index with all its images, downloads.

        That is compressed layers, configs and manifests, each counted once. `describe().size` is the figure of ECR; for an
        index, it only covers the largest image.
        """
        source = self.source()
        return oci.total_size(source, source.roots[0])

    def pull(
        self,
        folder: str | os.PathLike[str],
        *,
        referrers: bool = False,
        foreign_layers: bool = False,
        progress: Progress | None = None,
        workers: int = 4,
        retry: RetryPolicy | None = None,
        connections: int = 4,
        cancel: threading.Event | None = None,
        timeout: float | timedelta | None = None,
    ) -> Path:
        """Pull the image, or an index with all its images, into an OCI layout.

        Every file is verified before it gets its final name. Calling this again resumes an interrupted pull. In an existing
        layout the image is added to the others, and blobs the layout already has are not downloaded again. Threads and
        processes can pull into one layout concurrently. To pull a single platform, `resolve` it first.

        Args:
            folder: A new or empty folder, or an OCI layout.
            referrers: Whether to pull everything that refers to the image as well, such as signatures and SBOMs. The
                layout's index then lists several roots, and some tools need the name of the image to choose.
            foreign_layers: Whether to pull layers that registries need not have, such as the base of a Windows image. The
                repository must have them.
            progress: Called with each event, from several threads but never concurrently.
            workers: Maximum number of concurrent transfers.
            retry: Retry policy; the default retries for up to five minutes.
            connections: Maximum number of connections for each layer of 32 MiB or more. Slow ones are replaced.
            cancel: A `threading.Event`; setting it cancels the call.
            timeout: Seconds, or a `timedelta`, after which the call is cancelled.

        Raises:
            ImageNotFoundError: The image does not exist.
            NotEmptyError: The folder is neither empty nor an OCI layout.
            InvalidImageError: The folder is a damaged layout, or not safe to write to.
            DigestMismatchError: A layer does not match its digest.
            DiskFullError: The disk is full; the bytes received are kept for the next call.
            TransportError: A download failed after all retries.
            OperationCancelledError: `cancel` was set.
            OperationTimeoutError: The call did not finish within `timeout`; also a `TimeoutError`.
        """
        with cancel_scope(cancel=cancel, timeout=timeout), operation_span("pull", self.repository.name):
            source = self.source(retry=retry)
            roots = self._roots(source, referrers=referrers)
            return pull.pull_layout(
                source,
                roots,
                Path(folder),
                foreign_layers=foreign_layers,
                workers=workers,
                connections=connections,
                progress=progress,
            )

    def save(
        self,
        path: Output,
        *,
        format: ArchiveFormat = "oci",  # noqa: A002 -- what users call it
        platform: oci.Platform | str | None = None,
        names: str | Iterable[str] | None = None,
        referrers: bool = False,
        foreign_layers: bool = False,
        progress: Progress | None = None,
        workers: int = 4,
        retry: RetryPolicy | None = None,
        connections: int = 4,
        cancel: threading.Event | None = None,
        timeout: float | timedelta | None = None,
    ) -> Path:
        """Pull the image into one archive file, which is created when it is complete.

        During the pull, the layers need the same disk space again, in a hidden folder next to the file. A file object, a
        pipe or `/dev/stdout` is written to directly, one layer after another and without temporary files; it has a complete
        archive only if no error is raised.

        Example:
            >>> repository.image("1.4.2").save("app.tar", format="docker", platform="linux/arm64")

        Args:
            path: Path of the file, which is replaced if it exists, or a binary file object, which stays open.
            format: `oci` for an OCI archive, with all images of an index; `docker` for a single image for `docker load`.
            platform: Image of an index to save.
            names: Names of the image after loading. Defaults to the tag of the handle, or the tags of a described or pushed image: as `repository:tag` in
                a docker archive, and with the host of the registry in an OCI archive.
            referrers: Whether to include everything that refers to the image; see `pull`. Only OCI archives can hold it.
            foreign_layers: Whether to include layers that registries need not have, such as the base of a Windows image. The
                repository must have them.
            progress: Called with each event, from several threads but never concurrently.
            workers: Maximum number of concurrent transfers.
            retry: Retry policy; the default retries for up to five minutes.
            connections: Maximum number of connections for each layer of 32 MiB or more. Slow ones are replaced.
            cancel: A `threading.Event`; setting it cancels the call.
            timeout: Seconds, or a `timedelta`, after which the call is cancelled.

        Returns:
            The path; for a file object, its name.

        Raises:
            InvalidInputError: The format is `docker`, and there are several images to choose from, or `referrers` is true; or
                the path is a folder.
            DiskFullError: There is no space for the layers or for the archive.
            PlatformNotFoundError: No image fits the platform.
            NotAnImageError: It is an artifact, which Docker cannot load.
            InvalidImageError: The format is `docker`, and it has a foreign layer, without which Docker cannot load it.
            OperationCancelledError: `cancel` was set.
            OperationTimeoutError: The call did not finish within `timeout`; also a `TimeoutError`.
        """
        with cancel_scope(cancel=cancel, timeout=timeout), operation_span("save", self.repository.name):
            pull.check_format(format, referrers=referrers)
            chosen = self._one_image(platform) if platform is not None or format == "docker" else self
            source = chosen._source(retry, tag=self._first_tag)  # noqa: SLF001 -- its own class
            if names is None:
                tags = self._own_tags if format == "docker" else ()
                names = [f"{self.repository.name}:{tag}" for tag in tags]
            pull.pull_archive(
                source,
                self._roots(source, referrers=referrers),
                path,
                form=format,
                names=items_of(names),
                foreign_layers=foreign_layers,
                workers=workers,
                connections=connections,
                progress=progress,
            )
            return files.output_path(path)

    def copy_to(
        self,
        target: Repository,
        *,
        tags: str | Iterable[str] | None = None,
        referrers: bool = True,
        platforms: str | oci.Platform | Iterable[oci.Platform | str] | None = None,
        foreign_layers: bool = False,
        progress: Progress | None = None,
        create_repository: bool = False,
        workers: int = 4,
        retry: RetryPolicy | None = None,
        cancel: threading.Event | None = None,
        timeout: float | timedelta | None = None,
    ) -> PushedImage:
        """Copy the image to another repository, which may be in another account or region.

        Layers are streamed without temporary files, and layers the target already has are not read. Manifests are copied
        byte for byte, so digests are kept. Each side uses the session of its own registry.

        Example:
            >>> production = Registry(boto3.Session(profile_name="prod"), region_name="eu-west-1")
            >>> image.copy_to(production.repository("team/app"), tags="1.4.2")

        Args:
            target: Repository to copy to.
            tags: Tags in the target; if omitted, the tags of a described or pushed image, or the tag of a handle. `()` for none.
            referrers: Whether to copy everything that refers to the image, such as signatures and SBOMs, including cosign
                tags such as `sha256-8f2d....sig`.
            platforms: Images of an index to copy; all if omitted. See `Repository.push_image`.
            foreign_layers: Whether to copy layers that registries need not have, such as the base of a Windows image. The
                report counts those left out.
            progress: Called with each event, from several threads but never concurrently.
            create_repository: Whether to create the target if it does not exist.
            workers: Maximum number of concurrent transfers.
            retry: Retry policy; the default retries for up to five minutes.
            cancel: A `threading.Event`; setting it cancels the call.
            timeout: Seconds, or a `timedelta`, after which the call is cancelled.

        Raises:
            ImageNotFoundError: The image does not exist.
            TagImmutableError: A tag points to another image in the target, and cannot be moved.
            OperationCancelledError: `cancel` was set.
            OperationTimeoutError: The call did not finish within `timeout`; also a `TimeoutError`.
        """
        from ecrkit.resources.copying import copy_image  # noqa: PLC0415 -- it imports this module
        from ecrkit.resources.repository import Repository  # noqa: PLC0415 -- as above

        with cancel_scope(cancel=cancel, timeout=timeout), operation_span("copy_to", self.repository.name):
            expect("target", target, Repository, "a repository such as registry.repository('prod/app')")
            return copy_image(
                self._stored(),
                lambda stored: self._source(retry, stored, tag=self._first_tag),
                self.repository,
                target,
                tags=self._own_tags if tags is None else items_of(tags),
                referrers=referrers,
                platforms=None if platforms is None else items_of(platforms, oci.Platform),
                foreign_layers=foreign_layers,
                progress=progress,
                create_repository=create_repository,
                workers=workers,
                retry=retry,
            )

    def source(self, *, retry: RetryPolicy | None = None) -> PulledImages:
        """Return the image as an `ImageSource`: to build on it, write it, or push it elsewhere.

        Only the manifest is read now; layers are read from ECR when they are needed.

        Args:
            retry: Retry policy; the default retries for up to five minutes.

        Raises:
            ImageNotFoundError: The image does not exist.
        """
        return self._source(retry, tag=self._first_tag)

    def attach(
        self,
        *contents: SourceLike | LayerToPush,
        artifact_type: str,
        media_type: str | None = None,
        annotations: Mapping[str, str] | None = None,
        progress: Progress | None = None,
        workers: int = 4,
        retry: RetryPolicy | None = None,
        cancel: threading.Event | None = None,
        timeout: float | timedelta | None = None,
    ) -> Image:
        """Attach an artifact to the image, such as an SBOM, a signature or a test report.

        It is stored as an untagged image that refers to this one; `referrers` lists it. Idempotent: succeeds if the same
        artifact is already attached.

        Example:
            >>> image.attach("sbom.spdx.json", artifact_type="application/spdx+json")

        Args:
            contents: Contents of the artifact; see the sources of `Repository.push_layer`.
            artifact_type: Media type of the artifact as a whole; `referrers` can filter by it.
            media_type: Media type of the contents; the artifact type if omitted.
            annotations: Annotations of its manifest.
            progress: Called with each event, from several threads but never concurrently.
            workers: Maximum number of concurrent transfers.
            retry: Retry policy; the default retries for up to five minutes.
            cancel: A `threading.Event`; setting it cancels the call.
            timeout: Seconds, or a `timedelta`, after which the call is cancelled.

        Raises:
            ImageNotFoundError: The image does not exist.
            InvalidInputError: There are no contents.
            EmptyLayerError: A content has no bytes.
            OperationCancelledError: `cancel` was set.
            OperationTimeoutError: The call did not finish within `timeout`; also a `TimeoutError`.
        """
        with cancel_scope(cancel=cancel, timeout=timeout), operation_span("attach", self.repository.name):
            if not contents:
                raise InvalidInputError("There is nothing to attach; pass at least one path or bytes")
            subject = self.manifest()
            manifest = push.push_artifact(
                endpoint_of(self.repository, retry),
                contents,
                subject=subject.descriptor(),
                artifact_type=artifact_type,
                media_type=media_type,
                annotations=annotations,
                progress=progress,
                workers=workers,
            )
            return self.repository.put_image(manifest, retry=retry)

    def referrers(
        self,
        artifact_type: str | Iterable[str] | None = None,
        *,
        status: models.ArtifactStatusFilter | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> Items[models.ImageReferrer]:
        """List what refers to the image: signatures, SBOMs, attestations. `repository.image(digest=...)` reads one.

        ECR needs a digest; the tag of a handle is resolved immediately.

        Args:
            artifact_type: Up to five types, for example `application/spdx+json`; all if omitted.
            status: `ACTIVE`, `ARCHIVED`, `ACTIVATING` or `ANY`. Without it, ECR leaves out archived ones.
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 50; if omitted, pages grow from 20 to 50.
            start: `resume_token` from an earlier listing.

        Raises:
            RepositoryNotFoundError: The repository does not exist.
        """
        request = models.ListImageReferrersRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            subject_id=models.SubjectIdentifier(image_digest=self._resolved()),
            filter=resources.referrers_filter(artifact_type, status),
        )
        return Items(
            self.client,
            request,
            lambda page: page.referrers,
            limit=limit,
            page_size=page_size,
            start=start,
        )

    def walk_referrers(self) -> Iterator[Image]:
        """Find everything that refers to the image or to what it lists, and what refers to that in turn.

        Each comes once, the nearest first. What cosign keeps under tags made of digests counts too; archived artifacts do
        not, since they cannot be read. `pull(referrers=True)` and `copy_to` take the same.

        Raises:
            RepositoryNotFoundError: The repository does not exist.
        """
        _, *found = self.source().with_referrers()
        for digest in dict.fromkeys(each.digest for each in found):
            yield self.repository.image(digest=digest)

    def tag(self, tag: str) -> Image:
        """Add a tag to the image by storing its manifest again, without transferring layers.

        Idempotent: succeeds if the image already has the tag. A tag of another image is moved if the repository allows it.

        Raises:
            ImageNotFoundError: The image does not exist.
            TagImmutableError: Another image has the tag, and the repository does not allow to move it.
            LimitExceededError: The image already has 1,000 tags.
        """
        stored = self._stored()
        manifest = transfer.legacy(stored) or transfer.verified(stored)
        endpoint = api_of(self.repository)
        transfer.put_manifest(endpoint.send, self.repository.name, self.repository.registry_id, manifest, tag)
        return self.repository.image(digest=manifest.digest)

    def untag(self, tag: str, *, delete_image: bool = False) -> None:
        """Remove a tag from the image.

        ECR deletes an image together with its last tag, so the last tag is kept unless `delete_image` is true. ECR cannot
        check and remove atomically: if another process removes the other tags at the same moment, the image is deleted.

        Args:
            tag: Tag to remove.
            delete_image: Whether to delete the image if this is its last tag.

        Raises:
            LastTagError: It is the last tag, and `delete_image` is false.
            NotTaggedError: The tag points to another image, or does not exist.
            ImageReferencedError: It is the last tag, and an index lists the image.
        """
        image = self.describe()
        resources.check_untag(tag, image.tags, repr(image), delete_image=delete_image)
        self._remove(models.ImageIdentifier(image_tag=tag))

    def scan(self, *, settled: bool = False) -> Waiter[ScanResult]:
        """Start a scan immediately, and return a waiter for its result.

        ECR scans an image once in 24 hours, counting scans on push. If it refuses for that reason, the waiter returns the
        result of the earlier scan.

        In an event loop the request is sent from another thread, and `await` raises its errors.

        Example:
            >>> image.scan().wait(timeout=300).counts
            >>> result = await image.scan()

        Args:
            settled: Whether to wait until the result has a completion time or a finding; see `until_scanned`.

        Raises:
            ValidationError: The registry uses enhanced scanning, where Amazon Inspector decides when to scan; use
                `until_scanned`.
            UnsupportedImageTypeError: It is an index or an artifact; scan the images of the index instead.
            ImageArchivedError: The image is archived; `restore` it first.
            LimitExceededError: The account has no scans left for today, and this image was never scanned.
            ImageNotFoundError: The image does not exist.
        """
        scans = self._scans()
        return scans.begin(settled=settled)

    def until_scanned(self, *, settled: bool = False) -> Waiter[ScanResult]:
        """Return a waiter for a scan started elsewhere: by ECR on push, or by Amazon Inspector.

        It keeps waiting while there is no scan yet, as right after a push. Continuous scanning never ends; its first results
        end the wait.

        Args:
            settled: Whether to wait until the result has a completion time or a finding: enhanced scanning has been observed
                to report COMPLETE before it had scanned. An image without findings may then never settle.

        Raises:
            WaitFailedError: While waiting: there will be no result, for example because the image is not supported.
        """
        scans = self._scans()
        return scans.waiter(scans.status_request(), settled=settled)

    def scan_result(self) -> ScanResult:
        """Return the state of the last scan of the image, and the number of its findings.

        Raises:
            ImageNotFoundError: The image does not exist.
        """
        return self._scans().result()

    def findings(
        self,
        *,
        min_severity: Severity | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> Items[Finding]:
        """List the findings of the last scan, of either kind of scanning, in ECR's order.

        An empty listing means that nothing was found. If there is no result to read, iteration raises an error, so that an
        unscanned image is not mistaken for a clean one.

        Args:
            min_severity: Leave out findings below, for example `Severity.HIGH`.
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing with the same severity.

        Raises:
            ScanNotFoundError: On iteration: the image was never scanned.
            ResultsUnavailableError: On iteration: the scan is in progress, failed, or was not possible.
            InvalidInputError: The severity does not exist.
        """
        return self._scans().findings(min_severity, limit=limit, page_size=page_size, start=start)

    def until_exists(self, *, repository_may_come: bool = False) -> Waiter[DescribedImage]:
        """Return a waiter for an image pushed by another process.

        Example:
            >>> repository.image("1.4.2").until_exists().wait(timeout=600)

        Args:
            repository_may_come: Whether to wait for the repository too, if replication, a pull-through cache or a creation
                template is going to create it.

        Raises:
            RepositoryNotFoundError: While waiting: the repository does not exist, and `repository_may_come` is false.
        """
        return resources.exists_waiter(
            self.client,
            self._details_request(),
            self._described,
            self._name,
            repository_may_come=repository_may_come,
        )

    def replication_status(self) -> list[models.ImageReplicationStatus]:
        """Return the replication status of the image, one per destination.

        Empty if no replication rule covered the image when it was pushed: rules do not apply retroactively.

        Raises:
            ImageNotFoundError: The image does not exist.
        """
        return self.client.send(self._replication_request()).replication_statuses

    def until_replicated(
        self,
        destinations: str
        | models.ReplicationDestination
        | Iterable[str | models.ReplicationDestination] = (),
    ) -> Waiter[list[models.ImageReplicationStatus]]:
        """Return a waiter for the replication of the image. ECR guarantees no time; most images take less than 30 minutes.

        Example:
            >>> image.until_replicated("eu-west-1").wait(timeout=1800)

        Args:
            destinations: Regions, or registries in regions; all destinations that ECR lists for the image if omitted. A
                destination that ECR does not list yet is waited for, because the list can appear after the push.

        Raises:
            WaitFailedError: While waiting: a replication failed; the message has the reason.
        """
        wanted = items_of(destinations, models.ReplicationDestination)
        return resources.replication_waiter(self.client, self._replication_request(), self._name, wanted)

    def signing_status(self) -> list[models.ImageSigningStatus]:
        """Return the signing status of the image, one per profile; empty if no rule covered the image when it was pushed.

        Raises:
            ImageNotFoundError: The image does not exist.
        """
        return self.client.send(self._signing_request()).signing_statuses

    def until_signed(self, profile_arns: str | Iterable[str] = ()) -> Waiter[list[models.ImageSigningStatus]]:
        """Return a waiter for the signatures that the signing configuration of the registry prescribes.

        Args:
            profile_arns: Signing profiles; all that ECR lists for the image if omitted.

        Raises:
            WaitFailedError: While waiting: signing failed; the message has the reason.
        """
        wanted = items_of(profile_arns)
        return resources.signing_waiter(self.client, self._signing_request(), self._name, wanted)

    def archive(self) -> None:
        """Archive the image: cheaper to store for 90 days or more, but it cannot be pulled or scanned.

        Idempotent: succeeds if the image is already archived. Listings leave out archived images by default.

        Raises:
            ImageStorageClassUpdateNotSupportedError: ECR cannot archive this image, for example because an index lists it.
            ImageNotFoundError: The image does not exist.
        """
        transfer.archive_image(
            self.client.send, self.repository.name, self.repository.registry_id, self._identifier
        )

    def restore(self) -> Waiter[DescribedImage]:
        """Start to restore the image from the archive immediately, and return a waiter for that.

        It takes up to 20 minutes. Idempotent: succeeds if the image is not archived. In an event loop the request is sent
        from another thread, and `await` raises its errors.

        Example:
            >>> image.restore().wait()

        Raises:
            ImageStorageClassUpdateNotSupportedError: ECR cannot restore this image.
            ImageNotFoundError: The image does not exist.
        """
        return resources.active_waiter(self.client, self._begin_restore, self._described, self._name)

    def until_active(self) -> Waiter[DescribedImage]:
        """Return a waiter for an image that another process restores from the archive."""
        return resources.active_waiter(self.client, self._details_request(), self._described, self._name)

    def delete(self) -> None:
        """Delete the image with all its tags. To remove a single tag, use `untag`.

        Raises:
            ImageNotFoundError: The image does not exist.
            ImageReferencedError: An index lists the image; delete the index first.
        """
        self._remove(models.ImageIdentifier(image_digest=self._resolved()))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            raise missing_attribute(self, name, ("details", "pushed_at", "size", "status", "tags"))

    @property
    def _name(self) -> str:
        return self.repository.name + self._suffix

    @property
    def _suffix(self) -> str:
        return f":{self.tag_name}" if self.digest is None else f"@{self.digest}"

    @property
    def _own_tags(self) -> tuple[str, ...]:
        """Tags that are known without asking ECR; copies keep them."""
        return () if self.tag_name is None else (self.tag_name,)

    @property
    def _identifier(self) -> models.ImageIdentifier:
        return models.ImageIdentifier(image_digest=self.digest, image_tag=self.tag_name)

    def _offers(self) -> list[oci.Offer]:
        source = self.source()
        [root] = source.roots
        oci.check_is_image(oci.read_manifest(source, root), repr(self))
        return oci.offers(source, root)

    def _image_manifest(self) -> oci.ImageManifest:
        manifest = self.manifest()
        if isinstance(manifest, oci.Index):
            platforms = ", ".join(str(platform) for platform in manifest.platforms) or "none named"
            raise InvalidInputError(
                f"{self!r} is an index of several images (platforms: {platforms}); choose one with resolve()"
            )
        return manifest

    def _layer(self, descriptor: oci.Descriptor) -> Layer:
        return resources.Layer(
            self.repository, descriptor.digest, size=descriptor.size, media_type=descriptor.media_type
        )

    def _one_image(self, platform: oci.Platform | str | None) -> Image:
        if platform is None:
            if isinstance(self.manifest(), oci.ImageManifest):
                return self
            platform = pull.only_platform(self.platforms(), repr(self))
        return self.resolve(platform)

    def _stored(self) -> models.Image:
        return transfer.read_exact(
            self.client.send, self.repository.name, self.repository.registry_id, self._identifier
        )

    @property
    def _first_tag(self) -> str | None:
        return next(iter(self._own_tags), None)

    def _roots(self, source: PulledImages, *, referrers: bool) -> list[oci.Descriptor]:
        root, *found = source.with_referrers() if referrers else source.roots
        name = root.annotations.get(oci.IMAGE_NAME, "").rpartition(":")[0]
        return [*(oci.named(root, [f"{name}:{tag}" for tag in self._own_tags]) or [root]), *found]

    def _source(
        self, retry: RetryPolicy | None, stored: models.Image | None = None, *, tag: str | None
    ) -> PulledImages:
        from ecrkit.resources.copying import source_of  # noqa: PLC0415 -- loads what reads images

        return source_of(self.repository, stored or self._stored(), retry, name=tag)

    def _scans(self) -> ImageScans:
        return resources.ImageScans(
            self.client,
            self.repository.registry_id,
            self.repository.name,
            self._identifier,
            label=self._name,
        )

    def _replication_request(self) -> models.DescribeImageReplicationStatusRequest:
        return models.DescribeImageReplicationStatusRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            image_id=self._identifier,
        )

    def _signing_request(self) -> models.DescribeImageSigningStatusRequest:
        return models.DescribeImageSigningStatusRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            image_id=self._identifier,
        )

    def _resolved(self) -> Digest:
        return self.digest or self.describe().digest

    def _details_request(self) -> models.DescribeImagesRequest:
        [request] = transfer.details_requests(
            self.repository.name, self.repository.registry_id, [self._identifier]
        )
        return request

    def _described(self, answer: models.DescribeImagesResponse) -> DescribedImage:
        from ecrkit.resources.described_image import DescribedImage  # noqa: PLC0415 -- its subclass

        return DescribedImage(
            self.repository, only_item(answer.image_details, models.DescribeImagesRequest.operation)
        )

    def _remove(self, identifier: models.ImageIdentifier) -> None:
        removed = transfer.remove_images(
            self.client.send, self.repository.name, self.repository.registry_id, [identifier]
        )
        for failure in removed.failures:
            raise failure.error

    def _begin_restore(self) -> models.DescribeImagesRequest:
        transfer.restore_image(
            self.client.send, self.repository.name, self.repository.registry_id, self._identifier
        )
        return self._details_request()
