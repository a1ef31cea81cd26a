"""Handles: what they know without asking, and what they advise."""

import copy

import pytest

from ecrkit import Digest, Image, Registry, Repository, models
from ecrkit.errors import AccessDeniedError, InvalidInputError, api_error
from ecrkit.testing import FakeTransport
from tests.resources.pictures import described

ACCOUNT = "111122223333"
DIGEST = Digest.of(b"")


@pytest.fixture
def repository(fake: FakeTransport) -> Repository:
    return Registry(fake).repository("team/app")


@pytest.mark.parametrize("name", ["tags", "size", "pushed_at", "status", "details"])
def test_an_image_handle_advises_to_describe_it(repository: Repository, name: str) -> None:
    with pytest.raises(AttributeError, match=rf"'Image' object has no attribute '{name}'; call describe\(\)"):
        getattr(repository.image("1.4.2"), name)


@pytest.mark.parametrize("name", ["uri", "arn", "created_at", "details"])
def test_a_repository_handle_advises_to_describe_it(repository: Repository, name: str) -> None:
    with pytest.raises(
        AttributeError, match=rf"'Repository' object has no attribute '{name}'; call describe\(\)"
    ):
        getattr(repository, name)


def test_other_attributes_are_missed_without_advice(repository: Repository) -> None:
    with pytest.raises(AttributeError, match=r"^'Image' object has no attribute 'tagz'$"):
        getattr(repository.image("1.4.2"), "tagz")  # noqa: B009 -- type checkers know that it does not exist


def test_asking_whether_a_handle_has_details_sends_nothing(
    fake: FakeTransport, repository: Repository
) -> None:
    assert not hasattr(repository.image("1.4.2"), "tags")
    assert fake.requests == []


def test_handles_can_be_copied(repository: Repository) -> None:
    copied = copy.copy(repository.image("1.4.2"))

    assert isinstance(copied, Image)
    assert copied.tag_name == "1.4.2"


def test_a_half_made_handle_can_be_asked_for_attributes() -> None:
    """As `copy` and `pickle` do, before they set its state."""
    half_made = Image.__new__(Image)

    assert not hasattr(half_made, "tags")
    assert not hasattr(half_made, "__setstate__")


def test_a_described_image_has_its_details(fake: FakeTransport, repository: Repository) -> None:
    fake.answers(described(DIGEST, "1.4.2"))

    assert repository.image("1.4.2").describe().tags == ["1.4.2"]


def test_an_image_needs_a_digest_or_a_tag(repository: Repository) -> None:
    with pytest.raises(InvalidInputError, match="either a digest or a tag; got digest=None, tag=None"):
        Image(repository)


def test_a_repository_exists(fake: FakeTransport, repository: Repository) -> None:
    found = {
        "repositoryName": "team/app",
        "registryId": ACCOUNT,
        "repositoryArn": f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/team/app",
    }
    fake.answers(models.DescribeRepositoriesResponse(repositories=[models.Repository.model_validate(found)]))

    assert repository.exists()


def test_a_repository_does_not_exist(fake: FakeTransport, repository: Repository) -> None:
    fake.answers(
        api_error("RepositoryNotFoundException", "no", operation="DescribeRepositories", http_status=400)
    )

    assert not repository.exists()


def test_who_may_not_ask_learns_nothing_about_existence(fake: FakeTransport, repository: Repository) -> None:
    fake.answers(api_error("AccessDeniedException", "no", operation="DescribeRepositories", http_status=400))

    with pytest.raises(AccessDeniedError):
        repository.exists()
