"""Pushes an image: plans what it consists of, sends the layers that are missing, and puts its manifests, children first."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeAlias

from ecrkit import events
from ecrkit._arguments import wrong_type
from ecrkit.errors import (
    InvalidImageError,
    LayersNotFoundError,
    MissingBlobError,
    RepositoryNotFoundError,
)
from ecrkit.oci import (
    REF_NAME,
    Descriptor,
    ImageManifest,
    ImageSource,
    Index,
    Narrowed,
    PlatformChoice,
    find_root,
    narrow,
    open_images,
    walk,
)
from ecrkit.oci.descriptors import each_once
from ecrkit.oci.presence import incomplete_index, names_of_entries
from ecrkit.oci.referring import FindReferrers, all_referrers, referrers_in
from ecrkit.push.blobs import BlobSource
from ecrkit.push.checks import check_image
from ecrkit.push.engine import Conditions
from ecrkit.push.in_flight import BlobsInFlight
from ecrkit.push.layers import LayerToPush, resume_folder, send_layers
from ecrkit.push.resuming import ResumeFolder
from ecrkit.references import Digest, check_tag
from ecrkit.tables import Size
from ecrkit.transfer.protocol import Manifest, MountTarget, StoredImages, Target
from ecrkit.workers import one_at_a_time, run_jobs

ImageSourceLike: TypeAlias = str | os.PathLike[str] | ImageSource
"""A path, or an image opened or built by `ecrkit.oci`."""


@dataclass(frozen=True, slots=True)
class MovedTag:
    """A tag that pointed to another image before."""

    tag: str

    previous: Digest
    """Digest of the image it pointed to."""


@dataclass(frozen=True, slots=True)
class PushReport:
    """Report of a push."""

    sent: tuple[Digest, ...]
    """The layers and configs that were sent."""

    skipped: tuple[Digest, ...]
    """Those that the repository had already, or took over from another repository of its registry."""

    bytes_sent: int
    """Bytes sent, before base64 encoding."""

    manifests: int
    """Manifests and indexes that are in the repository now, those of referrers included."""

    seconds: float
    """Duration in seconds."""

    original: Digest | None = None
    """The digest of the image in the source, if `platforms` made another one of it."""

    left_out: tuple[Descriptor, ...] = ()
    """What the index in the source lists, at any level, and was not pushed because of `platforms`."""

    foreign_layers_left_out: tuple[Digest, ...] = ()
    """Foreign layers, such as the base of a Windows image, that were not considered; see `foreign_layers`."""

    tags: tuple[str, ...] = ()
    """Tags the image got, or already had."""

    moved_tags: tuple[MovedTag, ...] = ()
    """Those of the tags that pointed to another image before. Only copies find out."""

    def __repr__(self) -> str:
        return f"PushReport({self})"

    def __str__(self) -> str:
        return (
            f"{len(self.sent)} layers sent ({Size(self.bytes_sent)}), {len(self.skipped)} skipped, "
            f"in {self.seconds:.1f} s{''.join(self._omissions())}"
        )

    def _omissions(self) -> Iterator[str]:
        if self.left_out:
            of = "" if self.original is None else f" of {self.original}"
            yield f"; left out{of}: {', '.join(names_of_entries(self.left_out))}"
        if count := len(self.foreign_layers_left_out):
            yield f"; {count} foreign layer{'s' if count > 1 else ''} left out"
        if self.moved_tags:
            yield f"; moved tags: {', '.join(each.tag for each in self.moved_tags)}"


def push_image(
    target: Target,
    source: ImageSourceLike,
    *,
    tags: str | Iterable[str] = (),
    name: str | None = None,
    platforms: PlatformChoice | None = None,
    referrers: bool = False,
    foreign_layers: bool = False,
    workers: int = 4,
    progress: events.Progress | None = None,
    resume: str | os.PathLike[str] | None = None,
    create_repository: Callable[[], object] | None = None,
    shared: BlobsInFlight | None = None,
) -> tuple[Digest, PushReport]:
    """Push or copy an image; see `Repository.push_image`.

    Args:
        target: The repository.
        source: The image.
        tags: Its tags there.
        name: Image of a source with several: its name in any form, or a digest.
        platforms: Images of an index to push; defaults to all.
        referrers: Whether to push the referrers of the image too.
        foreign_layers: Whether to push layers that registries need not have too.
        workers: Maximum number of concurrent transfers.
        progress: Called with each event, from several threads but never concurrently.
        resume: Folder that keeps how far each upload is; see `Repository.push_layers`.
        create_repository: Called if the repository does not exist, before a second try.
        shared: Blobs that concurrent pushes to the same repository share.

    Returns:
        The digest of what was pushed, and what the push did.
    """
    _check_source(source)
    folder = resume_folder(target, resume)
    wanted_tags = [check_tag(tag) for tag in ([tags] if isinstance(tags, str) else tags)]
    with ExitStack() as stack:
        images = (
            stack.enter_context(open_images(Path(source)))
            if isinstance(source, str | os.PathLike)
            else source
        )
        plan = plan_image(
            images,
            find_root(images, name, platforms=platforms),
            platforms=platforms,
            referrers_of=referrers_in(images) if referrers else None,
            foreign_layers=foreign_layers,
        )
        push = ImagePush(
            target,
            images,
            plan,
            workers=workers,
            emit=events.listener(progress),
            shared=shared or BlobsInFlight(workers=workers),
            folder=folder,
        )
        try:
            report = push.run(wanted_tags)
        except RepositoryNotFoundError:
            if create_repository is None:
                raise
            create_repository()
            report = push.run(wanted_tags)
    return plan.root, report


def _check_source(source: object) -> None:
    if not isinstance(source, str | os.PathLike) and not hasattr(source, "open_blob"):
        raise wrong_type("source", source, _AN_IMAGE)


_AN_IMAGE = (
    "the path of an OCI layout or of an archive, or what ecrkit.oci opens or builds. image.copy_to(repository) copies an"
    " image that is in a repository already"
)


@dataclass(frozen=True, slots=True)
class ImagePlan:
    """Everything a repository needs to store an image."""

    manifests: tuple[Manifest, ...]
    """In the order in which registries accept them: children before the index that lists them, referrers at the end."""

    root: Digest
    """The one that gets the tags of the push."""

    blobs: tuple[Descriptor, ...]
    """Layers and configs, each digest once."""

    absent: tuple[Digest, ...]
    """Children that the source does not have, so the repository must."""

    tags: Mapping[Digest, Sequence[str]]
    """The tags of what refers to something only by its tag; other referrers are not tagged."""

    original: Digest | None = None
    """The root in the source, if `platforms` led to another one."""

    left_out: tuple[Descriptor, ...] = ()
    """What the original index lists and is not pushed because of `platforms`."""

    foreign_layers_left_out: tuple[Digest, ...] = ()
    """Foreign layers that are not pushed."""


def plan_image(
    source: ImageSource,
    root: Descriptor,
    *,
    platforms: PlatformChoice | None = None,
    referrers_of: FindReferrers | None = None,
    foreign_layers: bool = False,
) -> ImagePlan:
    """Find the parts of an image, and check that ECR would accept it.

    Args:
        source: Where the image is. Its manifests are read and verified, its layers are not read.
        root: The image or index.
        platforms: Images of an index to push; defaults to all. See `ecrkit.oci.narrow`.
        referrers_of: Finds what refers to an image, to be pushed with it; nothing if omitted.
        foreign_layers: Whether to push layers that registries need not have too.

    Raises:
        InvalidImageError: ECR would refuse it, or two descriptors of one blob disagree on its size.
        EmptyLayerError: A layer has no bytes.
        MissingBlobError: The source does not have the root.
        DigestMismatchError: A manifest does not have the digest that its descriptor names.
    """
    narrowed = Narrowed(root) if platforms is None else narrow(source, root, platforms)
    original = root.digest if narrowed.root.digest != root.digest else None
    new_index, root = narrowed.index, narrowed.root
    starts = [*narrowed.beside, root] if new_index is None else new_index.manifests
    found: dict[Digest, Manifest] = {}
    for start in starts:
        found |= {manifest.digest: manifest for manifest in walk(source, start)}
    if new_index is not None:
        found[new_index.digest] = new_index
    tags: dict[Digest, list[str]] = {}
    for referrer in () if referrers_of is None else all_referrers(source, starts, referrers_of):
        for manifest in walk(source, referrer):
            found.setdefault(manifest.digest, manifest)
        if (name := referrer.annotations.get(REF_NAME)) is not None:
            tags.setdefault(referrer.digest, []).append(name)
    for manifest in found.values():
        check_image(manifest)
    listed = {
        child.digest
        for manifest in found.values()
        if isinstance(manifest, Index)
        for child in manifest.manifests
    }
    images = [each for each in found.values() if isinstance(each, ImageManifest)]
    blobs = each_once(blob for each in images for blob in (each.all_blobs if foreign_layers else each.blobs))
    foreign = dict.fromkeys(layer.digest for each in images for layer in each.foreign_layers)
    return ImagePlan(
        tuple(found.values()),
        root.digest,
        tuple(blobs.values()),
        tuple(sorted(listed - found.keys())),
        tags,
        original,
        narrowed.left_out,
        tuple(digest for digest in foreign if digest not in blobs),
    )


def independent_groups(plan: ImagePlan) -> Iterator[list[Manifest]]:
    """Cut the manifests of a plan into groups that can be put concurrently, one group after the other.

    Nothing is in one group with what it lists or refers to. The root is alone: it gets its tags when all before it is there.
    """
    group: dict[Digest, Manifest] = {}
    for manifest in plan.manifests:
        needed = [child.digest for child in manifest.manifests] if isinstance(manifest, Index) else []
        if manifest.subject is not None:
            needed.append(manifest.subject.digest)
        is_root = manifest.digest == plan.root
        if group and (is_root or plan.root in group or not group.keys().isdisjoint(needed)):
            yield list(group.values())
            group = {}
        group[manifest.digest] = manifest
    if group:
        yield list(group.values())


@dataclass(frozen=True, slots=True)
class ImagePush:
    """A planned push of one image."""

    target: Target
    source: ImageSource
    plan: ImagePlan
    workers: int = 4
    conditions: Conditions = field(default_factory=Conditions)
    emit: events.Progress = events.ignore
    shared: BlobsInFlight = field(default_factory=lambda: BlobsInFlight(workers=4))
    folder: ResumeFolder | None = None

    def run(self, tags: Sequence[str]) -> PushReport:
        """Push. Nothing is sent unless everything needed is in the source or in the repository.

        Raises:
            MissingBlobError: Neither the source nor the repository has a layer, or a child of an index.
            DigestMismatchError: A layer does not have its digest; the repository refused it.
            LayersNotFoundError: ECR lost layers twice while the image was being pushed.
            TagImmutableError: A tag names another image and cannot be moved.
        """
        started = time.monotonic()
        self._check_children()
        self.emit(events.planned(self.target.repository_name, [blob.size for blob in self.plan.blobs]))
        sent = self._send_missing(self.emit)
        lock = threading.Lock()  # held by the one that sends layers again

        def put(manifest: Manifest) -> None:
            own = tags if manifest.digest == self.plan.root else self.plan.tags.get(manifest.digest)
            for tag in own or _NO_TAG:
                try:
                    self.target.put_manifest(manifest, tag)
                except LayersNotFoundError:
                    # ECR may clean up layers that no image refers to at any time, even between the check and now.
                    with lock:
                        self.shared.forget(blob.digest for blob in self.plan.blobs)
                        sent.update(self._send_missing(events.ignore))
                    self.target.put_manifest(manifest, tag)

        for group in independent_groups(self.plan):
            run_jobs([partial(put, manifest) for manifest in group], workers=self.workers)
        return PushReport(
            sent=tuple(sent),
            skipped=tuple(blob.digest for blob in self.plan.blobs if blob.digest not in sent),
            bytes_sent=sum(sent.values()),
            manifests=len(self.plan.manifests),
            seconds=time.monotonic() - started,
            original=self.plan.original,
            left_out=self.plan.left_out,
            foreign_layers_left_out=self.plan.foreign_layers_left_out,
            tags=tuple(dict.fromkeys(tags)),
        )

    def _send_missing(self, tell_skipped: events.Progress) -> dict[Digest, int]:
        """Send what the repository does not have, and return the sizes of what was sent."""
        sent, others = self._send_unclaimed(self.plan.blobs, tell_skipped)
        while others:
            self.shared.wait(others)
            left = [blob for blob in self.plan.blobs if blob.digest in others]
            more, others = self._send_unclaimed(left, tell_skipped)
            sent |= more
        return sent

    def _send_unclaimed(
        self, blobs: Sequence[Descriptor], tell_skipped: events.Progress
    ) -> tuple[dict[Digest, int], set[Digest]]:
        """Send what no other push is sending; return the sizes of what was sent, and what others are sending."""
        mine, others = self.shared.claim(blob.digest for blob in blobs)
        for blob in blobs:
            if blob.digest not in mine and blob.digest not in others:
                tell_skipped(events.LayerSkipped(layer=blob.digest, size=blob.size))
        done = False
        try:
            sent = self._send([blob for blob in blobs if blob.digest in mine], tell_skipped)
            done = True
        finally:
            self.shared.release(mine, present=done)
        return sent, others

    def _send(self, blobs: Sequence[Descriptor], tell_skipped: events.Progress) -> dict[Digest, int]:
        """Send those of these blobs that the repository does not have, and return their sizes."""
        if not blobs:
            return {}
        there = self.target.available(blob.digest for blob in blobs)
        missing = [blob for blob in blobs if blob.digest not in there]
        self._check_blobs(missing)
        to_send: dict[Digest, Descriptor] = {blob.digest: blob for blob in missing if not self._mount(blob)}
        for blob in blobs:
            if blob.digest not in to_send:
                tell_skipped(events.LayerSkipped(layer=blob.digest, size=blob.size))
                if self.folder is not None:
                    self.folder.forget(blob.digest)
        sources = [BlobSource(self.source, blob, self.shared.transfer) for blob in to_send.values()]
        send_layers(
            self.target,
            [
                LayerToPush(source, blob.digest, blob.media_type)
                for source, blob in zip(sources, to_send.values(), strict=True)
            ],
            sources,
            workers=self.workers,
            skip_existing=False,
            conditions=self.conditions,
            emit=one_at_a_time(self.emit),
            folder=self.folder,
        )
        return {digest: blob.size for digest, blob in to_send.items()}

    def _mount(self, blob: Descriptor) -> bool:
        """Take a blob over from the repository that the source reads, if the target can do that."""
        return (
            isinstance(self.target, MountTarget)
            and isinstance(self.source, StoredImages)
            and self.target.mount_blob(blob.digest, self.source.origin)
        )

    def _check_blobs(self, missing: Iterable[Descriptor]) -> None:
        for blob in missing:
            if not self.source.has_blob(blob.digest):
                raise MissingBlobError(
                    blob.digest,
                    f"the source of the image, nor in the repository {self.target.repository_name}",
                )
            if (size := self.source.blob_size(blob.digest)) != blob.size:
                raise InvalidImageError(
                    f"The blob {blob.digest} has {size} bytes in the source; the manifest says {blob.size}"
                )

    def _check_children(self) -> None:
        missing = list(self.target.missing_images(self.plan.absent))
        if missing:
            where = f"the source of the image, nor in the repository {self.target.repository_name}"
            # The repository may have what the source lacks, so what is missing is less than what is absent.
            raise incomplete_index(self.source, self.plan.manifests, missing, where=where, advice=_ADVICE)


_NO_TAG = (None,)
_ADVICE = "Pass platforms='available' to push only what is present, under a new index with another digest, or name the platforms"
