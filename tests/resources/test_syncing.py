"""Images of a repository of any registry, brought into one of ECR."""

import os
import pickle
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ecrkit import Repository
from ecrkit.errors import (
    ImageNotFoundError,
    InvalidArgumentError,
    OperationCancelledError,
    RepositoryNotFoundError,
)
from ecrkit.local import LocalECR
from tests.pull.remotes import remote_repository
from tests.samples import image, join, noise


def tags_of(repository: Repository) -> dict[str, str]:
    return {each.image_tag or "": each.image_digest or "" for each in repository.tags()}


def test_everything_is_copied(repository: Repository, other: Repository) -> None:
    repository.push_image(image(noise(1)), tags=["1", "latest"])
    repository.push_image(join(image(noise(2)), image(noise(3), platform="linux/arm64")), tags="2")

    report = other.sync_from(remote_repository(repository))

    assert tags_of(other) == tags_of(repository)
    assert len(report.copied) == 2
    report.raise_on_failure()


@pytest.mark.parametrize(
    ("tags", "copied"),
    [
        ("3.1?-slim*", ["3.11-slim", "3.12-slim-bookworm"]),
        (["3.1?-slim", "latest"], ["3.11-slim", "latest"]),
        (re.compile(r"3\.\d+"), ["3.12"]),
        ("latest", ["latest"]),
    ],
)
def test_only_wanted_tags_are_copied(
    repository: Repository, other: Repository, tags: str | list[str] | re.Pattern[str], copied: list[str]
) -> None:
    for number, tag in enumerate(["3.11-slim", "3.12", "3.12-slim-bookworm", "3.9-slim", "latest"]):
        repository.push_image(image(noise(100 + number)), tags=tag)

    other.sync_from(remote_repository(repository), tags=tags)

    assert sorted(tags_of(other)) == copied


def test_a_second_run_sends_nothing(ecr: LocalECR, repository: Repository, other: Repository) -> None:
    repository.push_image(image(noise(20)), tags="1")
    other.sync_from(remote_repository(repository))
    before = len(list(ecr.requests))

    report = other.sync_from(remote_repository(repository))

    assert len(report.skipped) == 1
    assert "PutImage" not in [each.operation for each in list(ecr.requests)[before:]]


def test_a_second_run_with_platforms_sends_nothing(
    ecr: LocalECR, repository: Repository, other: Repository
) -> None:
    images = [
        image(noise(30 + n), platform=f"linux/{name}") for n, name in enumerate(["amd64", "arm64", "s390x"])
    ]
    repository.push_image(join(*images), tags="1")
    wanted = ["linux/amd64", "linux/arm64"]
    other.sync_from(remote_repository(repository), platforms=wanted)
    before = len(list(ecr.requests))

    report = other.sync_from(remote_repository(repository), platforms=wanted)

    assert len(report.skipped) == 1
    assert "PutImage" not in [each.operation for each in list(ecr.requests)[before:]]
    assert [str(each) for each in other.image("1").platforms()] == wanted


def test_an_image_without_the_platform_does_not_stop_the_others(
    repository: Repository, other: Repository
) -> None:
    repository.push_image(join(image(noise(40)), image(noise(41), platform="linux/arm64")), tags="1")
    repository.push_image(join(image(noise(42)), image(noise(43), platform="linux/s390x")), tags="2")

    report = other.sync_from(remote_repository(repository), platforms="linux/arm64")

    assert [each.image.tags for each in report.failures] == [("2",)]
    assert sorted(tags_of(other)) == ["1"]


def test_referrers_that_came_later_are_copied_by_the_next_run(
    repository: Repository, other: Repository
) -> None:
    pushed = repository.push_image(image(noise(50)), tags="1")
    other.sync_from(remote_repository(repository), referrers=True)
    attached = pushed.attach(b"{}", artifact_type="application/spdx+json")

    other.sync_from(remote_repository(repository), referrers=True)

    assert [each.digest for each in other.image("1").referrers()] == [attached.digest]


