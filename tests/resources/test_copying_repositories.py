"""All images of a repository, or some of them, copied to another one."""

import threading
import time

import pytest

from ecrkit import Registry, Repository, events
from ecrkit.errors import BatchFailedError, RepositoryNotFoundError, TagImmutableError
from ecrkit.local import LocalECR
from tests.samples import by_cosign, image, join, noise


def tags_of(repository: Repository) -> dict[str, str]:
    return {each.image_tag or "": each.image_digest or "" for each in repository.tags()}


def digests_of(repository: Repository) -> set[str]:
    return {each.digest for each in repository.images()}


def test_a_described_image_keeps_its_tags(repository: Repository, other: Repository) -> None:
    repository.push_image(image(), tags=["1", "latest"])

    for each in repository.images():
        each.copy_to(other)

    assert tags_of(other) == tags_of(repository)


def test_a_pushed_image_keeps_its_tags(repository: Repository, other: Repository) -> None:
    repository.push_image(image(), tags=["1", "2"]).copy_to(other)

    assert sorted(tags_of(other)) == ["1", "2"]


def test_a_described_image_is_copied_without_tags_on_request(
    repository: Repository, other: Repository
) -> None:
    repository.push_image(image(), tags="1")

    repository.image("1").describe().copy_to(other, tags=())

    assert tags_of(other) == {}


def test_the_report_of_a_copy_lists_the_tags(repository: Repository, other: Repository) -> None:
    old = other.push_image(image(noise(9)), tags="1")
    repository.push_image(image(), tags="1")

    report = repository.image("1").copy_to(other, tags=["1", "2"]).report

    assert report.tags == ("1", "2")
    assert [(each.tag, each.previous) for each in report.moved_tags] == [("1", old.digest)]
    assert "moved tags: 1" in str(report)


def test_a_copy_has_every_image_with_every_tag(repository: Repository, other: Repository) -> None:
    repository.push_image(image(noise(1)), tags=["1", "latest"])
    repository.push_image(image(noise(2)))
    repository.push_image(join(image(noise(3)), image(noise(4), platform="linux/arm64")), tags="2")

    report = repository.copy_to(other)

    assert tags_of(other) == tags_of(repository)
    assert digests_of(other) == digests_of(repository)
    assert len(report.copied) == 3  # children are copied with their index


def test_referrers_are_copied_once(repository: Repository, other: Repository) -> None:
    index = repository.push_image(join(image(noise(3))), tags="1")
    signature = index.attach(b"signature", artifact_type="application/x-signature")
    repository.push_image(image(noise(5)), tags=by_cosign(index.digest, "sig"))

    report = repository.copy_to(other)

    assert [each.planned.image.digest for each in report.copied] == [index.digest]
    assert digests_of(other) == digests_of(repository)
    assert [each.digest for each in other.image("1").referrers()] == [signature.digest]
    assert tags_of(other) == tags_of(repository)


def test_referrers_stay_on_request(repository: Repository, other: Repository) -> None:
    pushed = repository.push_image(image(), tags="1")
    pushed.attach(b"signature", artifact_type="application/x-signature")

    repository.copy_to(other, referrers=False)

    assert digests_of(other) == {pushed.digest}


def test_a_referrer_that_came_later_is_copied_by_the_second_run(
    repository: Repository, other: Repository
) -> None:
    pushed = repository.push_image(join(image(noise(3))), tags="1")
    repository.copy_to(other)
    sbom = next(iter(repository.images(tag_status="UNTAGGED"))).attach(b"sbom", artifact_type="application/x")

    repository.copy_to(other)

    assert sbom.digest in digests_of(other)
    assert repository.copy_to(other).copied == ()
    assert pushed.digest in digests_of(other)


def test_a_referrer_without_its_image_is_copied_too(repository: Repository, other: Repository) -> None:
    subject = image(noise(8)).root.descriptor()
    orphan = repository.push_image(image(noise(9), subject=subject))

    repository.copy_to(other)

    assert digests_of(other) == {orphan.digest}


def test_a_tagged_child_keeps_its_tag(repository: Repository, other: Repository) -> None:
    child = image(noise(3))
    repository.push_image(child, tags="1-amd64")
    repository.push_image(join(child), tags="1")

    repository.copy_to(other)

    assert tags_of(other) == tags_of(repository)


def test_only_wanted_tags_are_copied(repository: Repository, other: Repository) -> None:
    repository.push_image(image(noise(1)), tags=["1.0", "latest"])
    repository.push_image(image(noise(2)), tags="2.0")
    repository.push_image(image(noise(3)))

    repository.copy_to(other, tags="1.*")

    assert list(tags_of(other)) == ["1.0"]
    assert len(digests_of(other)) == 1


