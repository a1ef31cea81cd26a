"""Finds the images of a repository of any registry, and what of them a target lacks."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from ecrkit.copying.planning import ImageToCopy
from ecrkit.copying.report import CopyFailure
from ecrkit.errors import EcrKitError, OperationCancelledError, OperationTimeoutError
from ecrkit.oci import PlatformChoice
from ecrkit.oci.referring import referrers_in
from ecrkit.pull.remote import RemoteImage, RemoteRepository
from ecrkit.push.image import plan_image
from ecrkit.references import Digest
from ecrkit.wildcards import matches_glob
from ecrkit.workers import run_jobs


@dataclass(frozen=True, slots=True)
class RemoteImages:
    """Images of a repository that are wanted."""

    sources: dict[ImageToCopy, RemoteImage]
    """What the target is to have, and where it comes from."""

    blobs: dict[ImageToCopy, tuple[Digest, ...]]
    """Layers and configs of the images that had to be read to plan them."""

    failures: tuple[CopyFailure, ...]
    """Images that could not be read, or that have none of the platforms."""


def find_images(
    repository: RemoteRepository,
    tags: Sequence[str] | re.Pattern[str] | None,
    *,
    platforms: PlatformChoice | None,
    referrers: bool,
    read: bool,
    workers: int,
) -> RemoteImages:
    """Find the images that are wanted, several concurrently.

    Args:
        repository: Where to look.
        tags: Names or patterns of tags; all tags if omitted.
        platforms: Platforms that are wanted of each; all if omitted.
        referrers: Whether what refers to them is wanted too.
        read: Whether to read the manifests even if neither platforms nor referrers require it.
        workers: Maximum number of concurrent requests.

    Raises:
        ImageNotFoundError: A tag that is named in full does not exist.
        RepositoryNotFoundError: The repository does not exist.
    """
    grouped: dict[Digest, list[str]] = {}
    for tag, digest in _digests(repository, tags, workers=workers).items():
        grouped.setdefault(digest, []).append(tag)
    found = {
        ImageToCopy(digest, tuple(names)): repository.image(digest, name=names[0])
        for digest, names in grouped.items()
    }
    if platforms is None and not referrers and not read:
        return RemoteImages(found, {}, ())
    planned: dict[ImageToCopy, tuple[ImageToCopy, tuple[Digest, ...]] | CopyFailure] = {}

    def plan(image: ImageToCopy, source: RemoteImage) -> None:
        try:
            planned[image] = _planned(image, source, platforms, referrers=referrers)
        except (OperationCancelledError, OperationTimeoutError):
            raise
        except EcrKitError as error:
            planned[image] = CopyFailure(image, error)

    run_jobs([partial(plan, image, source) for image, source in found.items()], workers=workers)
    sources: dict[ImageToCopy, RemoteImage] = {}
    blobs: dict[ImageToCopy, tuple[Digest, ...]] = {}
    failures: list[CopyFailure] = []
    for image, source in found.items():
        outcome = planned[image]
        if isinstance(outcome, CopyFailure):
            failures.append(outcome)
        else:
            wanted, blobs[wanted] = outcome
            sources[wanted] = source
    return RemoteImages(sources, blobs, tuple(failures))


def _planned(
    image: ImageToCopy, source: RemoteImage, platforms: PlatformChoice | None, *, referrers: bool
) -> tuple[ImageToCopy, tuple[Digest, ...]]:
    plan = plan_image(
        source, source.roots[0], platforms=platforms, referrers_of=referrers_in(source) if referrers else None
    )
    along = tuple(each.digest for each in plan.manifests if each.digest != plan.root) if referrers else ()
    return ImageToCopy(plan.root, image.tags, along), tuple(blob.digest for blob in plan.blobs)


def _digests(
    repository: RemoteRepository, tags: Sequence[str] | re.Pattern[str] | None, *, workers: int
) -> dict[str, Digest]:
    """Return the digests of the wanted tags."""
    digests: dict[str, Digest] = {}

    def resolve(tag: str, *, is_named: bool) -> None:
        digest = repository.digest_of(tag)
        if digest is None and is_named:
            digest = repository.endpoint.manifest(tag).digest  # for the error of the registry
        if digest is not None:  # otherwise, it was deleted meanwhile
            digests[tag] = digest

    wanted, is_named = _wanted_tags(repository.tags, tags)
    run_jobs([partial(resolve, tag, is_named=is_named) for tag in wanted], workers=workers)
    return {tag: digests[tag] for tag in wanted if tag in digests}


def _wanted_tags(
    list_tags: Callable[[], Iterable[str]], tags: Sequence[str] | re.Pattern[str] | None
) -> tuple[list[str], bool]:
    """Return the wanted tags, and whether each was named in full, so that the tags need not be listed."""
    if tags is None:
        return list(dict.fromkeys(list_tags())), False
    if isinstance(tags, re.Pattern):
        return [tag for tag in dict.fromkeys(list_tags()) if tags.fullmatch(tag)], False
    if not any(set("*?[") & set(each) for each in tags):
        return list(dict.fromkeys(tags)), True
    return [tag for tag in dict.fromkeys(list_tags()) if matches_glob(tags, tag)], False
