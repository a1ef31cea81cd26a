"""`PushedImage`: an image that has just been pushed, and how that went."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ecrkit import oci
from ecrkit.errors import RepositoryNotFoundError
from ecrkit.events import ignore
from ecrkit.oci.referring import referrers_in
from ecrkit.push.images import ImagePush, PushReport, plan_image
from ecrkit.references import Digest, check_tag
from ecrkit.resources._endpoints import target_of
from ecrkit.resources.image import Image
from ecrkit.resources.putting import put_manifest

if TYPE_CHECKING:
    from ecrkit.events import Progress
    from ecrkit.resources.repository import Repository
    from ecrkit.retrying import RetryPolicy

ImageSourceLike = str | os.PathLike[str] | oci.ImageSource
"""Where an image can be pushed from: a path, or anything that `ecrkit.oci` opens or builds."""


class PushedImage(Image):
    """An image that has just been pushed."""

    digest: Digest

    def __init__(self, repository: Repository, *, digest: Digest, report: PushReport) -> None:
        super().__init__(repository, digest=digest)
        self.report = report
        """What was sent, what was there already, how many bytes, how long it took."""


def push_image(
    repository: Repository,
    source: ImageSourceLike,
    *,
    tags: str | Iterable[str],
    name: str | None,
    platforms: Sequence[oci.Platform | str] | None,
    progress: Progress | None,
    create_repository: bool,
    referrers: bool,
    workers: int,
    retry: RetryPolicy | None,
) -> PushedImage:
    """Push an image; see `Repository.push_image`."""
    wanted_tags = [check_tag(tag) for tag in ([tags] if isinstance(tags, str) else tags)]
    with ExitStack() as stack:
        images = (
            stack.enter_context(oci.open_images(Path(source)))
            if isinstance(source, str | os.PathLike)
            else source
        )
        plan = plan_image(
            images,
            oci.find_root(images, name),
            platforms=platforms,
            referrers_of=referrers_in(images) if referrers else None,
        )
        target = target_of(repository, retry)
        push = ImagePush(
            target,
            images,
            plan,
            partial(put_manifest, repository, send=target.send),
            workers=workers,
            emit=progress or ignore,
        )
        try:
            report = push.run(wanted_tags)
        except RepositoryNotFoundError:
            if not create_repository:
                raise
            repository.registry.create_repository(repository.name, exist_ok=True)
            report = push.run(wanted_tags)
    return PushedImage(repository, digest=plan.root, report=report)
