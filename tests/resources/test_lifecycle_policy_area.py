"""The lifecycle policy of a repository: read, set, removed, and tried out first."""

from typing import Any

import pytest

from ecrkit import Registry, models
from ecrkit.errors import (
    ApiError,
    InvalidInputError,
    InvalidPolicyError,
    LifecyclePolicyPreviewInProgressError,
    LifecyclePolicyPreviewNotFoundError,
    ResultsUnavailableError,
    WaitFailedError,
)
from ecrkit.policy import LifecyclePolicy, LifecycleRule
from ecrkit.resources import RepositoryLifecyclePolicy
from ecrkit.testing import FakeTransport, no_waiting

POLICY = LifecyclePolicy([LifecycleRule.expire_untagged(older_than_days=14)])
DIGEST = "sha256:" + "a" * 64


def area(fake: FakeTransport) -> RepositoryLifecyclePolicy:
    return Registry(fake, registry_id="123456789012").repository("team/app").lifecycle_policy


def stored(evaluated_at: float | None = None) -> models.GetLifecyclePolicyResponse:
    return models.GetLifecyclePolicyResponse.model_validate(
        {"lifecyclePolicyText": POLICY.to_json(), "lastEvaluatedAt": evaluated_at}
    )


def started() -> models.StartLifecyclePolicyPreviewResponse:
    return models.StartLifecyclePolicyPreviewResponse.model_validate({"status": "IN_PROGRESS"})


def preview(status: str = "COMPLETE", token: str | None = None, **more: Any) -> bytes:
    answer = {"status": status, "nextToken": token, **more}
    return (
        models.GetLifecyclePolicyPreviewResponse.model_validate(answer)
        .model_dump_json(by_alias=True, exclude_none=True)
        .encode()
    )


def acted_on(digest: str = DIGEST) -> dict[str, Any]:
    return {"imageDigest": digest, "action": {"type": "EXPIRE"}, "appliedRulePriority": 1}


def refusal(kind: type[ApiError]) -> ApiError:
    return kind("no", code=kind.__name__, operation="GetLifecyclePolicyPreview", http_status=400)


def sent(fake: FakeTransport) -> list[tuple[str, dict[str, Any]]]:
    return [(request.operation, request.to_wire()) for request in fake.requests]


def test_a_policy_is_read_as_rules() -> None:
    found = area(FakeTransport(stored(1700000000))).get()

    assert (found.policy, found.text) == (POLICY, POLICY.to_json())
    assert found.last_evaluated_at is not None


def test_a_policy_that_was_never_applied_has_no_date_in_1970() -> None:
    assert area(FakeTransport(stored(0))).get().last_evaluated_at is None


def test_a_policy_is_sent_as_its_text() -> None:
    fake = FakeTransport(models.PutLifecyclePolicyResponse(lifecycle_policy_text=POLICY.to_json()))

    area(fake).put(POLICY)

    assert sent(fake) == [
        (
            "PutLifecyclePolicy",
            {
                "registryId": "123456789012",
                "repositoryName": "team/app",
                "lifecyclePolicyText": POLICY.to_json(),
            },
        )
    ]


def test_a_policy_that_the_service_would_refuse_is_not_sent() -> None:
    wrong = LifecyclePolicy([LifecycleRule.expire_untagged(older_than_days=0)])

    with pytest.raises(InvalidPolicyError):
        area(FakeTransport()).put(wrong)


def test_a_text_of_ones_own_goes_as_it_is() -> None:
    text = POLICY.to_json().replace(":", ": ")
    fake = FakeTransport(models.PutLifecyclePolicyResponse(lifecycle_policy_text=text))

    area(fake).put(text)

    assert sent(fake)[0][1]["lifecyclePolicyText"] == text


def test_a_policy_that_is_removed_is_given_back() -> None:
    answer = models.DeleteLifecyclePolicyResponse(lifecycle_policy_text=POLICY.to_json())

    assert area(FakeTransport(answer)).delete().policy == POLICY


