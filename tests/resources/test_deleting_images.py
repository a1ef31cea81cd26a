"""A plan to delete, read and applied against a repository."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from ecrkit import Registry, Repository, models
from ecrkit.errors import ImageReferencedError, InvalidInputError
from ecrkit.local import LocalECR
from ecrkit.references import Digest
from ecrkit.testing import FakeTransport
from tests.samples import image, join, noise
from tests.showing import in_a_notebook, on_a_terminal


def digests(repository: Repository) -> set[Digest]:
    return {each.digest for each in repository.images()}


def test_a_plan_deletes_nothing_by_itself(repository: Repository) -> None:
    pushed = repository.push_image(image())

    plan = repository.plan_delete(untagged=True)

    assert [each.image.digest for each in plan.deletes] == [pushed.digest]
    assert digests(repository) == {pushed.digest}


def test_applying_a_plan_deletes_indexes_and_what_only_they_list(repository: Repository) -> None:
    shared, own, kept_own = image(noise(1)), image(noise(2), platform="linux/arm64"), image(noise(3))
    kept = repository.push_image(join(shared, kept_own), tags="prod")
    repository.push_image(join(shared, own))

    report = repository.plan_delete(untagged=True).apply()

    assert (report.failures, report.left) == ([], [])
    assert digests(repository) == {kept.digest, shared.root.digest, kept_own.root.digest}
    kept.total_size()  # everything that it lists can be read


def test_what_refers_to_a_deleted_image_goes_with_it(repository: Repository) -> None:
    gone, kept = repository.push_image(image(noise(1))), repository.push_image(image(noise(2)), tags="1")
    gone.attach(b"signature", artifact_type="application/x-signature")
    signature = kept.attach(b"signature", artifact_type="application/x-signature")

    repository.plan_delete(untagged=True).apply()

    assert digests(repository) == {kept.digest, signature.digest}


def test_more_than_a_hundred_images_are_deleted(repository: Repository) -> None:
    children = [image(b"%d" % number) for number in range(120)]
    repository.push_image(join(*children))

    report = repository.plan_delete(untagged=True).apply()

    assert len(report.deleted) == 121
    assert digests(repository) == set()


def test_an_image_that_was_tagged_since_the_plan_stays_with_what_it_lists(repository: Repository) -> None:
    index = repository.push_image(join(image(noise(1)), image(noise(2))))
    other = repository.push_image(image(noise(3)))
    plan = repository.plan_delete(untagged=True)
    index.tag("prod")

    report = plan.apply()

    assert report.deleted == [other.digest]
    assert len(report.left) == 3
    assert len(digests(repository)) == 3


def test_an_image_that_somebody_else_deleted_since_the_plan_is_no_failure(repository: Repository) -> None:
    pushed = repository.push_image(image())
    plan = repository.plan_delete(untagged=True)
    pushed.delete()

    report = plan.apply()

    assert (report.deleted, report.failures, report.left) == ([], [], [])


def test_age_counts_from_the_first_push(ecr: LocalECR, repository: Repository) -> None:
    old = repository.push_image(image(noise(1)))
    ecr.clock.advance(timedelta(days=20))
    young = repository.push_image(image(noise(2)))
    middle = young.describe().pushed_at - timedelta(days=10)

    plan = repository.plan_delete(older_than=middle)

    assert [each.image.digest for each in plan.deletes] == [old.digest]


RequestT = TypeVar("RequestT", bound=models.Request[models.Response])


class Changed(FakeTransport):
    """The local ECR, in which one kind of request is answered by somebody else."""

    def __init__(self, repository: Repository) -> None:
        super().__init__()
        self.asked = repository.client
        for kind in (
            models.DescribeImagesRequest,
            models.BatchGetImageRequest,
            models.BatchDeleteImageRequest,
        ):
            self.always(kind, self.asked.send)
        self.repository = Registry(self).repository(repository.name)

    def answers_by(self, kind: type[RequestT], answer: Callable[[RequestT], models.Response]) -> None:
        def ask(request: models.Request[models.Response]) -> models.Response:
            assert isinstance(request, kind)
            return answer(request)

        self.always(kind, ask)


def test_what_belongs_to_an_image_that_ecr_does_not_delete_is_left(repository: Repository) -> None:
    child = image(noise(1))
    inner = join(child)
    outer = join(inner)
    repository.push_image(outer)
    other = repository.push_image(image(noise(2)))
    changed = Changed(repository)

    def refuse(request: models.BatchDeleteImageRequest) -> models.BatchDeleteImageResponse:
        refused = models.ImageIdentifier(image_digest=outer.root.digest)
        left = [each for each in request.image_ids if each != refused]
        answer = changed.asked.send(request.model_copy(update={"image_ids": left}))
        failure = models.ImageFailure(
            image_id=refused, failure_code=models.ImageFailureCode.KMS_ERROR, failure_reason="no key"
        )
        return answer.model_copy(update={"failures": [failure]})

    changed.answers_by(models.BatchDeleteImageRequest, refuse)

    report = changed.repository.plan_delete(untagged=True).apply()

    assert report.deleted == [other.digest]
    assert [(each.what, each.error.code) for each in report.failures] == [(outer.root.digest, "KmsError")]
    assert report.left == [inner.root.digest, child.root.digest]
    assert digests(repository) == {outer.root.digest, inner.root.digest, child.root.digest}


def test_an_index_that_cannot_be_read_keeps_the_untagged_images_that_it_may_list(
    repository: Repository,
) -> None:
    repository.push_image(join(image(noise(1))), tags="1")
    repository.push_image(join(image(noise(2))), tags="2")
    changed = Changed(repository)

    def spoil(request: models.BatchGetImageRequest) -> models.BatchGetImageResponse:
        found = changed.asked.send(request)
        first, *others = found.images
        spoilt = first.model_copy(update={"image_manifest": "{}"})
        return found.model_copy(update={"images": [spoilt, *others]})

    changed.answers_by(models.BatchGetImageRequest, spoil)

    plan = changed.repository.plan_delete(untagged=True)

    assert plan.deletes == []
    assert [each for each in plan.keeps if each.reason.endswith("which cannot be read")] != []


def test_an_image_of_which_ecr_tells_no_media_type_is_looked_at(repository: Repository) -> None:
    pushed = repository.push_image(image())
    changed = Changed(repository)

    def hide(request: models.DescribeImagesRequest) -> models.DescribeImagesResponse:
        found = changed.asked.send(request)
        details = [
            each.model_copy(update={"image_manifest_media_type": None}) for each in found.image_details
        ]
        return found.model_copy(update={"image_details": details})

    changed.answers_by(models.DescribeImagesRequest, hide)

    plan = changed.repository.plan_delete(untagged=True)

    assert [each.image.digest for each in plan.deletes] == [pushed.digest]


@pytest.mark.parametrize(
    ("rules", "gone"),
    [
        ({"tags": "pr-*"}, "ab"),
        ({"tags": ["pr-1", "v*"]}, "ac"),
        ({"keep_latest": 1}, "ab"),
        ({"keep_latest": 0}, "abc"),
        ({"untagged": False, "keep_tags": "pr-*"}, "c"),
        ({"untagged": False, "keep_tags": ["pr-1", "v*"]}, "b"),
        ({"older_than": timedelta(days=9999)}, ""),
        ({"older_than": timedelta(days=-9999)}, "abc"),
    ],
)
def test_every_rule_of_a_plan_counts(
    ecr: LocalECR, repository: Repository, rules: dict[str, Any], gone: str
) -> None:
    letters: dict[Digest, str] = {}
    for letter, tag in (("a", "pr-1"), ("b", "pr-2"), ("c", "v1")):
        letters[repository.push_image(image(letter.encode()), tags=tag).digest] = letter
        ecr.clock.advance(timedelta(seconds=1))

    plan = repository.plan_delete(**rules)

    assert "".join(sorted(letters[Digest(each.image.digest)] for each in plan.deletes)) == gone


def test_digests_that_are_named_stay(repository: Repository) -> None:
    kept, gone = repository.push_image(image(noise(1))), repository.push_image(image(noise(2)))

    plan = repository.plan_delete(untagged=True, keep_digests=(each for each in [kept.digest]))

    assert [each.image.digest for each in plan.deletes] == [gone.digest]
    assert plan.rules.keep_digests == {kept.digest}


def test_archived_images_are_kept_and_said_to_be_archived(repository: Repository) -> None:
    repository.push_image(image()).archive()

    plan = repository.plan_delete(untagged=True)

    assert [each.reason for each in plan.keeps] == ["is archived"]


def test_fewer_than_no_images_cannot_be_kept(repository: Repository) -> None:
    with pytest.raises(InvalidInputError, match="keep_latest is -1"):
        repository.plan_delete(keep_latest=-1)


def test_a_plan_shows_itself_in_one_line_however_many_images_there_are(repository: Repository) -> None:
    repository.push_image(image())

    assert "verdicts" not in repr(repository.plan_delete(untagged=True))


def test_a_plan_reads_as_a_table_with_the_reasons(repository: Repository) -> None:
    gone, kept = (
        repository.push_image(image(noise(1))),
        repository.push_image(image(noise(2)), tags=["1", "2"]),
    )

    lines = str(repository.plan_delete(untagged=True)).splitlines()

    assert lines[0].split() == ["image", "tags", "pushed", "size", "reason"]
    assert lines[1].startswith(f"delete  {gone.digest[:19]}")
    assert lines[1].endswith("untagged")
    assert lines[2].startswith(f"keep    {kept.digest[:19]}  1, 2  ")
    assert lines[2].endswith("is tagged")
    assert lines[3] == f"1 of 2 images of {repository.name} would be deleted"


def test_a_notebook_and_rich_show_a_plan_as_a_table(repository: Repository) -> None:
    repository.push_image(image(noise(1)))
    plan = repository.plan_delete(untagged=True)

    notebook, terminal = in_a_notebook(plan), on_a_terminal(plan)

    count = f"1 of 1 images of {repository.name} would be deleted"
    assert f"{count}</caption>" in notebook["text/html"]
    assert notebook["text/plain"] == f"DeletePlan({count})"
    assert count in terminal
    assert "delete   sha256:" in terminal


def test_what_a_plan_did_is_told_in_a_line(repository: Repository) -> None:
    repository.push_image(image(noise(1)))

    report = repository.plan_delete(untagged=True).apply()

    assert repr(report) == "DeleteReport(1 deleted, 0 failed, 0 kept after all)"


def test_a_plan_without_a_rule_is_refused(repository: Repository) -> None:
    with pytest.raises(InvalidInputError, match="would delete everything"):
        repository.plan_delete(keep_tags="v*")


def test_a_time_without_a_zone_is_refused(repository: Repository) -> None:
    with pytest.raises(InvalidInputError, match="no time zone"):
        repository.plan_delete(older_than=datetime(2026, 1, 1))  # noqa: DTZ001 -- that is the point


def test_a_child_of_an_index_cannot_be_deleted_alone(repository: Repository) -> None:
    child = image(noise(1))
    repository.push_image(join(child), tags="1")

    with pytest.raises(ImageReferencedError):
        repository.image(digest=child.root.digest).delete()