def test_a_tag_that_moved_is_moved_and_reported(repository: Repository, other: Repository) -> None:
    old = other.push_image(image(noise(60)), tags="1")
    repository.push_image(image(noise(61)), tags="1")

    report = other.sync_from(remote_repository(repository))

    assert [(each.tag, each.previous) for each in report.moved_tags] == [("1", old.digest)]
    assert tags_of(other) == tags_of(repository)


def test_layers_that_images_share_are_sent_once(repository: Repository, other: Repository) -> None:
    for number in range(6):
        repository.push_image(image(noise(700), noise(100, seed=number)), tags=f"1.{number}")

    report = other.sync_from(remote_repository(repository), workers=8)

    sent = [digest for each in report.copied if each.report is not None for digest in each.report.sent]
    assert len(sent) == len(set(sent))
    assert tags_of(other) == tags_of(repository)


def test_a_tag_named_in_full_has_to_exist(repository: Repository, other: Repository) -> None:
    with pytest.raises(ImageNotFoundError):
        other.sync_from(remote_repository(repository), tags=["none"])


def test_the_source_has_to_exist(registry_source: Repository, other: Repository) -> None:
    with pytest.raises(RepositoryNotFoundError):
        other.sync_from(remote_repository(registry_source))


@pytest.fixture
def registry_source(repository: Repository) -> Repository:
    return repository.registry.repository("team/none")


def test_the_target_is_created_on_request(repository: Repository) -> None:
    repository.push_image(image(noise(70)), tags="1")
    missing = repository.registry.repository(f"{repository.name}-mirrored")

    with pytest.raises(RepositoryNotFoundError):
        missing.sync_from(remote_repository(repository))
    missing.sync_from(remote_repository(repository), create_repository=True)

    assert tags_of(missing) == tags_of(repository)


def test_another_source_is_refused(other: Repository) -> None:
    with pytest.raises(InvalidArgumentError, match="remote_repository"):
        other.sync_from("docker.io/library/python")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_cancelled_run_raises(repository: Repository, other: Repository) -> None:
    cancel = threading.Event()
    cancel.set()

    with pytest.raises(OperationCancelledError):
        other.sync_from(remote_repository(repository), cancel=cancel)


def test_a_cancelled_run_is_completed_by_the_next(repository: Repository, other: Repository) -> None:
    for number in range(5):
        repository.push_image(image(noise(2_000 + number)), tags=f"1.{number}")
    cancel = threading.Event()

    with pytest.raises(OperationCancelledError):
        other.sync_from(
            remote_repository(repository), cancel=cancel, progress=lambda _: cancel.set(), workers=1
        )
    other.sync_from(remote_repository(repository)).raise_on_failure()

    assert tags_of(other) == tags_of(repository)


def test_a_dry_run_copies_nothing_and_its_jobs_copy_everything(
    repository: Repository, other: Repository
) -> None:
    for number in range(3):
        repository.push_image(image(noise(80 + number)), tags=f"1.{number}")

    report = repository.copy_to(other, dry_run=True)

    assert tags_of(other) == {}
    for job in report.jobs:
        job.run()
        job.run()  # idempotent
    assert tags_of(other) == tags_of(repository)


def test_a_job_runs_in_another_process(repository: Repository, other: Repository) -> None:
    repository.push_image(image(noise(90)), tags=["1", "2"])
    [job] = repository.copy_to(other, dry_run=True).jobs

    program = "import pickle, sys; print(pickle.load(sys.stdin.buffer).run())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=pickle.dumps(job),
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )

    assert done.returncode == 0, done.stderr.decode()
    assert tags_of(other) == tags_of(repository)


def test_a_job_has_no_credentials(repository: Repository, other: Repository) -> None:
    repository.push_image(image(noise(95)), tags="1")
    source = remote_repository(repository)

    [job] = other.sync_from(source, dry_run=True).jobs

    assert "AWS" not in repr(job)
    assert repository.registry.docker_credentials().password.get_secret_value().encode() not in pickle.dumps(
        job
    )


def test_a_result_can_be_pickled(repository: Repository, other: Repository) -> None:
    repository.push_image(image(noise(97)), tags="1")
    [job] = repository.copy_to(other, dry_run=True).jobs

    result = job.run()

    assert pickle.loads(pickle.dumps(result)) == result
