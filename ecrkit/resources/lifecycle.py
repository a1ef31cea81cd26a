"""`repository.lifecycle_policy`: what expires, or moves to the archive, and what it would do today."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ecrkit import models
from ecrkit.errors import ResultsUnavailableError
from ecrkit.paging import Items
from ecrkit.policy import LifecyclePolicy
from ecrkit.resources._area import RepositoryArea
from ecrkit.tables import Table, Tabular
from ecrkit.waiters import LIFECYCLE_PREVIEW_PACE, lifecycle_preview_complete
from ecrkit.waiting import Waiter, begin


@dataclass(frozen=True, slots=True)
class StoredLifecyclePolicy:
    """The lifecycle policy of a repository, as ECR keeps it."""

    policy: LifecyclePolicy
    """Its rules. Compare these rather than the texts: ECR lays a text out anew."""

    text: str = field(repr=False)
    """The text itself."""

    last_evaluated_at: datetime | None
    """When ECR applied it last, in UTC; absent where it has not yet."""


@dataclass(frozen=True, slots=True)
class LifecyclePreview(Tabular):
    """What a lifecycle policy would do to a repository, without doing it. It is shown as a table of the rules.

    The images that it would act on are those of `previewed_actions()`.
    """

    status: models.LifecyclePolicyPreviewStatus
    """Whether it is `COMPLETE`. One that is `EXPIRED` has to be started anew."""

    expiring: int
    """How many images would be deleted."""

    archiving: int
    """How many images would move to the archive."""

    policy: LifecyclePolicy | None = field(repr=False)
    """What it was that was tried out; absent where ECR does not say."""

    raw: models.GetLifecyclePolicyPreviewResponse = field(repr=False, hash=False)
    """What the service said, with one image at the most."""

    def __table__(self) -> Table:
        outcome = f"To be deleted: {self.expiring}. To be archived: {self.archiving}."
        if self.status != models.LifecyclePolicyPreviewStatus.COMPLETE:
            outcome = f"The preview is {self.status}."
        rules = () if self.policy is None else self.policy.rules
        return Table([rule.__table_row__() for rule in rules], outcome)


class RepositoryLifecyclePolicy(RepositoryArea):
    """The lifecycle policy of one repository. Its methods ask ECR.

    Example:
        >>> policy = LifecyclePolicy([LifecycleRule.expire_untagged(older_than_days=14)])
        >>> preview = repository.lifecycle_policy.preview(policy).wait()
        >>> preview.expiring
        3
        >>> [each.image_digest for each in repository.lifecycle_policy.previewed_actions()]
        >>> repository.lifecycle_policy.put(policy)
    """

    def get(self) -> StoredLifecyclePolicy:
        """Read the policy.

        Raises:
            LifecyclePolicyNotFoundError: The repository has none.
            RepositoryNotFoundError: There is no such repository.
        """
        answer = self.client.send(
            models.GetLifecyclePolicyRequest(
                registry_id=self.repository.registry_id, repository_name=self.repository.name
            )
        )
        return _stored(answer.lifecycle_policy_text, answer.last_evaluated_at)

    def put(self, policy: LifecyclePolicy | str) -> None:
        """Set the policy, in place of the one before. ECR applies it within 24 hours; `preview` it first.

        Args:
            policy: A policy, which is checked before it is sent; or a text, which goes as it is.

        Raises:
            InvalidPolicyError: ECR would refuse the policy; the message says which rule is wrong, and how.
            InvalidParameterError: ECR refuses the text.
        """
        self.client.send(
            models.PutLifecyclePolicyRequest(
                registry_id=self.repository.registry_id,
                repository_name=self.repository.name,
                lifecycle_policy_text=_text(policy),
            )
        )

    def delete(self) -> StoredLifecyclePolicy:
        """Remove the policy, and give back what it was.

        Raises:
            LifecyclePolicyNotFoundError: The repository has none.
        """
        answer = self.client.send(
            models.DeleteLifecyclePolicyRequest(
                registry_id=self.repository.registry_id, repository_name=self.repository.name
            )
        )
        return _stored(answer.lifecycle_policy_text, answer.last_evaluated_at)

    def preview(self, policy: LifecyclePolicy | str | None = None) -> Waiter[LifecyclePreview]:
        """Begin at once to try a policy out, and give a waiter for the outcome. Nothing is deleted or moved.

        A repository has one preview at a time (T46), and a new one takes the place of the old one. In an event loop the
        request goes out from another thread; what goes wrong with it is raised by `await`.

        Args:
            policy: What to try out; the policy of the repository if absent.

        Raises:
            LifecyclePolicyPreviewInProgressError: Another preview is not complete; `until_previewed` waits for it.
            LifecyclePolicyNotFoundError: The repository has no policy, and none was given.
            InvalidPolicyError: ECR would refuse the policy; nothing was sent.
        """
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
        """Give a waiter for a preview that was started before.

        Raises:
            WaitFailedError: When waited for: it failed, or has expired and must be started anew (T46).
            LifecyclePolicyPreviewNotFoundError: When waited for: there is none.
        """
        return self._waiter(self._preview_request(max_results=1))

    def last_preview(self) -> LifecyclePreview:
        """Ask how the preview stands that was started last.

        Raises:
            LifecyclePolicyPreviewNotFoundError: There is none.
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
        """List the images that the last preview would act on, with the action and the rule. Wait for the preview first.

        Args:
            tag_status: `TAGGED` or `UNTAGGED`; both if absent.
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 100 (T34); ECR's default is 100.
            start: Where to go on: the `resume_token` of an earlier listing.

        Raises:
            LifecyclePolicyPreviewNotFoundError: When listed: there is no preview.
            ResultsUnavailableError: When listed: the preview is under way, failed, or has expired.
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
            judge=lifecycle_preview_complete,
            result=_preview,
            subject=f"the lifecycle policy preview of {self.repository.name}",
            pace=LIFECYCLE_PREVIEW_PACE,
        )


def _text(policy: LifecyclePolicy | str) -> str:
    return policy if isinstance(policy, str) else policy.to_json()


def _stored(text: str, last_evaluated_at: datetime | None) -> StoredLifecyclePolicy:
    never = last_evaluated_at is None or last_evaluated_at.timestamp() == 0  # ECR's way to say so
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
