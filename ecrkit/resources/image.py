"""`Image`: a manifest in a repository, named by its digest or by a tag."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ecrkit import models, oci, pull, push
from ecrkit.batching import the_one
from ecrkit.errors import (
    DigestMismatchError,
    ImageNotFoundError,
    ImageStorageClassUpdateNotSupportedError,
    InvalidInputError,
    LastTagError,
    LimitExceededError,
    NotTaggedError,
    ResultsUnavailableError,
    ScanNotFoundError,
)
from ecrkit.files.outputs import Output, output_path
from ecrkit.oci.artifacts import check_is_image
from ecrkit.oci.selection import as_platform, find_platform
from ecrkit.paging import Items
from ecrkit.references import Digest, check_tag
from ecrkit.resources._endpoints import endpoint_of
from ecrkit.resources.findings import Finding, FindingsState, Severity, findings_in, findings_state
from ecrkit.resources.layer import Layer
from ecrkit.resources.scanning import ScanResult, known_severity, scan_result
from ecrkit.tables import Size
from ecrkit.transfer.manifests import details_requests, read_image, remove_images
from ecrkit.waiters import (
    ACTIVE_PACE,
    EXISTS_PACE,
    REPLICATION_PACE,
    SCAN_PACE,
    SIGNING_PACE,
    image_active,
    image_exists,
    image_replicated,
    image_signed,
    scan_complete,
)
from ecrkit.waiting import Waiter, begin

if TYPE_CHECKING:
    from datetime import datetime

    from ecrkit.client import Client
    from ecrkit.events import Progress
    from ecrkit.pull.archive import ArchiveFormat
    from ecrkit.pull.source import PulledImages
    from ecrkit.push.layers import LayerToPush
    from ecrkit.push.sources import SourceLike
    from ecrkit.resources.pushed_image import PushedImage
    from ecrkit.resources.repository import Repository
    from ecrkit.retrying import RetryPolicy


class Image:
    """A handle for one image. Its methods ask ECR, its attributes never do. Making one sends nothing.

    Example:
        >>> image = repository.image("1.4.2")
        >>> image.manifest().layers
    """

    def __init__(self, repository: Repository, *, digest: str | None = None, tag: str | None = None) -> None:
        if (digest is None) == (tag is None):
            raise InvalidInputError("An image is named either by its digest or by a tag")
        self.repository = repository
        """Where the image is."""

        self.digest = None if digest is None else Digest(digest)
        """The digest that the handle stands for; absent in a handle for a tag, which may move."""

        self.tag_name = None if tag is None else check_tag(tag)
        """The tag that the handle stands for; absent in a handle for a digest."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name})"

    @property
    def client(self) -> Client:
        """Sends the requests."""
        return self.repository.client

    def exists(self) -> bool:
        """Whether the repository has the image, archived ones included."""
        try:
            self.describe()
        except ImageNotFoundError:
            return False
        return True

    def describe(self) -> DescribedImage:
        """Ask ECR for the digest, the tags, the size and the dates of the image.

        Raises:
            ImageNotFoundError: There is no such image.
            RepositoryNotFoundError: There is no such repository.
        """
        return self._described(self.client.send(self._details_request()))

    def find_uri(self) -> str:
        """Give the reference by which Docker, Lambda and ECS pull the image: with its digest, or else with the tag.

        The digest is the better one to deploy: what has been tested is what runs. ECR is asked for the name of its host
        where the handle does not know it; `Registry.image_from_uri` is the way back.

        Example:
            >>> repository.push_image("app.tar", tags="1.4.2").find_uri()
            '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app@sha256:...'

        Raises:
            RepositoryNotFoundError: There is no such repository.
        """
        return self.repository.find_uri() + self._suffix

    def manifest(self) -> oci.ImageManifest | oci.Index:
        """Read the manifest, or the index, with the exact bytes that were pushed.

        Raises:
            ImageNotFoundError: There is no such image.
            InvalidManifestError: What was pushed is not a manifest of OCI or of Docker's second schema.
        """
        content = self._stored(self._identifier)
        stored = content.image_id.image_digest
        if stored is not None and Digest.of(content.image_manifest.encode()) != stored:
            # By tag, ECR may convert a manifest to another format, which then has another digest; by digest, never (T25).
            content = self._stored(models.ImageIdentifier(image_digest=stored))
        raw = content.image_manifest.encode()
        if stored is not None and (actual := Digest.of(raw)) != stored:
            raise DigestMismatchError(f"The manifest of {self!r}", expected=stored, actual=actual)
        return oci.parse_manifest(raw, content.image_manifest_media_type)

    def config(self) -> oci.ImageConfig:
        """Read the config: platform, environment, entrypoint, labels, history.

        Raises:
            InvalidInputError: It is an index of several images, which has no config of its own; `resolve` finds one.
            NotAnImageError: It is an artifact, such as a Helm chart.
        """
        manifest = self._image_manifest()
        check_is_image(manifest, repr(self))
        return oci.parse_config(self._layer(manifest.config).read(), manifest.config.media_type)

    def layers(self) -> list[Layer]:
        """List the layers, from the lowest one up.

        Raises:
            InvalidInputError: It is an index of several images, which has no layers of its own; `resolve` finds one.
        """
        return [self._layer(descriptor) for descriptor in self._image_manifest().layers]

    def platforms(self) -> list[oci.Platform]:
        """List the platforms that the image runs on, each once.

        Indexes inside of an index are looked into. Attestations, which BuildKit puts beside images, run nowhere (T28).

        Raises:
            ImageNotFoundError: There is no such image.
            NotAnImageError: It is an artifact, such as a Helm chart, which runs nowhere.
        """
        return list(dict.fromkeys(each.platform for each in self._offers()))

    def resolve(self, platform: oci.Platform | str) -> Image:
        """Find the image that runs best on a platform: this one, or one that its index lists.

        Example:
            >>> repository.image("1.4.2").resolve("linux/arm64").config().labels

        Args:
            platform: For example `linux/arm64`, or `oci.Platform.of_this_machine()`.

        Raises:
            PlatformNotFoundError: Nothing here runs on it; the message says what there is.
            NotAnImageError: It is an artifact, such as a Helm chart, which runs nowhere.
            InvalidReferenceError: It is not a platform.
        """
        found = find_platform(self._offers(), as_platform(platform), repr(self))
        return self.repository.image(digest=found.image.digest)

    def history(self) -> list[BuildStep]:
        """List the steps in which the image was built, from the lowest layer up; none where nobody wrote them down.

        Raises:
            InvalidInputError: It is an index of several images; `resolve` finds one.
            NotAnImageError: It is an artifact, such as a Helm chart.
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

    def pull(
        self,
        folder: str | os.PathLike[str],
        *,
        referrers: bool = False,
        progress: Progress | None = None,
        workers: int = 4,
    ) -> Path:
        """Pull the image, or everything that an index lists, into an OCI layout.

        Every byte is verified before it appears under its name. An interrupted pull goes on where it was when it is called
        again. In a folder that is a layout already, the image comes beside the others, and what is there is not fetched
        again. Threads and processes may pull into one layout at the same time. To pull one platform only, `resolve` it
        first.

        Args:
            folder: A new or empty folder, or an OCI layout.
            referrers: Whether signatures, SBOMs and whatever else refers to the image come too. The index of the layout
                then lists them beside the image, which some tools have to be told by its name.
            progress: Is called with each `LayerEvent`, from several threads, but never twice at the same time.
            workers: How many layers to fetch at the same time, at the most.

        Raises:
            ImageNotFoundError: There is no such image.
            NotEmptyError: The folder has something else in it.
            InvalidImageError: What is in the folder is not a proper layout, or not safe to write into.
            DigestMismatchError: The bytes of a layer are wrong.
            DiskFullError: There is no space for the layers; what has arrived is kept.
            TransportError: The storage did not deliver a layer.
        """
        source = self.source()
        roots = source.with_referrers() if referrers else source.roots
        return pull.pull_layout(source, roots, Path(folder), workers=workers, progress=progress)

    def save(
        self,
        path: Output,
        *,
        format: ArchiveFormat = "oci",  # noqa: A002 -- what users call it
        platform: oci.Platform | str | None = None,
        names: Sequence[str] | None = None,
        referrers: bool = False,
        progress: Progress | None = None,
        workers: int = 4,
    ) -> Path:
        """Pull the image into one file, which appears when it is complete.

        While it is being pulled, its layers take the same space once more, in a hidden folder beside the file. A file
        object, a pipe or `/dev/stdout` is written through instead: one layer after another, without temporary files. It
        holds a complete archive only if no error is raised.

        Example:
            >>> repository.image("1.4.2").save("app.tar", format="docker", platform="linux/arm64")

        Args:
            path: The file, replaced if it exists; or a binary file object, which stays open.
            format: `oci` for an OCI archive with everything that an index lists; `docker` for what `docker load` takes,
                which is a single image.
            platform: Which image of an index to save.
            names: What Docker is to call the image; `repository:tag` if absent and the handle has a tag.
            referrers: Whether what refers to the image comes too, as for `pull`. Only OCI archives have room for it.
            progress: Is called with each `LayerEvent`, from several threads, but never twice at the same time.
            workers: How many layers to fetch at the same time, at the most.

        Returns:
            The path; of a file object, its name.

        Raises:
            InvalidInputError: Docker's format was asked for, and there are several images to choose from, or it was asked
                for with referrers; or the path is a folder.
            DiskFullError: There is no space for the layers or for the archive.
            InvalidImageError: There is no image for the platform, or it is an artifact, which Docker cannot load.
        """
        if format not in {"oci", "docker"}:
            raise InvalidInputError(
                f"{format!r} is not a format to save images in; there are 'oci' and 'docker'"
            )
        if referrers and format == "docker":
            raise InvalidInputError(
                "Docker's format has no room for what refers to an image; save it as 'oci', or without referrers"
            )
        chosen = self._one_image(platform) if platform is not None or format == "docker" else self
        source = chosen._named(self.tag_name)  # noqa: SLF001 -- its own class
        if names is None:
            names = [] if self.tag_name is None else [f"{self.repository.name}:{self.tag_name}"]
        pull.pull_archive(
            source,
            source.with_referrers() if referrers else source.roots,
            path,
            form=format,
            names=names,
            workers=workers,
            progress=progress,
        )
        return output_path(path)

    def copy_to(
        self,
        target: Repository,
        *,
        tags: str | Iterable[str] | None = None,
        referrers: bool = True,
        platforms: Sequence[oci.Platform | str] | None = None,
        progress: Progress | None = None,
        create_repository: bool = False,
        workers: int = 4,
        retry: RetryPolicy | None = None,
    ) -> PushedImage:
        """Copy the image to another repository: of the same account, of another account, in another region.

        Layers stream from one to the other with no file in between, and those that the target has are not even read.
        Manifests arrive byte by byte as they are, so that digests stay. Each side uses the session of its own registry.

        Example:
            >>> production = Registry(boto3.Session(profile_name="prod"), region_name="eu-west-1")
            >>> image.copy_to(production.repository("team/app"), tags="1.4.2")

        Args:
            target: Where to.
            tags: Its tags there; the one of this handle if absent, and none if that is a digest.
            referrers: Whether signatures, SBOMs and whatever else refers to the image go with it, and what cosign keeps
                under tags such as `sha256-8f2d....sig`.
            platforms: Which images of an index to copy; all if absent. See `Repository.push_image`.
            progress: Is called with each `LayerEvent`.
            create_repository: Whether to create the target if it is not there.
            workers: How many layers to copy at the same time, at the most.
            retry: How patient to be with the network and the service.

        Raises:
            ImageNotFoundError: There is no such image.
            TagImmutableError: A tag names another image in the target, and cannot be moved.
        """
        if tags is None:
            tags = () if self.tag_name is None else self.tag_name
        return target.push_image(
            self.source(),
            tags=tags,
            platforms=platforms,
            progress=progress,
            create_repository=create_repository,
            referrers=referrers,
            workers=workers,
            retry=retry,
        )

    def source(self) -> PulledImages:
        """Give the image as a source like any other: to build on it, to write it, to push it elsewhere.

        Only its manifest is read now. Layers are read from ECR when they are wanted.

        Raises:
            ImageNotFoundError: There is no such image.
        """
        return self._named(self.tag_name)

    def attach(
        self,
        *contents: SourceLike | LayerToPush,
        artifact_type: str,
        media_type: str | None = None,
        annotations: Mapping[str, str] | None = None,
    ) -> Image:
        """Put something beside the image that refers to it: an SBOM, a signature, a test report.

        It becomes an image of its own without a tag, which `referrers` lists. To attach the same thing again is a success.

        Example:
            >>> image.attach("sbom.spdx.json", artifact_type="application/spdx+json")

        Args:
            contents: What to attach, each like the source of `push_layer`.
            artifact_type: What kind of artifact it is; `referrers` can be asked for it.
            media_type: What each of the contents is; the artifact type if absent.
            annotations: Whatever else is to be known about it.

        Raises:
            ImageNotFoundError: There is no such image.
            InvalidInputError: There is nothing to attach.
            EmptyLayerError: What is to be attached has no bytes.
        """
        if not contents:
            raise InvalidInputError("There is nothing to attach: give at least one file, or bytes")
        kind = media_type or artifact_type
        for each in (artifact_type, kind):
            push.check_media_type("the artifact", each)
        subject = self.manifest()
        config, *layers = self.repository.push_layers(
            [push.LayerToPush(push.layer_source(oci.EMPTY_JSON), media_type=oci.media_types.OCI_EMPTY)]
            + [_with_type(content, kind) for content in contents]
        )
        manifest = oci.build_manifest(
            config.descriptor(),
            [layer.descriptor() for layer in layers],
            subject=subject.descriptor(),
            artifact_type=artifact_type,
            annotations=annotations,
        )
        return self.repository.put_image(manifest)

    def referrers(
        self,
        artifact_type: str | Iterable[str] | None = None,
        *,
        status: models.ArtifactStatusFilter | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> Items[models.ImageReferrer]:
        """List what refers to the image: signatures, SBOMs, attestations. `repository.image(digest=...)` reads them.

        ECR wants a digest; where the handle has a tag, it is asked for one right away.

        Args:
            artifact_type: One type, or up to five, for example `application/spdx+json`; all if absent.
            status: `ACTIVE`, `ARCHIVED`, `ACTIVATING` or `ANY`. ECR leaves archived ones out if it is absent (T29).
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 50; ECR's default is 20 (T34).
            start: Where to go on: the `resume_token` of an earlier listing.

        Raises:
            RepositoryNotFoundError: There is no such repository.
        """
        types = [artifact_type] if isinstance(artifact_type, str) else artifact_type
        wanted = models.ListImageReferrersFilter(
            artifact_types=None if types is None else list(types),
            artifact_status=None if status is None else models.ArtifactStatusFilter(status),
        )
        request = models.ListImageReferrersRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            subject_id=models.SubjectIdentifier(image_digest=self._resolved()),
            filter=None if types is None and status is None else wanted,
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
        """Give the image one more tag, without pulling or pushing it: the exact bytes of its manifest are put again.

        A tag that names the image already is a success (T15, T16). A tag that names another image is moved, if the
        repository allows that.

        Raises:
            ImageNotFoundError: There is no such image.
            TagImmutableError: Another image has the tag, and the repository forbids to move it.
            LimitExceededError: The image has 1,000 tags.
        """
        return self.repository.put_image(self.manifest(), tag)

    def untag(self, tag: str, *, delete_image: bool = False) -> None:
        """Take a tag away from the image.

        ECR deletes an image with its last tag (T42), so that one stays unless you say otherwise. ECR cannot check and
        remove in one step: who removes the other tags at the same moment may still cause that.

        Args:
            tag: The tag.
            delete_image: Whether the image may go with its last tag.

        Raises:
            LastTagError: It is the last tag, and `delete_image` is false.
            NotTaggedError: The tag names another image, or none.
            ImageReferencedError: It is the last tag, and an index lists the image.
        """
        image = self.describe()
        if tag not in image.tags:
            raise NotTaggedError(f"{tag!r} is not a tag of {image!r}")
        if image.tags == [tag] and not delete_image:
            raise LastTagError(
                f"{tag!r} is the last tag of {image!r}, and ECR would delete the image with it;"
                " give it another tag first, or say delete_image=True"
            )
        self._remove(models.ImageIdentifier(image_tag=tag))

    def scan(self, *, settled: bool = False) -> Waiter[ScanResult]:
        """Start a scan at once, and give a waiter for its result.

        ECR scans an image once in 24 hours, and a scan on push counts. Where it refuses for that reason there are
        findings, or will be, so they are waited for as if the scan had been started here (T50).

        In an event loop the request goes out from another thread, so that nothing is blocked; what goes wrong with it
        is raised by `await`.

        Example:
            >>> image.scan().wait(timeout=300).counts
            >>> result = await image.scan()

        Args:
            settled: Whether to wait for a time of completion, or for a finding (T48). See `until_scanned`.

        Raises:
            ValidationError: The registry has enhanced scanning, where Amazon Inspector decides when to scan: use
                `until_scanned`.
            UnsupportedImageTypeError: It is an index or an artifact; scan the images that an index lists.
            ImageArchivedError: The image is in the archive; `restore` it first.
            LimitExceededError: The account has no scans left for today, and this image was never scanned.
            ImageNotFoundError: There is no such image.
        """
        return self._scan_waiter(begin(self._start_scan), settled=settled)

    def until_scanned(self, *, settled: bool = False) -> Waiter[ScanResult]:
        """Give a waiter for a scan that somebody else starts: ECR on push, or Amazon Inspector.

        It goes on while there is no scan yet, as right after a push (T47). Continuous scanning never ends; its first
        results end the wait (T49).

        Args:
            settled: Whether to wait for a time of completion, or for a finding: enhanced scanning has been seen to say
                COMPLETE before it had looked (T48). An image without any findings may then never be settled.

        Raises:
            WaitFailedError: When waited for: there will be no result. The image is not supported, or too large, ...
        """
        return self._scan_waiter(self._findings_request(), settled=settled)

    def scan_result(self) -> ScanResult:
        """Ask how the last scan of the image stands, and how much it found.

        Raises:
            ImageNotFoundError: There is no such image.
        """
        try:
            return scan_result(self.client.send(self._findings_request()))
        except ScanNotFoundError as error:
            return ScanResult(findings_state(error), error.message, {}, None, None)

    def findings(
        self,
        *,
        min_severity: Severity | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> Items[Finding]:
        """List what the last scan found, of either kind of scanning, in the order of the service.

        An empty listing means that nothing was found. Where there is no result to be read, an error says so, so that
        an image nobody looked at does not pass for a clean one.

        Args:
            min_severity: Leaves out findings below, for example `Severity.HIGH`.
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 1000; ECR's default is 100.
            start: Where to go on: the `resume_token` of an earlier listing with the same severity.

        Raises:
            ScanNotFoundError: When listed: no scan of the image has begun.
            ResultsUnavailableError: When listed: the scan is under way, failed, or was not possible.
            InvalidInputError: There is no such severity.
        """
        least = known_severity(min_severity)
        request = self._findings_request().model_copy(update={"max_results": None})
        return Items(
            self.client,
            request,
            lambda page: [each for each in self._read(page) if least is None or each.severity >= least],
            limit=limit,
            page_size=page_size,
            start=start,
        )

    def until_exists(self, *, repository_may_come: bool = False) -> Waiter[DescribedImage]:
        """Give a waiter for an image that somebody else pushes.

        Example:
            >>> repository.image("1.4.2").until_exists().wait(timeout=600)

        Args:
            repository_may_come: Whether to wait for a missing repository too: replication, pull-through caches and
                creation templates make repositories on their own.

        Raises:
            RepositoryNotFoundError: When waited for: there is no such repository, and it is not waited for.
        """
        return Waiter(
            self.client,
            self._details_request(),
            judge=lambda answer: image_exists(answer, repository_may_come=repository_may_come),
            result=self._described,
            subject=self._name,
            pace=EXISTS_PACE,
        )

    def replication_status(self) -> list[models.ImageReplicationStatus]:
        """Ask how far the replication of the image has come, destination by destination.

        The list is empty where no rule of the registry concerned the image when it was pushed: rules do not reach
        back (T51).

        Raises:
            ImageNotFoundError: There is no such image.
        """
        return self.client.send(self._replication_request()).replication_statuses

    def until_replicated(
        self, destinations: Iterable[str | models.ReplicationDestination] = ()
    ) -> Waiter[list[models.ImageReplicationStatus]]:
        """Give a waiter for the image to arrive elsewhere. ECR names no limit; most images take less than 30 minutes.

        Example:
            >>> image.until_replicated(["eu-west-1"]).wait(timeout=1800)

        Args:
            destinations: Regions, or registries in regions; everywhere that ECR lists for the image, if none are given.
                A region that ECR does not list is waited for: the list may come after the push.

        Raises:
            WaitFailedError: When waited for: a replication failed; the message has the reason.
        """
        wanted = [destinations] if isinstance(destinations, str) else list(destinations)
        return Waiter(
            self.client,
            self._replication_request(),
            judge=partial(image_replicated, destinations=wanted),
            result=lambda answer: answer.replication_statuses,
            subject=f"the replication of {self._name}",
            pace=REPLICATION_PACE,
        )

    def signing_status(self) -> list[models.ImageSigningStatus]:
        """Ask how far ECR has come with signing the image, profile by profile; none if no rule applied to its push.

        Raises:
            ImageNotFoundError: There is no such image.
        """
        return self.client.send(self._signing_request()).signing_statuses

    def until_signed(self, profile_arns: Iterable[str] = ()) -> Waiter[list[models.ImageSigningStatus]]:
        """Give a waiter for the signatures that the signing configuration of the registry promises.

        Args:
            profile_arns: The signing profiles to wait for; all that ECR lists for the image, if none are given.

        Raises:
            WaitFailedError: When waited for: signing failed; the message has the reason.
        """
        wanted = [profile_arns] if isinstance(profile_arns, str) else list(profile_arns)
        return Waiter(
            self.client,
            self._signing_request(),
            judge=partial(image_signed, profile_arns=wanted),
            result=lambda answer: answer.signing_statuses,
            subject=f"the signature of {self._name}",
            pace=SIGNING_PACE,
        )

    def archive(self) -> None:
        """Move the image to the archive: cheaper to keep for 90 days and more, but nobody can pull or scan it.

        An image that is there already is a success. Listings leave archived images out unless asked for (T29).

        Raises:
            ImageStorageClassUpdateNotSupportedError: ECR does not move this image, for example because an index
                lists it.
            ImageNotFoundError: There is no such image.
        """
        self._move(models.TargetStorageClass.ARCHIVE, {models.ImageStatus.ARCHIVED})

    def restore(self) -> Waiter[DescribedImage]:
        """Begin at once to bring the image back from the archive, and give a waiter for that.

        It takes up to 20 minutes. An image that is not in the archive is a success (T52). In an event loop the
        request goes out from another thread; what goes wrong with it is raised by `await`.

        Example:
            >>> image.restore().wait()

        Raises:
            ImageStorageClassUpdateNotSupportedError: ECR does not move this image.
            ImageNotFoundError: There is no such image.
        """
        return self._active_waiter(begin(self._restored))

    def until_active(self) -> Waiter[DescribedImage]:
        """Give a waiter for an image that somebody else brings back from the archive."""
        return self._active_waiter(self._details_request())

    def delete(self) -> None:
        """Delete the image with all its tags. To take only a tag away, use `untag`.

        Raises:
            ImageNotFoundError: There is no such image.
            ImageReferencedError: An index lists the image; the index has to go first.
        """
        self._remove(models.ImageIdentifier(image_digest=self._resolved()))

    @property
    def _name(self) -> str:
        return self.repository.name + self._suffix

    @property
    def _suffix(self) -> str:
        return f":{self.tag_name}" if self.digest is None else f"@{self.digest}"

    @property
    def _identifier(self) -> models.ImageIdentifier:
        return models.ImageIdentifier(image_digest=self.digest, image_tag=self.tag_name)

    def _offers(self) -> list[oci.Offer]:
        source = self.source()
        [root] = source.roots
        check_is_image(oci.read_manifest(source, root), repr(self))
        return oci.offers(source, root)

    def _image_manifest(self) -> oci.ImageManifest:
        manifest = self.manifest()
        if isinstance(manifest, oci.Index):
            platforms = ", ".join(str(platform) for platform in manifest.platforms) or "none named"
            raise InvalidInputError(
                f"{self!r} is an index of several images (platforms: {platforms}); choose one with resolve() first"
            )
        return manifest

    def _layer(self, descriptor: oci.Descriptor) -> Layer:
        return Layer(
            self.repository, descriptor.digest, size=descriptor.size, media_type=descriptor.media_type
        )

    def _one_image(self, platform: oci.Platform | str | None) -> Image:
        if platform is None:
            if isinstance(self.manifest(), oci.ImageManifest):
                return self
            platforms = self.platforms()
            if len(platforms) != 1:
                raise InvalidInputError(
                    f"{self!r} is an index of several images, and the archive holds one; say for which platform: "
                    f"{', '.join(map(str, platforms)) or 'it names none'}"
                )
            platform = platforms[0]
        return self.resolve(platform)

    def _stored(self, identifier: models.ImageIdentifier) -> models.Image:
        return read_image(self.client.send, self.repository.name, self.repository.registry_id, identifier)

    def _named(self, name: str | None) -> PulledImages:
        manifest = self.manifest()
        annotations = {} if name is None else {oci.REF_NAME: name}
        return pull.PulledImages(
            endpoint_of(self.repository), manifest.descriptor(annotations=annotations), manifest
        )

    def _read(self, page: models.DescribeImageScanFindingsResponse) -> list[Finding]:
        if (state := findings_state(page)) is not FindingsState.SCANNED:
            status = page.image_scan_status
            because = f" ({status.description})" if status.description else ""
            raise ResultsUnavailableError(
                f"The findings of {self!r} cannot be read: {status.status}{because}", state
            )
        return list(findings_in(page))

    def _start_scan(self) -> models.DescribeImageScanFindingsRequest:
        request = models.StartImageScanRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            image_id=self._identifier,
        )
        try:
            scanned = self.client.send(request).image_id
        except LimitExceededError as error:
            return self._request_for_earlier_scan(error)
        return self._findings_request(scanned.image_digest if scanned else None)

    def _request_for_earlier_scan(self, error: LimitExceededError) -> models.DescribeImageScanFindingsRequest:
        """Tell the quota of an image, which stands for a scan, from that of the account, which does not."""
        request = self._findings_request()
        try:
            scanned = self.client.send(request).image_id
        except ScanNotFoundError:
            raise error from None
        return self._findings_request(scanned.image_digest if scanned else None)

    def _findings_request(self, digest: str | None = None) -> models.DescribeImageScanFindingsRequest:
        """Ask for the state, with one finding at the most. A digest pins what a tag named when the scan began."""
        return models.DescribeImageScanFindingsRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            image_id=models.ImageIdentifier(image_digest=digest) if digest is not None else self._identifier,
            max_results=1,
        )

    def _scan_waiter(
        self,
        request: models.DescribeImageScanFindingsRequest
        | Callable[[], models.DescribeImageScanFindingsRequest],
        *,
        settled: bool,
    ) -> Waiter[ScanResult]:
        return Waiter(
            self.client,
            request,
            judge=partial(scan_complete, settled=settled),
            result=scan_result,
            subject=f"the scan of {self._name}",
            pace=SCAN_PACE,
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
        [request] = details_requests(self.repository.name, self.repository.registry_id, [self._identifier])
        return request

    def _described(self, answer: models.DescribeImagesResponse) -> DescribedImage:
        return DescribedImage(
            self.repository, the_one(answer.image_details, models.DescribeImagesRequest.operation)
        )

    def _remove(self, identifier: models.ImageIdentifier) -> None:
        removed = remove_images(
            self.client.send, self.repository.name, self.repository.registry_id, [identifier]
        )
        for failure in removed.failures:
            raise failure.error

    def _move(self, target: models.TargetStorageClass, wanted: set[models.ImageStatus]) -> None:
        request = models.UpdateImageStorageClassRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            image_id=self._identifier,
            target_storage_class=target,
        )
        try:
            self.client.send(request)
        except ImageStorageClassUpdateNotSupportedError:
            if self.describe().details.image_status not in wanted:
                raise

    def _restored(self) -> models.DescribeImagesRequest:
        self._move(
            models.TargetStorageClass.STANDARD, {models.ImageStatus.ACTIVE, models.ImageStatus.ACTIVATING}
        )
        return self._details_request()

    def _active_waiter(
        self, request: models.DescribeImagesRequest | Callable[[], models.DescribeImagesRequest]
    ) -> Waiter[DescribedImage]:
        return Waiter(
            self.client,
            request,
            judge=image_active,
            result=self._described,
            subject=f"the restoring of {self._name}",
            pace=ACTIVE_PACE,
        )


class DescribedImage(Image):
    """An image as ECR described it when it was asked."""

    digest: Digest

    def __init__(self, repository: Repository, details: models.ImageDetail) -> None:
        super().__init__(repository, digest=details.image_digest)
        self.details = details
        """Everything that ECR said."""

    def __table_row__(self) -> Mapping[str, object]:
        return {
            "image": self.digest,
            "tags": sorted(self.tags),
            "pushed": self.pushed_at,
            "size": None if self.size is None else Size(self.size),
            "pulled": self.details.last_recorded_pull_time,
            "status": None if self.status == models.ImageStatus.ACTIVE else self.status,
        }

    @property
    def tags(self) -> list[str]:
        """The tags, in no particular order; none where the image is untagged."""
        return list(self.details.image_tags)

    @property
    def pushed_at(self) -> datetime:
        """When this digest was first pushed, in UTC. Tagging it again later does not change that (T38)."""
        return self.details.image_pushed_at

    @property
    def size(self) -> int | None:
        """Compressed bytes; of an index, those of its largest image (T39). Absent where ECR does not say."""
        return self.details.image_size_in_bytes

    @property
    def status(self) -> models.ImageStatus | None:
        """Whether it can be pulled: `ACTIVE`, `ARCHIVED` or `ACTIVATING`. Absent where ECR does not say."""
        return self.details.image_status


@dataclass(frozen=True, slots=True)
class BuildStep:
    """One step of the build of an image."""

    entry: oci.History
    """When, by whom and by what command, as far as the tool that built it wrote it down."""

    layer: Layer | None
    """The layer that the step made; absent where it made none, and where the config does not say which it was."""


def build_steps(history: Sequence[oci.History], layers: Sequence[Layer]) -> list[BuildStep]:
    """Match the steps that made a layer with the layers, where there are as many of both."""
    makers = sum(not entry.empty_layer for entry in history)
    waiting = iter(layers if makers == len(layers) else ())
    return [BuildStep(entry, None if entry.empty_layer else next(waiting, None)) for entry in history]


def _with_type(content: SourceLike | LayerToPush, media_type: str) -> LayerToPush:
    if isinstance(content, push.LayerToPush):
        return replace(content, media_type=content.media_type or media_type)
    return push.LayerToPush(push.layer_source(content), media_type=media_type)
