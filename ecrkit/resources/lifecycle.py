"""`repository.lifecycle_policy`: which images expire or move to the archive, and a preview of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ecrkit import models
from ecrkit._arguments import expect
from ecrkit.errors import ResultsUnavailableError
from ecrkit.inventory.lifecycle import lifecycle_images
from ecrkit.inventory.reading import Children, Listing, list_images, read_children
from ecrkit.lifecycle_results import preview_result
from ecrkit.paging import Items
from ecrkit.policy import LifecycleImage, LifecyclePolicy
from ecrkit.resources._area import RepositoryArea
from ecrkit.tables import Rows, Table, Tabular
from ecrkit.waiter import Waiter, begin
from ecrkit.waiter_conditions import LIFECYCLE_PREVIEW_POLLING, lifecycle_preview_complete


@dataclass(frozen=True, slots=True)
class StoredLifecyclePolicy:
    """The lifecycle policy of a repository, as stored by ECR."""

    policy: LifecyclePolicy
    """Rules. Compare these, not the texts: ECR reformats them."""

    text: str = field(repr=False)
    """Text as returned by ECR."""

    last_evaluated_at: datetime | None
    """When ECR last applied the policy, in UTC; None if it has not yet."""


@dataclass(frozen=True, slots=True)
class LifecyclePreview(Tabular):
    """What a lifecycle policy would do to a repository today. Displayed as a table of the rules.

    `previewed_actions()` lists the images it would affect.
    """

    status: models.LifecyclePolicyPreviewStatus
    """`COMPLETE`, or why not. An `EXPIRED` preview has to be started again."""

    expiring: int
    """Number of images that would be deleted."""

    archiving: int
    """Number of images that would move to the archive."""

    policy: LifecyclePolicy | None = field(repr=False)
    """The previewed policy; None if ECR does not return it."""

    raw: models.GetLifecyclePolicyPreviewResponse = field(repr=False, hash=False)
    """Response of ECR, with at most one image."""

    def __table__(self) -> Table:
        outcome = f"To be deleted: {self.expiring}. To be archived: {self.archiving}."
        if self.status != models.LifecyclePolicyPreviewStatus.COMPLETE:
            outcome = f"The preview is {self.status}."
        rules = () if self.policy is None else self.policy.rules
        return Table([rule.__table_row__() for rule in rules], outcome)


class RepositoryLifecyclePolicy(RepositoryArea):
    """The lifecycle policy of one repository.

    Example:
        >>> policy = LifecyclePolicy([LifecycleRule.expire_untagged(older_than_days=14)])
        >>> preview = repository.lifecycle_policy.preview(policy).wait()
        >>> preview.expiring
        3
        >>> [each.image_digest for each in repository.lifecycle_policy.previewed_actions()]
        >>> repository.lifecycle_policy.put(policy)
    """

    def get(self) -> StoredLifecyclePolicy:
        """Return the policy.

        Raises:
            LifecyclePolicyNotFoundError: The repository has no policy.
            RepositoryNotFoundError: The repository does not exist.
        """
        answer = self.client.send(
            models.GetLifecyclePolicyRequest(
                registry_id=self.repository.registry_id, repository_name=self.repository.name
            )
        )
        return _stored(answer.lifecycle_policy_text, answer.last_evaluated_at)

    def put(self, policy: LifecyclePolicy | str) -> None:
        """Replace the policy. ECR applies it within 24 hours; `preview` it first.

        Args:
            policy: A policy, which is validated first, or its text, which is sent unchanged.

        Raises:
            InvalidPolicyError: The policy is invalid; the message names the rule. Nothing was sent.
            InvalidParameterError: ECR rejects the text.
        """
        self.client.send(
            models.PutLifecyclePolicyRequest(
                registry_id=self.repository.registry_id,
                repository_name=self.repository.name,
                lifecycle_policy_text=_text(policy),
            )
        )

    def delete(self) -> StoredLifecyclePolicy:
        """Delete the policy and return it.

        Raises:
            LifecyclePolicyNotFoundError: The repository has no policy.
        """
        answer = self.client.send(
            models.DeleteLifecyclePolicyRequest(
                registry_id=self.repository.registry_id, repository_name=self.repository.name
            )
        )
        return _stored(answer.lifecycle_policy_text, answer.last_evaluated_at)

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
        # A preview that failed or expired stays until the next one is started.
        request = models.StartLifecyclePolicyPreviewRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            lifecycle_policy_text=None if policy is None else _text(policy),
        )

        def started() -> models.GetLifecyclePolicyPreviewRequest:
            self.client.send(request)
            return self._preview_request(max_results=1)

        return self._waiter(begin(started))

    def until_previewed(self) -> Waiter[LifecyclePreview]:
        """Return a waiter for a preview started earlier.

        Raises:
            WaitFailedError: While waiting: the preview failed, or has expired and has to be started again.
            LifecyclePolicyPreviewNotFoundError: While waiting: the repository has no preview.
        """
        return self._waiter(self._preview_request(max_results=1))

    def last_preview(self) -> LifecyclePreview:
        """Return the current state of the latest preview.

        Raises:
            LifecyclePolicyPreviewNotFoundError: The repository has no preview.
        """
        return _preview(self.client.send(self._preview_request(max_results=1)))

    def previewed_actions(
        self,
        *,
        tag_status: models.TagStatus | str | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> Items[models.LifecyclePolicyPreviewResult]:
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
        wanted = (
            None
            if tag_status is None
            else models.LifecyclePolicyPreviewFilter(tag_status=models.TagStatus(tag_status))
        )
        return Items(
            self.client,
            self._preview_request(wanted),
            self._actions,
            limit=limit,
            page_size=page_size,
            start=start,
        )

    def evaluate(
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
        rules = self.get().policy if policy is None else _parsed(policy)
        listing = self._listing()
        details, moment = listing.images, now or listing.listed_at or datetime.now(UTC)
        decisions = rules.evaluate(lifecycle_images(details, {}), moment)
        if decisions:  # what indexes hold only takes decisions away
            decisions = rules.evaluate(lifecycle_images(details, self._children(details)), moment)
        return Rows(map(preview_result, decisions))

    def read_images(self) -> list[LifecycleImage]:
        """Return the images as `LifecyclePolicy.evaluate` needs them: with the indexes that hold them and their subjects.

        All indexes are read, which counts as a pull; see `evaluate`.

        Example:
            >>> images = repository.lifecycle_policy.read_images()

        Raises:
            RepositoryNotFoundError: The repository does not exist.
        """
        details = self._listing().images
        return lifecycle_images(details, self._children(details))

    def _listing(self) -> Listing:
        return list_images(self.client, self.repository.name, self.repository.registry_id)

    def _children(self, details: Iterable[models.ImageDetail]) -> Children:
        repository = self.repository
        return read_children(self.client.send, repository.name, repository.registry_id, details)

    def _actions(
        self, page: models.GetLifecyclePolicyPreviewResponse
    ) -> list[models.LifecyclePolicyPreviewResult]:
        if page.status != models.LifecyclePolicyPreviewStatus.COMPLETE:
            raise ResultsUnavailableError(
                f"The lifecycle policy preview of {self.repository.name} is {page.status}", page.status
            )
        return page.preview_results

    def _preview_request(
        self, wanted: models.LifecyclePolicyPreviewFilter | None = None, *, max_results: int | None = None
    ) -> models.GetLifecyclePolicyPreviewRequest:
        return models.GetLifecyclePolicyPreviewRequest(
            registry_id=self.repository.registry_id,
            repository_name=self.repository.name,
            filter=wanted,
            max_results=max_results,
        )

    def _waiter(
        self,
        request: models.GetLifecyclePolicyPreviewRequest
        | Callable[[], models.GetLifecyclePolicyPreviewRequest],
    ) -> Waiter[LifecyclePreview]:
        return Waiter(
            self.client,
            request,
            condition=lifecycle_preview_complete,
            result=_preview,
            subject=f"the lifecycle policy preview of {self.repository.name}",
            polling=LIFECYCLE_PREVIEW_POLLING,
        )


def _parsed(policy: LifecyclePolicy | str) -> LifecyclePolicy:
    text = _text(policy)
    return policy if isinstance(policy, LifecyclePolicy) else LifecyclePolicy.parse(text)


def _text(policy: LifecyclePolicy | str) -> str:
    expect(
        "policy",
        policy,
        (str, LifecyclePolicy),
        "a LifecyclePolicy, or its JSON text; json.dumps() writes a dict",
    )
    return policy if isinstance(policy, str) else policy.to_json()


def _stored(text: str, last_evaluated_at: datetime | None) -> StoredLifecyclePolicy:
    never = last_evaluated_at is None or last_evaluated_at.timestamp() == 0  # how ECR says never
    return StoredLifecyclePolicy(
        LifecyclePolicy.parse(text, strict=False), text, None if never else last_evaluated_at
    )


def _preview(answer: models.GetLifecyclePolicyPreviewResponse) -> LifecyclePreview:
    summary = answer.summary
    moving = summary.transitioning_image_total_counts if summary is not None else []
    text = answer.lifecycle_policy_text
    return LifecyclePreview(
        status=answer.status,
        expiring=(summary.expiring_image_total_count or 0) if summary is not None else 0,
        archiving=sum(each.image_total_count or 0 for each in moving),
        policy=None if text is None else LifecyclePolicy.parse(text, strict=False),
        raw=answer,
    )
