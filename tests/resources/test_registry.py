"""Repositories: create, describe, list, delete."""

from datetime import UTC, datetime

import pytest

from ecrkit import Registry, models
from ecrkit.errors import (
    InvalidReferenceError,
    LimitExceededError,
    RepositoryAlreadyExistsError,
    RepositoryNotEmptyError,
    RepositoryNotFoundError,
    UnreadableAnswerError,
    api_error,
)
from ecrkit.local import LocalECR
from ecrkit.models import ImageTagMutability
from ecrkit.resources import DescribedRepository
from ecrkit.testing import FakeTransport
from tests.resources.pictures import pushed


def details(name: str, registry_id: str = "123456789012") -> models.Repository:
    return models.Repository(
        repository_name=name,
        repository_arn=f"arn:aws:ecr:us-east-1:{registry_id}:repository/{name}",
        registry_id=registry_id,
    )


def page(*names: str, token: str | None = None) -> models.DescribeRepositoriesResponse:
    return models.DescribeRepositoriesResponse(
        repositories=[details(name) for name in names], next_token=token
    )


def test_a_handle_asks_nothing(fake: FakeTransport) -> None:
    repository = Registry(fake).repository("team/app")

    assert repository.name == "team/app"
    assert repr(repository) == "Repository('team/app')"
    assert fake.requests == []


@pytest.mark.parametrize(
    "name",
    ["", "a", "Team/app", "team//app", "/app", "app:1"],
)
def test_a_name_that_no_repository_can_have_is_refused(fake: FakeTransport, name: str) -> None:
    with pytest.raises(InvalidReferenceError, match="is not a repository name"):
        Registry(fake).repository(name)


def test_a_malformed_name_is_refused_before_it_is_sent(fake: FakeTransport) -> None:
    with pytest.raises(InvalidReferenceError):
        Registry(fake).create_repository("Team/App")

    assert fake.requests == []


def test_the_registry_id_goes_with_every_request(fake: FakeTransport) -> None:
    fake.answers(page("team/app"), models.DeleteRepositoryResponse(repository=details("team/app")))
    registry = Registry(fake, registry_id="123456789012")

    list(registry.repositories())
    registry.repository("team/app").delete()

    assert [request.to_wire()["registryId"] for request in fake.requests] == ["123456789012"] * 2


def test_only_what_is_wanted_is_asked_of_a_new_repository(fake: FakeTransport) -> None:
    fake.answers(models.CreateRepositoryResponse(repository=details("team/app")))

    Registry(fake).create_repository("team/app")

    assert fake.requests[0].to_wire() == {"repositoryName": "team/app"}


def test_a_repository_has_the_settings_that_it_was_created_with(local_registry: Registry) -> None:
    repository = local_registry.create_repository(
        "tests/settings", tag_mutability="IMMUTABLE", scan_on_push=False, tags={"team": "a"}
    )

    again = repository.describe().details

    assert again.image_tag_mutability == ImageTagMutability.IMMUTABLE
    scanning = again.image_scanning_configuration
    assert scanning is not None
    assert scanning.scan_on_push is False


def test_a_described_repository_says_where_it_is(local_registry: Registry, local_ecr: LocalECR) -> None:
    repository = local_registry.create_repository("tests/where")

    assert repository.registry_id == local_ecr.settings.account
    assert repository.arn.endswith(":repository/tests/where")
    assert repository.uri is not None
    assert repository.uri.endswith("/tests/where")
    assert isinstance(repository.created_at, datetime)
    assert repository.created_at.tzinfo is not None
    assert repository.created_at.astimezone(UTC) == repository.created_at


def test_a_repository_that_is_there_is_an_error_unless_that_is_fine(local_registry: Registry) -> None:
    first = local_registry.create_repository("tests/twice")

    with pytest.raises(RepositoryAlreadyExistsError):
        local_registry.create_repository("tests/twice")
    second = local_registry.create_repository("tests/twice", exist_ok=True)

    assert second.details == first.details


def test_a_quota_is_no_repository_that_is_there(fake: FakeTransport) -> None:
    fake.answers(
        api_error("LimitExceededException", "too many", operation="CreateRepository", http_status=400)
    )

    with pytest.raises(LimitExceededError):
        Registry(fake).create_repository("team/app", exist_ok=True)


def test_a_missing_repository_is_named(local_registry: Registry) -> None:
    with pytest.raises(RepositoryNotFoundError, match="tests/nowhere"):
        local_registry.repository("tests/nowhere").describe()


def test_an_answer_without_the_repository_cannot_be_read(fake: FakeTransport) -> None:
    fake.answers(page())

    with pytest.raises(UnreadableAnswerError, match="DescribeRepositories"):
        Registry(fake).repository("team/app").describe()


def test_an_empty_page_does_not_end_a_listing(fake: FakeTransport) -> None:
    fake.answers(page("aa", token="1"), page(token="2"), page("bb"))

    assert [found.name for found in Registry(fake).repositories()] == ["aa", "bb"]


def test_repositories_are_listed_over_pages(local_registry: Registry) -> None:
    names = {f"tests/listed-{number}" for number in range(5)}
    for name in names:
        local_registry.create_repository(name)

    found = [repository.name for repository in local_registry.repositories(page_size=2)]

    assert names <= set(found)
    assert len(found) == len(set(found))


async def test_repositories_are_listed_without_blocking_the_loop(
    local_registry: Registry, fresh: DescribedRepository
) -> None:
    found = [repository.name async for repository in local_registry.repositories(page_size=3)]

    assert fresh.name in found


def test_a_listing_is_resumed_in_another_process(local_registry: Registry) -> None:
    for number in range(4):
        local_registry.create_repository(f"tests/resumed-{number}")
    first = local_registry.repositories(limit=3, page_size=2)
    head = [repository.name for repository in first]

    rest = [repository.name for repository in local_registry.repositories(start=first.resume_token)]

    assert head + rest == [repository.name for repository in local_registry.repositories()]


def test_an_empty_repository_is_deleted(local_registry: Registry, fresh: DescribedRepository) -> None:
    fresh.delete()

    with pytest.raises(RepositoryNotFoundError):
        local_registry.repository(fresh.name).describe()


def test_a_repository_with_images_is_deleted_only_by_force(fresh: DescribedRepository) -> None:
    pushed(fresh)

    with pytest.raises(RepositoryNotEmptyError) as kept:
        fresh.delete()
    fresh.delete(force=True)

    assert kept.value.hint is not None
    with pytest.raises(RepositoryNotFoundError):
        fresh.describe()
