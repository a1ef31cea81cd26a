"""The settings of repositories, and credentials, through real HTTP against the local ECR."""

from collections.abc import Iterator

import pytest

from ecrkit import Registry
from ecrkit.errors import RepositoryNotFoundError
from ecrkit.local import LocalECR


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    with LocalECR() as ecr:
        yield ecr.registry()


def test_ensure_creates_and_then_is_content(registry: Registry) -> None:
    made = registry.ensure_repository("ensured/app", tags={"team": "payments"})
    found = registry.ensure_repository("ensured/app", tags={"team": "payments"})

    assert found.created_at == made.created_at
    assert found.resource_tags.get() == {"team": "payments"}


def test_resource_tags_come_and_go(registry: Registry) -> None:
    tags = registry.create_repository("tagged/app").resource_tags

    tags.add({"team": "payments", "stage": "prod"})
    tags.remove("stage", "never there")

    assert tags.get() == {"team": "payments"}


def test_certain_repositories_are_all_or_nothing(registry: Registry) -> None:
    registry.create_repository("named/app")

    assert [found.name for found in registry.repositories_named(["named/app"])] == ["named/app"]
    with pytest.raises(RepositoryNotFoundError, match="named/missing"):
        registry.repositories_named(["named/app", "named/missing"])


def test_docker_credentials_are_for_the_host_of_the_server(registry: Registry) -> None:
    assert registry.docker_credentials().host.startswith("127.0.0.1:")