def test_a_second_copy_sends_nothing(repository: Repository, other: Repository) -> None:
    repository.push_image(image(noise(1)), tags="1")
    repository.copy_to(other)

    report = repository.copy_to(other)

    assert (report.copied, len(report.skipped), report.failures) == ((), 1, ())
    assert "0 images copied (0 B), 1 already in the target" in str(report)


def test_moved_tags_are_reported(repository: Repository, other: Repository) -> None:
    old = other.push_image(image(noise(1)), tags="latest")
    repository.push_image(image(noise(2)), tags="latest")

    report = repository.copy_to(other)

    assert [(each.tag, each.previous) for each in report.moved_tags] == [("latest", old.digest)]
    assert tags_of(other) == tags_of(repository)


def test_a_failure_does_not_stop_the_others_and_the_second_run_completes_the_copy(
    repository: Repository, other: Repository
) -> None:
    other.push_image(image(noise(1)), tags="1")
    other.set_tag_mutability("IMMUTABLE")
    refused = repository.push_image(image(noise(2)), tags="1")
    repository.push_image(image(noise(3)), tags="2")

    report = repository.copy_to(other)

    [failure] = report.failures
    assert failure.image.digest == refused.digest
    assert isinstance(failure.error, TagImmutableError)
    assert sorted(tags_of(other)) == ["1", "2"]
    with pytest.raises(BatchFailedError, match="1 of 2 failed"):
        report.raise_on_failure()
    other.set_tag_mutability("MUTABLE")
    repository.copy_to(other).raise_on_failure()
    assert tags_of(other) == tags_of(repository)


def test_a_dry_run_copies_nothing(repository: Repository, registry: Registry) -> None:
    repository.push_image(image(), tags="1")
    missing = registry.repository("team/none")

    report = repository.copy_to(missing, dry_run=True, create_repository=True)

    assert "1 image would be copied" in report.summary
    assert not missing.exists()


def test_a_missing_target_is_created_on_request(repository: Repository, registry: Registry) -> None:
    repository.push_image(image(), tags="1")
    missing = registry.repository("team/none")

    with pytest.raises(RepositoryNotFoundError):
        repository.copy_to(missing)
    repository.copy_to(missing, create_repository=True)

    assert tags_of(missing) == tags_of(repository)


def test_a_hundred_images_are_compared_in_one_request(
    ecr: LocalECR, repository: Repository, other: Repository
) -> None:
    for number in range(5):
        pushed = repository.push_image(image(noise(10 + number)), tags=f"1.{number}")
        pushed.copy_to(other, tags=f"1.{number}")
    before = len(list(ecr.requests))

    repository.copy_to(other)

    asked = [each.operation for each in list(ecr.requests)[before:]]
    assert asked.count("BatchGetImage") <= 2
    assert "PutImage" not in asked


def test_layers_that_images_share_are_sent_once(
    ecr: LocalECR, repository: Repository, other: Repository
) -> None:
    for number in range(6):
        repository.push_image(image(noise(500), noise(100, seed=number)), tags=f"1.{number}")
    before = len(list(ecr.requests))

    report = repository.copy_to(other, workers=8)

    asked = [each.operation for each in list(ecr.requests)[before:]]
    sent = [digest for each in report.copied if each.report is not None for digest in each.report.sent]
    assert len(sent) == len(set(sent)) == asked.count("CompleteLayerUpload")
    assert tags_of(other) == tags_of(repository)


def test_images_without_referrers_are_not_asked_about(
    ecr: LocalECR, repository: Repository, other: Repository
) -> None:
    repository.push_image(image(noise(1)), tags="1")
    repository.push_image(image(noise(2)), tags="2")
    before = len(list(ecr.requests))

    repository.copy_to(other)

    assert "ListImageReferrers" not in [each.operation for each in list(ecr.requests)[before:]]


def test_progress_is_told_by_one_thread_at_a_time(repository: Repository, other: Repository) -> None:
    for number in range(6):
        repository.push_image(image(noise(100, seed=number)), tags=f"1.{number}")
    busy = threading.Lock()
    told: list[bool] = []

    def progress(event: events.LayerEvent) -> None:
        del event
        told.append(busy.acquire(blocking=False))
        time.sleep(0.002)
        busy.release()

    repository.copy_to(other, workers=8, progress=progress)

    assert told
    assert all(told)


def test_a_repository_of_many_images_is_copied_with_one_transfer_at_a_time(
    repository: Repository, other: Repository
) -> None:
    for number in range(5):
        repository.push_image(image(noise(100, seed=number)), tags=f"1.{number}")

    repository.copy_to(other, workers=1).raise_on_failure()

    assert tags_of(other) == tags_of(repository)