def test_a_preview_is_begun_at_once_and_waited_for() -> None:
    fake = FakeTransport(
        started(),
        preview("IN_PROGRESS"),
        preview(
            summary={
                "expiringImageTotalCount": 3,
                "transitioningImageTotalCounts": [{"targetStorageClass": "ARCHIVE", "imageTotalCount": 2}],
            },
            lifecyclePolicyText=POLICY.to_json(),
        ),
    )
    waiter = area(fake).preview(POLICY)
    begun = [operation for operation, _ in sent(fake)]

    with no_waiting() as pauses:
        result = waiter.wait()

    assert begun == ["StartLifecyclePolicyPreview"]
    assert (result.expiring, result.archiving, result.policy, pauses) == (3, 2, POLICY, [5])


def test_a_preview_is_shown_as_a_table_of_its_rules() -> None:
    counts = {"expiringImageTotalCount": 3}
    answer = preview(summary=counts, lifecyclePolicyText=POLICY.to_json())

    shown = area(FakeTransport(answer)).last_preview()

    lines = str(shown).splitlines()
    assert lines[0].split() == ["rule", "images", "condition", "action"]
    assert len(lines) == len(POLICY.rules) + 2
    assert lines[-1] == "To be deleted: 3. To be archived: 0."
    assert repr(shown).endswith("expiring=3, archiving=0)")


def test_a_preview_that_is_not_complete_says_so_in_place_of_numbers() -> None:
    assert str(area(FakeTransport(preview("EXPIRED"))).last_preview()) == "The preview is EXPIRED."


async def test_a_preview_can_be_awaited() -> None:
    with no_waiting():
        result = await area(FakeTransport(started(), preview("IN_PROGRESS"), preview())).preview()

    assert (result.status, result.expiring, result.archiving) == ("COMPLETE", 0, 0)


def test_a_preview_without_a_policy_is_of_the_one_of_the_repository() -> None:
    fake = FakeTransport(started())

    _ = area(fake).preview()

    assert "lifecyclePolicyText" not in sent(fake)[0][1]


def test_a_preview_while_another_one_runs_is_refused() -> None:
    with pytest.raises(LifecyclePolicyPreviewInProgressError):
        _ = area(FakeTransport(refusal(LifecyclePolicyPreviewInProgressError))).preview(POLICY)


@pytest.mark.parametrize("status", ["FAILED", "EXPIRED"])
def test_a_preview_that_will_not_come_ends_the_wait(status: str) -> None:
    with pytest.raises(WaitFailedError, match=status):
        area(FakeTransport(preview(status))).until_previewed().wait()


def test_a_preview_that_was_never_begun_is_not_waited_for() -> None:
    with pytest.raises(LifecyclePolicyPreviewNotFoundError):
        area(FakeTransport(refusal(LifecyclePolicyPreviewNotFoundError))).until_previewed().wait()


def test_a_preview_can_be_looked_at_without_waiting() -> None:
    assert area(FakeTransport(preview("IN_PROGRESS"))).last_preview().status == "IN_PROGRESS"


def test_actions_are_listed_over_all_pages() -> None:
    fake = FakeTransport(
        preview(token="2", previewResults=[acted_on()]),
        preview(token="3"),
        preview(previewResults=[acted_on("sha256:" + "b" * 64)]),
    )

    actions = list(area(fake).previewed_actions(tag_status="UNTAGGED", page_size=100))

    assert [(each.image_digest[7], each.applied_rule_priority) for each in actions] == [("a", 1), ("b", 1)]
    assert sent(fake)[0][1]["filter"] == {"tagStatus": "UNTAGGED"}


def test_a_page_of_a_preview_has_a_hundred_images_at_the_most() -> None:
    with pytest.raises(InvalidInputError, match="max_results"):
        list(area(FakeTransport(preview())).previewed_actions(page_size=1000))


@pytest.mark.parametrize("status", ["IN_PROGRESS", "EXPIRED", "FAILED"])
def test_a_preview_that_is_not_complete_does_not_pass_for_one_that_does_nothing(status: str) -> None:
    with pytest.raises(ResultsUnavailableError, match=status):
        list(area(FakeTransport(preview(status))).previewed_actions())
