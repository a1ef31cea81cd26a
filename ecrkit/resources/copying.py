"""Copies one image, or the images of a whole repository, to another repository."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from ecrkit import models, oci
from ecrkit._arguments import expect
from ecrkit.batching import MOST_IDS
from ecrkit.copying.engine import copy_images, report_plan
from ecrkit.copying.ordering import shared_first
from ecrkit.copying.planning import CopyPlan, ImageToCopy, PlannedCopy, plan_copies
from ecrkit.copying.syncing import find_images
from ecrkit.errors import (
    ApiError,
    EcrKitError,
    OperationCancelledError,
    OperationTimeoutError,
    RepositoryNotFoundError,
)
from ecrkit.events import listener
from ecrkit.inventory.family import Family
from ecrkit.inventory.reading import facts_of, read_children
from ecrkit.pull.remote import RemoteRepository
from ecrkit.pull.source import PulledImages
from ecrkit.push.image import MovedTag, plan_image, push_image
from ecrkit.push.in_flight import BlobsInFlight
from ecrkit.references import Digest
from ecrkit.resources._endpoints import api_of, endpoint_of, repository_name
from ecrkit.resources.copy_jobs import EcrCopyJob, RemoteCopyJob, RepositoryPlace
from ecrkit.resources.image_listing import tag_matcher
from ecrkit.transfer.manifests import legacy, read_images, verified
from ecrkit.workers import one_at_a_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecrkit.copying.report import CopyReport
    from ecrkit.events import Progress
    from ecrkit.oci.legacy import LegacyManifest
    from ecrkit.push.image import PushReport
    from ecrkit.resources.pushed_image import PushedImage
    from ecrkit.resources.repository import Repository
    from ecrkit.retrying import RetryPolicy


def copy_image(
    stored: models.Image,
    source_of: Callable[[models.Image], PulledImages],
    origin: Repository,
    target: Repository,
    *,
    tags: tuple[str, ...],
    referrers: bool = True,
    platforms: tuple[str | oci.Platform, ...] | None = None,
    foreign_layers: bool = False,
    progress: Progress | None = None,
    create_repository: bool = False,
    workers: int = 4,
    retry: RetryPolicy | None = None,
) -> PushedImage:
    """Copy an image; see `Image.copy_to`.

    Args:
        stored: The image, as ECR returned it.
        source_of: Returns the image as a source.
        origin: Repository that has the image.
        target: Repository to copy to.
        tags: Tags in the target.
        referrers: See `Image.copy_to`.
        platforms: See `Image.copy_to`.
        foreign_layers: See `Image.copy_to`.
        progress: See `Image.copy_to`.
        create_repository: See `Image.copy_to`.
        workers: See `Image.copy_to`.
        retry: See `Image.copy_to`.
    """
    former = _tags_of(target, tags, retry, may_be_missing=create_repository)
    copied = (
        _copy_legacy(old, origin, target, tags, progress, workers, retry, create_repository=create_repository)
        if (old := legacy(stored)) is not None
        else target.push_image(
            source_of(stored),
            tags=tags,
            platforms=platforms,
            foreign_layers=foreign_layers,
            progress=progress,
            create_repository=create_repository,
            referrers=referrers,
            workers=workers,
            retry=retry,
        )
    )
    moved = [MovedTag(tag, former[tag]) for tag in tags if former.get(tag, copied.digest) != copied.digest]
    copied.report = replace(copied.report, moved_tags=tuple(moved))
    return copied


def copy_repository(
    origin: Repository,
    target: Repository,
    *,
    tags: str | re.Pattern[str] | None = None,
    referrers: bool = True,
    foreign_layers: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    create_repository: bool = False,
    workers: int = 4,
    retry: RetryPolicy | None = None,
) -> CopyReport:
    """Copy the images of a repository; see `Repository.copy_to`."""
    from ecrkit.resources.repository import Repository  # noqa: PLC0415 -- it imports this module

    expect("target", target, Repository, "a repository such as registry.repository('prod/app')")
    wanted = images_to_copy(origin, tag_matcher(tags) if tags is not None else None, referrers=referrers)
    plan = plan_for(target, wanted, retry, create_repository=create_repository, dry_run=dry_run)
    stored = BatchedImages(origin, [each.image.digest for each in plan.copies])
    if dry_run:
        blobs = {each: _blobs_of(origin, stored, each.image, retry) for each in plan.copies}
        jobs = [
            EcrCopyJob(
                RepositoryPlace.of(origin),
                RepositoryPlace.of(target),
                replace(each.image, tags=each.tags),
                referrers=referrers,
                foreign_layers=foreign_layers,
                create_repository=create_repository,
                workers=workers,
            )
            for each in shared_first(plan.copies, blobs)
        ]
        return report_plan(plan, jobs)
    push_target = endpoint_of(target, retry)
    emit = one_at_a_time(listener(progress))
    shared = BlobsInFlight(workers=workers)

    def copy_one(each: PlannedCopy) -> PushReport:
        found = stored.take(each.image.digest)
        if (old := legacy(found)) is not None:
            copied = _copy_legacy(old, origin, target, each.tags, emit, 1, retry, create_repository=False)
            return replace(copied.report, moved_tags=each.moved)
        _, report = push_image(
            push_target,
            source_of(origin, found, retry),
            tags=each.tags,
            # The listing has all referrers, so an image without any need not be asked about.
            referrers=referrers and bool(each.image.referrers),
            foreign_layers=foreign_layers,
            workers=workers,
            progress=emit,
            shared=shared,
        )
        return replace(report, moved_tags=each.moved)

    # While some images wait for a transfer, others send the small requests around theirs.
    return copy_images(plan, copy_one, workers=2 * workers)


def sync_repository(
    source: RemoteRepository,
    target: Repository,
    *,
    tags: Sequence[str] | re.Pattern[str] | None,
    platforms: tuple[str | oci.Platform, ...] | None,
    referrers: bool,
    foreign_layers: bool,
    dry_run: bool,
    progress: Progress | None,
    create_repository: bool,
    workers: int,
    retry: RetryPolicy | None,
) -> CopyReport:
    """Copy images of any registry; see `Repository.sync_from`."""
    expect("source", source, RemoteRepository, "oci.remote_repository('docker.io/library/python')")
    found = find_images(
        source, tags, platforms=platforms, referrers=referrers, read=dry_run, workers=2 * workers
    )
    plan = plan_for(target, found.sources, retry, create_repository=create_repository, dry_run=dry_run)
    if dry_run:
        blobs = {each: found.blobs.get(each.image, ()) for each in plan.copies}
        jobs = [
            RemoteCopyJob(
                source.host,
                source.name,
                source.insecure,
                Digest(found.sources[each.image].reference),
                RepositoryPlace.of(target),
                replace(each.image, tags=each.tags),
                platforms=None if platforms is None else tuple(map(str, platforms)),
                referrers=referrers,
                foreign_layers=foreign_layers,
                create_repository=create_repository,
                workers=workers,
            )
            for each in shared_first(plan.copies, blobs)
        ]
        return report_plan(plan, jobs, failures=found.failures)
    push_target = endpoint_of(target, retry)
    emit = one_at_a_time(listener(progress))
    shared = BlobsInFlight(workers=workers)

    def copy_one(each: PlannedCopy) -> PushReport:
        _, report = push_image(
            push_target,
            found.sources[each.image],
            tags=each.tags,
            platforms=platforms,
            referrers=referrers,
            foreign_layers=foreign_layers,
            workers=workers,
            progress=emit,
            shared=shared,
        )
        return replace(report, moved_tags=each.moved)

    return copy_images(plan, copy_one, workers=2 * workers, failures=found.failures)


def plan_for(
    target: Repository,
    wanted: Iterable[ImageToCopy],
    retry: RetryPolicy | None,
    *,
    create_repository: bool,
    dry_run: bool,
) -> CopyPlan:
    """Plan what a repository lacks, and create the repository if that is wanted.

    Raises:
        RepositoryNotFoundError: It does not exist.
    """
    images = list(wanted)
    try:
        if images or dry_run or not create_repository:
            return plan_copies(images, api_of(target, retry))
    except RepositoryNotFoundError:
        if not create_repository:
            raise
    plan = plan_copies(images, _Nothing())
    if not dry_run:
        target.registry.create_repository(target.name, exist_ok=True)
    return plan


def _blobs_of(
    origin: Repository, stored: BatchedImages, image: ImageToCopy, retry: RetryPolicy | None
) -> tuple[Digest, ...]:
    """Return the blobs of an image; none if it cannot be read, which its job will report."""
    try:
        source = source_of(origin, stored.take(image.digest), retry)
        return tuple(blob.digest for blob in plan_image(source, source.roots[0]).blobs)
    except (OperationCancelledError, OperationTimeoutError):
        raise
    except EcrKitError:
        return ()


class BatchedImages:
    """Images that are read once, a hundred per request, when the first of a hundred is taken. Threads may share this."""

    def __init__(self, repository: Repository, digests: Sequence[Digest]) -> None:
        self._repository = repository
        self._lock = threading.Lock()
        self._waiting = deque(digests)
        self._found: dict[str, models.Image] = {}
        self._failures: dict[str, ApiError] = {}

    def take(self, digest: Digest) -> models.Image:
        """Return an image, and forget it.

        Raises:
            ImageNotFoundError: It was deleted meanwhile.
            ImageInaccessibleError: It was archived meanwhile.
        """
        with self._lock:
            while digest not in self._found and digest not in self._failures and self._waiting:
                batch = list(islice(self._waiting, MOST_IDS))
                self._read(batch)
                for _ in batch:
                    self._waiting.popleft()
            if digest in self._failures:
                raise self._failures[digest]
            return self._found.pop(digest)

    def _read(self, digests: Sequence[Digest]) -> None:
        repository = self._repository
        identifiers = [models.ImageIdentifier(image_digest=each) for each in digests]
        result = read_images(repository.client.send, repository.name, repository.registry_id, identifiers)
        self._found.update((str(each.image_id.image_digest), each) for each in result.ok)
        self._failures.update((each.what, each.error) for each in result.failures)


def source_of(
    repository: Repository, stored: models.Image, retry: RetryPolicy | None, *, name: str | None = None
) -> PulledImages:
    """Return a stored image as a source.

    Args:
        repository: Repository that has the image.
        stored: The image, as ECR returned it.
        retry: Retry policy; the default retries for up to five minutes.
        name: Its tag, if it was read by one.
    """
    manifest = verified(stored)
    whole_name = repository_name(repository, stored.registry_id)
    annotations = {} if name is None else {oci.REF_NAME: name, oci.IMAGE_NAME: f"{whole_name}:{name}"}
    return PulledImages(api_of(repository, retry), manifest.descriptor(annotations=annotations), manifest)


def images_to_copy(
    repository: Repository, is_wanted: Callable[[Iterable[str]], bool] | None, *, referrers: bool
) -> list[ImageToCopy]:
    """List the images of a repository to copy, oldest first, so that the newest are the newest in the target too.

    Images of an index, and referrers, are copied along with what they belong to and are not listed themselves.

    Args:
        repository: The repository.
        is_wanted: Whether to copy an image with one of these tags; all images are if omitted.
        referrers: Whether referrers are copied.
    """
    listed = [each.details for each in repository.images(page_size=1000)]
    facts = facts_of(
        listed, read_children(repository.client.send, repository.name, repository.registry_id, listed)
    )
    family = Family(facts)
    wanted = {
        each.digest: each
        for each in facts
        if (is_wanted is None and (referrers or each.refers_to is None))
        or (is_wanted is not None and is_wanted(each.tags))
    }
    below = {digest: family.all_below(digest) for digest in wanted}
    along = {
        lower for digest, lowers in below.items() if not family.depends(wanted[digest]) for lower in lowers
    }
    return [
        ImageToCopy(
            Digest(each.digest),
            tuple(tag for tag in each.tags if is_wanted is None or is_wanted([tag])),
            tuple(
                Digest(lower)
                for lower in below[each.digest]
                if referrers and family.images[lower].refers_to is not None
            ),
        )
        for each in sorted(wanted.values(), key=lambda image: image.age)
        if not family.depends(each) or each.digest not in along
    ]


class _Nothing:
    """The contents of a repository that does not exist yet."""

    def tag_digests(self, tags: Iterable[str]) -> Mapping[str, Digest]:
        del tags
        return {}

    def missing_images(self, digests: Iterable[str]) -> Iterable[str]:
        return digests


def _tags_of(
    target: Repository, tags: Iterable[str], retry: RetryPolicy | None, *, may_be_missing: bool
) -> Mapping[str, Digest]:
    try:
        return api_of(target, retry).tag_digests(tags)
    except RepositoryNotFoundError:
        if not may_be_missing:
            raise
        return {}


def _copy_legacy(
    manifest: LegacyManifest,
    origin: Repository,
    target: Repository,
    tags: tuple[str, ...],
    progress: Progress | None,
    workers: int,
    retry: RetryPolicy | None,
    *,
    create_repository: bool,
) -> PushedImage:
    from ecrkit.push.legacy import copy_legacy  # noqa: PLC0415 -- rarely needed
    from ecrkit.resources.pushed_image import PushedImage  # noqa: PLC0415 -- as above

    if create_repository:
        target.registry.create_repository(target.name, exist_ok=True)
    digest, report = copy_legacy(
        manifest,
        api_of(origin, retry),
        api_of(target, retry),
        tags=tags,
        workers=workers,
        progress=progress,
    )
    return PushedImage(target, digest=digest, report=report)
