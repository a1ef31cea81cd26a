# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.lifecycle`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio._face import Face
from ecrkit.aio._wrapping import same
from ecrkit.aio.calling import call
from ecrkit.aio.items import AsyncItems

if TYPE_CHECKING:
    from datetime import datetime

    from ecrkit import models
    from ecrkit.aio.repository import AsyncRepository
    from ecrkit.client import Client
    from ecrkit.policy import LifecycleImage, LifecyclePolicy
    from ecrkit.resources.lifecycle import LifecyclePreview, RepositoryLifecyclePolicy, StoredLifecyclePolicy
    from ecrkit.tables import Rows
    from ecrkit.waiter import Waiter


class AsyncRepositoryLifecyclePolicy(Face):
    """The lifecycle policy of one repository.

    Example:
        >>> policy = LifecyclePolicy([LifecycleRule.expire_untagged(older_than_days=14)])
        >>> preview = await repository.lifecycle_policy.preview(policy).wait_async()
        >>> preview.expiring
        3
        >>> [each.image_digest async for each in repository.lifecycle_policy.previewed_actions()]
        >>> await repository.lifecycle_policy.put(policy)
    """

    def __init__(self, sync: RepositoryLifecyclePolicy) -> None:
        self._repository_lifecycle_policy = sync

    @property
    def sync(self) -> RepositoryLifecyclePolicy:
        """The same object for blocking code."""
        return self._repository_lifecycle_policy

    @property
    def repository(self) -> AsyncRepository:
        """The repository the settings belong to."""
        from ecrkit.aio.repository import AsyncRepository

        return AsyncRepository(self.sync.repository)

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    async def get(self) -> StoredLifecyclePolicy:
        """Return the policy.

        Raises:
            LifecyclePolicyNotFoundError: The repository has no policy.
            RepositoryNotFoundError: The repository does not exist.
        """
        return await call(self.sync.get)

    async def put(self, policy: LifecyclePolicy | str) -> None:
        """Replace the policy. ECR applies it within 24 hours; `preview` it first.

        Args:
            policy: A policy, which is validated first, or its text, which is sent unchanged.

        Raises:
            InvalidPolicyError: The policy is invalid; the message names the rule. Nothing was sent.
            InvalidParameterError: ECR rejects the text.
        """
        await call(self.sync.put, policy)

    async def delete(self) -> StoredLifecyclePolicy:
        """Delete the policy and return it.

        Raises:
            LifecyclePolicyNotFoundError: The repository has no policy.
        """
        return await call(self.sync.delete)

    def preview(self, policy: LifecyclePolicy | str | None = None) -> Waiter[LifecyclePreview]:
        """Start to preview a policy immediately, and return a waiter for the result. Nothing is deleted or moved.

        A repository has one preview at a time; a new one replaces the last. In an event loop the request is sent from
        another thread, and `await` raises its errors.

        Args:
            policy: Policy to preview; the policy of the repository if omitted.

        Raises:
            LifecyclePolicyPreviewInProgressError: Another preview is in progress; `until_previewed` waits for it.
            LifecyclePolicyNotFoundError: The repository has no policy, and none was passed.
            InvalidPolicyError: The policy is invalid; nothing was sent.
        """
        return self.sync.preview(policy)

    def until_previewed(self) -> Waiter[LifecyclePreview]:
        """Return a waiter for a preview started earlier.

        Raises:
            WaitFailedError: While waiting: the preview failed, or has expired and has to be started again.
            LifecyclePolicyPreviewNotFoundError: While waiting: the repository has no preview.
        """
        return self.sync.until_previewed()

    async def last_preview(self) -> LifecyclePreview:
        """Return the current state of the latest preview.

        Raises:
            LifecyclePolicyPreviewNotFoundError: The repository has no preview.
        """
        return await call(self.sync.last_preview)

    def previewed_actions(
        self,
        *,
        tag_status: models.TagStatus | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> AsyncItems[models.LifecyclePolicyPreviewResult]:
        """List the images the latest preview would affect, with action and rule. Wait for the preview first.

        Args:
            tag_status: `TAGGED` or `UNTAGGED`; both if omitted.
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 100; ECR's default is 100.
            start: `resume_token` from an earlier listing.

        Raises:
            LifecyclePolicyPreviewNotFoundError: On iteration: the repository has no preview.
            ResultsUnavailableError: On iteration: the preview is in progress, failed, or has expired.
        """
        return AsyncItems(
            self.sync.previewed_actions(tag_status=tag_status, limit=limit, page_size=page_size, start=start),
            same,
        )

    async def evaluate(
        self, policy: LifecyclePolicy | str | None = None, *, now: datetime | None = None
    ) -> Rows[models.LifecyclePolicyPreviewResult]:
        """Return what `previewed_actions` would list, without starting a preview: evaluated here, by the documented rules.

        The images are listed, and what indexes list is read only if a rule selects an image that an index may hold. Reading
        an index counts as a pull and renews its `lastRecordedPullTime`, which rules on pull time use, unless a pull-time
        exclusion covers the caller. An archived index cannot be read, so that it does not hold its images here.

        Args:
            policy: Policy to evaluate; the policy of the repository if omitted.
            now: Time to evaluate at, with a time zone; the current time of the service if omitted.

        Raises:
            LifecyclePolicyNotFoundError: The repository has no policy, and none was passed.
            InvalidPolicyError: The policy is invalid; nothing was sent.
            RepositoryNotFoundError: The repository does not exist.
        """
        return await call(self.sync.evaluate, policy, now=now)

    async def read_images(self) -> list[LifecycleImage]:
        """Return the images as `LifecyclePolicy.evaluate` needs them: with the indexes that hold them and their subjects.

        All indexes are read, which counts as a pull; see `evaluate`.

        Example:
            >>> images = await repository.lifecycle_policy.read_images()

        Raises:
            RepositoryNotFoundError: The repository does not exist.
        """
        return await call(self.sync.read_images)
